using Floodwall.Pipeline;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>A bundle whose conditions are good, with its rules and exemptions named in a wall's vocabulary.</summary>
internal sealed class CheckedBundle
{
    private CheckedBundle(PolicyBundle bundle, BundleChecker checker, RuleTable names)
    {
        Bundle = bundle;
        Schema = checker.Schema;
        Rules = [.. checker.Rules.Select(rule => rule with { Id = names.Define(rule.Name, ReasonOf(rule)) })];
        Exemptions = [.. bundle.Exemptions.Select(exemption => new PolicyExemption(exemption, names.Define(PolicyExemption.NameOf(exemption), exemption.Why)))];
        Canonical = CanonicalForm.ToBytes(bundle);
    }

    /// <summary>As read.</summary>
    public PolicyBundle Bundle { get; }

    /// <summary>Its canonical form.</summary>
    public byte[] Canonical { get; }

    /// <summary>What its conditions can read.</summary>
    public IntentSchema Schema { get; }

    /// <summary>The rules, in the order of the file.</summary>
    public IReadOnlyList<PolicyRule> Rules { get; }

    /// <summary>The exemptions, in the order of the file.</summary>
    public IReadOnlyList<PolicyExemption> Exemptions { get; }

    /// <summary>The rules of a mode.</summary>
    public IReadOnlyList<PolicyRule> RulesOf(PolicyMode mode) => [.. Rules.Where(rule => rule.Policy.Mode == mode)];

    /// <summary>Checks a bundle and names its rules.</summary>
    /// <returns>Null where a condition is wrong.</returns>
    public static CheckedBundle? TryMake(PolicyBundle bundle, Vocabulary vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics)
    {
        BundleChecker checker = BundleChecker.Check(bundle);
        diagnostics = checker.Diagnostics;
        bool wrong = diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        return wrong ? null : new CheckedBundle(bundle, checker, vocabulary.Rules);
    }

    // One sentence for every verdict: a rule whose condition is unknown may say another one than it was written with.
    private static string ReasonOf(PolicyRule rule) => rule.Document.Reason ?? $"rule {rule.Name} {{verdict}} of {{resource}} by {{agent}}";
}

/// <summary>An exemption and its name in a wall's vocabulary, by which its uses are counted.</summary>
/// <param name="Document">As written.</param>
/// <param name="Id">The number of the rule <c>exemption/ID</c>, whose template says why it was given.</param>
internal sealed record PolicyExemption(ExemptionDocument Document, RuleId Id)
{
    /// <summary>The name of an exemption among the rules.</summary>
    public static string NameOf(ExemptionDocument exemption) => $"exemption/{exemption.Id}";

    /// <summary>Whether a rule is covered.</summary>
    public bool Covers(PolicyRule rule) => Covers(rule.Policy.Id, rule.Document.Id);

    /// <summary>The same by the ids of a policy and of a rule in it.</summary>
    public bool Covers(string policy, string rule) =>
        Document.Policies.Contains("*") || Document.Policies.Contains(policy) || Document.Rules.Contains($"{policy}/{rule}");
}
