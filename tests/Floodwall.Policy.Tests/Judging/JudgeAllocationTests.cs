using Floodwall.Pipeline;
using Floodwall.Tests;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>Judging by bundles allocates nothing, with all that can stand beside a verdict.</summary>
[Collection(nameof(Alone))]
public sealed class JudgeAllocationTests
{
    private const string Yaml = """
        attributes: {cidr: string, size: int, tags: string_list}
        facts: {staleAfter: 50}
        ticks: {perSecond: 1, unixSecondsAtZero: 1700000000}
        policies:
        - id: p
          rules:
          - {id: net, condition: "attr.cidr == '0.0.0.0/0'", decision: deny, onUnknown: pessimistic}
          - {id: big, condition: "attr.size > 3 && pool.remaining < 2", decision: require_human, onUnknown: defer}
          - {id: tag, condition: "'pci' in attr.tags && intent.cost > 10.0", decision: deny, onUnknown: pessimistic}
          - {id: slow, condition: "pool.utilization > 0.5", decision: throttle, params: {algorithm: linear, wait: 2, maxWait: 90}, onUnknown: pessimistic}
        - {id: s, mode: shadow, rules: [{id: r, condition: "agent.id.startsWith('dep')", decision: deny}]}
        - {id: a, mode: audit, rules: [{id: r, condition: "resource.id.endsWith('1')", decision: require_human}]}
        exemptions:
        - {id: e1, who: {agent: dep*}, policies: [p], why: w, expires: 70, maxUses: 1000000}
        - {id: e2, who: {role: ops}, rules: [p/net, p/big], why: w, expires: 40, maxUses: 400}
        - {id: e3, who: {agent: '*', identity: svc-*}, policies: ['*'], why: w, expires: 90, maxUses: 20}
        """;

    [Fact]
    public void With_exemptions_shadow_audit_candidate_facts_and_attributes_nothing_is_allocated()
    {
        JudgeBench bench = new(Yaml, Yaml.Replace("> 0.5", "> 0.2", StringComparison.Ordinal).Replace("decision: deny, onUnknown", "decision: switch, params: {to: svc-b}, onUnknown", StringComparison.Ordinal));
        Assert.Empty(bench.Policy.SlowClauses);
        Random random = new(5);
        Intent[] intents = new Intent[4096];
        for (int i = 0; i < intents.Length; i++)
        {
            intents[i] = new Intent
            {
                Id = (ulong)i,
                Agent = bench.Name(random.Next(2) == 0 ? "deployer" : "ann"),
                Role = bench.Name(random.Next(2) == 0 ? "ops" : "dev"),
                Resource = bench.Name("res-" + random.Next(4)),
                Pool = bench.Name("pool-" + random.Next(3)),
                Identity = bench.Name(random.Next(3) == 0 ? "svc-a" : ""),
                CostMicros = random.Next(30_000_000),
                Attributes = random.Next(3) == 0 ? 0 : bench.Attributes(
                    ("cidr", random.Next(3) == 0 ? "0.0.0.0/0" : "10.0.0.0/8"), ("size", random.Next(6)), ("tags", random.Next(2) == 0 ? ["pci"] : Array.Empty<string>())),
            };
        }

        for (int pool = 0; pool < 3; pool++)
        {
            bench.Fact(FactKind.Pool, $"pool-{pool}", "remaining", FactValue.Of((long)pool), 30);
            bench.Fact(FactKind.Pool, $"pool-{pool}", "utilization", FactValue.Of(0.3 * pool), 60);
        }

        GateStage gate = bench.Gate;
        long[] noted = new long[5];
        long[] said = new long[6];

        // Rounds until names are met and methods are compiled for good; a round that allocates nothing must come and stay.
        long bytes = -1;
        int quiet = 0;
        for (int round = 0; round < 200 && quiet < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < intents.Length; i++)
            {
                Verdict verdict = gate.Judge(in intents[i], (ulong)(i % 120));
                said[(int)verdict.Kind]++;
                noted[0] += gate.Notes.IsEmpty ? 1 : 0;
                for (int n = 0; n < gate.Notes.Count; n++)
                {
                    noted[(int)gate.Notes[n].Kind]++;
                }
            }

            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            quiet = bytes == 0 ? quiet + 1 : 0;
        }

        Assert.Equal((0L, 5), (bytes, quiet));
        Assert.Null(gate.LastException);
        Assert.All(noted, (count, kind) => Assert.True(count > 0, $"no note of kind {kind}"));
        Assert.True(said[0] > 0 && said[1] > 0 && said[5] > 0, string.Join(", ", said));
    }
}
