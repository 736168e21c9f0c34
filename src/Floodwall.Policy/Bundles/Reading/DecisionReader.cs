using Floodwall.Pipeline;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>What a rule decides, as read.</summary>
internal sealed record DecisionParts(VerdictKind? Kind, ShapeParameters? Shape, DeferParameters? Defer, string? SwitchTo, string? Reason);

/// <summary>Reads a rule's decision, its parameters and its reason.</summary>
internal sealed class DecisionReader(ValueReader values)
{
    public DecisionParts Read(FieldReader rule)
    {
        if (rule.Require("decision") is not YamlNode node || !values.Word(node, BundleWords.Decisions, out VerdictKind kind))
        {
            // Whose parameters these would be is not known, so nothing is said of them.
            return new DecisionParts(null, null, null, null, null);
        }

        FieldReader? fields = Params(rule, kind);
        string? identity = kind == VerdictKind.Switch ? Identity(rule, fields) : null;
        return new DecisionParts(
            kind == VerdictKind.Switch && identity is null ? null : kind,
            kind == VerdictKind.Shape ? Shape(fields) : null,
            kind == VerdictKind.Defer ? Defer(fields) : null,
            identity,
            Reason(rule, fields));
    }

    private FieldReader? Params(FieldReader rule, VerdictKind kind)
    {
        FieldSet set = kind switch
        {
            VerdictKind.Shape => BundleFields.ShapeParams,
            VerdictKind.Defer => BundleFields.DeferParams,
            VerdictKind.Switch => BundleFields.SwitchParams,
            _ => BundleFields.OtherParams,
        };
        return rule.Find("params") is YamlNode node && values.Mapping(node) is YamlMapping mapping
            ? new FieldReader(mapping, set, values)
            : null;
    }

    private ShapeParameters Shape(FieldReader? fields)
    {
        // A factor says that the wait is to grow.
        ShapeAlgorithm algorithm = fields?.Has("factor") == true ? ShapeAlgorithm.Linear : ShapeAlgorithm.Fixed;
        algorithm = fields?.Word("algorithm", BundleWords.Algorithms, algorithm) ?? algorithm;
        ulong wait = fields?.Find("wait") is YamlNode waitNode && values.UInt64(waitNode, 1) is ulong ticks
            ? ticks
            : ShapeParameters.DefaultWaitTicks;
        long factor = ShapeParameters.DefaultFactorMicros(algorithm);
        if (fields?.Find("factor") is YamlNode factorNode)
        {
            if (algorithm == ShapeAlgorithm.Fixed)
            {
                values.Diagnostics.Error(
                    factorNode.Position, "expected factor only with the algorithms linear and exponential", "algorithm: linear");
            }

            factor = values.Micros(factorNode, 1, ShapeParameters.LargestFactorMicros) ?? factor;
            if (algorithm == ShapeAlgorithm.Exponential && factor < ShapeParameters.FactorScale)
            {
                values.Diagnostics.Error(
                    factorNode.Position, "expected a factor of at least 1 with the algorithm exponential, or waits would shrink");
            }
        }

        ulong cap = Math.Max(ShapeParameters.DefaultMaxWaitTicks, wait);
        if (fields?.Find("maxWait") is YamlNode capNode && values.UInt64(capNode, 1) is ulong most)
        {
            cap = most;
            if (cap < wait)
            {
                values.Diagnostics.Error(capNode.Position, $"expected a maxWait of at least wait, which is {wait}");
            }
        }

        return new ShapeParameters(algorithm, wait, algorithm == ShapeAlgorithm.Fixed ? ShapeParameters.FactorScale : factor, cap);
    }

    private DeferParameters Defer(FieldReader? fields)
    {
        var reset = new DeferParameters(DeferUntil.Reset, 0);
        YamlNode? until = fields?.Find("until");
        YamlNode? ticks = fields?.Find("ticks");
        if (until is not null && ticks is not null)
        {
            values.Diagnostics.Error(ticks.Position, "expected until or ticks, got both");
        }
        else if (ticks is not null)
        {
            return values.UInt64(ticks, 1) is ulong delay ? new DeferParameters(DeferUntil.Delay, delay) : reset;
        }
        else if (until is YamlScalar { Kind: ScalarKind.Int })
        {
            return values.UInt64(until, 1) is ulong tick ? new DeferParameters(DeferUntil.Tick, tick) : reset;
        }
        else if (until is not null && until is not YamlScalar { Text: "reset" })
        {
            values.Wrong<YamlNode>(until, "reset or a tick", until is YamlScalar word ? Spelling.Closest(word.Text, ["reset"]) : null);
        }

        return reset;
    }

    private string? Identity(FieldReader rule, FieldReader? fields)
    {
        YamlNode? node = fields?.Find("identity");
        return node is null
            ? values.Fail<string>(rule.At("params"), "expected params with the identity to switch to", "params: {identity: NAME}")
            : values.Name(node, BundleLimits.MaxNameBytes);
    }

    private string? Reason(FieldReader rule, FieldReader? fields)
    {
        if (rule.Has("reason") && fields?.Has("reason") == true)
        {
            values.Diagnostics.Error(fields.At("reason"), "expected one reason, got one in the rule and one in its params");
        }

        YamlNode? node = rule.Find("reason") ?? fields?.Find("reason");
        string? reason = node is null ? null : values.Text(node, BundleLimits.MaxReasonBytes);
        if (reason is not null)
        {
            CheckPlaceholders(reason, ((YamlScalar)node!).Origin);
        }

        return string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
    }

    // A misspelt one would go on record as it is written.
    private void CheckPlaceholders(string reason, TextOrigin origin)
    {
        int at = ReasonText.FindUnknown(reason, out string? placeholder);
        if (at < 0)
        {
            return;
        }

        IEnumerable<string> known = ReasonText.Placeholders.Select(name => $"{{{name}}}");
        string? word = placeholder ?? string.Concat(reason.Skip(at + 1).TakeWhile(char.IsAsciiLetter));
        string? meant = Array.Exists([.. ReasonText.Placeholders], name => name == word) ? word : Spelling.Closest(word, ReasonText.Placeholders);
        values.Diagnostics.Error(
            origin.PositionOf(at),
            $"expected one of the placeholders {ValueReader.Choice(known)}, got {(placeholder is null ? "a brace that is not closed" : BundleText.Quoted($"{{{placeholder}}}"))}",
            meant is null ? null : $"{{{meant}}}");
    }
}
