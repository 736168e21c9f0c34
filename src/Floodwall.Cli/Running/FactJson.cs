using System.Text.Json;
using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Facts as members of a JSON object, spelled as fact lines are (docs/intents.md).</summary>
internal static class FactJson
{
    public static void Write(Utf8JsonWriter json, in Fact fact, INames names)
    {
        json.WriteString("fact", FactWords.Of(fact.Key.Kind));
        if (!fact.Key.Subject.IsNone)
        {
            json.WriteString("subject", names.NameOf(fact.Key.Subject));
        }

        json.WriteString("name", names.NameOf(fact.Key.Name));
        switch (fact.Value.Kind)
        {
            case AttributeKind.Int64:
                json.WriteNumber("value", fact.Value.AsInt64);
                break;
            case AttributeKind.Double:
                json.WriteNumber("value", fact.Value.AsDouble);
                break;
            case AttributeKind.Bool:
                json.WriteBoolean("value", fact.Value.AsBool);
                break;
            default:
                json.WriteString("value", names.NameOf(fact.Value.AsSymbol));
                break;
        }

        json.WriteNumber("tick", fact.Tick);
    }
}
