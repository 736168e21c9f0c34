using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class SeedTests
{
    [Fact]
    public void Top_level_rules_are_one_hard_policy_about_everybody()
    {
        PolicyBundle bundle = Seeds.Bundle(Seeds.Rules);
        PolicyDocument policy = Assert.Single(bundle.Policies);
        Assert.Equal(("rules", PolicyScope.Global, PolicyType.Hard, PolicyMode.Enforce), (policy.Id, policy.Scope, policy.Type, policy.Mode));
        Assert.Equal(["deny-prod-public-ingress", "require-approval-prod-delete", "throttle-bulk-recreate"], policy.Rules.Select(rule => rule.Id));
        Assert.Equal([VerdictKind.Reject, VerdictKind.RequireApproval, VerdictKind.Shape], policy.Rules.Select(rule => rule.Decision));
        Assert.Equal(
            """cidrContains(attr.cidr, "0.0.0.0/0") && intent.environment == "production" && intent.topic == "infra.security_group.update" """.TrimEnd(),
            policy.Rules[0].Condition.Text);
        Assert.Equal("""intent.environment == "production" && intent.topic == "infra.resource.delete" """.TrimEnd(), policy.Rules[1].Condition.Text);
        Assert.All(policy.Rules, rule => Assert.Equal((UnknownHandling.Deny, ConditionDialect.Cel), (rule.OnUnknown, rule.Condition.Dialect)));
        Assert.Equal(new ShapeParameters(ShapeAlgorithm.Fixed, 1, 1_000_000, 60_000), policy.Rules[2].Shape);
        Assert.Equal([new AttributeDeclaration("cidr", AttributeType.String, 1024)], bundle.Attributes);
        Assert.Empty(Seeds.Read(Seeds.Rules).Diagnostics);
    }

    [Fact]
    public void Policies_keep_scope_type_condition_and_parameters()
    {
        PolicyBundle bundle = Seeds.Bundle(Seeds.Policies);
        Assert.Equal(["global-safety-net", "dev-throttling"], bundle.Policies.Select(policy => policy.Id));
        RuleDocument first = bundle.Policies[0].Rules[0];
        Assert.Equal(("prevent-exhaustion", VerdictKind.Defer, 100, UnknownHandling.Deny), (first.Id, first.Decision, first.Priority, first.OnUnknown));
        Assert.Equal(("risk.p99_exhaustion_before_reset == true", ConditionDialect.Cel), (first.Condition.Text, first.Condition.Dialect));
        Assert.Equal(new DeferParameters(DeferUntil.Reset, 0), first.Defer);
        Assert.Equal(new PolicyScope(PolicyLevel.Scope, null, "dev", null), bundle.Policies[1].Scope);
        Assert.Equal(PolicyType.Soft, bundle.Policies[1].Type);
        RuleDocument second = bundle.Policies[1].Rules[0];
        Assert.Equal(new ShapeParameters(ShapeAlgorithm.Linear, 1, 2_000_000, 60_000), second.Shape);
        Assert.Equal((50, UnknownHandling.Pessimistic), (second.Priority, second.OnUnknown));
        Assert.Empty(Seeds.Read(Seeds.Policies).Diagnostics);
    }

    [Fact]
    public void Every_field_arrives()
    {
        PolicyBundle bundle = Seeds.Bundle(Seeds.Everything);
        Assert.Equal(new BundleMetadata("production-guard", 7, "What production may not do.", "platform"), bundle.Metadata);
        Assert.Equal(new TickClock(1000, 1_700_000_000), bundle.Ticks);
        Assert.Equal(
            "encrypted Bool 0, labels._source String 1024, labels.a.b String 1024, load Double 0, note String 200, peer_cidrs StringList 8, replicas Int 0, risk_tags StringList 64",
            string.Join(", ", bundle.Attributes.Select(attribute => $"{attribute.Name} {attribute.Type} {attribute.MaxSize}")));
        Assert.Equal(["rules", "shaping", "until"], bundle.Policies.Select(policy => policy.Id));
        Assert.Equal([PolicyMode.Shadow, PolicyMode.Enforce, PolicyMode.Shadow], bundle.Policies.Select(policy => policy.Mode));
        Assert.Equal(new PolicyScope(PolicyLevel.Scope, "acme", "prod", null), bundle.Policies[1].Scope);
        Assert.Equal(new PolicyScope(PolicyLevel.Pool, null, null, "github/core"), bundle.Policies[2].Scope);
        Assert.Equal("stopped: {agent} on {resource}", bundle.Policies[0].Rules[0].Reason);

        IReadOnlyList<RuleDocument> rules = bundle.Policies[1].Rules;
        Assert.Equal((ConditionDialect.Words, new ShapeParameters(ShapeAlgorithm.Exponential, 5, 1_500_000, 900)), (rules[0].Condition.Dialect, rules[0].Shape));
        Assert.Equal("""attr.encrypted == false && attr.load == 2.0 && attr.replicas in [3, 5]""", rules[1].Condition.Text);
        Assert.Equal((new DeferParameters(DeferUntil.Delay, 30), UnknownHandling.Deny), (rules[1].Defer, rules[1].OnUnknown));
        Assert.Equal(
            """(intent.topic == "sys.x" || intent.topic.startsWith("job.")) && attr.risk_tags.exists(e, (e == "blocked" || e.startsWith("pii"))) && attr["labels._source"] == "workflow" && attr["labels.a.b"] == "1" && intent.scope == "acme" """.TrimEnd(),
            rules[2].Condition.Text);
        Assert.Equal(("agent.role == 'dev' AND risk.p_exhaustion > 0.5", ConditionDialect.Words), (rules[3].Condition.Text, rules[3].Condition.Dialect));
        Assert.Equal(("backup", -3), (rules[3].SwitchTo, rules[3].Priority));
        Assert.Equal(
            """(has(attr.note) && attr.note != "") && attr.peer_cidrs.exists(e, (cidrContains("10.0.0.0/8", e) || cidrContains(e, "::/0"))) && pool.remaining == 0""",
            rules[4].Condition.Text);
        Assert.Equal(new DeferParameters(DeferUntil.Tick, 4711), bundle.Policies[2].Rules[0].Defer);
        Assert.Equal(UnknownHandling.Pessimistic, bundle.Policies[2].Rules[0].OnUnknown);

        ExemptionDocument exemption = Assert.Single(bundle.Exemptions);
        Assert.Equal(("incident-42", "deploy-*", null, "sre"), (exemption.Id, exemption.Who.Agent?.Text, exemption.Who.Identity?.Text, exemption.Who.Role?.Text));
        Assert.Equal((90000ul, 3ul, true, "the pool is being moved"), (exemption.ExpiresTick, exemption.MaxUses, exemption.BreakGlass, exemption.Why));
        Assert.Equal(["shaping"], exemption.Policies);
        Assert.Equal(["rules/everything-off", "until/a"], exemption.Rules);
    }

    [Fact]
    public void A_factor_alone_means_linear() => Assert.Equal(
        new ShapeParameters(ShapeAlgorithm.Linear, 1, 2_000_000, 60_000),
        Seeds.Bundle("rules: [{id: a, condition: true, decision: shape, params: {factor: 2.0}}]").Policies[0].Rules[0].Shape);

    [Theory]
    [InlineData("admit", VerdictKind.Admit)]
    [InlineData("approve", VerdictKind.Admit)]
    [InlineData("allow", VerdictKind.Admit)]
    [InlineData("shape", VerdictKind.Shape)]
    [InlineData("throttle", VerdictKind.Shape)]
    [InlineData("defer", VerdictKind.Defer)]
    [InlineData("require_approval", VerdictKind.RequireApproval)]
    [InlineData("require_human", VerdictKind.RequireApproval)]
    [InlineData("require-approval", VerdictKind.RequireApproval)]
    [InlineData("deny", VerdictKind.Reject)]
    [InlineData("reject", VerdictKind.Reject)]
    public void Decisions_have_aliases(string word, VerdictKind kind)
    {
        Assert.Equal(kind, Seeds.Bundle($"rules: [{{id: a, condition: true, decision: {word}}}]").Policies[0].Rules[0].Decision);
        Assert.Equal(kind, Seeds.Bundle($"rules: [{{id: a, condition: true, action: {word}}}]").Policies[0].Rules[0].Decision);
    }
}
