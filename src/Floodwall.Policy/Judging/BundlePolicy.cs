using System.Text;
using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// A bundle as a policy of the gate: checked when it is made, compiled when it is attached, and then a few lookups for an intent.
/// </summary>
/// <remarks>
/// Deny overrides: of all rules that speak, the harshest decides, whatever its level, so that a lower level never loosens a higher one.
/// Level, priority and place in the file decide whose reason is given. One thread at a time, as every policy. Judging allocates nothing,
/// except for names never met before, and for the clauses that <see cref="SlowClauses"/> lists.
/// </remarks>
public sealed class BundlePolicy : IContextPolicy, IDescribedPolicy
{
    /// <summary>The first word of the description.</summary>
    public const string DescriptionName = "bundle";

    private readonly BundleChecker _checker;
    private readonly PolicyRule[] _rules;
    private RuleSet? _compiled;

    private BundlePolicy(PolicyBundle bundle, BundleChecker checker, Vocabulary vocabulary)
    {
        Bundle = bundle;
        _checker = checker;
        byte[] canonical = CanonicalForm.ToBytes(bundle);
        Address = CanonicalForm.Address(bundle);
        Description = $"{DescriptionName} {Encoding.UTF8.GetString(canonical)}";
        _rules = [.. checker.Rules.Select(rule => rule with { Id = vocabulary.Rules.Define(rule.Name, ReasonOf(rule)) })];
    }

    /// <summary>The bundle.</summary>
    public PolicyBundle Bundle { get; }

    /// <summary>Its content address, <c>sha256:…</c>.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>
    /// Clauses, as CEL, that are left to the reference evaluator for each intent that comes as far: right, but slow, and they allocate. Known
    /// once the policy is attached.
    /// </summary>
    public IReadOnlyList<string> SlowClauses { get; private set; } = [];

    internal IReadOnlyList<PolicyRule> Rules => _rules;

    internal IntentSchema Schema => _checker.Schema;

    /// <summary>Checks a bundle's conditions and makes a policy of it.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="vocabulary">The wall's names; the rules' reasons are defined in it.</param>
    /// <param name="diagnostics">What is wrong with the conditions, at its place in the file.</param>
    /// <returns>Null where a condition is wrong.</returns>
    public static BundlePolicy? TryCreate(PolicyBundle bundle, Vocabulary vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(vocabulary);
        BundleChecker checker = BundleChecker.Check(bundle);
        diagnostics = checker.Diagnostics;
        return diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) ? null : new BundlePolicy(bundle, checker, vocabulary);
    }

    /// <summary>Teaches a catalogue to make bundles from their descriptions, so that a replay can judge anew.</summary>
    public static PolicyCatalog AddTo(PolicyCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add(DescriptionName, static (vocabulary, json) =>
        {
            byte[] canonical = Encoding.UTF8.GetBytes(json.GetRawText());
            return CanonicalForm.TryRead(canonical, "ledger", out PolicyBundle? bundle, out BundleReadResult read)
                ? TryCreate(bundle, vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics) ?? throw new FormatException(diagnostics[0].ToString())
                : throw new FormatException(read.Diagnostics.Count > 0 ? read.Diagnostics[0].ToString() : "no bundle");
        });
        return catalog;
    }

    /// <inheritdoc/>
    public void Attach(GateContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        IntentActivation activation = new(Schema, context, Bundle.StaleAfterTicks, Bundle.Ticks);
        ReferenceEvaluator evaluator = new();
        RuleSetBuilder builder = new(Schema, context, Bundle.StaleAfterTicks, expr => new ReferenceNode(expr, evaluator, activation));
        _compiled = builder.Build([.. _rules.Where(rule => rule.Policy.Mode == PolicyMode.Enforce)]);
        SlowClauses = builder.Slow;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The policy was not attached.</exception>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        RuleSet compiled = _compiled ?? throw new InvalidOperationException("a bundle judges only behind a gate that attached it");
        return compiled.Judge(new JudgeInput(in intent, tick));
    }

    private static string ReasonOf(PolicyRule rule)
    {
        string reason = rule.Document.Reason ?? $"policy {rule.Policy.Id}: rule {rule.Document.Id} says {Words(rule.Document.Decision)} of {{resource}} by {{agent}}";
        return reason;
    }

    private static string Words(VerdictKind decision) => decision switch
    {
        VerdictKind.Shape => "slow down",
        VerdictKind.Defer => "not now",
        VerdictKind.RequireApproval => "ask for approval",
        VerdictKind.Switch => "use another identity",
        VerdictKind.Reject => "no",
        _ => "go ahead",
    };
}
