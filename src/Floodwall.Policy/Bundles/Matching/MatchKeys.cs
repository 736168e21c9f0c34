using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Matching;

/// <summary>The keys of <c>when:</c> and <c>match:</c> maps that stand for something of the intent.</summary>
internal static class MatchKeys
{
    private static readonly string[] Actions = ["apply", "scale", "destroy"];
    private static readonly string[] Priorities = ["bulk", "normal", "urgent", "pager"];
    private static readonly string[] BlastRadii = ["cell", "service", "region", "global"];

    /// <summary>Each key with what it reads, and the words it can be compared with where there are only so many.</summary>
    private static readonly Dictionary<string, MatchKey> Keys = new(StringComparer.Ordinal)
    {
        ["topic"] = new("intent.topic"),
        ["topics"] = new("intent.topic"),
        ["env"] = new("intent.environment"),
        ["environment"] = new("intent.environment"),
        ["environments"] = new("intent.environment"),
        ["scope"] = new("intent.scope"),
        ["scopes"] = new("intent.scope"),
        ["tenant"] = new("intent.scope"),
        ["tenants"] = new("intent.scope"),
        ["agent"] = new("agent.id"),
        ["agents"] = new("agent.id"),
        ["role"] = new("agent.role"),
        ["roles"] = new("agent.role"),
        ["resource"] = new("resource.id"),
        ["resources"] = new("resource.id"),
        ["pool"] = new("pool.id"),
        ["pools"] = new("pool.id"),
        ["identity"] = new("identity.id"),
        ["identities"] = new("identity.id"),
        ["provider"] = new("provider.id"),
        ["providers"] = new("provider.id"),
        ["action"] = new("intent.action", Actions),
        ["actions"] = new("intent.action", Actions),
        ["priority"] = new("intent.priority", Priorities),
        ["priorities"] = new("intent.priority", Priorities),
        ["blast_radius"] = new("intent.blast_radius", BlastRadii),
    };

    /// <summary>Roots that other engines have, or that one may expect, and what is read here in their place.</summary>
    private static readonly Dictionary<string, string> Missing = new(StringComparer.Ordinal)
    {
        ["forecast"] = "risk.p_exhaustion",
        ["tte"] = "risk.ticks_to_exhaustion_p50",
        ["margin"] = "pool.remaining",
        ["cost"] = "intent.cost",
    };

    /// <summary>The names of the keys, for suggestions.</summary>
    public static IEnumerable<string> Names => Keys.Keys;

    /// <summary>What a key of the intent reads, or null where it is none.</summary>
    public static MatchKey? Find(string key) => Keys.GetValueOrDefault(key);

    /// <summary>Whether a key is written as a condition would write a name: <c>pool.remaining</c>.</summary>
    public static bool IsPath(string key)
    {
        string[] parts = key.Split('.');
        return parts.Length > 1 && IntentSchema.StandardRoots.Contains(parts[0]) && parts.All(CelText.IsIdentifier);
    }

    /// <summary>A name of the schema that a dotted key with an object that there is not was meant to be; null for any other key.</summary>
    public static string? MeantBy(string key) => key.Split('.') is [var root, _, ..] ? Missing.GetValueOrDefault(root) : null;

    /// <summary>Whether an attribute holds networks, so that it is compared by containment.</summary>
    public static bool IsCidr(string attribute)
    {
        int separator = attribute.AsSpan().LastIndexOfAny('_', '.', '-');
        return attribute[(separator + 1)..] is "cidr" or "cidrs";
    }
}

/// <summary>What a key of the intent reads.</summary>
/// <param name="Path">In CEL.</param>
/// <param name="Words">What it can be compared with; null for any name.</param>
internal sealed record MatchKey(string Path, string[]? Words = null);
