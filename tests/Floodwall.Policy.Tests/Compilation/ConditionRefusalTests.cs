using Floodwall.Policy.Tests.Bundles;

namespace Floodwall.Policy.Tests.Compilation;

/// <summary>Conditions that are well typed and yet refused, since they would not say what they seem to.</summary>
public sealed class ConditionRefusalTests
{
    [Theory]
    [InlineData("intent.priority >= 'urgent'", 15, "bulk < normal < urgent < pager", """intent.priority in ["urgent", "pager"]""")]
    [InlineData("intent.priority > 'urgent'", 15, "bulk < normal < urgent < pager", """intent.priority in ["pager"]""")]
    [InlineData("intent.priority < 'urgent'", 15, "bulk < normal < urgent < pager", """intent.priority in ["bulk", "normal"]""")]
    [InlineData("'urgent' <= intent.priority", 15, "bulk < normal < urgent < pager", """intent.priority in ["urgent", "pager"]""")]
    [InlineData("'urgent' > intent.priority", 15, "bulk < normal < urgent < pager", """intent.priority in ["bulk", "normal"]""")]
    [InlineData("true && intent.blast_radius <= 'service'", 23, "cell < service < region < global", """intent.blast_radius in ["cell", "service"]""")]
    [InlineData("intent.action > 'apply'", 15, "apply, scale, destroy, in no order", null)]
    [InlineData("intent.priority >= agent.role", 15, "bulk < normal < urgent < pager", null)]
    [InlineData("intent.?priority.orValue('bulk') >= 'urgent'", 15, "bulk < normal < urgent < pager", null)]
    [InlineData("dyn(intent.priority) >= 'urgent'", 15, "bulk < normal < urgent < pager", null)]
    [InlineData("(true ? intent.priority : 'bulk') >= 'urgent'", 16, "bulk < normal < urgent < pager", null)]
    [InlineData("[intent.priority].exists(p, p >= 'urgent')", 43, "bulk < normal < urgent < pager", null)]
    [InlineData("IF intent.priority >= 'urgent' AND true", 18, "bulk < normal < urgent < pager", """intent.priority in ["urgent", "pager"]""")]
    public void Words_with_an_order_of_their_own_are_not_compared_by_the_alphabet(string condition, int column, string order, string? meant)
    {
        PolicyDiagnostic error = Assert.Single(Review(condition).Findings);
        Assert.Equal((DiagnosticSeverity.Error, 3, column, meant), (error.Severity, error.Line, error.Column, error.Suggestion));
        Assert.Contains(order, error.Message, StringComparison.Ordinal);
        Assert.Contains(" in [\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("intent.priority in ['urgent', 'pager']")]
    [InlineData("agent.role >= 'a'")]
    [InlineData("intent.priority.size() > 4")]
    [InlineData("(intent.priority == 'bulk' ? 1 : 2) > 1")]
    [InlineData("cidrContains('10.0.0.1/8', attr.ip)")]
    [InlineData("cidrContains('10.0.0.0/8', '10.1.2.3') && intent.topic == 'a'")]
    public void What_has_an_order_or_needs_none_is_taken(string condition) =>
        Assert.DoesNotContain(Review(condition).Findings, finding => finding.Severity == DiagnosticSeverity.Error);

    [Theory]
    [InlineData("cidrContains('10.0.0.0/33', attr.ip)", 28, "expected a network such as 10.0.0.0/8 or 2001:db8::/32, got '10.0.0.0/33'")]
    [InlineData("cidrContains('10.0.0.0', attr.ip)", 28, "expected a network")]
    [InlineData("cidrContains('10.0.0.0/8', '10.0.0.256')", 42, "expected an address or network")]
    public void A_network_that_is_none_is_refused(string condition, int column, string message)
    {
        PolicyDiagnostic error = Assert.Single(Review(condition).Findings);
        Assert.Equal((DiagnosticSeverity.Error, 3, column), (error.Severity, error.Line, error.Column));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static BundleReview Review(string condition) => BundleReview.Of(Seeds.Bundle(
        $"attributes: {{ip: string}}\nrules:\n- condition: \"{condition}\"\n  id: a\n  decision: deny\n"));
}
