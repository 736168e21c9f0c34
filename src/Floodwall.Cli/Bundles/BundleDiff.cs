using System.Text.Json;
using Floodwall.Policy;

namespace Floodwall.Cli.Bundles;

/// <summary>One difference between two bundles.</summary>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="What"><c>bundle</c>, <c>policy</c>, <c>rule</c>, <c>exemption</c> or <c>attribute</c>.</param>
/// <param name="Id">Its id, a rule's as <c>POLICY/RULE</c>; empty for the bundle itself.</param>
/// <param name="Field">The field that changed; null where the whole was added or removed.</param>
/// <param name="Before">What stood there; null where nothing did.</param>
/// <param name="After">What stands there; null where nothing does.</param>
internal sealed record BundleChange(string Kind, string What, string Id, string? Field, string? Before, string? After);

/// <summary>
/// Compares what two bundles mean: their canonical forms, policy by policy, rule by rule, field by field. How files are written, and how
/// rules are spread over them, does not show.
/// </summary>
internal static class BundleDiff
{
    private static readonly string[] Lists = ["policies", "rules", "exemptions", "attributes"];

    /// <summary>The differences, in the order of the second bundle, what was removed first.</summary>
    public static IReadOnlyList<BundleChange> Between(PolicyBundle before, PolicyBundle after)
    {
        using JsonDocument a = JsonDocument.Parse(CanonicalForm.ToBytes(before));
        using JsonDocument b = JsonDocument.Parse(CanonicalForm.ToBytes(after));
        List<BundleChange> changes = [];
        Fields(changes, "bundle", "", a.RootElement, b.RootElement);
        Items(changes, "attribute", "", Attributes(a.RootElement), Attributes(b.RootElement));
        Items(changes, "policy", "", List(a.RootElement, "policies"), List(b.RootElement, "policies"));
        Items(changes, "exemption", "", List(a.RootElement, "exemptions"), List(b.RootElement, "exemptions"));
        return changes;
    }

    private static void Items(List<BundleChange> changes, string what, string prefix, List<(string Id, JsonElement Value)> before, List<(string Id, JsonElement Value)> after)
    {
        foreach ((string id, JsonElement value) in before.Where(item => !after.Exists(other => other.Id == item.Id)))
        {
            changes.Add(new BundleChange("removed", what, prefix + id, null, Summary(what, value), null));
            Rules(changes, what, id, List(value, "rules"), []);
        }

        foreach ((string id, JsonElement value) in after)
        {
            int index = before.FindIndex(other => other.Id == id);
            if (index < 0)
            {
                changes.Add(new BundleChange("added", what, prefix + id, null, null, Summary(what, value)));
                Rules(changes, what, id, [], List(value, "rules"));
            }
            else
            {
                Fields(changes, what, prefix + id, before[index].Value, value);
                Rules(changes, what, id, List(before[index].Value, "rules"), List(value, "rules"));
            }
        }

        Order(changes, what, prefix, before, after);
    }

    // The order decides which of several reasons is given; that of attributes means nothing and is always the same.
    private static void Order(List<BundleChange> changes, string what, string prefix, List<(string Id, JsonElement Value)> before, List<(string Id, JsonElement Value)> after)
    {
        string[] first = [.. before.Select(item => item.Id).Where(id => after.Exists(other => other.Id == id))];
        string[] second = [.. after.Select(item => item.Id).Where(id => before.Exists(other => other.Id == id))];
        if (!first.SequenceEqual(second, StringComparer.Ordinal))
        {
            (string of, string id) = what == "rule" ? ("policy", prefix.TrimEnd('/')) : ("bundle", "");
            changes.Add(new BundleChange("changed", of, id, what switch { "rule" => "order of rules", "policy" => "order of policies", _ => "order of exemptions" }, string.Join(", ", first), string.Join(", ", second)));
        }
    }

    private static void Rules(List<BundleChange> changes, string what, string id, List<(string Id, JsonElement Value)> before, List<(string Id, JsonElement Value)> after)
    {
        if (what == "policy")
        {
            Items(changes, "rule", id + "/", before, after);
        }
    }

    private static void Fields(List<BundleChange> changes, string what, string id, JsonElement before, JsonElement after)
    {
        foreach (string field in Names(before).Union(Names(after), StringComparer.Ordinal).Where(field => !IsList(what, field)))
        {
            bool was = before.TryGetProperty(field, out JsonElement a);
            bool isNow = after.TryGetProperty(field, out JsonElement b);
            if (was && isNow && a.ValueKind == JsonValueKind.Object && b.ValueKind == JsonValueKind.Object)
            {
                List<BundleChange> inner = [];
                Fields(inner, what, id, a, b);
                changes.AddRange(inner.Select(change => change with { Field = $"{field}.{change.Field}" }));
            }
            else if (was != isNow || !JsonElement.DeepEquals(a, b))
            {
                changes.Add(new BundleChange("changed", what, id, field, was ? Text(a) : null, isNow ? Text(b) : null));
            }
        }
    }

    // An exemption's policies and rules are names, no documents.
    private static bool IsList(string what, string field) => what != "exemption" && Lists.Contains(field);

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name);

    private static List<(string Id, JsonElement Value)> List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => (item.GetProperty("id").GetString()!, item))]
            : [];

    private static List<(string Id, JsonElement Value)> Attributes(JsonElement root) =>
        root.TryGetProperty("attributes", out JsonElement attributes) ? [.. attributes.EnumerateObject().Select(member => (member.Name, member.Value))] : [];

    private static string Summary(string what, JsonElement value) => what switch
    {
        "policy" => $"{Field(value, "scope")}, {Field(value, "type")}, {Field(value, "mode")}",
        "rule" => $"{Field(value, "decision")} when {Field(value, "condition")}",
        "exemption" => Field(value, "why"),
        _ => Field(value, "type"),
    };

    private static string Field(JsonElement value, string name) => value.TryGetProperty(name, out JsonElement field) ? Text(field) : "";

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
}
