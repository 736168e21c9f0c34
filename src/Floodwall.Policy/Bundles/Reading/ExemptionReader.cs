using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Reads exemptions. Whether what they cover exists is checked once all files are read.</summary>
internal sealed class ExemptionReader(ValueReader values)
{
    /// <summary>An exemption, or null after a complaint, and the nodes of what it covers.</summary>
    public ExemptionDocument? Read(YamlNode node, List<(YamlScalar Node, bool IsRule)> covered)
    {
        if (values.Mapping(node, "an exemption") is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Exemption, values);
        string? id = fields.Require("id") is YamlNode idNode ? values.Id(idNode) : null;
        ExemptionSubject? who = fields.Require("who") is YamlNode whoNode ? Who(whoNode) : null;
        string? why = fields.Require("why") is YamlNode whyNode ? values.Text(whyNode, BundleLimits.MaxReasonBytes)?.Trim() : null;
        if (why?.Length == 0)
        {
            why = values.Fail<string>(fields.At("why"), "expected why the exemption was given, got an empty text");
        }

        ulong? expires = fields.Require("expires") is YamlNode tick ? values.UInt64(tick, 1) : null;
        ulong? uses = fields.Require("maxUses") is YamlNode cap ? values.UInt64(cap, 1) : null;
        bool? breakGlass = fields.Find("breakGlass") is YamlNode flag ? values.Bool(flag) : false;
        List<string> policies = Covered(fields, "policies", covered);
        List<string> rules = Covered(fields, "rules", covered);
        if (!fields.Has("policies") && !fields.Has("rules"))
        {
            values.Diagnostics.Error(fields.Position, "expected policies or rules in an exemption", "policies: [\"*\"] for all");
        }

        if (id is null || who is null || why is null || expires is not ulong expiresTick || uses is not ulong maxUses || breakGlass is null)
        {
            return null;
        }

        return new ExemptionDocument
        {
            Id = id,
            Who = who,
            Why = why,
            ExpiresTick = expiresTick,
            MaxUses = maxUses,
            BreakGlass = breakGlass.Value,
            Policies = policies,
            Rules = rules,
            Position = fields.Position,
        };
    }

    private ExemptionSubject? Who(YamlNode node)
    {
        if (values.Mapping(node, "a mapping with agent, identity or role") is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Who, values);
        var who = new ExemptionSubject(Pattern(fields, "agent"), Pattern(fields, "identity"), Pattern(fields, "role"));
        if (mapping.Entries.Count == 0)
        {
            values.Diagnostics.Error(mapping.Position, "expected agent, identity or role", "agent: \"*\" for everybody");
        }

        return who is { Agent: null, Identity: null, Role: null } ? null : who;
    }

    private NamePattern? Pattern(FieldReader fields, string field)
    {
        if (fields.Find(field) is not YamlNode node
            || values.Name(node, BundleLimits.MaxNameBytes, "a name or a pattern") is not string text)
        {
            return null;
        }

        return NamePattern.TryParse(text, out string? problem)
            ?? values.Fail<NamePattern>(node.Position, $"{problem}, got {BundleText.Quoted(text)}");
    }

    private List<string> Covered(FieldReader fields, string field, List<(YamlScalar Node, bool IsRule)> covered)
    {
        var names = new List<string>();
        if (fields.Find(field) is not YamlNode node || values.Sequence(node) is not YamlSequence sequence)
        {
            return names;
        }

        if (sequence.Items.Count is 0 or > BundleLimits.MaxCovered)
        {
            values.Diagnostics.Error(sequence.Position, $"expected 1 to {BundleLimits.MaxCovered} {field}, got {sequence.Items.Count}");
            return names;
        }

        foreach (YamlNode item in sequence.Items)
        {
            if (values.Name(item, (2 * BundleLimits.MaxIdBytes) + 1) is not string name)
            {
                continue;
            }

            if (names.Contains(name))
            {
                values.Diagnostics.Error(item.Position, $"expected {BundleText.Quoted(name)} once");
                continue;
            }

            names.Add(name);
            if (field == "policies" && name == "*")
            {
                if (sequence.Items.Count > 1)
                {
                    values.Diagnostics.Error(item.Position, "expected * alone, since it covers all policies");
                }
            }
            else
            {
                covered.Add(((YamlScalar)item, field == "rules"));
            }
        }

        // What is covered is a set: its order means nothing.
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
