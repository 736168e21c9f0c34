using System.Text.RegularExpressions;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Tests.Bundles;

/// <summary>docs/policies.md names exactly what conditions can read and call.</summary>
public sealed partial class DocumentedNamesTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(BundleSchema.Repository, "docs", "policies.md"));
    private static readonly IntentSchema Schema = IntentSchema.Of(Seeds.Bundle(
        "ticks: {perSecond: 1, unixSecondsAtZero: 0}\nrules: [{id: a, condition: 'true', decision: deny}]"));

    [Fact]
    public void The_table_has_every_name_with_its_type_and_no_other() =>
        Assert.Equal(
            Schema.Fields.Select(field => $"{field}: {field.Type}").Order(StringComparer.Ordinal),
            Row().Matches(Section("Names")).Select(row => $"{row.Groups[1].Value}: {row.Groups[2].Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_function_is_named() =>
        Assert.All(
            Schema.Environment.Functions.Select(function => function.Name).Where(name => char.IsAsciiLetter(name[0])),
            name => Assert.Matches($"`{Regex.Escape(name)}[`(]", Section("Functions")));

    [Fact]
    public void The_objects_of_maps_are_those_of_conditions()
    {
        string row = Page.Split('\n').Single(line => line.Contains("in `when` only: a dotted name under", StringComparison.Ordinal));
        Assert.Equal(
            IntentSchema.StandardRoots.Order(),
            Regex.Matches(row.Split('|')[1], "`([a-z]+)`").Select(match => match.Groups[1].Value).Where(name => name != "when").Order());
    }

    [Theory]
    [InlineData("intent.deadline_tick < 3", true)]
    [InlineData("intent.deadline_tick > 0 && intent.deadline_tick < 3", false)]
    [InlineData("intent.environment != 'production'", true)]
    [InlineData("has(intent.environment) && intent.environment != 'production'", false)]
    [InlineData("has(intent.deadline_tick)", true)]
    [InlineData("intent.cost < 10.0", true)]
    [InlineData("has(pool.remaining)", false)]
    [InlineData("has(attr.team)", false)]
    [InlineData("pool.remaining < 10", null)]
    [InlineData("attr.team == 'a'", null)]
    [InlineData("provider.id == 'a'", null)]
    [InlineData("pool.?remaining.orValue(0) < 10", true)]
    public void What_an_intent_leaves_out_behaves_as_the_page_says(string condition, bool? holds)
    {
        Floodwall.Pipeline.GateContext context = new(new Floodwall.Pipeline.Vocabulary(), new Floodwall.Pipeline.FactTable());
        PolicyTrial trial = PolicyTrial.TryCreate(
            Seeds.Bundle($"attributes: {{team: string}}\nrules: [{{id: a, condition: \"{condition}\", decision: deny}}]"), context, out _)!;
        Assert.Equal(holds, trial.Explain(new Floodwall.Pipeline.Intent(), 5).Rules[0].Holds);
    }

    [Theory]
    [InlineData("forecast.p_exhaustion", "risk.p_exhaustion")]
    [InlineData("cost.total", "intent.cost")]
    public void A_map_with_an_object_that_there_is_not_says_what_was_meant(string key, string meant)
    {
        BundleReadResult read = Seeds.Read($"rules: [{{id: a, when: {{{key}: 1}}, decision: deny}}]");
        PolicyDiagnostic error = Assert.Single(read.Diagnostics);
        Assert.Equal((DiagnosticSeverity.Error, meant), (error.Severity, error.Suggestion));
        Assert.Equal($"attr[\"{key}\"] == \"1\"", Seeds.Bundle($"rules: [{{id: a, when: {{attr.{key}: 1}}, decision: deny}}]").Policies[0].Rules[0].Condition.Text);
    }

    private static string Section(string title) => Page.Split($"\n### {title}\n")[1].Split("\n##")[0];

    [GeneratedRegex(@"^\| `([a-z0-9_.]+)` \| ([a-z]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
