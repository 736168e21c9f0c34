using System.Globalization;
using Floodwall.Cli.Running;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles.Tests;

/// <summary>What came of one test.</summary>
/// <param name="Test">The test.</param>
/// <param name="Failure">How it differs from what was expected, a line each; empty where it does not.</param>
internal sealed record PolicyTestResult(PolicyTest Test, IReadOnlyList<string> Failure)
{
    /// <summary>Whether it came out as expected.</summary>
    public bool Passed => Failure.Count == 0;
}

/// <summary>Runs the tests of one bundle.</summary>
internal sealed class PolicyTestRun
{
    private readonly Vocabulary _names = new();
    private readonly HashSet<string> _decided = new(StringComparer.Ordinal);
    private readonly PolicyBundle _bundle;
    private PolicyTrial _trial;

    public PolicyTestRun(PolicyBundle bundle)
    {
        _bundle = bundle;
        _trial = BundleFile.Trial(bundle, new GateContext(_names, new FactTable()));
    }

    /// <summary>Enforced rules that decided in no test so far. Those that admit never do.</summary>
    public IEnumerable<string> Undecided => _bundle.Policies
        .Where(policy => policy.Mode == PolicyMode.Enforce)
        .SelectMany(policy => policy.Rules.Where(rule => rule.Decision != VerdictKind.Admit).Select(rule => $"{policy.Id}/{rule.Id}"))
        .Where(rule => !_decided.Contains(rule));

    /// <summary>Runs a test.</summary>
    public PolicyTestResult Run(PolicyTest test)
    {
        IntentMapper mapper = new(_names);
        FactTable facts = new();
        foreach (Formats.FactRecord fact in test.Facts)
        {
            facts.Set(mapper.Map(fact));
        }

        _trial = _trial.With(facts);
        Intent intent = mapper.Map(test.Intent);
        Verdict verdict = _trial.Judge(in intent, test.Tick);
        string? rule = _names.FindRule(verdict.Rule)?.Name;
        if (rule is not null)
        {
            _decided.Add(rule);
        }

        return new PolicyTestResult(test, [.. Differences(test, intent, verdict, rule)]);
    }

    private List<string> Differences(PolicyTest test, Intent intent, Verdict verdict, string? rule)
    {
        Expectation expect = test.Expect;
        List<(string What, string Expected, string Got)> differences = [];
        string reason = ReasonText.Of(in verdict, in intent, _names);
        Compare("verdict", OutcomeWords.Of(expect.Verdict), OutcomeWords.Of(verdict.Kind));
        Compare("rule", expect.Rule, rule ?? "none");
        Compare("reason", expect.Reason, reason);
        Compare("wait_ticks", Text(expect.WaitTicks), Text(verdict.Argument)!, verdict.Kind == VerdictKind.Shape);
        Compare("until_tick", Text(expect.UntilTick), Text(verdict.Argument)!, verdict.Kind == VerdictKind.Defer);
        Compare("switch_to", expect.SwitchTo, verdict.Kind == VerdictKind.Switch ? _names.NameOf(new Symbol((uint)verdict.Argument)) : "");
        if (differences.Count == 0)
        {
            return [];
        }

        List<string> lines = [.. differences.SelectMany(one => (string[])[$"{one.What,-10}  expected  {one.Expected}", $"{"",-10}  got       {one.Got}"])];
        if (rule is not null)
        {
            lines.Add($"{rule} decided: {reason}");
        }

        if (expect.Rule is { } wanted && wanted != rule)
        {
            lines.Add(WhyNot(wanted, intent, test.Tick));
        }

        return lines;

        void Compare(string what, string? expected, string got, bool applies = true)
        {
            if (expected is not null && applies && expected != got)
            {
                differences.Add((what, expected, got));
            }
        }
    }

    private string WhyNot(string wanted, Intent intent, ulong tick)
    {
        PolicyExplanation explanation = _trial.Explain(in intent, tick);
        RuleExplanation rule = explanation.Rules.First(one => $"{one.Policy}/{one.Rule}" == wanted);
        string silent = explanation.Exempted is { } exempted && exempted.Silenced.Contains(wanted) ? $", but the exemption {exempted.Document.Id} covers it" : "";
        IEnumerable<string> clauses = rule.Clauses
            .Where(clause => clause.Holds != true)
            .Select(clause => clause.Holds == false ? $"{clause.Text} is false" : $"{clause.Text} is unknown ({string.Join(", ", clause.Why)})");
        return rule.Holds == true
            ? $"{wanted} applies and says {OutcomeWords.Of(rule.Verdict.Kind)}{(rule.Mode == PolicyMode.Enforce ? "" : ", but its policy is not enforced")}{silent}"
            : $"{wanted} {(rule.Holds is null ? $"is unknown and says {OutcomeWords.Of(rule.Verdict.Kind)}{silent}" : "does not apply")}: {string.Join("; ", clauses)}";
    }

    private static string? Text(ulong? number) => number?.ToString(CultureInfo.InvariantCulture);
}
