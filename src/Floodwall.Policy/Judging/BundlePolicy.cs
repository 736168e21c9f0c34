using System.Text;
using System.Text.Json;
using Floodwall.Pipeline;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>
/// A bundle as a policy of the gate: checked when it is made, compiled when it is attached, and then a few lookups for an intent.
/// </summary>
/// <remarks>
/// Deny overrides: of all rules that speak, the harshest decides, whatever its level, so that a lower level never loosens a higher one.
/// Level, priority and place in the file decide whose reason is given. What policies in mode shadow and audit, exemptions and a candidate
/// would have changed becomes a note of the gate (<see cref="GateContext.Notes"/>). One thread at a time, as every policy. Judging allocates
/// nothing, except for names never met before, for exemptions never used before, and for the clauses that <see cref="SlowClauses"/> lists.
/// </remarks>
public sealed class BundlePolicy : IContextPolicy, IDescribedPolicy
{
    /// <summary>The first word of the description.</summary>
    public const string DescriptionName = "bundle";

    /// <summary>The first word of the description with a candidate.</summary>
    public const string CandidateDescriptionName = "bundle-with-candidate";

    /// <summary>In front of either word where the bundle was read without a signature, see <see cref="AsUnsigned"/>.</summary>
    public const string UnsignedPrefix = "unsigned-";

    private const string LiveKey = "live";
    private const string CandidateKey = "candidate";

    private readonly Vocabulary _vocabulary;
    private readonly ObservedRules _observed;
    private AttachedBundle? _attached;

    private BundlePolicy(CheckedBundle live, CheckedBundle? candidate, Vocabulary vocabulary, bool isUnsigned = false)
    {
        IsUnsigned = isUnsigned;
        _vocabulary = vocabulary;
        Live = live;
        Tried = candidate;
        Address = CanonicalForm.AddressOf(live.Canonical);
        Description = (isUnsigned ? UnsignedPrefix : "") + (candidate is null
            ? $"{DescriptionName} {Encoding.UTF8.GetString(live.Canonical)}"
            : $"{CandidateDescriptionName} {{\"{CandidateKey}\":{Encoding.UTF8.GetString(candidate.Canonical)},\"{LiveKey}\":{Encoding.UTF8.GetString(live.Canonical)}}}");
        _observed = new ObservedRules(live, candidate);
        Comparison = candidate is null ? null : new CandidateComparison();
    }

    /// <summary>The bundle.</summary>
    public PolicyBundle Bundle => Live.Bundle;

    /// <summary>The bundle that is tried beside it and decides nothing; null for none.</summary>
    public PolicyBundle? Candidate => Tried?.Bundle;

    /// <summary>The bundle's content address, <c>sha256:…</c>.</summary>
    public string Address { get; }

    /// <inheritdoc/>
    public string Description { get; }

    /// <summary>Whether the ledger shall say of it that it was read without a signature, so that its revision holds up no signed bundle.</summary>
    public bool IsUnsigned { get; }

    /// <summary>
    /// Clauses, as CEL, that are left to the reference evaluator for each intent that comes as far: right, but slow, and they allocate. Known
    /// once the policy is attached.
    /// </summary>
    public IReadOnlyList<string> SlowClauses => _attached?.SlowClauses ?? [];

    /// <summary>How often rules would have decided that did not: those counted at least once. Any thread may ask.</summary>
    public IReadOnlyList<ObservedRule> Observed => _observed.All;

    /// <summary>How the candidate compares; null without one. Any thread may ask.</summary>
    public CandidateComparison? Comparison { get; }

    internal CheckedBundle Live { get; }

    internal CheckedBundle? Tried { get; }

    /// <summary>Checks a bundle's conditions and makes a policy of it.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="vocabulary">The wall's names; the rules' reasons are defined in it.</param>
    /// <param name="diagnostics">What is wrong with the conditions, at its place in the file.</param>
    /// <returns>Null where a condition is wrong.</returns>
    public static BundlePolicy? TryCreate(PolicyBundle bundle, Vocabulary vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return CheckedBundle.TryMake(bundle, vocabulary, out diagnostics) is { } live ? new BundlePolicy(live, candidate: null, vocabulary) : null;
    }

    /// <summary>
    /// The same bundle with a candidate beside it, which judges every intent too and decides nothing: differences are counted
    /// (<see cref="Comparison"/>) and noted on record. Exemptions of neither count in the comparison.
    /// </summary>
    /// <param name="candidate">The bundle to try.</param>
    /// <param name="diagnostics">What is wrong with its conditions.</param>
    /// <returns>A policy of its own; null where a condition is wrong.</returns>
    public BundlePolicy? WithCandidate(PolicyBundle candidate, out IReadOnlyList<PolicyDiagnostic> diagnostics)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return CheckedBundle.TryMake(candidate, _vocabulary, out diagnostics) is { } tried ? new BundlePolicy(Live, tried, _vocabulary, IsUnsigned) : null;
    }

    /// <summary>
    /// The same bundle, of which the ledger says that it was read without a signature. Its revision is a remark then: it does not count in
    /// <see cref="RecordedBundles"/>. Whatever is not marked counts, so a caller that forgets this holds up bundles and lets none pass.
    /// </summary>
    /// <returns>A policy of its own.</returns>
    public BundlePolicy AsUnsigned() => new(Live, Tried, _vocabulary, isUnsigned: true);

    /// <summary>
    /// Whether a bundle's rule gave a verdict because its condition was unknown for want of data, not because it holds
    /// (docs/policies.md, <c>onUnknown</c>). Bundles' rules are those named <c>POLICY/RULE</c>.
    /// </summary>
    /// <param name="verdict">A gate's verdict, or one on record.</param>
    /// <param name="names">The names that go with it.</param>
    public static bool IsBecauseUnknown(in Verdict verdict, INames names) => IsBecauseUnknown(verdict.Rule, verdict.Detail, names);

    /// <summary>The same of a verdict's rule and detail.</summary>
    public static bool IsBecauseUnknown(RuleId rule, byte detail, INames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return detail == RuleOutcome.BecauseUnknown && names.FindRule(rule)?.Name.Contains('/', StringComparison.Ordinal) == true;
    }

    /// <summary>Teaches a catalogue to make bundles from their descriptions, so that a replay can judge anew.</summary>
    public static PolicyCatalog AddTo(PolicyCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        catalog.Add(DescriptionName, static (vocabulary, json) => Create(Read(json), vocabulary));
        catalog.Add(CandidateDescriptionName, CreateBoth);
        catalog.Add(UnsignedPrefix + DescriptionName, static (vocabulary, json) => Create(Read(json), vocabulary).AsUnsigned());
        catalog.Add(UnsignedPrefix + CandidateDescriptionName, static (vocabulary, json) => CreateBoth(vocabulary, json).AsUnsigned());
        return catalog;
    }

    /// <summary>The canonical form of the bundle that decides, from what a ledger says of a policy.</summary>
    /// <returns>Null where the policy is no bundle.</returns>
    public static string? LiveTextOf(PolicyText policy) => TextOf(policy, LiveKey);

    /// <summary>The same of the candidate that is tried beside it.</summary>
    /// <returns>Null where there is none.</returns>
    public static string? CandidateTextOf(PolicyText policy) => TextOf(policy, CandidateKey);

    /// <inheritdoc/>
    public void Attach(GateContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!ReferenceEquals(_attached?.Context, context))
        {
            _attached = new AttachedBundle(Live, Tried, context, _observed, Comparison);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The policy was not attached.</exception>
    public Verdict Judge(in Intent intent, ulong tick)
    {
        AttachedBundle attached = _attached ?? throw new InvalidOperationException("a bundle judges only behind a gate that attached it");
        return attached.Judge(new JudgeInput(in intent, tick));
    }

    private static string? TextOf(PolicyText policy, string key)
    {
        string text = IsUnsignedText(policy) ? policy.Text[UnsignedPrefix.Length..] : policy.Text;
        string[] words = text.Split(' ', 2);
        if (!policy.IsDescribed || words.Length != 2 || words[0] is not (DescriptionName or CandidateDescriptionName))
        {
            return null;
        }

        if (words[0] == DescriptionName)
        {
            return key == LiveKey ? words[1] : null;
        }

        try
        {
            using JsonDocument both = JsonDocument.Parse(words[1]);
            return both.RootElement.GetProperty(key).GetRawText();
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a ledger says of a bundle that it was read without a signature.</summary>
    internal static bool IsUnsignedText(PolicyText policy) => policy.IsDescribed && policy.Text.StartsWith(UnsignedPrefix + DescriptionName, StringComparison.Ordinal);

    private static BundlePolicy CreateBoth(Vocabulary vocabulary, JsonElement json) =>
        Create(Read(json.GetProperty(LiveKey)), vocabulary).WithCandidate(Read(json.GetProperty(CandidateKey)), out IReadOnlyList<PolicyDiagnostic> diagnostics)
            ?? throw new FormatException(diagnostics[0].ToString());

    private static PolicyBundle Read(JsonElement json) =>
        CanonicalForm.TryRead(Encoding.UTF8.GetBytes(json.GetRawText()), "ledger", out PolicyBundle? bundle, out BundleReadResult read)
            ? bundle
            : throw new FormatException(read.Diagnostics.Count > 0 ? read.Diagnostics[0].ToString() : "no bundle");

    private static BundlePolicy Create(PolicyBundle bundle, Vocabulary vocabulary) =>
        TryCreate(bundle, vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics) ?? throw new FormatException(diagnostics[0].ToString());
}
