using System.Globalization;
using System.Text;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Load.Flood.Rules;

/// <summary>The rules as a policy bundle: YAML with CEL conditions, checked and compiled as <c>floodwall run --policy</c> does.</summary>
internal sealed class BundleRuleGate : IRuleGate
{
    private static readonly string[] Actions = ["apply", "scale", "destroy"];

    public string What => "a compiled policy bundle: each rule names a resource, a topic, an action and a cost";

    public IReadOnlyList<IPolicy> Policies(Vocabulary vocabulary, int rules)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("load.yaml", Encoding.UTF8.GetBytes(Yaml(rules)))]);
        PolicyBundle bundle = read.Bundle ?? throw new InvalidOperationException(read.Diagnostics[0].ToString());
        return [BundlePolicy.TryCreate(bundle, vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics) ?? throw new InvalidOperationException(diagnostics[0].ToString())];
    }

    public Func<Intent, VerdictKind> Reference(Vocabulary vocabulary, int rules) => RuleData.Reference(vocabulary, rules);

    private static string Yaml(int rules)
    {
        StringBuilder yaml = new("version: v1\nrules:\n");
        int number = 0;
        foreach (RuleData rule in RuleData.Draw(rules))
        {
            yaml.Append(CultureInfo.InvariantCulture, $"""
                - id: r{number++}
                  condition: resource.id == "{FloodShape.ResourceName(rule.Resource)}" && intent.topic == "{FloodShape.TopicName(rule.Topic)}" && intent.action == "{Actions[(int)rule.Action]}" && intent.cost_micros > {rule.CostAbove}
                  decision: {Decision(rule.Kind)}

                """);
        }

        return yaml.ToString();
    }

    private static string Decision(VerdictKind kind) => kind switch
    {
        VerdictKind.Defer => "defer",
        VerdictKind.RequireApproval => "require_human",
        _ => "deny",
    };
}
