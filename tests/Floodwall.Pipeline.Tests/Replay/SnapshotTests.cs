using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Replay;

public sealed class SnapshotTests
{
    [Fact]
    public void A_snapshot_and_what_follows_give_the_state_that_everything_gives()
    {
        int behind = 0;
        for (int seed = 0; seed < 12; seed++)
        {
            using TempFolder folder = new();
            Random random = new(5000 + seed);
            AdmissionSettings admission = CommandStream.AnyAdmission(random);
            for (int session = 0; session < 2; session++)
            {
                using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), admission, (RefusalRecording)random.Next(3)).With((ulong)random.Next(1, 150)));
                foreach (WallCommand command in CommandStream.Of(seed, 400, wall.Vocabulary, swaps: true))
                {
                    CommandStream.Feed(wall, in command);
                }
            }

            ulong size = TestWall.Replay(folder.Sub("ledger")).Size;
            for (int i = 0; i < 25; i++)
            {
                ulong to = (ulong)random.NextInt64((long)size);
                ReplayReport whole = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { To = to });
                ReplayReport tail = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { To = to, FromSnapshot = true });
                Assert.Equal((0ul, 0ul), (whole.MismatchCount, tail.MismatchCount));
                Assert.Equal((to + 1, to + 1), (whole.Size, tail.Size));
                Assert.Equal(whole.State.Digest, tail.State.Digest);
                Assert.Equal(0, tail.Snapshots);
                behind += tail.FirstEntry > 0 ? 1 : 0;
            }
        }

        Assert.True(behind > 100, "the snapshots were meant to be used");
    }

    [Fact]
    public void The_latest_one_is_found_over_many_segments_and_one_that_breaks_off_is_passed_by()
    {
        using TempFolder folder = new();
        LedgerOptions options = new() { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        ulong whole = 0;
        using (LedgerWriter ledger = LedgerWriter.Open(options, TestWall.Signer))
        {
            // A state as small as there is; then parts of one that never ends; then names over several segments.
            byte[] state = new byte[PartWriter.HeaderBytes];
            state[0] = PartWriter.First | PartWriter.Last;
            Append(ledger, WallEntryKinds.Snapshot, state);
            whole = ledger.AppendedSize - 1;
            for (byte number = 0; number < 3; number++)
            {
                byte[] part = new byte[PartWriter.HeaderBytes + 3000];
                part[0] = number == 0 ? PartWriter.First : (byte)0;
                part[1] = number;
                Append(ledger, WallEntryKinds.Snapshot, part);
            }

            byte[] name = new byte[1028];
            for (uint id = 1; id < 12_000; id++)
            {
                BitConverter.TryWriteBytes(name, id);
                name.AsSpan(4).Fill((byte)'a');
                BitConverter.TryWriteBytes(name.AsSpan(1020), id | 0x0101_0101_0101_0101);
                Append(ledger, WallEntryKinds.Symbol, name);
            }

            ledger.Close();
        }

        Assert.True(Directory.GetFiles(Path.Combine(folder.Sub("ledger"), "segments")).Length > 2);
        LedgerReader reader = LedgerReader.Open(folder.Sub("ledger"));
        SnapshotSearch.Place? found = SnapshotSearch.FindLatest(reader, ulong.MaxValue);
        Assert.Equal(new SnapshotSearch.Place(whole, whole), found);
        Assert.Null(SnapshotSearch.FindLatest(reader, whole));
    }

    [Fact]
    public void One_that_lies_across_two_segments_is_found_whole()
    {
        using TempFolder folder = new();
        LedgerOptions options = new() { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes };
        using (LedgerWriter ledger = LedgerWriter.Open(options, TestWall.Signer))
        {
            Append(ledger, WallEntryKinds.Clock, new byte[8]);
            byte[] part = new byte[PartWriter.PartBytes];
            const uint Parts = 1500;
            for (uint number = 0; number < Parts; number++)
            {
                part[0] = (byte)((number == 0 ? PartWriter.First : 0) | (number == Parts - 1 ? PartWriter.Last : 0));
                BitConverter.TryWriteBytes(part.AsSpan(1), number);
                Append(ledger, WallEntryKinds.Snapshot, part);
            }

            ulong last = ledger.AppendedSize - 1;
            Append(ledger, WallEntryKinds.Clock, new byte[8]);
            LedgerReader reader = LedgerReader.Open(folder.Sub("ledger"));
            Assert.True(reader.SegmentStart(last) > 2);
            Assert.Equal(new SnapshotSearch.Place(2, last), SnapshotSearch.FindLatest(reader, ulong.MaxValue));
            Assert.Null(SnapshotSearch.FindLatest(reader, last));
        }
    }

    [Fact]
    public void A_crash_amid_a_snapshot_loses_nothing()
    {
        using TempFolder folder = new();
        AdmissionSettings admission = new(burst: 20, refillPerTick: 1, releasePerTick: 2);
        using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), admission).With(100));
        Symbol[] many = [.. Enumerable.Range(0, 1500).Select(i => wall.Vocabulary.Symbols.Intern("agent-with-a-rather-long-name-" + i))];
        for (int i = 0; i < 3000; i++)
        {
            wall.Submit(new Intent { Id = (ulong)i, Agent = many[i % many.Length], Resource = many[0], SubmittedTick = (ulong)(i / 3) });
        }

        wall.Drain();
        ulong[] parts = [.. Kinds(folder.Sub("ledger")).Where(e => e.Kind == WallEntryKinds.Snapshot).Select(e => e.Index)];
        Assert.True(parts.Length > 30);
        foreach (ulong to in parts.Where((_, i) => i % 7 == 0))
        {
            ReplayReport whole = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { To = to });
            Assert.Empty(whole.Mismatches);
            ReplayReport tail = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { To = to, FromSnapshot = true });
            Assert.Equal(whole.State.Digest, tail.State.Digest);
        }
    }

    [Fact]
    public void States_come_back_and_no_bytes_crash_their_reader()
    {
        using TempFolder folder = new();
        using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), new AdmissionSettings(burst: 9, releasePerTick: 0)).With(5));
        foreach (WallCommand command in CommandStream.Of(8, 60, wall.Vocabulary).Where(c => c.Kind == CommandKind.Submit))
        {
            CommandStream.Feed(wall, in command);
        }

        byte[] bytes = Encode(TestWall.Replay(folder.Sub("ledger")).State);
        Assert.Null(StateDecoder.Decode(bytes, out PlaneState state));
        Assert.True(state.Queued == 0 && state.Names.Symbols.Count == 0, "nothing was decided yet");
        wall.Drain();
        bytes = Encode(TestWall.Replay(folder.Sub("ledger")).State);
        Assert.Null(StateDecoder.Decode(bytes, out state));
        Assert.Equal(bytes, Encode(state));

        Random random = new(9);
        for (int run = 0; run < 20_000; run++)
        {
            byte[] bad = (byte[])bytes.Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            }

            bad = run % 3 == 0 ? bad[..random.Next(bad.Length)] : bad;
            if (StateDecoder.Decode(bad, out PlaneState read) is null)
            {
                // What is accepted is read the same again.
                byte[] again = Encode(read);
                Assert.Null(StateDecoder.Decode(again, out PlaneState twice));
                Assert.Equal(again, Encode(twice));
            }
        }
    }

    [Fact]
    public void States_of_older_versions_are_read_and_lack_what_came_since()
    {
        PlaneState state = new() { Clock = 7 };
        Assert.Null(state.Names.Observe(WallEntryKinds.Symbol, [1, 0, 0, 0, (byte)'a']));
        byte[] now = Encode(state);

        // At the end stand four counts of notes and the number of used exemptions, all of them 0.
        byte[] second = [2, .. now[1..^36]];
        Assert.Null(StateDecoder.Decode(second, out PlaneState read));
        Assert.Equal(now, Encode(read));

        // Before them the numbers of attribute sets, agents, waiting intents and facts, likewise.
        byte[] first = [1, .. second[1..^16], .. second[^12..^4]];
        Assert.Null(StateDecoder.Decode(first, out read));
        Assert.Equal(now, Encode(read));
        foreach (byte[] wrong in (byte[][])[[4, .. now[1..]], [2, .. now[1..]], [1, .. now[1..]], [3, .. second[1..]], [1, .. second[1..]], [2, .. first[1..]]])
        {
            Assert.NotNull(StateDecoder.Decode(wrong, out _));
        }
    }

    [Fact]
    public void Used_exemptions_are_part_of_the_state_and_are_read_strictly()
    {
        PlaneState state = new();
        foreach (byte id in (ReadOnlySpan<byte>)[3, 9])
        {
            Assert.Null(state.Names.Observe(WallEntryKinds.Rule, [id, 0, 0, 0, 1, 0, (byte)'x']));
            state.Uses.Add(new RuleId(id), id);
        }

        state.Notes[0] = 12;
        byte[] bytes = Encode(state);
        Assert.Null(StateDecoder.Decode(bytes, out PlaneState read));
        Assert.Equal((3ul, 9ul, 0ul, 12ul), (read.Uses.Of(new RuleId(3)), read.Uses.Of(new RuleId(9)), read.Uses.Of(new RuleId(4)), read.Counters.ExemptedNotes));
        Assert.Equal(state.Digest, read.Digest);

        // The last 24 bytes: 3, 3 uses, 9, 9 uses.
        byte[] Changed(int fromEnd, byte value)
        {
            byte[] other = [.. bytes];
            other[^fromEnd] = value;
            return other;
        }

        Assert.NotNull(StateDecoder.Decode(Changed(12, 3), out _));
        Assert.NotNull(StateDecoder.Decode(Changed(12, 8), out _));
        Assert.NotNull(StateDecoder.Decode(Changed(8, 0), out _));
        Assert.NotNull(StateDecoder.Decode(Changed(28, 3), out _));
        Assert.NotNull(StateDecoder.Decode(bytes.AsSpan(0, bytes.Length - 1), out _));
    }

    private static byte[] Encode(PlaneState state)
    {
        Collected output = new() { Bytes = [] };
        StateEncoder.Encode(state, ref output);
        return [.. output.Bytes];
    }

    private static void Append(LedgerWriter ledger, byte kind, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(ledger.Begin(kind, payload.Length, out _));
        ledger.Commit();
    }

    private static List<(ulong Index, byte Kind)> Kinds(string ledger)
    {
        List<(ulong Index, byte Kind)> found = [];
        using EntryCursor cursor = LedgerReader.Open(ledger).ReadFrom(0);
        while (cursor.MoveNext())
        {
            found.Add((cursor.Current.Index, cursor.Current.Kind));
        }

        return found;
    }

    private readonly struct Collected : IStateOutput
    {
        public required List<byte> Bytes { get; init; }

        public void Write(scoped ReadOnlySpan<byte> bytes) => Bytes.AddRange(bytes);
    }
}
