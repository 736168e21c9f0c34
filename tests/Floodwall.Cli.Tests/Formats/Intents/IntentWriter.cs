using System.Globalization;
using System.Text.Json.Nodes;
using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Formats.Intents;

/// <summary>Writes records as native intents, for round trips.</summary>
internal static class IntentWriter
{
    public static string Line(ChangeRecord record)
    {
        var line = new JsonObject { ["agent"] = record.Agent, ["resource"] = record.Resource, ["action"] = IntentWords.Of(record.Action) };
        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                line[name] = value;
            }
        }

        Add("id", record.Id);
        Add("manifest_digest", record.ManifestDigest is byte[] digest ? Convert.ToHexString(digest) : null);
        Add("replicas", record.Action == IntentAction.Scale ? record.Replicas : null);
        Add("priority", IntentWords.Of(record.Priority));
        Add("blast_radius", IntentWords.Of(record.BlastRadius));
        Add("topic", record.Topic);
        Add("environment", record.Environment);
        Add("scope", record.Scope);
        Add("pool", record.Pool);
        Add("identity", record.Identity);
        Add("role", record.Role);
        Add("cost", string.Create(CultureInfo.InvariantCulture, $"{record.CostMicros / 1_000_000}.{record.CostMicros % 1_000_000:000000}"));
        Add("submitted_tick", record.SubmittedTick);
        Add("deadline_tick", record.DeadlineTick);
        Add("idempotency_key", record.IdempotencyKey is UInt128 key ? key.ToString("x32", CultureInfo.InvariantCulture) : null);
        Add("follows_back", record.FollowsBack);
        Add("attributes", record.Attributes.Count == 0 ? null : new JsonObject(record.Attributes.Select(Attribute)));
        return line.ToJsonString();
    }

    // "1" would come back as an integer.
    private static KeyValuePair<string, JsonNode?> Attribute(ChangeAttribute attribute) => new(attribute.Name, attribute.Value switch
    {
        string[] list => new JsonArray([.. list.Select(item => JsonValue.Create(item))]),
        double number => JsonNode.Parse(number.ToString("0.0###############E+0", CultureInfo.InvariantCulture)),
        var scalar => JsonValue.Create(scalar),
    });
}
