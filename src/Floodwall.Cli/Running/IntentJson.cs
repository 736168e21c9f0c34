using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>Intents and verdicts as members of a JSON object, spelled as native intents are (docs/intents.md).</summary>
internal static class IntentJson
{
    public static void Write(Utf8JsonWriter json, in Intent intent, INames names)
    {
        json.WriteNumber("id", intent.Id);
        json.WriteString("agent", names.NameOf(intent.Agent));
        json.WriteString("resource", names.NameOf(intent.Resource));
        json.WriteString("action", IntentWords.Of(intent.Action));
        if (intent.Action == IntentAction.Scale)
        {
            json.WriteNumber("replicas", intent.Replicas);
        }

        json.WriteString("priority", IntentWords.Of(intent.Priority));
        json.WriteString("blast_radius", IntentWords.Of(intent.BlastRadius));
        WriteName(json, "topic", intent.Topic, names);
        WriteName(json, "environment", intent.Environment, names);
        WriteName(json, "scope", intent.Scope, names);
        WriteName(json, "pool", intent.Pool, names);
        WriteName(json, "identity", intent.Identity, names);
        WriteName(json, "role", intent.Role, names);
        if (intent.CostMicros != 0)
        {
            json.WriteNumber("cost", intent.CostMicros / (decimal)Intent.CostScale);
        }

        json.WriteNumber("submitted_tick", intent.SubmittedTick);
        WriteNumber(json, "deadline_tick", intent.DeadlineTick);
        if (intent.IdempotencyKey != UInt128.Zero)
        {
            json.WriteString("idempotency_key", intent.IdempotencyKey.ToString("x32", CultureInfo.InvariantCulture));
        }

        if (!intent.ManifestDigest.IsEmpty)
        {
            json.WriteString("manifest_digest", intent.ManifestDigest.ToString());
        }

        WriteNumber(json, "follows_back", intent.FollowsBack);
        if (names.FindAttributes(intent.Attributes) is { } attributes)
        {
            json.WritePropertyName("attributes");
            WriteAttributes(json, attributes, names);
        }
    }

    /// <summary>An attribute set as one object.</summary>
    public static void WriteAttributes(Utf8JsonWriter json, AttributeSet attributes, INames names)
    {
        json.WriteStartObject();
        for (int i = 0; i < attributes.Count; i++)
        {
            json.WritePropertyName(names.NameOf(attributes.NameAt(i)));
            WriteValue(json, attributes.ValueAt(i), names);
        }

        json.WriteEndObject();
    }

    public static void WriteVerdict(Utf8JsonWriter json, in Verdict verdict, in Intent intent, INames names)
    {
        json.WriteString("verdict", OutcomeWords.Of(verdict.Kind));
        if (verdict.Rule == RuleId.None)
        {
            return;
        }

        json.WriteString("rule", names.FindRule(verdict.Rule)?.Name ?? $"rule-{verdict.Rule.Id}");
        json.WriteString("reason", Reasons.Of(in verdict, in intent, names));
        if (BundlePolicy.IsBecauseUnknown(in verdict, names))
        {
            json.WriteBoolean("unknown", true);
        }

        switch (verdict.Kind)
        {
            case VerdictKind.Shape:
                json.WriteNumber("wait_ticks", verdict.Argument);
                break;
            case VerdictKind.Defer:
                WriteNumber(json, "until_tick", verdict.Argument);
                break;
            case VerdictKind.Switch:
                WriteName(json, "switch_to", new Symbol((uint)verdict.Argument), names);
                break;
            default:
                break;
        }
    }

    private static void WriteValue(Utf8JsonWriter json, AttributeValue value, INames names)
    {
        switch (value.Kind)
        {
            case AttributeKind.Int64:
                json.WriteNumberValue(value.AsInt64);
                break;
            case AttributeKind.Double:
                json.WriteNumberValue(value.AsDouble);
                break;
            case AttributeKind.Bool:
                json.WriteBooleanValue(value.AsBool);
                break;
            case AttributeKind.List:
                json.WriteStartArray();
                foreach (Symbol item in value.AsList)
                {
                    json.WriteStringValue(names.NameOf(item));
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(names.NameOf(value.AsSymbol));
                break;
        }
    }

    private static void WriteName(Utf8JsonWriter json, string member, Symbol symbol, INames names)
    {
        if (!symbol.IsNone)
        {
            json.WriteString(member, names.NameOf(symbol));
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string member, ulong value)
    {
        if (value != 0)
        {
            json.WriteNumber(member, value);
        }
    }
}
