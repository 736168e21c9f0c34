using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>Notes on record: before their decisions, counted, judged anew, and the uses they tell of exact over crashes and topologies.</summary>
public sealed class NoteReplayTests
{
    private const string Exemption = "exemption/noting";

    [Theory]
    [InlineData(null)]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public void Uses_never_exceed_the_cap_over_crashes_and_every_one_is_on_record(Topology? topology)
    {
        int capped = 0;
        int cutBetween = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            using TempFolder folder = new();
            Random random = new(9000 + seed);
            ulong cap = (ulong)random.Next(1, 120);
            string ledger = folder.Sub("0");
            int sessions = random.Next(2, 5);
            for (int session = 0; session < sessions; session++)
            {
                WallOptions options = TestWall.Options(
                    ledger, CommandStream.AnyAdmission(random), policies: v => [new PoolGuard(v, 20), new Noting(v, cap)]).With((ulong)random.Next(1, 300));
                Run(options, topology, seed + session, random.Next(100, 500));
                string crashed = folder.Sub($"{session + 1}");
                CommandStream.Crash(ledger, crashed);
                ledger = crashed;

                ReplayReport report = TestWall.Replay(ledger);
                Assert.Empty(report.Mismatches);
                Assert.Equal(0ul, report.NotJudged);
                Assert.Equal(report.State.Digest, TestWall.Replay(ledger, new ReplayOptions { FromSnapshot = true }).State.Digest);
                List<(ulong Entry, GateNoteSet Notes, bool Decided)> notes = Notes(ledger);
                Assert.All(notes, note => Assert.True(note.Decided));
                ulong uses = (ulong)notes.Count(note => Exempts(note.Notes));
                Assert.Equal(uses, Uses(report.State));
                Assert.Equal((uses, (ulong)notes.Sum(note => note.Notes.Count)), (report.State.Counters.ExemptedNotes, report.Noted));
                Assert.InRange(uses, 0ul, cap);
                capped += uses == cap ? 1 : 0;

                // The ledger can end anywhere, between a note and its decision too: what was used stays used.
                ulong to = notes.Count == 0 ? 0 : notes[random.Next(notes.Count)].Entry;
                ReplayReport cut = TestWall.Replay(ledger, new ReplayOptions { To = to });
                Assert.Empty(cut.Mismatches);
                Assert.Equal((ulong)notes.Count(note => note.Entry <= to && Exempts(note.Notes)), Uses(cut.State));
                cutBetween += cut.Notes.Any(text => text.Contains("has no decision behind it", StringComparison.Ordinal)) ? 1 : 0;
            }
        }

        Assert.True(capped > 5 && cutBetween > 5, $"{capped} sessions used their exemption up, {cutBetween} were cut behind a note");
    }

    [Fact]
    public void Every_topology_writes_the_same_bytes()
    {
        string? first = null;
        foreach (Topology? topology in (Topology?[])[null, Topology.Fused, Topology.Paired, Topology.Split, Topology.Direct])
        {
            using TempFolder folder = new();
            WallOptions options = TestWall.Options(
                folder.Sub("ledger"), CommandStream.AnyAdmission(new Random(3)), policies: v => [new Noting(v, 40)], checkpoints: new CheckpointSettings(100)).With(97);
            Run(options, topology, seed: 3, count: 1500);
            string bytes = string.Concat(Directory.EnumerateFiles(Path.Combine(folder.Sub("ledger"), "segments")).Order(StringComparer.Ordinal)
                .Select(file => Convert.ToHexString(File.ReadAllBytes(file))));
            Assert.Equal(first ??= bytes, bytes);
            WallCounters counters = TestWall.Replay(folder.Sub("ledger")).State.Counters;
            Assert.True(counters is { ExemptedNotes: 40, ShadowNotes: > 0, AuditNotes: > 0, CandidateNotes: > 0 }, counters.ToString());
        }
    }

    [Fact]
    public void A_note_that_a_crash_parted_from_its_decision_costs_its_use_and_no_more()
    {
        using TempFolder folder = new();
        using (LedgerWriter ledger = LedgerWriter.Open(new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer))
        {
            Vocabulary vocabulary = new(100);
            RecordingStage recording = new(ledger, new RecordedVocabulary(), vocabulary, RefusalRecording.None);
            GateNoteSet note = default;
            note.Add(new GateNote(GateNoteKind.Exempted, VerdictKind.Reject, vocabulary.Rules.Define("a", "b"), vocabulary.Rules.Define(Exemption, "because")));
            recording.Decision(new Intent { Agent = vocabulary.Symbols.Intern("x"), Resource = vocabulary.Symbols.Intern("y") }, Verdict.Admit, new Passing(), in note);
            NoteEntry.Write(ledger.Begin(WallEntryKinds.Note, NoteEntry.LengthOf(in note), out _), in note);
            ledger.Commit();
            ledger.Close();
        }

        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: v => [new Noting(v, 3)])))
        {
            Assert.Contains(wall.Resumed!.Notes, text => text.Contains("has no decision behind it", StringComparison.Ordinal));
            Intent intent = new() { Id = 3, Agent = wall.Vocabulary.Symbols.Intern("x"), Resource = wall.Vocabulary.Symbols.Intern("y") };
            Assert.Equal([VerdictKind.Admit, VerdictKind.Reject], [wall.Submit(in intent).Verdict.Kind, wall.Submit(in intent).Verdict.Kind]);
        }

        Assert.Equal(3ul, Uses(TestWall.Replay(folder.Sub("ledger")).State));
    }

    [Fact]
    public void A_note_that_judging_anew_does_not_give_is_a_mismatch_and_only_once()
    {
        using TempFolder folder = new();
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: v => [new Noting(v, 4)])))
        {
            Symbol name = wall.Vocabulary.Symbols.Intern("x");
            for (ulong id = 1; id < 30; id++)
            {
                wall.Submit(new Intent { Id = id, Agent = name, Resource = name });
            }
        }

        // A gate that grants more, and one that grants nothing: each use on record is gone by, whatever the gate would have said.
        ReplayReport strict = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { Policies = (_, v) => [new Noting(v, 0)] });
        Assert.Equal((4ul, 4ul), (strict.MismatchCount, Uses(strict.State)));
        Assert.Contains("the note Exempted from Reject by noting, by exemption/noting is on record; the gate has none", strict.Mismatches[0].What, StringComparison.Ordinal);
        ReplayReport loose = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { Policies = (_, v) => [new Noting(v, 5)] });
        Assert.Equal((5ul, 4ul), (loose.MismatchCount, Uses(loose.State)));
        Assert.Equal(0ul, TestWall.Replay(folder.Sub("ledger")).MismatchCount);
    }

    [Fact]
    public void A_ledger_with_the_foremost_note_alone_is_judged_anew_and_gone_on_with()
    {
        using TempFolder folder = new();
        Run(TestWall.Options(folder.Sub("new"), policies: v => [new Noting(v, 9)]), topology: null, seed: 5, count: 600);
        ReplayReport whole = TestWall.Replay(folder.Sub("new"));
        ulong left = CopyAsBefore(folder.Sub("new"), folder.Sub("old"));
        ReplayReport old = TestWall.Replay(folder.Sub("old"));
        Assert.Empty(old.Mismatches);
        Assert.True(left > 20, $"only {left} notes stood beside others");
        Assert.Equal((whole.Judged, whole.Noted - left, 9ul), (old.Judged, old.Noted, Uses(old.State)));

        Run(TestWall.Options(folder.Sub("old"), policies: v => [new Noting(v, 12)]), topology: null, seed: 6, count: 100);
        old = TestWall.Replay(folder.Sub("old"));
        Assert.Empty(old.Mismatches);
        Assert.Equal(12ul, Uses(old.State));
        Assert.Equal(old.State.Digest, TestWall.Replay(folder.Sub("old"), new ReplayOptions { FromSnapshot = true }).State.Digest);

        // Any other one of several is not what was recorded then.
        CopyAsBefore(folder.Sub("new"), folder.Sub("wrong"), foremost: false);
        Assert.Equal(left == 0, TestWall.Replay(folder.Sub("wrong")).Mismatches.Count == 0);
    }

    // Snapshots count notes, so they are left out; the replay goes by the entries.
    private static ulong CopyAsBefore(string from, string to, bool foremost = true)
    {
        ulong left = 0;
        using LedgerWriter ledger = LedgerWriter.Open(new LedgerOptions { Directory = to, SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer);
        using EntryCursor cursor = LedgerReader.Open(from).ReadFrom(0);
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            byte[] payload = entry.Payload.ToArray();
            if (entry.Kind < LedgerLimits.FirstCallerKind || entry.Kind == WallEntryKinds.Snapshot)
            {
                continue;
            }

            if (entry.Kind == WallEntryKinds.Note)
            {
                Assert.Null(NoteEntry.Read(payload, out GateNoteSet all));
                GateNoteSet one = default;
                one.Add(foremost || all.Count == 1 ? all.Foremost : all[^1] == all.Foremost ? all[0] : all[^1]);
                payload = new byte[NoteEntry.LengthOf(in one)];
                NoteEntry.Write(payload, in one);
                left += (ulong)all.Count - 1;
            }

            payload.CopyTo(ledger.Begin(entry.Kind, payload.Length, out _));
            ledger.Commit();
        }

        ledger.Close();
        return left;
    }

    private static void Run(WallOptions options, Topology? topology, int seed, int count)
    {
        if (topology is { } layout)
        {
            using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = layout, IngressSlots = 64, DecisionSlots = 64 });
            foreach (WallCommand command in CommandStream.Of(seed, count, pipeline.Vocabulary))
            {
                CommandStream.Feed(pipeline, in command);
            }

            return;
        }

        using Wall wall = Wall.Open(options);
        foreach (WallCommand command in CommandStream.Of(seed, count, wall.Vocabulary))
        {
            CommandStream.Feed(wall, in command);
        }
    }

    private static bool Exempts(GateNoteSet notes) => notes.Of(GateNoteKind.Exempted).Kind != GateNoteKind.None;

    private static ulong Uses(PlaneState state) =>
        state.Names.Rules.Values.SingleOrDefault(rule => rule.Name == Exemption) is { } rule ? state.Uses.Of(rule.Id) : 0;

    private static List<(ulong Entry, GateNoteSet Notes, bool Decided)> Notes(string ledger)
    {
        List<(ulong Entry, GateNoteSet Notes, bool Decided)> notes = [];
        using EntryCursor cursor = LedgerReader.Open(ledger).ReadFrom(0);
        bool open = false;
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            if (entry.Kind == WallEntryKinds.Note)
            {
                Assert.Null(NoteEntry.Read(entry.Payload, out GateNoteSet note));
                notes.Add((entry.Index, note, false));
                open = true;
            }
            else if (entry.Kind >= LedgerLimits.FirstCallerKind)
            {
                if (open && entry.Kind == WallEntryKinds.Decision)
                {
                    notes[^1] = notes[^1] with { Decided = true };
                }

                open = false;
            }
        }

        return notes;
    }
}
