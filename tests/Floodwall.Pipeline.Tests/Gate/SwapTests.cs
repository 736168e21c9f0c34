using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Gate;

public sealed class SwapTests
{
    [Theory]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    public async Task Swaps_and_facts_under_load_lose_and_reorder_nothing(Topology topology)
    {
        const int Producers = 3;
        const ulong Each = 20_000;
        using TempFolder folder = new();
        Recorder told = new();
        PipelineOptions layout = new() { Topology = topology, IngressSlots = 256, DecisionSlots = 64 };
        List<Hash256> swapped = [];
        using (FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(folder.Sub("ledger"), handler: told, policies: TestWall.Gates[1], snapshots: new SnapshotSettings(7000)), layout))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
            Symbol remaining = pipeline.Vocabulary.Symbols.Intern("remaining");
            int running = Producers;
            Task[] producers = [.. Enumerable.Range(0, Producers).Select(p => Task.Run(() =>
            {
                for (ulong i = 0; i < Each; i++)
                {
                    pipeline.Submit(new Intent { Agent = agents[p], Resource = resources[i % 5], Id = i, SubmittedTick = i / 100 });
                }

                Interlocked.Decrement(ref running);
            }, TestContext.Current.CancellationToken))];
            Task facts = Task.Run(() =>
            {
                for (long i = 0; Volatile.Read(ref running) > 0; i++)
                {
                    pipeline.AcceptFact(new Fact(FactKind.Pool, resources[i % 5], remaining, FactValue.Of(i % 3), (ulong)i));
                }
            }, TestContext.Current.CancellationToken);
            for (int i = 0; Volatile.Read(ref running) > 0 && i < 400; i++)
            {
                swapped.Add(Swap(pipeline, [.. TestWall.Gates[i % TestWall.Gates.Count](pipeline.Vocabulary)], $"swap {i}"));
                Thread.Yield();
            }

            await Task.WhenAll([.. producers, facts]);
        }

        // Every producer's intents are there once and in its order.
        Assert.Equal((int)(Producers * Each), told.Told.Count);
        foreach (IGrouping<Symbol, (Intent Intent, Decision Decision)> agent in told.Told.GroupBy(t => t.Intent.Agent))
        {
            Assert.Equal(Enumerable.Range(0, (int)Each).Select(i => (ulong)i), agent.Select(t => t.Intent.Id));
        }

        // Each verdict is what the composition before it gives, with the facts before it.
        ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
        Assert.Empty(report.Mismatches);
        Assert.Equal((0ul, Producers * Each), (report.NotJudged, report.Judged));
        Assert.Equal(swapped, report.Gates.Skip(1).Select(gate => gate.Address));
        Assert.Equal(Enumerable.Range(0, swapped.Count).Select(i => $"swap {i}"), report.Gates.Skip(1).Select(gate => gate.Reason));
        Assert.Equal(VerificationStatus.Good, TestWall.Verify(folder.Sub("ledger")).Status);
    }

    [Fact]
    public void The_latest_composition_before_a_decision_judged_it()
    {
        using TempFolder folder = new();
        List<(ulong Entry, Hash256 Gate)> expected = [];
        using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: _ => [])))
        {
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            Hash256 gate = GateComposition.AddressOf([]);
            for (int i = 0; i < 20; i++)
            {
                expected.Add((wall.Submit(new Intent { Agent = agents[0], Resource = resources[3], Id = (ulong)i }).EntryIndex, gate));

                // A gate of 2,000 names takes several parts; one without a description goes by its type.
                IPolicy[] policies = (i % 3) switch
                {
                    0 => [new ResourceAllowlist(wall.Vocabulary, Enumerable.Range(0, 2000).Select(n => $"resource {n}"))],
                    1 => [new Undescribed()],
                    _ => [],
                };
                gate = wall.SwapPolicies(policies, "because");
                Assert.Equal(GateComposition.AddressOf(GateComposition.Of(policies)), gate);
            }
        }

        GateReader gates = new();
        List<(ulong Entry, Hash256 Gate)> read = [];
        using EntryCursor cursor = LedgerReader.Open(folder.Sub("ledger")).ReadFrom(0);
        while (cursor.MoveNext())
        {
            Assert.Null(gates.Observe(cursor.Current.Kind, cursor.Current.Payload, out _));
            if (cursor.Current.Kind == WallEntryKinds.Decision)
            {
                read.Add((cursor.Current.Index, gates.Current?.Address ?? default));
            }
        }

        // A wall whose gate is empty from the start records no composition before the first swap.
        Assert.Equal(expected.Skip(1), read.Skip(1));
    }

    [Fact]
    public void What_cannot_be_a_gate_is_refused_and_the_old_one_judges_on()
    {
        using TempFolder folder = new();
        using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger")));
        Assert.Throws<ArgumentException>(() => wall.SwapPolicies([null!], "x"));
        Assert.Throws<ArgumentException>(() => wall.SwapPolicies([.. Enumerable.Repeat(new Undescribed(), 257)], "x"));
        Assert.Throws<ArgumentException>(() => wall.SwapPolicies([], ""));
        Assert.Throws<ArgumentException>(() => wall.SwapPolicies([], "a\nb"));
        Assert.Throws<ArgumentException>(() => wall.SwapPolicies([], new string('x', 1025)));
        Assert.Throws<InvalidOperationException>(() => wall.SwapPolicies([new WillNotAttach()], "x"));
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
        Intent intent = new() { Agent = agents[0], Resource = resources[4] };
        Assert.Equal(VerdictKind.Defer, wall.Submit(in intent).Verdict.Kind);

        // Tickets come back, however many swaps there are.
        for (int i = 0; i < 3 * SwapTable.Capacity; i++)
        {
            wall.SwapPolicies([], "open");
        }

        Assert.True(wall.Submit(intent with { Id = 1 }).IsAdmitted);
        wall.Close();
        Assert.Throws<ObjectDisposedException>(() => wall.SwapPolicies([], "x"));
    }

    [Fact]
    public void As_many_swaps_as_may_be_on_their_way_are_taken_and_no_more()
    {
        using ManualResetEventSlim open = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            TestWall.Options(ledger: null, policies: _ => [new Waits(open)]), new PipelineOptions { Topology = Topology.Split });
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(pipeline.Vocabulary);
        Assert.True(pipeline.TrySubmit(new Intent { Agent = agents[0], Resource = resources[0] }));
        for (int i = 0; i < SwapTable.Capacity; i++)
        {
            pipeline.SwapPolicies([], "next");
        }

        InvalidOperationException full = Assert.Throws<InvalidOperationException>(() => pipeline.SwapPolicies([], "one too many"));
        Assert.Contains("64 swaps", full.Message, StringComparison.Ordinal);
        open.Set();
        pipeline.Close();
        Assert.Throws<ObjectDisposedException>(() => pipeline.SwapPolicies([], "closed"));
        Assert.Equal(1ul, pipeline.Counters.Admitted);
    }

    [Fact]
    public void A_wall_that_opens_again_says_that_its_gate_is_another_one()
    {
        using TempFolder folder = new();
        for (int round = 0; round < 2; round++)
        {
            using Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger")));
            (Symbol[] agents, Symbol[] resources) = TestWall.Names(wall.Vocabulary);
            wall.Submit(new Intent { Agent = agents[0], Resource = resources[4], Id = 1 });
            wall.SwapPolicies([], "for the night");
            wall.Submit(new Intent { Agent = agents[0], Resource = resources[4], Id = 2 });
            wall.Drain();
            Hash256 digest = wall.ComputeStateDigest();
            wall.Close();
            ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
            Assert.Equal((0ul, 0ul, digest), (report.MismatchCount, report.NotJudged, report.State.Digest));
            Assert.Equal(2 * (round + 1), report.Gates.Count);
            Assert.Equal([null, "for the night"], report.Gates.TakeLast(2).Select(gate => gate.Reason));
        }
    }

    [Fact]
    public void A_swap_whose_digest_is_another_one_is_a_mismatch()
    {
        using TempFolder folder = new();
        using (LedgerWriter ledger = LedgerWriter.Open(
            new LedgerOptions { Directory = folder.Sub("ledger"), SegmentBytes = LedgerLimits.MinSegmentBytes }, TestWall.Signer))
        {
            Span<byte> payload = ledger.Begin(WallEntryKinds.GateChange, GateChangeEntry.LengthOf("x"), out _);
            GateChangeEntry.Write(payload, 5, Sha256.Hash("another"u8), "x");
            ledger.Commit();
            ledger.Close();
        }

        ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
        Assert.StartsWith("the gate changed to", Assert.Single(report.Mismatches).What, StringComparison.Ordinal);
        Assert.Equal(5ul, report.State.Clock);
    }

    // As many as fit are on their way at once; the test asks faster than that.
    private static Hash256 Swap(FloodwallPipeline pipeline, IPolicy[] policies, string reason)
    {
        while (true)
        {
            try
            {
                return pipeline.SwapPolicies(policies, reason);
            }
            catch (InvalidOperationException)
            {
                Thread.Yield();
            }
        }
    }

    private sealed class Undescribed : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) => Verdict.Admit;
    }

    private sealed class WillNotAttach : IContextPolicy
    {
        public void Attach(GateContext context) => throw new InvalidOperationException("not here");

        public Verdict Judge(in Intent intent, ulong tick) => Verdict.Admit;
    }

    private sealed class Waits(ManualResetEventSlim open) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick)
        {
            open.Wait();
            return Verdict.Admit;
        }
    }
}
