using Floodwall.Pipeline;
using Floodwall.Policy.Matching;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Reads rules.</summary>
internal sealed class RuleReader(ValueReader values, DeclaredAttributes attributes)
{
    private static readonly string[] ConditionFields = ["condition", "when", "match"];

    private readonly MatchTranslator _translator = new(values, attributes);
    private readonly DecisionReader _decisions = new(values);

    /// <summary>A rule, or null after a complaint.</summary>
    public RuleDocument? Read(YamlNode node, PolicyType type)
    {
        if (values.Mapping(node, "a rule") is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Rule, values);
        string? id = fields.Require("id") is YamlNode idNode ? values.Id(idNode) : null;
        RuleCondition? condition = Condition(fields);
        DecisionParts decision = _decisions.Read(fields);
        UnknownHandling otherwise = type == PolicyType.Hard ? UnknownHandling.Deny : UnknownHandling.Pessimistic;
        UnknownHandling onUnknown = fields.Word("onUnknown", BundleWords.Unknowns, otherwise);
        int priority = fields.Find("priority") is YamlNode number && values.Integer(number, int.MinValue, int.MaxValue) is { } value
            ? (int)value
            : 0;
        if (id is null || condition is null || decision.Kind is not VerdictKind kind)
        {
            return null;
        }

        return new RuleDocument
        {
            Id = id,
            Condition = condition,
            Decision = kind,
            Shape = decision.Shape,
            Defer = decision.Defer,
            SwitchTo = decision.SwitchTo,
            Priority = priority,
            Reason = decision.Reason,
            OnUnknown = onUnknown,
            Position = fields.Position,
        };
    }

    private RuleCondition? Condition(FieldReader fields)
    {
        string[] given = Array.FindAll(ConditionFields, fields.Has);
        if (given.Length != 1)
        {
            return values.Fail<RuleCondition>(
                given.Length > 1 ? fields.At(given[1]) : fields.Position,
                $"expected one of condition, when and match in a rule, got {(given.Length == 0 ? "none" : string.Join(" and ", given))}",
                given.Length == 0 ? "condition: \"true\" for a rule that always applies" : null);
        }

        YamlNode? node = fields.Find(given[0]);
        if (node is null)
        {
            return null;
        }

        if (given[0] == "condition")
        {
            return Text(fields, node);
        }

        if (fields.Has("dialect"))
        {
            values.Diagnostics.Error(fields.At("dialect"), $"expected dialect only beside condition, got it beside {given[0]}");
        }

        string? text = values.Mapping(node) is YamlMapping map ? _translator.Translate(map, strict: given[0] == "match") : null;
        return text is null ? null : new RuleCondition(text, ConditionDialect.Cel, TextOrigin.Opaque(node.Position));
    }

    private RuleCondition? Text(FieldReader fields, YamlNode node)
    {
        // "condition: true" is plain YAML for the condition that always holds.
        string? text = node is YamlScalar { Kind: ScalarKind.Bool } truth ? truth.Text.ToLowerInvariant()
            : values.Text(node, BundleLimits.MaxConditionLength, "a condition");
        if (text is null)
        {
            return null;
        }

        TextOrigin origin = ((YamlScalar)node).Origin;
        int lead = text.Length - text.TrimStart().Length;
        text = text.Trim();
        ConditionDialect dialect = ConditionText.Detect(text);
        int word = ConditionText.LeadingIf(text);
        if (word > 0)
        {
            text = text[word..];
            dialect = ConditionDialect.Words;
        }

        dialect = fields.Word("dialect", BundleWords.Dialects, dialect);
        return text.Length > 0
            ? new RuleCondition(text, dialect, origin.Skip(lead + word))
            : values.Fail<RuleCondition>(
                node.Position, "expected a condition, got an empty text", "\"true\" for a rule that always applies");
    }
}
