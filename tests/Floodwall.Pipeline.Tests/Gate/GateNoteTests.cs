namespace Floodwall.Pipeline.Tests.Gate;

public sealed class GateNoteTests
{
    private static readonly RuleId A = new(1);
    private static readonly RuleId B = new(2);
    private static readonly RuleId Pass = new(3);

    private delegate Verdict Judging(GateNotes notes);

    [Fact]
    public void Verdicts_are_ordered_as_documented_and_waits_by_their_length()
    {
        Assert.Equal(
            [VerdictKind.Admit, VerdictKind.Shape, VerdictKind.Defer, VerdictKind.RequireApproval, VerdictKind.Switch, VerdictKind.Reject],
            Enum.GetValues<VerdictKind>());
        Verdict[] ordered =
        [
            Verdict.Admit, Verdict.Shape(1, A), Verdict.Shape(9, A), Verdict.Defer(A, 5), Verdict.Defer(A, 6), Verdict.Defer(A),
            Verdict.RequireApproval(A), Verdict.Switch(new Symbol(4), A), Verdict.Reject(A),
        ];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i < j, ordered[i].IsMilderThan(in ordered[j]));
                Verdict both = ordered[i].Combine(in ordered[j]);
                Assert.Equal((ordered[Math.Max(i, j)].Kind, ordered[Math.Max(i, j)].Argument), (both.Kind, both.Argument));
            }
        }

        Assert.False(Verdict.Switch(new Symbol(1), A).IsMilderThan(Verdict.Switch(new Symbol(2), B)));
    }

    [Fact]
    public void One_note_of_each_kind_the_harshest_in_the_order_of_kinds()
    {
        (_, GateNoteSet none) = Judge(_ => Verdict.Reject(A));
        Assert.True(none.IsEmpty);

        (Verdict verdict, GateNoteSet notes) = Judge(to =>
        {
            to.Add(GateNoteKind.Shadow, Verdict.Reject(B));
            to.Add(GateNoteKind.Exempted, Verdict.Defer(A), Pass);
            return Verdict.Admit;
        });
        Assert.Equal(VerdictKind.Admit, verdict.Kind);
        Assert.Equal(Set(new(GateNoteKind.Exempted, VerdictKind.Defer, A, Pass), new(GateNoteKind.Shadow, VerdictKind.Reject, B)), notes);
        Assert.Equal(GateNoteKind.Exempted, notes.Foremost.Kind);

        (_, notes) = Judge(to =>
        {
            to.Add(GateNoteKind.Candidate, Verdict.Switch(new Symbol(1), A));
            to.Add(GateNoteKind.Audit, Verdict.Defer(A));
            to.Add(GateNoteKind.Shadow, Verdict.RequireApproval(B));
            to.Add(GateNoteKind.Shadow, Verdict.Shape(4, A));
            return Verdict.Admit;
        });
        Assert.Equal(
            Set(new(GateNoteKind.Shadow, VerdictKind.RequireApproval, B), new(GateNoteKind.Audit, VerdictKind.Defer, A), new(GateNoteKind.Candidate, VerdictKind.Switch, A)), notes);
        Assert.Equal(new GateNote(GateNoteKind.Candidate, VerdictKind.Switch, A), notes.Foremost);
        Assert.Equal(new GateNote(GateNoteKind.Audit, VerdictKind.Defer, A), notes.Of(GateNoteKind.Audit));
        Assert.Equal(GateNote.None, notes.Of(GateNoteKind.Exempted));
    }

    [Fact]
    public void What_another_policy_says_too_is_no_exemption_and_no_shadow_but_stays_an_audit()
    {
        GateContext context = new(new Vocabulary(100), new FactTable());
        GateStage gate = new([new Says(notes =>
        {
            notes.Add(GateNoteKind.Shadow, Verdict.Reject(A));
            notes.Add(GateNoteKind.Audit, Verdict.Defer(B));
            notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), Pass);
            return Verdict.Admit;
        }), new Says(_ => Verdict.Reject(B))], context);
        Assert.Equal(VerdictKind.Reject, gate.Judge(default, 0).Kind);
        Assert.Equal(Set(new GateNote(GateNoteKind.Audit, VerdictKind.Defer, B)), gate.Notes);
        Assert.Equal(0, context.Uses.Count);

        // Milder still: the other policy only defers, so the exemption was worth something.
        gate = new([gate.Policies[0], new Says(_ => Verdict.Defer(B))], context);
        Assert.Equal(VerdictKind.Defer, gate.Judge(default, 0).Kind);
        Assert.Equal((3, GateNoteKind.Exempted, 1ul), (gate.Notes.Count, gate.Notes[0].Kind, context.Uses.Of(Pass)));

        // Explaining uses nothing up and leaves no note to the next intent.
        gate.Explain(default, 0, []);
        Assert.Equal((0, 1ul), (gate.Notes.Count, context.Uses.Of(Pass)));
    }

    [Fact]
    public void Notes_that_mean_nothing_are_a_fault_of_their_policy()
    {
        (GateNoteKind Kind, Verdict WouldBe, RuleId Exemption)[] wrong =
        [
            (GateNoteKind.None, Verdict.Reject(A), RuleId.None), ((GateNoteKind)5, Verdict.Reject(A), RuleId.None),
            (GateNoteKind.Exempted, Verdict.Reject(A), RuleId.None), (GateNoteKind.Shadow, Verdict.Reject(A), Pass), (GateNoteKind.Audit, Verdict.Admit, RuleId.None),
        ];
        foreach ((GateNoteKind kind, Verdict wouldBe, RuleId exemption) in wrong)
        {
            Assert.Throws<ArgumentException>(() => new GateNotes().Add(kind, wouldBe, exemption));
        }

        GateNotes notes = new();
        notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), Pass);
        Assert.True(notes.IsExempted);
        Assert.Throws<ArgumentException>(() => notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), B));
    }

    [Fact]
    public void Uses_are_kept_in_order_whatever_the_order_of_use()
    {
        Random random = new(7);
        ExemptionUses uses = new();
        Dictionary<uint, ulong> model = [];
        for (int i = 0; i < 2000; i++)
        {
            uint id = (uint)random.Next(1, 200);
            uses.Add(new RuleId(id), 1);
            model[id] = model.GetValueOrDefault(id) + 1;
        }

        List<(uint, ulong)> read = [];
        for (uint id = 0; uses.Next(ref id, out ulong count);)
        {
            read.Add((id, count));
        }

        Assert.Equal(model.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), read);
        Assert.All(model, pair => Assert.Equal(pair.Value, uses.Of(new RuleId(pair.Key))));
        Assert.Equal(0ul, uses.Of(new RuleId(1000)));
    }

    [Fact]
    public void An_entry_is_read_back_and_nothing_else_is_read()
    {
        for (int kinds = 1; kinds < 16; kinds++)
        {
            GateNoteSet notes = Set([.. Enumerable.Range(1, 4).Where(kind => (kinds >> (kind - 1) & 1) != 0).Select(kind =>
                new GateNote((GateNoteKind)kind, VerdictKind.Switch, new RuleId((uint)(77 + kind)), kind == 1 ? new RuleId(1 << 19) : RuleId.None))]);
            byte[] payload = new byte[NoteEntry.LengthOf(in notes)];
            NoteEntry.Write(payload, in notes);
            Assert.Null(NoteEntry.Read(payload, out GateNoteSet read));
            Assert.Equal(notes, read);

            // What is cut off between two notes is a note less; anything else is refused.
            for (int length = 0; length < payload.Length; length++)
            {
                bool between = length != 0 && (length - ((kinds & 1) * sizeof(uint))) % NoteEntry.Length == 0 && (length >= NoteEntry.ExemptedLength || (kinds & 1) == 0);
                Assert.Equal(between, NoteEntry.Read(payload.AsSpan(0, length), out read) is null);
                Assert.Equal(between ? length / NoteEntry.Length : 0, read.Count);
            }

            Assert.NotNull(NoteEntry.Read([.. payload, 0], out _));
            Assert.NotNull(NoteEntry.Read([.. payload, .. payload], out _));
            Assert.NotNull(NoteEntry.Read([0, .. payload[1..]], out _));
            Assert.NotNull(NoteEntry.Read([5, .. payload[1..]], out _));
            Assert.NotNull(NoteEntry.Read([payload[0], 6, .. payload[2..]], out _));
            Assert.Equal(kinds == 8, NoteEntry.Read([payload[0], 0, .. payload[2..]], out _) is null);
        }
    }

    [Fact]
    public void A_set_takes_each_kind_once_and_in_order()
    {
        GateNoteSet notes = Set(new GateNote(GateNoteKind.Shadow, VerdictKind.Reject, A));
        foreach (GateNoteKind kind in (GateNoteKind[])[GateNoteKind.None, GateNoteKind.Exempted, GateNoteKind.Shadow, (GateNoteKind)5])
        {
            Assert.Throws<ArgumentException>(() => notes.Add(new GateNote(kind, VerdictKind.Reject, A)));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => notes[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => notes[-1]);
        Assert.NotEqual(notes, Set(new GateNote(GateNoteKind.Shadow, VerdictKind.Reject, B)));
        Assert.NotEqual(notes, default);
    }

    private static GateNoteSet Set(params GateNote[] all)
    {
        GateNoteSet notes = default;
        foreach (GateNote note in all)
        {
            notes.Add(in note);
        }

        return notes;
    }

    private static (Verdict Verdict, GateNoteSet Notes) Judge(Judging judging)
    {
        GateStage gate = new([new Says(judging)], new GateContext(new Vocabulary(100), new FactTable()));
        Verdict verdict = gate.Judge(default, 0);
        Assert.Null(gate.LastException);
        return (verdict, gate.Notes);
    }

    private sealed class Says(Judging judging) : IContextPolicy
    {
        private GateContext? _context;

        public void Attach(GateContext context) => _context = context;

        public Verdict Judge(in Intent intent, ulong tick) => judging(_context!.Notes);
    }
}
