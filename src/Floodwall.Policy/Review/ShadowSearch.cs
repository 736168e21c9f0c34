using System.Globalization;
using Floodwall.Pipeline;
using Floodwall.Policy.Compilation;

namespace Floodwall.Policy;

/// <summary>
/// Finds rules whose word never counts: wherever one speaks, another of the same mode speaks too, and as harshly or more.
/// </summary>
internal static class ShadowSearch
{
    // Comparing two rules clause by clause costs about as much as so many operations, beside what is evaluated for it.
    private const int PairUnits = 8;

    /// <summary>Warnings about such rules, rules that admit, and rules of one condition.</summary>
    public static IEnumerable<PolicyDiagnostic> Run(PolicyBundle bundle, IReadOnlyList<ReviewedRule> rules, WorkBudget budget)
    {
        List<PolicyDiagnostic> found = [];
        foreach (IGrouping<PolicyMode, ReviewedRule> mode in rules.Where(rule => !rule.IsDead).GroupBy(rule => rule.Rule.Policy.Mode))
        {
            Search(bundle, [.. mode], budget, found);
        }

        return found;
    }

    private static void Search(PolicyBundle bundle, IReadOnlyList<ReviewedRule> rules, WorkBudget budget, List<PolicyDiagnostic> found)
    {
        Dictionary<string, ReviewedRule> conditions = new(StringComparer.Ordinal);
        Leads leads = new(rules);
        foreach (ReviewedRule rule in rules)
        {
            string condition = string.Join("\n", rule.Texts.Order(StringComparer.Ordinal));
            if (IsIdle(rule))
            {
                found.Add(Warning(rule, "says admit, which loosens nothing: every other rule is harsher, so the rule changes no verdict"));
            }
            else if (leads.About(rule).Distinct().TakeWhile(other => budget.TryTake(PairUnits * other.Rule.Clauses.Count)).FirstOrDefault(other => Silences(bundle, other, rule)) is { } winner)
            {
                found.Add(Warning(rule, string.Create(
                    CultureInfo.InvariantCulture,
                    $"the rule never decides: wherever it speaks, {winner.Rule.Name} (line {winner.Rule.Document.Position.Line}) says {Word(winner.Rule.Document.Decision)} too, and its word counts")));
            }
            else if (!conditions.TryAdd(condition, rule) && conditions[condition] is var twin && !bundle.Exemptions.Any(exemption => Covers(exemption, twin) != Covers(exemption, rule)))
            {
                found.Add(Warning(rule, string.Create(
                    CultureInfo.InvariantCulture, $"has the same condition as {twin.Rule.Name} (line {twin.Rule.Document.Position.Line})")));
            }
        }
    }

    // Where its condition is unknown an admitting rule may say something else.
    private static bool IsIdle(ReviewedRule rule) => KindOf(rule, unknown: false) == VerdictKind.Admit && (!rule.CanBeUnknown || KindOf(rule, unknown: true) == VerdictKind.Admit);

    private static bool Silences(PolicyBundle bundle, ReviewedRule other, ReviewedRule rule) =>
        other != rule
        && Beats(other, false, rule, false)
        && (!rule.CanBeUnknown || (Beats(other, false, rule, true) && (!other.CanBeUnknown || Beats(other, true, rule, true))))
        && !bundle.Exemptions.Any(exemption => Covers(exemption, other) && !Covers(exemption, rule))
        && other.Rule.Clauses.All(rule.Implies);

    /// <summary>Whether one rule's word counts where both speak, each because its condition holds or is unknown.</summary>
    private static bool Beats(ReviewedRule one, bool oneUnknown, ReviewedRule rule, bool ruleUnknown)
    {
        (VerdictKind harsh, VerdictKind soft) = (KindOf(one, oneUnknown), KindOf(rule, ruleUnknown));
        if (harsh != soft)
        {
            return harsh > soft;
        }

        // Of two waits the longer one holds, whoever is first.
        (RuleDocument a, RuleDocument b) = (one.Rule.Document, rule.Rule.Document);
        bool asLong = harsh switch
        {
            VerdictKind.Shape => a.Shape == b.Shape,
            VerdictKind.Defer => a.Defer == b.Defer,
            _ => true,
        };
        return asLong && one.Order.CompareTo(rule.Order) < 0;
    }

    private static VerdictKind KindOf(ReviewedRule rule, bool unknown) => RuleOutcome.KindOf(rule.Rule.Document, unknown);

    private static bool Covers(ExemptionDocument exemption, ReviewedRule rule) =>
        exemption.Policies.Any(policy => policy == "*" || policy == rule.Rule.Policy.Id) || exemption.Rules.Contains(rule.Rule.Name);

    private static string Word(VerdictKind decision) => Reading.BundleWords.Of(Reading.BundleWords.Decisions, decision);

    private static PolicyDiagnostic Warning(ReviewedRule rule, string message)
    {
        SourcePosition at = rule.Rule.Document.Position;
        return new PolicyDiagnostic(at.File, at.Line, at.Column, DiagnosticSeverity.Warning, $"{rule.Rule.Name}: {message}");
    }

    /// <summary>
    /// Which rules are worth comparing with one: those whose rarest clause it has too, or could imply. Every other rule says less often
    /// than it does.
    /// </summary>
    private sealed class Leads
    {
        private readonly Dictionary<string, List<ReviewedRule>> _byText = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<ReviewedRule>> _byField = new(StringComparer.Ordinal);

        public Leads(IReadOnlyList<ReviewedRule> rules)
        {
            Dictionary<string, int> uses = new(StringComparer.Ordinal);
            foreach (string text in rules.SelectMany(rule => rule.Texts))
            {
                uses[text] = uses.GetValueOrDefault(text) + 1;
            }

            foreach (ReviewedRule rule in rules)
            {
                Clause lead = rule.Rule.Clauses.MinBy(clause => uses[clause.Text])!;
                foreach (string text in rule.TextsOf(lead))
                {
                    Add(_byText, text, rule);
                }

                string[] fields = [.. rule.FieldsOf(lead.Expr).Select(field => field.ToString())];
                foreach (string field in fields.Length == 0 ? [""] : fields)
                {
                    Add(_byField, field, rule);
                }
            }
        }

        public IEnumerable<ReviewedRule> About(ReviewedRule rule) => rule.Texts.Concat(rule.Wider)
            .SelectMany(text => _byText.GetValueOrDefault(text, []))
            .Concat(rule.Bounded.Select(field => field.ToString()).Append("").SelectMany(field => _byField.GetValueOrDefault(field, [])));

        private static void Add(Dictionary<string, List<ReviewedRule>> lists, string key, ReviewedRule rule)
        {
            if (!lists.TryGetValue(key, out List<ReviewedRule>? list))
            {
                lists.Add(key, list = []);
            }

            list.Add(rule);
        }
    }
}
