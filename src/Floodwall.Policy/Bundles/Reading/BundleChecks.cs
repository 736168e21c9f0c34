using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>What can only be checked once all files of a bundle are read.</summary>
internal static class BundleChecks
{
    public static void UniquePolicies(List<PolicyDocument> policies, DiagnosticBag diagnostics)
    {
        var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        foreach (PolicyDocument policy in policies)
        {
            Unique(seen, policy.Id, policy.Position, "policy", diagnostics);
            var rules = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
            foreach (RuleDocument rule in policy.Rules)
            {
                Unique(rules, rule.Id, rule.Position, "rule", diagnostics);
            }
        }
    }

    public static void UniqueExemptions(List<ExemptionDocument> exemptions, DiagnosticBag diagnostics)
    {
        var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        foreach (ExemptionDocument exemption in exemptions)
        {
            Unique(seen, exemption.Id, exemption.Position, "exemption", diagnostics);
        }
    }

    /// <summary>An exemption of something misspelt would help nobody when it is needed.</summary>
    public static void Covered(List<(YamlScalar Node, bool IsRule)> covered, List<PolicyDocument> policies, DiagnosticBag diagnostics)
    {
        var policyIds = policies.Select(policy => policy.Id).ToHashSet(StringComparer.Ordinal);
        var ruleIds = policies
            .SelectMany(policy => policy.Rules.Select(rule => $"{policy.Id}/{rule.Id}"))
            .ToHashSet(StringComparer.Ordinal);
        foreach ((YamlScalar node, bool isRule) in covered)
        {
            HashSet<string> known = isRule ? ruleIds : policyIds;
            if (known.Contains(node.Text))
            {
                continue;
            }

            if (diagnostics.IsFull)
            {
                return;
            }

            string? suggestion = isRule && !node.Text.Contains('/', StringComparison.Ordinal)
                ? ruleIds.FirstOrDefault(id => id.EndsWith("/" + node.Text, StringComparison.Ordinal))
                : null;
            string expected = isRule ? "a rule of this bundle as POLICY/RULE" : "the id of a policy of this bundle";
            diagnostics.Error(
                node.Position,
                $"expected {expected}, got {BundleText.Quoted(node.Text)}",
                suggestion ?? Spelling.Closest(node.Text, known));
        }
    }

    private static void Unique(
        Dictionary<string, SourcePosition> seen, string id, SourcePosition at, string what, DiagnosticBag diagnostics)
    {
        if (!seen.TryAdd(id, at))
        {
            diagnostics.Error(at, $"expected each {what} id once, got {BundleText.Quoted(id)} a second time (first at {seen[id]})");
        }
    }
}
