using Floodwall.Policy.Reading;

namespace Floodwall.Policy.Tests.Bundles;

public sealed class ConditionTests
{
    [Theory]
    [InlineData("risk.p_exhaustion > 0.99 OR pool.remaining == 0", ConditionDialect.Words)]
    [InlineData("agent.role == 'dev' AND risk.p_exhaustion > 0.5", ConditionDialect.Words)]
    [InlineData("NOT pool.is_resetting", ConditionDialect.Words)]
    [InlineData("agent.role = 'dev'", ConditionDialect.Words)]
    [InlineData("a==b", ConditionDialect.Cel)]
    [InlineData("a<=b && c>=d || e!=f", ConditionDialect.Cel)]
    [InlineData("a == 'x AND y = z'", ConditionDialect.Cel)]
    [InlineData("a == \"it's = OR\"", ConditionDialect.Cel)]
    [InlineData("a == 'it\\'s' AND b", ConditionDialect.Words)]
    [InlineData("a == r'\\' AND b", ConditionDialect.Words)]
    [InlineData("a == '''x' AND = ''' ", ConditionDialect.Cel)]
    [InlineData("attr.AND == 1", ConditionDialect.Cel)]
    [InlineData("ANDROID == 1 && OR_ == 2", ConditionDialect.Cel)]
    [InlineData("a // AND = b\n && c", ConditionDialect.Cel)]
    [InlineData("a == 'open", ConditionDialect.Cel)]
    [InlineData("", ConditionDialect.Cel)]
    public void Words_and_single_equals_tell_the_dialects_apart(string text, ConditionDialect dialect) =>
        Assert.Equal(dialect, ConditionText.Detect(text));

    [Fact]
    public void A_stated_dialect_wins() => Assert.Equal(
        ConditionDialect.Cel,
        Seeds.Bundle("rules: [{id: a, condition: 'x OR y', dialect: cel, decision: deny}]").Policies[0].Rules[0].Condition.Dialect);

    /// <summary>Each text holds the word <c>here</c>, whose place is known.</summary>
    [Theory]
    [InlineData("rules:\n- id: a\n  condition: a && here\n  decision: deny\n", 3, 19)]
    [InlineData("rules:\n- id: a\n  condition: \"a && here\"\n  decision: deny\n", 3, 20)]
    [InlineData("rules:\n- id: a\n  condition: '  a && here'\n  decision: deny\n", 3, 22)]
    [InlineData("rules:\n- id: a\n  if: IF  a AND here\n  decision: deny\n", 3, 17)]
    [InlineData("rules:\n- id: a\n  condition: |\n    a &&\n      here\n  decision: deny\n", 5, 7)]
    [InlineData("rules:\n- id: a\n  condition: |\n\n    a &&\n    here\n  decision: deny\n", 6, 5)]
    [InlineData("rules:\r\n- id: a\r\n  condition: |\r\n    a &&\r\n    here\r\n  decision: deny\r\n", 5, 5)]
    [InlineData("rules:\n- id: a\n  condition: >\n    a &&\n    here\n  decision: deny\n", 3, 14)]
    [InlineData("rules:\n- id: a\n  condition: \"a \\x26& here\"\n  decision: deny\n", 3, 14)]
    [InlineData("rules:\n- id: a\n  decision: deny\n  when: {topic: here}\n", 4, 9)]
    public void An_offset_in_a_condition_has_a_place_in_the_file(string text, int line, int column)
    {
        RuleCondition condition = Seeds.Bundle(text).Policies[0].Rules[0].Condition;
        int offset = condition.Text.IndexOf("here", StringComparison.Ordinal);
        Assert.Equal(new SourcePosition("policy.yaml", line, column), condition.Origin.PositionOf(offset));
    }
}
