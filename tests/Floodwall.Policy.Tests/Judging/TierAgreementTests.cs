using System.Globalization;
using System.Text;
using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>The compiled tier against the reference evaluator, over random bundles, intents, attributes and facts.</summary>
public sealed class TierAgreementTests
{
    // One million pairs of policy and intent in all; FLOODWALL_TIER_PAIRS asks for another number.
    private static readonly int Bundles = (int.TryParse(Environment.GetEnvironmentVariable("FLOODWALL_TIER_PAIRS"), CultureInfo.InvariantCulture, out int pairs) ? pairs : 1_000_000) / IntentsEach;
    private const int IntentsEach = 500;

    [Fact]
    public void Both_tiers_say_the_same()
    {
        int spoke = 0;
        int unknown = 0;
        long[] noted = new long[5];
        Lock tally = new();
        Parallel.For(0, Bundles, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            RandomPolicy random = new(seed);
            string yaml = random.Bundle();
            JudgeBench bench = new(yaml, seed % 4 == 0 ? random.Bundle() : null);
            long[] oursNoted = new long[5];
            int ours = 0;
            int oursUnknown = 0;
            for (int i = 0; i < IntentsEach; i++)
            {
                if (i % 25 == 0)
                {
                    random.SetFacts(bench);
                }

                Verdict verdict = bench.Judge(random.Intent(bench), random.Tick());
                ours += verdict.Kind == VerdictKind.Admit ? 0 : 1;
                oursUnknown += verdict.Detail == 1 ? 1 : 0;
                for (int n = 0; n < bench.Notes.Count; n++)
                {
                    oursNoted[(int)bench.Notes[n].Kind]++;
                }

                oursNoted[0] += bench.Notes.Count > 1 ? 1 : 0;
            }

            lock (tally)
            {
                spoke += ours;
                unknown += oursUnknown;
                noted = [.. noted.Zip(oursNoted, (all, own) => all + own)];
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine($"{(long)Bundles * IntentsEach} pairs agree; {spoke} objections, {unknown} of them for want of data; notes: {noted[1]} exempted, {noted[2]} shadow, {noted[3]} audit, {noted[4]} candidate; {noted[0]} times several");
        Assert.True(spoke > Bundles * IntentsEach / 10 && unknown > 0, $"{spoke} objections, {unknown} unknown: the bundles are too tame");
        Assert.All(noted, count => Assert.True(count > 0, $"notes by kind: {string.Join(", ", noted)}"));
        Assert.True(spoke < Bundles * IntentsEach * 9L / 10, "nothing is ever admitted: the bundles are too harsh");
    }
}

/// <summary>Random bundles and intents over a small world of names, so that they meet.</summary>
internal sealed class RandomPolicy(int seed)
{
    private static readonly string[] Topics = ["infra.vm.create", "infra.vm.delete", "infra.sg.update", "iam.role.grant", ""];
    private static readonly string[] Environments = ["production", "staging", "dev", ""];
    private static readonly string[] Agents = ["deployer-1", "deployer-2", "autoscaler", "oncall-ann"];
    private static readonly string[] Roles = ["dev", "ops", ""];
    private static readonly string[] Pools = ["api", "batch", ""];
    private static readonly string[] Identities = ["svc-a", "svc-b", "deployer-1", ""];
    private static readonly string[] Cidrs = ["0.0.0.0/0", "10.1.2.0/24", "10.0.0.0/8", "2001:db8::/32", "nonsense"];
    private readonly Random _random = new(seed);

    private static readonly string[] Scopes = ["global", "global", "env:production", "org:acme", "org:acme/env:dev", "pool:api", "identity:svc-a"];

    public string Bundle()
    {
        int policies = _random.Next(1, 5);
        string[] parts = [.. Enumerable.Range(0, policies).Select(p => Policy($"p{p}", Pick(Scopes)))];
        return Bundle(Head(), parts, _random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, Few(70)).Select(e => Exemption(e, policies))]);
    }

    /// <summary>What stands before the policies.</summary>
    public string Head() => "version: v1\nattributes: {cidr: string, size: int, load: double, encrypted: bool, tags: string_list, owner: string}\n"
        + (_random.Next(3) == 0 ? string.Create(CultureInfo.InvariantCulture, $"facts: {{staleAfter: {_random.Next(1, 60)}}}\n") : "")
        + "ticks: {perSecond: 1, unixSecondsAtZero: 1700000000}\n";

    public static string Bundle(string head, IReadOnlyList<string> policies, IReadOnlyList<string> exemptions) =>
        head + "policies:\n" + string.Concat(policies) + (exemptions.Count == 0 ? "" : "exemptions:\n" + string.Concat(exemptions));

    public string Policy(string id, string scope, string? mode = null)
    {
        StringBuilder yaml = new();
        yaml.Append(CultureInfo.InvariantCulture, $"- id: {id}\n  scope: \"{scope}\"\n");
        yaml.Append(CultureInfo.InvariantCulture, $"  type: {Pick("hard", "soft")}\n  mode: {mode ?? Pick("enforce", "enforce", "enforce", "shadow", "audit")}\n  rules:\n");
        int rules = Few(120);
        for (int r = 0; r < rules; r++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  - id: r{r}\n    condition: '{Condition(2).Replace("'", "''", StringComparison.Ordinal)}'\n{Decision()}");
            yaml.Append(CultureInfo.InvariantCulture, $"    priority: {_random.Next(3)}\n");
            if (_random.Next(2) == 0)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"    onUnknown: {Pick("deny", "defer", "pessimistic")}\n");
            }
        }

        return yaml.ToString();
    }

    /// <summary>An exemption from some of <c>p0</c>, <c>p1</c>, … and of their first rules.</summary>
    public string Exemption(int number, int policies, ulong? uses = null)
    {
        string who = Pick(
            $"agent: {Pick(Agents)}", "agent: deploy*", "agent: '*-ann'", "agent: '*'", "role: ops", "identity: svc-*", "{agent: deploy*, role: ops}".Trim('{', '}'));
        string covered = Pick("policies: ['*']", $"policies: [p{_random.Next(policies)}]", $"rules: [p{_random.Next(policies)}/r0]", $"rules: [p{_random.Next(policies)}/r0, p0/r0]");
        covered = covered == "rules: [p0/r0, p0/r0]" ? "rules: [p0/r0]" : covered;
        return string.Create(CultureInfo.InvariantCulture, $"- id: e{number}\n  who: {{{who}}}\n  {covered}\n  why: e{number % 3}\n  expires: {_random.Next(1, 250)}\n  maxUses: {uses ?? (ulong)_random.Next(1, 20)}\n  breakGlass: {Pick("true", "false")}\n");
    }

    public string Scope(params int[] levels) => Pick([.. Scopes.Where(scope => levels.Contains(LevelOf(scope)))]);

    private static int LevelOf(string scope) => scope[..2] switch { "gl" => 0, "po" => 2, "id" => 3, _ => 1 };

    private int Few(int many) => _random.Next(8) == 0 ? _random.Next(many / 3, many) : _random.Next(1, 7);

    public Intent Intent(JudgeBench bench)
    {
        Intent intent = new()
        {
            Id = (ulong)_random.Next(5),
            Agent = bench.Name(Pick(Agents)),
            Role = bench.Name(Pick(Roles)),
            Resource = bench.Name("res-" + _random.Next(6)),
            Topic = bench.Name(Pick(Topics)),
            Environment = bench.Name(Pick(Environments)),
            Scope = bench.Name(Pick("acme", "other", "")),
            Pool = bench.Name(Pick(Pools)),
            Identity = bench.Name(Pick(Identities)),
            Action = (IntentAction)_random.Next(3),
            Priority = (Priority)_random.Next(4),
            BlastRadius = (BlastRadius)_random.Next(4),
            CostMicros = _random.Next(3) == 0 ? 0 : _random.NextInt64(200_000_000),
            SubmittedTick = (ulong)_random.Next(100),
            DeadlineTick = _random.Next(10) == 0 ? ulong.MaxValue : (ulong)_random.Next(100),
        };
        intent.Replicas = intent.Action == IntentAction.Scale ? (uint)_random.Next(4) : 0;
        if (_random.Next(4) > 0)
        {
            List<(string, object)> pairs = [];
            Maybe("cidr", () => Pick(Cidrs));
            Maybe("size", () => (long)_random.Next(-2, 12));
            Maybe("load", () => _random.Next(4) == 0 ? (object)(long)_random.Next(3) : _random.NextDouble());
            Maybe("encrypted", () => _random.Next(2) == 0);
            Maybe("tags", () => Enumerable.Range(0, _random.Next(3)).Select(_ => Pick("pci", "gdpr", "tmp")).ToArray());
            Maybe("owner", () => Pick(Agents));
            intent.Attributes = bench.Attributes([.. pairs]);

            void Maybe(string name, Func<object> value)
            {
                if (_random.Next(3) > 0)
                {
                    pairs.Add((name, value()));
                }
            }
        }

        return intent;
    }

    public ulong Tick() => (ulong)_random.Next(200);

    public void SetFacts(JudgeBench bench)
    {
        foreach (string pool in Pools)
        {
            Set(FactKind.Pool, pool, "remaining", () => FactValue.Of((long)_random.Next(-1, 5)));
            Set(FactKind.Pool, pool, "utilization", () => FactValue.Of(_random.NextDouble()));
            Set(FactKind.Pool, pool, "reset_tick", () => FactValue.Of((long)_random.Next(200)));
            Set(FactKind.Risk, pool, "p_exhaustion", () => _random.Next(5) == 0 ? FactValue.Of(1L) : FactValue.Of(_random.NextDouble()));
            Set(FactKind.Risk, pool, "p99_exhaustion_before_reset", () => FactValue.Of(_random.Next(2) == 0));
        }

        Set(FactKind.Provider, "deployer-1", "available", () => FactValue.Of(_random.Next(2) == 0));
        Set(FactKind.Identity, "svc-a", "remaining", () => FactValue.Of("wrong".Length + 0L));

        void Set(FactKind kind, string subject, string name, Func<FactValue> value)
        {
            if (_random.Next(3) == 0)
            {
                bench.Fact(kind, subject, name, value(), (ulong)_random.Next(150));
            }
        }
    }

    private string Decision() => Pick(
        "    decision: deny\n",
        "    decision: deny\n",
        "    decision: require_human\n",
        "    decision: allow\n",
        "    decision: throttle\n",
        $"    action: shape\n    params: {{algorithm: {Pick("fixed", "linear", "exponential")}, wait: {_random.Next(1, 9)}, maxWait: {_random.Next(9, 500)}}}\n",
        "    decision: defer\n",
        $"    decision: defer\n    params: {{ticks: {_random.Next(1, 99)}}}\n",
        "    decision: defer\n    params: {until: reset}\n",
        "    decision: switch\n    params: {identity: svc-b}\n");

    private string Condition(int depth) => _random.Next(depth > 0 ? 9 : 5) switch
    {
        < 5 => Atom(),
        5 => $"{Condition(depth - 1)} && {Condition(depth - 1)}",
        6 => $"({Condition(depth - 1)} || {Condition(depth - 1)})",
        7 => $"!({Condition(depth - 1)})",
        _ => $"({Condition(depth - 1)} ? {Condition(depth - 1)} : {Condition(depth - 1)})",
    };

    private string Atom() => _random.Next(30) switch
    {
        0 or 1 => $"intent.topic == \"{Pick(Topics)}\"",
        2 => $"intent.environment in [\"production\", \"{Pick(Environments)}\"]",
        3 => $"agent.id.startsWith(\"{Pick("deploy", "on", "")}\")",
        4 => $"resource.id.endsWith(\"-{_random.Next(6)}\")",
        5 => $"agent.role == \"{Pick(Roles)}\"",
        6 => $"intent.action == \"{Pick("apply", "scale", "destroy")}\"",
        7 => $"intent.priority != \"{Pick("bulk", "urgent")}\"",
        8 => $"intent.blast_radius in [\"region\", \"global\"]",
        9 => "intent.destructive",
        10 => $"attr.cidr == \"{Pick(Cidrs)}\"",
        11 => "cidrContains(\"10.0.0.0/8\", attr.cidr)",
        12 => $"attr.size {Operator()} {_random.Next(10)}",
        13 => $"attr.load {Operator()} 0.{_random.Next(1, 9)}",
        14 => "attr.encrypted",
        15 => "\"pci\" in attr.tags",
        16 => "attr.tags.exists(t, t.startsWith(\"g\"))",
        17 => "has(attr.owner) && attr.owner == agent.id",
        18 => $"pool.remaining {Operator()} {_random.Next(4)}",
        19 => $"pool.utilization {Operator()} 0.{_random.Next(1, 9)}",
        20 => $"risk.p_exhaustion {Operator()} 0.{_random.Next(1, 9)}",
        21 => "risk.p99_exhaustion_before_reset",
        22 => $"intent.cost {Operator()} {_random.Next(200)}.5",
        23 => $"intent.deadline_tick - time.tick {Operator()} {_random.Next(-20, 20)}",
        24 => $"time.tick % {_random.Next(3)} == 0",
        25 => "identity.id == agent.id",
        26 => $"time.now.getMinutes() {Operator()} {_random.Next(60)}",
        27 => $"intent.topic.matches(\"^{Pick("infra", "iam")}\\\\\\\\.[a-z]+\\\\\\\\.\")",
        28 => $"size(attr.tags) {Operator()} {_random.Next(3)}",
        _ => $"has(pool.remaining) && pool.remaining * {_random.Next(1, 4)} + attr.size {Operator()} {_random.Next(9)}",
    };

    private string Operator() => Pick("<", "<=", ">", ">=", "==", "!=");

    private string Pick(params string[] items) => items[_random.Next(items.Length)];
}
