namespace Floodwall.Pipeline.Tests.Gate;

/// <summary>What a reason's template may hold, and what becomes of it.</summary>
public sealed class ReasonTextTests
{
    [Fact]
    public void Every_placeholder_that_is_named_is_filled_and_every_other_is_found()
    {
        Vocabulary vocabulary = new(64);
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        Intent intent = new() { Id = 7, Agent = agents[0], Resource = resources[0], DeadlineTick = 9 };
        foreach (string placeholder in ReasonText.Placeholders)
        {
            string template = $"before {{{placeholder}}} behind";
            RuleId rule = vocabulary.Rules.Define($"rule-{placeholder}", template);
            Assert.NotEqual(template, ReasonText.Of(Verdict.Reject(rule), in intent, vocabulary));
            Assert.Equal(-1, ReasonText.FindUnknown(template, out _));
        }

        Assert.Equal((6, (string?)"agnt"), (ReasonText.FindUnknown("by an {agnt}", out string? unknown), unknown));
        Assert.Equal((6, null), (ReasonText.FindUnknown("by an {agent", out unknown), unknown));
    }

    [Theory]
    [InlineData(VerdictKind.Shape, "slows down")]
    [InlineData(VerdictKind.Defer, "defers")]
    [InlineData(VerdictKind.RequireApproval, "requires approval for")]
    [InlineData(VerdictKind.Switch, "asks for another identity for")]
    [InlineData(VerdictKind.Reject, "rejects")]
    public void The_verdict_is_told_as_what_becomes_of_the_action(VerdictKind kind, string verb)
    {
        Vocabulary vocabulary = new(64);
        RuleId rule = vocabulary.Rules.Define("rule", "{verdict}");
        Verdict verdict = Verdict.FromParts(kind, rule, 0, 0);
        Intent intent = new() { Action = IntentAction.Destroy };
        Assert.Equal($"{verb} destroy", ReasonText.Of(in verdict, in intent, vocabulary));
    }
}
