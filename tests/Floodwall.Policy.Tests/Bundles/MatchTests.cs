namespace Floodwall.Policy.Tests.Bundles;

public sealed class MatchTests
{
    [Theory]
    [InlineData("{topic: a.b}", "intent.topic == \"a.b\"")]
    [InlineData("{topic: [b, a, b]}", "intent.topic in [\"a\", \"b\"]")]
    [InlineData("{topic: a.*}", "intent.topic.startsWith(\"a.\")")]
    [InlineData("{topic: '*.b'}", "intent.topic.endsWith(\".b\")")]
    [InlineData("{topic: '*b*'}", "intent.topic.contains(\"b\")")]
    [InlineData("{topic: '*'}", "(has(intent.topic) && intent.topic != \"\")")]
    [InlineData("{topic: [x, a.*]}", "(intent.topic == \"x\" || intent.topic.startsWith(\"a.\"))")]
    [InlineData("{environment: p}", "intent.environment == \"p\"")]
    [InlineData("{agent: a, role: r}", "agent.id == \"a\" && agent.role == \"r\"")]
    [InlineData("{resource: r, action: destroy}", "intent.action == \"destroy\" && resource.id == \"r\"")]
    [InlineData("{priority: [bulk, normal], blast_radius: global}", "intent.blast_radius == \"global\" && intent.priority in [\"bulk\", \"normal\"]")]
    [InlineData("{scope: s, pool: p, identity: i, provider: q}", "identity.id == \"i\" && intent.scope == \"s\" && pool.id == \"p\" && provider.id == \"q\"")]
    [InlineData("{tenant: 42}", "intent.scope == \"42\"")]
    [InlineData("{team: core}", "attr.team == \"core\"")]
    [InlineData("{attr.team: core}", "attr.team == \"core\"")]
    [InlineData("{my team: core}", "attr[\"my team\"] == \"core\"")]
    [InlineData("{for: ever}", "attr[\"for\"] == \"ever\"")]
    [InlineData("{labels.a: x}", "attr[\"labels.a\"] == \"x\"")]
    [InlineData("{labels: {a: x, b: '*'}}", "((\"labels.b\" in attr) && attr[\"labels.b\"] != \"\") && attr[\"labels.a\"] == \"x\"")]
    [InlineData("{quote: 'a\"b\\c'}", "attr.quote == \"a\\\"b\\\\c\"")]
    [InlineData("{risk_tags: pii}", "\"pii\" in attr.risk_tags")]
    [InlineData("{risk_tags: [pii, pci]}", "attr.risk_tags.exists(e, e in [\"pci\", \"pii\"])")]
    [InlineData("{risk_tags: '*'}", "(has(attr.risk_tags) && size(attr.risk_tags) > 0)")]
    [InlineData("{cidr: 0.0.0.0/0}", "cidrContains(attr.cidr, \"0.0.0.0/0\")")]
    [InlineData("{cidr: [0.0.0.0/0, '::/0']}", "(cidrContains(attr.cidr, \"0.0.0.0/0\") || cidrContains(attr.cidr, \"::/0\"))")]
    [InlineData("{cidr: 10.0.0.0/8}", "cidrContains(\"10.0.0.0/8\", attr.cidr)")]
    [InlineData("{source_cidr: 192.0.2.7}", "cidrContains(\"192.0.2.7/32\", attr.source_cidr)")]
    [InlineData("{cidr: '2001:DB8::/32'}", "cidrContains(\"2001:db8::/32\", attr.cidr)")]
    [InlineData("{pool.utilization: 0.5, risk.level: high}", "pool.utilization == 0.5 && risk.level == \"high\"")]
    [InlineData("{pool.is_resetting: true}", "pool.is_resetting == true")]
    public void A_map_becomes_a_conjunction(string map, string condition) =>
        Assert.Equal(condition, Seeds.Bundle($"rules: [{{id: a, when: {map}, decision: deny}}]").Policies[0].Rules[0].Condition.Text);

    [Fact]
    public void Declared_types_decide_how_values_are_read()
    {
        const string Text = """
            attributes: {n: int, d: double, b: bool, s: string, l: string_list}
            rules: [{id: a, when: {n: [0x10, -3], d: 2, b: true, s: 007, l: [x, y*]}, decision: deny}]
            """;
        Assert.Equal(
            """attr.b == true && attr.d == 2.0 && attr.l.exists(e, (e == "x" || e.startsWith("y"))) && attr.n in [-3, 16] && attr.s == "007" """.TrimEnd(),
            Seeds.Bundle(Text).Policies[0].Rules[0].Condition.Text);
    }

    [Fact]
    public void A_type_that_another_file_declares_counts_as_well()
    {
        BundleReadResult result = BundleReader.Read(
        [
            Seeds.Source("rules: [{id: a, when: {n: 5}, decision: deny}]", "a.yaml"),
            Seeds.Source("attributes: {n: int}", "b.yaml"),
        ]);
        Assert.Empty(result.Diagnostics);
        Assert.Equal("attr.n == 5", result.Bundle!.Policies[0].Rules[0].Condition.Text);
    }

    [Theory]
    [InlineData("a*", "abc", true)]
    [InlineData("a*", "ba", false)]
    [InlineData("*c", "abc", true)]
    [InlineData("*b*", "abc", true)]
    [InlineData("*b*", "ac", false)]
    [InlineData("abc", "abc", true)]
    [InlineData("abc", "abcd", false)]
    [InlineData("*", "x", true)]
    [InlineData("*", "", false)]
    public void Patterns_match_at_their_ends(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.TryParse(pattern, out _)!.Matches(name));
}
