using Floodwall.Policy.Matching;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Reads policies.</summary>
internal sealed class PolicyReader(ValueReader values, DeclaredAttributes attributes)
{
    private readonly RuleReader _rules = new(values, attributes);
    private int _count;

    /// <summary>
    /// A policy, or null after a complaint. Where <paramref name="mode"/> is the file's mode, it is the policy's default.
    /// </summary>
    public PolicyDocument? Read(YamlNode node, PolicyMode mode)
    {
        if (values.Mapping(node, "a policy") is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Policy, values);
        string? id = fields.Require("id") is YamlNode idNode ? values.Id(idNode) : null;
        PolicyType type = fields.Word("type", BundleWords.Types, PolicyType.Hard);
        PolicyScope? scope = fields.Find("scope") is YamlNode scopeNode ? Scope(scopeNode) : PolicyScope.Global;
        mode = fields.Word("mode", BundleWords.Modes, mode);
        List<RuleDocument> rules = fields.Require("rules") is YamlNode list ? Rules(list, type) : [];
        return id is null || scope is null ? null : new PolicyDocument(id, scope, type, mode, rules, fields.Position);
    }

    /// <summary>The rules of a list, without those that were refused.</summary>
    public List<RuleDocument> Rules(YamlNode node, PolicyType type)
    {
        var rules = new List<RuleDocument>();
        if (values.Sequence(node, "a list of rules") is not YamlSequence sequence)
        {
            return rules;
        }

        if (sequence.Items.Count == 0)
        {
            values.Diagnostics.Error(sequence.Position, "expected at least one rule, got an empty list");
        }

        foreach (YamlNode item in sequence.Items)
        {
            if (values.Diagnostics.IsFull)
            {
                break;
            }

            if (++_count > BundleLimits.MaxRules)
            {
                values.Diagnostics.Error(item.Position, $"expected at most {BundleLimits.MaxRules} rules in a bundle");
                break;
            }

            if (_rules.Read(item, type) is RuleDocument rule)
            {
                rules.Add(rule);
            }
        }

        return rules;
    }

    private PolicyScope? Scope(YamlNode node)
    {
        if (values.Text(node, 3 * BundleLimits.MaxNameBytes, "a scope") is not string text)
        {
            return null;
        }

        if (PolicyScope.TryParse(text, out PolicyScope scope, out string? problem))
        {
            return scope;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string? kind = Spelling.Closest(colon < 0 ? text : text[..colon], ["global", "org", "env", "pool", "identity"]);
        string? suggestion = kind is null || text.StartsWith(kind, StringComparison.Ordinal) ? null : kind + (colon < 0 ? "" : text[colon..]);
        return values.Fail<PolicyScope>(node.Position, $"{problem}, got {BundleText.Quoted(text)}", suggestion);
    }
}
