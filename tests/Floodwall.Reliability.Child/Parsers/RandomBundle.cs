using System.Globalization;
using System.Text;

namespace Floodwall.Reliability.Child.Parsers;

/// <summary>Well-formed conditions and bundles over every type, field and kind of rule; small, so that a changed byte meets something.</summary>
internal sealed class RandomBundle(Random random)
{
    private static readonly string[] Texts =
        ["intent.topic", "intent.environment", "agent.id", "resource.id", "attr.note", "provider.status", "intent.action", "\"production\"", "'a\\n\\u00e9'", "r\"\\d\"", "\"\""];

    private static readonly string[] Integers =
        ["intent.replicas", "pool.remaining", "attr.size", "time.tick", "0", "-1", "7", "0x1F", "9223372036854775807", "size(attr.tags)", "size(intent.topic)"];

    private static readonly string[] Doubles = ["pool.utilization", "risk.p_exhaustion", "intent.cost", "attr.load", "0.5", "1e3", "-0.0", "double(pool.used)"];
    private static readonly string[] Patterns = ["^a+$", "[a-z0-9-]{1,20}", "(a|b)*c", "prod.*", "\\\\bx\\\\b", "(?i)DENY"];

    /// <summary>A condition of type bool.</summary>
    public string Condition(int depth = 3) => random.Next(depth > 0 ? 18 : 9) switch
    {
        0 => "intent.destructive",
        1 => $"{Text(depth)} {Pick("==", "!=", "<")} {Text(depth)}",
        2 => $"{Integer(depth)} {Pick("==", "<=", ">", "!=")} {Integer(depth)}",
        3 => $"{Double(depth)} {Pick("<", ">=", "==")} {Double(depth)}",
        4 => $"{Text(depth)}.{Pick("startsWith", "endsWith", "contains")}({Text(depth)})",
        5 => $"{Text(depth)}.matches(\"{Pick(Patterns)}\")",
        6 => $"has(attr.{Pick("note", "size", "tags", "encrypted")})",
        7 => $"cidrContains(\"10.0.0.0/8\", {Pick("attr.cidr", "\"10.1.0.0/16\"")})",
        8 => $"{Text(depth)} in {Pick("[\"production\", \"staging\"]", "attr.tags", "{\"a\": 1, \"b\": 2}", "[]")}",
        9 or 10 => $"{Condition(depth - 1)} && {Condition(depth - 1)}",
        11 or 12 => $"({Condition(depth - 1)} || {Condition(depth - 1)})",
        13 => $"!({Condition(depth - 1)})",
        14 => $"({Condition(depth - 1)} ? {Condition(depth - 1)} : {Condition(depth - 1)})",
        15 => $"attr.tags.{Pick("exists", "all", "exists_one")}(t, t == {Text(depth - 1)})",
        16 => $"[1, 2, {Integer(depth - 1)}].map(e, e {Pick("+", "*", "-", "/", "%")} {Integer(depth - 1)}).exists(e, e > {Integer(depth - 1)})",
        _ => $"time.now {Pick("<", ">")} timestamp(\"20{random.Next(10, 40)}-0{random.Next(1, 9)}-01T00:00:00Z\") + duration(\"{random.Next(1, 99)}{Pick("s", "m", "h")}\")",
    };

    /// <summary>A bundle as YAML.</summary>
    public string Yaml()
    {
        StringBuilder yaml = new();
        yaml.Append(Pick("", "# ours\n", "---\n")).Append(Pick("", "version: v1\n", "version: \"v1\"\n"));
        if (random.Next(2) == 0)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"metadata: {{name: b{random.Next(9)}, revision: {random.Next(1, 99)}}}\n");
        }

        yaml.Append("attributes: {cidr: string, size: int, load: double, encrypted: bool, tags: {type: string_list, maxSize: 8}, note: {type: string, maxSize: 64}}\n");
        yaml.Append("ticks: {perSecond: 1000, unixSecondsAtZero: 1700000000}\n");
        yaml.Append(random.Next(2) == 0 ? "facts: {staleAfter: 50}\n" : "").Append("policies:\n");
        int policies = random.Next(1, 3);
        for (int p = 0; p < policies; p++)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"- id: p{p}\n  scope: {Pick("global", "\"env:production\"", "pool:api", "org:acme/env:dev", "identity:svc")}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"  type: {Pick("hard", "soft")}\n  rules:\n");
            int rules = random.Next(1, 4);
            for (int r = 0; r < rules; r++)
            {
                yaml.Append(CultureInfo.InvariantCulture, $"  - id: r{r}\n{Looking()}{Saying()}");
            }
        }

        return yaml.Append(random.Next(4) > 0 ? "" : "exemptions:\n- {id: e, who: {agent: a*}, policies: [p0], why: moved, expires: 900, maxUses: 3}\n").ToString();
    }

    private string Looking() => random.Next(4) switch
    {
        0 => "    when: {topic: [\"a.*\", b], env: production, note: \"x\"}\n",
        1 => "    match: {topics: [job.*], risk_tags: [pii*, \"a b\"], labels: {k: v}}\n",
        _ => $"    condition: '{Condition(2).Replace("'", "''", StringComparison.Ordinal)}'\n",
    };

    private string Saying() => Pick(
        "    decision: deny\n",
        "    decision: require_human\n    reason: \"ask {agent} of {resource}\"\n",
        "    decision: allow\n    onUnknown: deny\n",
        $"    action: shape\n    params: {{algorithm: {Pick("fixed", "linear", "exponential")}, wait: {random.Next(1, 9)}, maxWait: {random.Next(9, 500)}}}\n",
        $"    decision: defer\n    params: {{ticks: {random.Next(1, 99)}}}\n    priority: {random.Next(-5, 9)}\n",
        "    decision: switch\n    params: {identity: backup}\n");

    private string Text(int depth) => random.Next(depth > 0 ? 6 : 4) switch
    {
        4 => $"({Condition(0)} ? {Pick(Texts)} : {Pick(Texts)})",
        5 => $"({Pick(Texts)} + {Pick(Texts)})",
        _ => Pick(Texts),
    };

    private string Integer(int depth) => random.Next(depth > 0 ? 5 : 4) == 4 ? $"({Pick(Integers)} {Pick("+", "-", "*", "/", "%")} {Pick(Integers)})" : Pick(Integers);

    private string Double(int depth) => random.Next(depth > 0 ? 5 : 4) == 4 ? $"({Pick(Doubles)} {Pick("+", "-", "*", "/")} {Pick(Doubles)})" : Pick(Doubles);

    private string Pick(params string[] from) => from[random.Next(from.Length)];
}
