using Floodwall.Policy.Compilation;
using Floodwall.Policy.Tests.Bundles;

namespace Floodwall.Policy.Tests.Review;

public sealed class BundleReviewTests
{
    [Theory]
    [InlineData("intent.topic == 'a' && intent.topic == 'b'")]
    [InlineData("intent.topic in ['a', 'b'] && intent.topic == 'c'")]
    [InlineData("'a' == intent.topic && intent.topic != 'a'")]
    [InlineData("intent.topic == 'a.b' && intent.topic.startsWith('b.')")]
    [InlineData("intent.topic == 'a' && !(intent.topic in ['a', 'c'])")]
    [InlineData("intent.topic == '' && has(intent.topic)")]
    [InlineData("intent.topic.startsWith('infra.') && intent.topic.startsWith('k8s.')")]
    [InlineData("intent.topic.endsWith('.delete') && intent.topic.endsWith('.update')")]
    [InlineData("intent.action == 'aply'")]
    [InlineData("intent.action != 'apply' && intent.action != 'scale' && intent.action != 'destroy'")]
    [InlineData("intent.replicas > 5 && intent.replicas < 6")]
    [InlineData("intent.replicas >= 5 && (intent.replicas < 5 || intent.replicas == 2)")]
    [InlineData("intent.cost > 0.5 && intent.cost <= 0.5")]
    [InlineData("pool.remaining < 0 && pool.remaining == 3")]
    [InlineData("risk.p99_exhaustion_before_reset && !risk.p99_exhaustion_before_reset")]
    [InlineData("attr.x == 'a' && attr.x == 'b'")]
    [InlineData("false")]
    [InlineData("1 > 2 && intent.topic == 'a'")]
    [InlineData("(intent.topic == 'a' && intent.topic == 'b') || (agent.role == 'x' && agent.role == 'y')")]
    [InlineData("(intent.topic == 'a' || intent.topic == 'b') && intent.topic == 'c'")]
    [InlineData("(intent.topic == 'a' || agent.role == 'x') && intent.topic == 'b' && agent.role == 'y'")]
    [InlineData("(intent.topic == 'a' || intent.topic.startsWith('k8s.')) && intent.topic.startsWith('infra.')")]
    [InlineData("!(intent.topic != 'a' || intent.topic != 'b')")]
    [InlineData("!(intent.topic == 'a' || agent.role == 'x') && (agent.role == 'x' || intent.topic == 'a')")]
    [InlineData("agent.id == resource.id && (agent.id != resource.id || false)")]
    [InlineData("false || 1 > 2")]
    [InlineData("(intent.replicas > 5 || intent.replicas < 2) && intent.replicas == 3")]
    public void A_condition_that_never_holds_is_found(string condition)
    {
        PolicyDiagnostic finding = Assert.Single(Review(Rule("a", condition, "deny")).Findings);
        Assert.Equal(DiagnosticSeverity.Warning, finding.Severity);
        Assert.StartsWith("rules/a: the rule can never apply", finding.Message, StringComparison.Ordinal);
        Assert.Equal((4, 14), (finding.Line, finding.Column));
    }

    [Theory]
    [InlineData("intent.topic == 'a' || intent.topic == 'b'")]
    [InlineData("intent.topic in ['a', 'b'] && intent.topic != 'b'")]
    [InlineData("intent.topic.startsWith('infra.') && intent.topic.startsWith('infra.aws')")]
    [InlineData("intent.replicas > 5 && intent.replicas < 7")]
    [InlineData("intent.cost > 0.5 && intent.cost < 0.6")]
    [InlineData("intent.replicas > 5.5 && intent.replicas < 6.5")]
    [InlineData("intent.replicas * 2 > 5 && intent.replicas * 2 < 7")]
    [InlineData("pool.remaining > 10 && pool.limit - pool.remaining > 3")]
    [InlineData("intent.action == 'apply' && agent.id == resource.id")]
    [InlineData("has(attr.x) && attr.x == 'a'")]
    [InlineData("true")]
    [InlineData("intent.topic == ''")]
    [InlineData("(intent.topic == 'a' || intent.topic == 'b') && (intent.topic == 'b' || agent.role == 'c')")]
    [InlineData("(intent.topic == 'a' && agent.role == 'x') || (intent.topic == 'b' && agent.role == 'y')")]
    [InlineData("!(intent.topic == 'a' && agent.role == 'x')")]
    [InlineData("intent.replicas > 5 || intent.replicas < 3")]

    // A truth value that an intent does not carry is neither true nor false.
    [InlineData("!has(attr.b)")]
    [InlineData("!has(attr.b) || attr.b")]
    [InlineData("!has(risk.p99_exhaustion_before_reset) && intent.topic == 'a'")]
    public void A_condition_that_can_hold_is_left_alone(string condition) => Assert.Empty(Review(Rule("a", condition, "deny")).Findings);

    [Fact]
    public void What_missing_data_make_of_a_contradiction_is_said()
    {
        PolicyDiagnostic finding = Assert.Single(Review(Rule("a", "pool.remaining < 0 && pool.remaining == 3", "deny")).Findings);
        Assert.EndsWith("(where pool.remaining is missing it says what onUnknown says)", finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("onUnknown", Assert.Single(Review(Rule("a", "intent.action == 'aply'", "deny")).Findings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intent.topic == 'a' || (agent.role == 'x' && agent.role == 'y')", "agent.role == \"x\" && agent.role == \"y\"")]
    [InlineData("(intent.topic == 'a' || agent.role == 'x') && intent.topic == 'b'", "intent.topic == \"a\"")]
    [InlineData("intent.topic == 'a' || false", "false")]
    [InlineData("(intent.topic == 'a' || intent.topic == 'b') && (agent.role == 'x' || intent.topic == 'c')", "intent.topic == \"c\"")]
    public void An_alternative_that_never_holds_is_found(string condition, string alternative) => Assert.Contains(
        $" the alternative {alternative} can never hold: ", Assert.Single(Review(Rule("a", condition, "deny")).Findings).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("intent.topic == 'a' || intent.topic != 'a'", false)]
    [InlineData("(intent.replicas > 3 || intent.replicas < 6) && agent.role == 'x'", false)]
    [InlineData("!(intent.topic == 'a' && intent.topic == 'b')", false)]
    [InlineData("true || intent.topic == 'a'", false)]
    [InlineData("intent.action == 'apply' || intent.action == 'scale' || intent.action == 'destroy'", false)]
    [InlineData("attr.b || !attr.b", true)]
    [InlineData("agent.id == attr.x || agent.id != attr.x", true)]
    [InlineData("pool.remaining > 3 || pool.remaining < 6", true)]
    public void A_clause_that_is_always_true_is_found(string condition, bool canBeUnknown)
    {
        PolicyDiagnostic finding = Assert.Single(Review(Rule("a", condition, "deny")).Findings);
        Assert.Contains($" is always true{(canBeUnknown ? ", or unknown where data are missing" : "")}: it says nothing", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_alternatives_are_left_alone()
    {
        string many = string.Join(" && ", Enumerable.Range(0, 40).Select(i => $"(agent.id == 'a{i}' || resource.id == 'r{i}')"));
        Assert.DoesNotContain(Review(Rule("a", "(" + many + ")", "deny")).Findings, finding => finding.Severity == DiagnosticSeverity.Error);
        Assert.Empty(Review(Rule("a", string.Join(" || ", Enumerable.Range(0, 400).Select(i => $"agent.id == 'a{i}'")), "deny")).Findings);
    }

    [Fact]
    public void A_contradiction_with_the_scope_is_found()
    {
        PolicyDiagnostic finding = Assert.Single(Review(
            "policies:\n- id: p\n  scope: env:production\n  rules:\n  - {id: a, condition: \"intent.environment == 'dev'\", decision: deny}\n").Findings);
        Assert.Contains("""no value of intent.environment fits intent.environment == "production" (the scope) and""", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intent.topic == 'a'", "deny", "intent.topic == 'a' && agent.role == 'dev'", "require_human")]
    [InlineData("intent.topic == 'a'", "deny", "intent.topic == 'a' && agent.role == 'dev'", "deny")]
    [InlineData("intent.topic == 'a'", "deny", "intent.topic == 'a'", "deny")]
    [InlineData("true", "deny", "intent.topic == 'a'", "deny")]
    [InlineData("intent.topic.startsWith('a.')", "deny", "intent.topic in ['a.b', 'a.c']", "switch\n  params: {identity: x}")]
    [InlineData("intent.topic in ['a', 'b']", "deny", "intent.topic == 'a'", "throttle")]
    [InlineData("intent.topic == 'a'", "throttle", "intent.topic == 'a' && intent.action == 'apply'", "throttle")]
    [InlineData("pool.remaining < 5", "deny", "pool.remaining < 5 && intent.topic == 'a'", "require_human")]
    [InlineData("intent.topic in ['a', 'b', 'c']", "deny", "intent.topic == 'a' || intent.topic == 'b'", "deny")]
    [InlineData("intent.topic.startsWith('db.')", "deny", "(intent.topic == 'db.x' && agent.role == 'a') || intent.topic == 'db.y'", "throttle")]
    [InlineData("attr.x in ['a', 'b']", "deny", "attr.x == 'a' || attr.x == 'b'", "deny")]
    [InlineData("intent.replicas > 5", "deny", "intent.replicas > 10", "deny")]
    [InlineData("intent.replicas > 5", "deny", "intent.replicas > 10", "require_human")]
    [InlineData("intent.replicas >= 5 && intent.replicas <= 9", "deny", "intent.replicas > 5 && intent.replicas < 8", "throttle")]
    [InlineData("intent.replicas > 5 || intent.action == 'destroy'", "deny", "intent.replicas > 10", "deny")]
    [InlineData("intent.cost > 0.5", "deny", "intent.cost >= 1.5", "deny")]
    [InlineData("attr.n < 5", "deny", "attr.n < 4 && intent.action == 'apply'", "deny")]
    [InlineData("pool.remaining <= 5", "deny", "pool.remaining < 5", "deny")]
    [InlineData("intent.topic.startsWith('k8s.')", "deny", "intent.topic.startsWith('k8s.pods.')", "deny")]
    [InlineData("intent.topic.startsWith('k8s.')", "deny", "intent.topic.startsWith('k8s.pods.') || intent.topic.startsWith('k8s.nodes.')", "require_human")]
    [InlineData("intent.topic.endsWith('.delete')", "deny", "intent.topic.endsWith('.pods.delete')", "deny")]
    [InlineData("attr.x.startsWith('a') || attr.x.startsWith('b')", "deny", "attr.x.startsWith('ab')", "throttle")]
    [InlineData("cidrContains('10.0.0.0/8', attr.x)", "deny", "cidrContains('10.1.0.0/16', attr.x)", "deny")]
    [InlineData("cidrContains(attr.x, '10.1.0.0/16')", "deny", "cidrContains(attr.x, '10.0.0.0/8')", "deny")]
    public void A_rule_that_never_decides_is_found(string first, string harsh, string second, string soft)
    {
        PolicyDiagnostic finding = Assert.Single(Review(Rule("a", first, harsh) + Rule("b", second, soft)[Head.Length..]).Findings);
        Assert.StartsWith("rules/b: the rule never decides: wherever it speaks, rules/a", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intent.topic == 'a'", "require_human", "intent.topic == 'a' && agent.role == 'dev'", "deny")]
    [InlineData("intent.topic == 'a' && agent.role == 'dev'", "deny", "intent.topic == 'a'", "deny")]
    [InlineData("intent.topic == 'a'", "deny", "intent.topic == 'b'", "deny")]
    [InlineData("intent.topic == 'a'", "throttle", "intent.topic == 'a' && intent.action == 'apply'", "throttle\n  params: {wait: 9}")]
    [InlineData("intent.topic == 'a'", "defer\n  params: {ticks: 3}", "intent.topic == 'a' && intent.action == 'apply'", "defer\n  params: {ticks: 4}")]

    // Where the attribute is missing the second one denies, and the first one is silent.
    [InlineData("has(attr.x)", "deny", "attr.x == 'a'", "deny")]
    [InlineData("has(attr.x)", "deny", "attr.x == 'a' || attr.x == 'b'", "deny")]
    [InlineData("attr.b in [true, false]", "deny\n  onUnknown: defer", "!has(attr.b)", "deny")]
    [InlineData("intent.topic == 'a' || intent.topic == 'b'", "deny", "intent.topic in ['a', 'b', 'c']", "deny")]
    [InlineData("intent.topic in ['a', 'b']", "deny", "intent.topic == 'a' || agent.role == 'x'", "deny")]

    // Where the pool is unknown the first one defers alone, and the second one asks.
    [InlineData("pool.remaining < 5", "deny\n  onUnknown: defer", "pool.remaining < 5 && intent.topic == 'a'", "require_human\n  onUnknown: pessimistic")]
    [InlineData("intent.replicas > 10", "deny", "intent.replicas > 5", "deny")]
    [InlineData("intent.replicas > 5", "deny", "intent.replicas >= 5", "deny")]
    [InlineData("intent.replicas > 5", "deny", "intent.follows_back > 10", "deny")]
    [InlineData("intent.topic.startsWith('k8s.pods.')", "deny", "intent.topic.startsWith('k8s.')", "deny")]
    [InlineData("intent.topic.startsWith('k8s.')", "deny", "agent.role.startsWith('k8s.pods.')", "deny")]
    [InlineData("intent.topic.startsWith('k8s.')", "deny", "intent.topic.endsWith('k8s.')", "deny")]
    [InlineData("intent.topic.startsWith('a') && intent.action == 'apply'", "deny", "intent.topic.startsWith('ab')", "deny")]
    [InlineData("cidrContains('10.1.0.0/16', attr.x)", "deny", "cidrContains('10.0.0.0/8', attr.x)", "deny")]
    [InlineData("cidrContains(attr.x, '10.0.0.0/8')", "deny", "cidrContains(attr.x, '10.1.0.0/16')", "deny")]
    [InlineData("pool.utilization <= 0.9", "deny", "!(pool.utilization > 0.5)", "deny")]
    public void A_rule_that_can_decide_is_left_alone(string first, string harsh, string second, string soft) =>
        Assert.Empty(Review(Rule("a", first, harsh) + Rule("b", second, soft)[Head.Length..]).Findings);

    [Fact]
    public void A_higher_priority_or_level_is_first()
    {
        Assert.Contains("rules/a: the rule never decides", Assert.Single(Review(
            Rule("a", "intent.topic == 'a'", "deny") + Rule("b", "intent.topic == 'a'", "deny\n  priority: 1")[Head.Length..]).Findings).Message, StringComparison.Ordinal);
        Assert.Contains("low/a: the rule never decides", Assert.Single(Review(
            "policies:\n- {id: low, scope: pool:x, rules: [{id: a, condition: 'true', decision: deny}]}\n- {id: high, rules: [{id: a, condition: 'true', decision: deny}]}\n").Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_other_modes_silence_nobody() => Assert.Empty(Review(
        "policies:\n- {id: tried, mode: shadow, rules: [{id: a, condition: 'true', decision: deny}]}\n- {id: real, rules: [{id: a, condition: 'true', decision: throttle}]}\n").Findings);

    [Fact]
    public void An_exemption_can_let_a_silenced_rule_speak()
    {
        const string Rules = "policies:\n- {id: p, rules: [{id: a, condition: 'true', decision: deny}, {id: b, condition: 'true', decision: throttle}]}\n";
        Assert.Single(Review(Rules).Findings);
        Assert.Empty(Review(Rules + "exemptions:\n- {id: x, who: {agent: a}, rules: [p/a], why: w, expires: 9, maxUses: 1}\n").Findings);
        Assert.Single(Review(Rules + "exemptions:\n- {id: x, who: {agent: a}, policies: [p], why: w, expires: 9, maxUses: 1}\n").Findings);
    }

    [Fact]
    public void One_condition_twice_is_found() => Assert.Contains(
        "rules/b: has the same condition as rules/a (line 3)",
        Assert.Single(Review(Rule("a", "intent.topic == 'a' && intent.action == 'apply'", "throttle")
            + Rule("b", "intent.action == 'apply' && intent.topic == 'a'", "throttle\n  params: {wait: 9}")[Head.Length..]).Findings).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_rule_that_admits_is_said_to_loosen_nothing()
    {
        Assert.Contains("rules/a: says admit", Assert.Single(Review(Rule("a", "agent.role == 'sre'", "allow")).Findings).Message, StringComparison.Ordinal);

        // Where its data are missing this one denies.
        Assert.Empty(Review(Rule("a", "pool.remaining > 5", "allow")).Findings);
    }

    [Fact]
    public void A_constant_without_a_value_is_found() => Assert.Contains(
        "has no value for any intent", Assert.Single(Review(Rule("a", "1 / 0 > 2", "deny")).Findings).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("intent.replicas % 0 > 10")]
    [InlineData("intent.replicas / 0 > 10 && intent.topic == 'a'")]
    [InlineData("intent.replicas + 1 / 0 == 10")]
    [InlineData("!(intent.replicas > 9223372036854775807 + 1)")]
    [InlineData("intent.replicas / 0 > 10 || intent.replicas % 0 > 10")]
    public void What_always_fails_is_found(string condition) => Assert.Contains(
        "has no value for any intent", Assert.Single(Review(Rule("a", condition, "deny")).Findings).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("intent.cost / 0.0 > 10.0")]
    [InlineData("intent.replicas / 2 > 10")]
    [InlineData("intent.replicas % 0 > 10 || intent.topic == 'a'")]
    public void What_can_have_a_value_is_not(string condition) => Assert.Empty(Review(Rule("a", condition, "deny")).Findings);

    [Fact]
    public void A_map_of_a_narrower_pattern_is_found() => Assert.Contains("rules/b: the rule never decides", Assert.Single(Review(
        "rules:\n- {id: a, when: {topic: [k8s.*, db.*]}, decision: deny}\n- {id: b, when: {topic: k8s.pods.*}, decision: throttle}\n").Findings).Message, StringComparison.Ordinal);

    [Fact]
    public void Wrong_conditions_are_errors_and_cost_nothing()
    {
        BundleReview review = Review(Rule("a", "intent.topc == 'a'", "deny"));
        Assert.False(review.IsUsable);
        Assert.Empty(review.Costs);
        Assert.Equal("topic", Assert.Single(review.Findings).Suggestion);
    }

    [Fact]
    public void Costs_add_up_and_slow_clauses_are_named()
    {
        BundleReview review = Review(Rule("a", "intent.topic == 'a'", "deny") + Rule("b", "agent.id + 'x' == resource.id", "deny")[Head.Length..]);
        Assert.Equal(["a", "b"], review.Costs.Select(cost => cost.Rule));
        Assert.Equal(review.Costs.Sum(cost => cost.Worst), review.TotalCost);
        Assert.All(review.Costs, cost => Assert.True(cost.Worst > 0));
        Assert.Empty(review.Costs[0].Slow);
        Assert.Equal("""agent.id + "x" == resource.id""", Assert.Single(review.Costs[1].Slow));
    }

    [Fact]
    public void The_seeds_give_no_warning()
    {
        Assert.Empty(Review(Seeds.Rules).Findings);
        Assert.Empty(Review(Seeds.Policies).Findings);
    }

    [Fact]
    public void A_bundle_as_large_as_may_be_ends()
    {
        string many = Head + string.Concat(Enumerable.Range(0, BundleLimits.MaxRules).Select(i =>
            $"- {{id: r{i}, condition: \"intent.topic in ['t{i}', 'x'] && agent.id != 'a{i}'\", decision: deny}}\n"));
        BundleReview review = Review(many);
        Assert.True(review.IsUsable);
        Assert.Equal(BundleLimits.MaxRules, review.Costs.Count);
        Assert.False(review.IsComplete);
    }

    [Fact]
    public void Wide_conditions_use_up_what_a_review_may_do()
    {
        string wide = string.Join(" || ", Enumerable.Range(0, 40).Select(i => $"intent.replicas == {i}"));
        BundleChecker checker = BundleChecker.Check(Seeds.Bundle(Rule("a", wide, "deny")));
        WorkBudget budget = new();
        ReviewScope scope = new(checker.Schema, budget);
        int before = budget.Left;
        scope.Evaluate(checker.Rules[0].Clauses[0], scope.FieldsOf(checker.Rules[0].Condition)[0], Floodwall.Policy.Cel.Literal.Of(3));
        Assert.InRange(before - budget.Left, 40, 400);
    }

    [Fact]
    public void What_was_not_compared_is_owned_to()
    {
        BundleReview review = Review(Head + string.Concat(Enumerable.Range(0, 1000).Select(i =>
            $"- {{id: r{i}, condition: \"{string.Join(" || ", Enumerable.Range(0, 40).Select(j => $"intent.replicas == {(40 * i) + j}"))}\", decision: deny}}\n")));
        Assert.True(review.IsUsable);
        Assert.False(review.IsComplete);
    }

    private const string Head = "attributes: {x: string, b: bool, n: int}\nrules:\n";

    private static string Rule(string id, string condition, string decision) => $"{Head}- id: {id}\n  condition: \"{condition}\"\n  decision: {decision}\n";

    private static BundleReview Review(string yaml) => BundleReview.Of(Seeds.Bundle(yaml));
}
