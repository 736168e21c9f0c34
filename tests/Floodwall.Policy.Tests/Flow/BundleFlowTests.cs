using Floodwall.Crypto;
using Floodwall.Pipeline;
using Floodwall.Policy.Tests.Judging;

namespace Floodwall.Policy.Tests.Flow;

/// <summary>Bundles in walls: exemptions over restarts and topologies, candidates on record, snapshots restored.</summary>
public sealed class BundleFlowTests
{
    private const string Strict = "metadata: {name: guard, revision: 2}\nrules: [{id: no, condition: \"resource.id == 'db'\", decision: deny, reason: \"{agent} keeps off\"}]";
    private const string Lax = "metadata: {name: guard, revision: 3}\nrules: [{id: ask, condition: \"resource.id == 'db'\", decision: require_human}]";

    [Theory]
    [InlineData(null)]
    [InlineData(Topology.Fused)]
    [InlineData(Topology.Paired)]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public void No_exemption_is_used_more_often_than_it_may_be(Topology? topology)
    {
        int usedUp = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            using BundleWall folder = new();
            RandomPolicy random = new(70_000 + seed);
            Random choice = new(seed);
            string yaml = RandomPolicy.Bundle(
                random.Head(), [random.Policy("p0", "global", "enforce"), random.Policy("p1", "global"), random.Policy("p2", "env:production", "enforce")],
                [.. Enumerable.Range(0, 12).Select(i => random.Exemption(i, 3))]);
            Dictionary<string, ulong> caps = JudgeBench.Read(yaml).Exemptions.ToDictionary(one => $"exemption/{one.Id}", one => one.MaxUses);
            string? candidate = seed % 2 == 0 ? random.Bundle() : null;
            string ledger = folder.Sub("0");
            Dictionary<string, ulong> last = [];
            for (int session = 0; session < 3; session++)
            {
                ulong every = (ulong)choice.Next(1, 200);
                AdmissionSettings admission = new(burst: 100, refillPerTick: 5, queueCapacity: 50, releasePerTick: session == 1 ? 7u : null);
                Run(BundleWall.Options(ledger, Make, every, admission), topology, random, 300);
                string crashed = folder.Sub($"{session + 1}");
                BundleWall.Crash(ledger, crashed);
                ledger = crashed;

                ReplayReport report = BundleWall.Replay(ledger);
                Assert.Equal(0ul, report.MismatchCount);
                Assert.Equal(0ul, report.NotJudged);
                Assert.Equal(report.State.Digest, BundleWall.Replay(ledger, fromSnapshot: true).State.Digest);
                Dictionary<string, ulong> uses = UsesOf(report.State);
                Assert.All(uses, pair => Assert.InRange(pair.Value, last.GetValueOrDefault(pair.Key), caps[pair.Key]));
                Assert.Equal(uses.Values.Aggregate(0ul, (all, one) => all + one), report.State.Counters.ExemptedNotes);
                usedUp += uses.Count(pair => pair.Value == caps[pair.Key]);
                last = uses;
            }

            IEnumerable<IPolicy> Make(Vocabulary vocabulary)
            {
                BundlePolicy live = BundleWall.Policy(yaml, vocabulary);
                return [candidate is null ? live : live.WithCandidate(JudgeBench.Read(candidate), out _)!];
            }
        }

        Assert.True(usedUp > 3, $"{usedUp} exemptions were used up");
    }

    [Fact]
    public void A_wall_goes_back_to_an_earlier_snapshot_and_says_so()
    {
        using BundleWall folder = new();
        using Wall wall = Wall.Open(BundleWall.Options(folder.Ledger, v => [BundleWall.Policy(Strict, v), new NoGlobalDestroy(v)]));
        Intent intent = new() { Agent = wall.Vocabulary.Symbols.Intern("ann"), Resource = wall.Vocabulary.Symbols.Intern("db") };
        Assert.Equal(VerdictKind.Reject, wall.Submit(in intent).Verdict.Kind);
        wall.AdvanceTo(5);
        Hash256 lax = wall.SwapPolicies([BundleWall.Policy(Lax, wall.Vocabulary)], "try asking");
        Assert.Equal(VerdictKind.RequireApproval, wall.Submit(in intent).Verdict.Kind);

        // Read while the wall is at work.
        PolicySnapshots snapshots = PolicySnapshots.Read(folder.Ledger);
        Assert.Equal([(null, null, 2), (5ul, "try asking", 1)], snapshots.All.Select(one => (one.Tick, one.Reason, one.Policies.Count)));
        Assert.Equal(lax, snapshots.Current!.Address);
        PolicySnapshot first = snapshots.All[0];
        Assert.Equal(first.Address, wall.SwapPolicies(
            snapshots.Restore(first.Address, BundleWall.Catalog, wall.Vocabulary), PolicySnapshots.RollbackReason(first.Address, "too lax")));
        Assert.Equal((VerdictKind.Reject, "rules/no"), (wall.Submit(in intent).Verdict.Kind, BundleWall.RuleOf(wall.Vocabulary, wall.Submit(in intent))));
        wall.Close();

        Assert.Equal($"rollback to {first.Address.ToHex()}: too lax", PolicySnapshots.Read(folder.Ledger).Current!.Reason);
        Assert.Equal(0ul, BundleWall.Replay(folder.Ledger).MismatchCount);
        Assert.Throws<ArgumentException>(() => snapshots.Restore(default, BundleWall.Catalog, wall.Vocabulary));
        Assert.Contains("'bundle'", Assert.Throws<FormatException>(() => snapshots.Restore(lax, new PolicyCatalog(), wall.Vocabulary)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Topology.Split)]
    [InlineData(Topology.Direct)]
    public async Task A_pipeline_goes_back_too_and_every_decision_is_judged_by_the_snapshot_it_names(Topology topology)
    {
        using BundleWall folder = new();
        using FloodwallPipeline pipeline = FloodwallPipeline.Open(
            BundleWall.Options(folder.Ledger, v => [BundleWall.Policy(Strict, v)]), new PipelineOptions { Topology = topology });
        Intent intent = new() { Agent = pipeline.Vocabulary.Symbols.Intern("ann"), Resource = pipeline.Vocabulary.Symbols.Intern("db") };
        List<(ulong Entry, string Rule, string Address)> decided = [];
        string[] addresses = [CanonicalForm.Address(JudgeBench.Read(Strict)), CanonicalForm.Address(JudgeBench.Read(Lax))];
        Hash256? strict = null;
        for (int round = 0; round < 6; round++)
        {
            Decision decision = await pipeline.SubmitAsync(in intent, cancellationToken: TestContext.Current.CancellationToken);
            decided.Add((decision.EntryIndex, BundleWall.RuleOf(pipeline.Vocabulary, decision), addresses[round % 2]));
            PolicySnapshots snapshots = PolicySnapshots.Read(folder.Ledger);
            strict ??= snapshots.Current!.Address;
            pipeline.SwapPolicies(
                round % 2 == 0 ? [BundleWall.Policy(Lax, pipeline.Vocabulary)] : snapshots.Restore(strict.Value, BundleWall.Catalog, pipeline.Vocabulary),
                round % 2 == 0 ? "forward" : PolicySnapshots.RollbackReason(strict.Value));
        }

        pipeline.Close();
        Assert.Equal(["rules/no", "rules/ask", "rules/no", "rules/ask", "rules/no", "rules/ask"], decided.Select(one => one.Rule));
        PolicySnapshots all = PolicySnapshots.Read(folder.Ledger);
        Assert.Equal(7, all.All.Count);
        foreach ((ulong entry, _, string address) in decided)
        {
            // The latest snapshot before a decision is the one it names; its text holds the bundle whose address this is.
            PolicyText text = Assert.Single(all.All.Last(one => one.EntryIndex < entry).Policies);
            Assert.StartsWith("bundle {", text.Text, StringComparison.Ordinal);
            Assert.Equal(address, "sha256:" + Sha256.Hash(System.Text.Encoding.UTF8.GetBytes(text.Text["bundle ".Length..])).ToHex());
        }

        ReplayReport report = BundleWall.Replay(folder.Ledger);
        Assert.Equal((0ul, 6ul, 7ul), (report.MismatchCount, report.Judged, report.GateCount));
    }

    [Fact]
    public void Only_a_newer_revision_or_what_judged_last_is_taken()
    {
        using BundleWall folder = new();
        using Ed25519Signer signer = Ed25519Signer.FromSeed("policies.test", new byte[32]);
        BundleTrust trust = new(RequireSigned: true, [signer.VerifierKey], "guard");
        BundleReadResult Load(string yaml, ulong revision, RecordedBundles? recorded = null)
        {
            PolicyBundle bundle = JudgeBench.Read(yaml);
            bundle = bundle with { Metadata = bundle.Metadata with { Revision = revision } };
            File.WriteAllBytes(folder.Sub("signed"), SignedBundle.Sign(bundle, signer));
            return BundleReader.ReadPath(folder.Sub("signed"), trust, recorded ?? RecordedBundles.Read(folder.Ledger));
        }

        void Open(PolicyBundle bundle, bool asCandidate = false)
        {
            using Wall wall = Wall.Open(BundleWall.Options(folder.Ledger, v => [asCandidate
                ? BundleWall.Policy(Strict, v).WithCandidate(bundle, out _)!
                : BundlePolicy.TryCreate(bundle, v, out _)!]));
        }

        Assert.NotNull(Load(Strict, 2).Bundle);
        Open(JudgeBench.Read(Strict));
        Assert.NotNull(Load(Strict, 2).Bundle);
        string refused = Assert.Single(Load(Lax, 2).Diagnostics).Message;
        Assert.Contains("above 2, the highest in this ledger", refused, StringComparison.Ordinal);
        Assert.Contains("got revision 2", refused, StringComparison.Ordinal);
        Assert.Null(Load(Strict, 1).Bundle);

        // A candidate judges nothing, so it is no revision in use; its live bundle is.
        Open(JudgeBench.Read(Lax), asCandidate: true);
        Assert.Equal((2ul, 2ul), (RecordedBundles.Read(folder.Ledger).Find("guard")!.HighestRevision, RecordedBundles.Read(folder.Ledger).Find("guard")!.LastRevision));
        Assert.NotNull(Load(Lax, 3).Bundle);
        Open(JudgeBench.Read(Lax));
        Assert.Null(Load(Strict, 2).Bundle);
        Assert.NotNull(Load(Lax, 3).Bundle);

        // After a rollback what judged last may come again, and no number that was ever used.
        Open(JudgeBench.Read(Strict));
        Assert.Equal((3ul, 2ul), (RecordedBundles.Read(folder.Ledger).Find("guard")!.HighestRevision, RecordedBundles.Read(folder.Ledger).Find("guard")!.LastRevision));
        Assert.NotNull(Load(Strict, 2).Bundle);
        Assert.Null(Load(Lax, 3).Bundle);
        Assert.NotNull(Load(Lax, 4).Bundle);
        Assert.NotNull(Load(Lax, 1, RecordedBundles.None).Bundle);
        Assert.Null(RecordedBundles.Read(folder.Ledger).Find("other"));
        Assert.Null(RecordedBundles.Read(folder.Sub("nowhere")).Find("guard"));
    }

    private static void Run(WallOptions options, Topology? topology, RandomPolicy random, int count)
    {
        Vocabulary? vocabulary = null;
        if (topology is { } layout)
        {
            using FloodwallPipeline pipeline = FloodwallPipeline.Open(options, new PipelineOptions { Topology = layout, IngressSlots = 64, DecisionSlots = 64 });
            vocabulary = pipeline.Vocabulary;
            Feed(intent => pipeline.Submit(in intent), fact => pipeline.AcceptFact(in fact), pipeline.AdvanceTo, pipeline.Drain);
            return;
        }

        using Wall wall = Wall.Open(options);
        vocabulary = wall.Vocabulary;
        Feed(intent => wall.Submit(in intent), fact => wall.AcceptFact(in fact), wall.AdvanceTo, wall.Drain);

        void Feed(Action<Intent> submit, Action<Fact> accept, Action<ulong> advance, Action drain)
        {
            JudgeBench names = new("rules: [{id: x, condition: \"false\", decision: deny}]", vocabulary: vocabulary);
            for (int i = 0; i < count; i++)
            {
                if (i % 40 == 0)
                {
                    random.SetFacts(names);
                    foreach (Fact fact in names.Context.Facts.All)
                    {
                        accept(fact);
                    }
                }

                advance((ulong)(i / 20));
                submit(random.Intent(names) with { Id = (ulong)i });
                if (i % 97 == 0)
                {
                    drain();
                }
            }
        }
    }

    private static Dictionary<string, ulong> UsesOf(PlaneState state)
    {
        Dictionary<string, ulong> uses = [];
        foreach (Rule rule in state.Names.Rules.Values.Where(rule => rule.Name.StartsWith("exemption/", StringComparison.Ordinal)))
        {
            uses[rule.Name] = state.Uses.Of(rule.Id);
        }

        return uses;
    }
}
