using Floodwall.Policy.Reading;
using Floodwall.Policy.Schema;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Matching;

/// <summary>
/// Turns <c>when:</c> and <c>match:</c> maps into CEL (docs/policies.md says what each entry means). The terms of a map stand in
/// ordinal order, and so do the values of a list: neither order means anything.
/// </summary>
internal sealed class MatchTranslator(ValueReader values, DeclaredAttributes attributes)
{
    private readonly AttributeTerms _terms = new(values);

    /// <summary>
    /// The condition of a map, or null after a complaint. A <c>match:</c> map (<paramref name="strict"/>) knows no other
    /// attributes than labels and risk tags.
    /// </summary>
    public string? Translate(YamlMapping map, bool strict)
    {
        var terms = new SortedSet<string>(StringComparer.Ordinal);
        bool good = true;
        foreach (YamlEntry entry in map.Entries.TakeWhile(_ => !values.Diagnostics.IsFull))
        {
            if (entry.Key.Text == "labels" && entry.Value is YamlMapping labels)
            {
                good &= labels.Entries.Count > 0 || Empty(labels);
                foreach (YamlEntry label in labels.Entries.TakeWhile(_ => !values.Diagnostics.IsFull))
                {
                    good &= Add(terms, AttributeTerm("labels." + label.Key.Text, label));
                }
            }
            else
            {
                good &= Add(terms, Term(entry, strict));
            }
        }

        if (map.Entries.Count == 0)
        {
            Empty(map);
            return null;
        }

        string text = string.Join(" && ", terms);
        return !good ? null
            : text.Length <= BundleLimits.MaxConditionLength ? text
            : values.Fail<string>(
                map.Position, $"expected a condition of at most {BundleLimits.MaxConditionLength} characters, got {text.Length} of CEL");
    }

    private static bool Add(SortedSet<string> terms, string? term)
    {
        if (term is not null)
        {
            terms.Add(term);
        }

        return term is not null;
    }

    private bool Empty(YamlMapping map)
    {
        values.Diagnostics.Error(map.Position, "expected something to match, got an empty mapping", "condition: \"true\"");
        return false;
    }

    private string? Term(YamlEntry entry, bool strict)
    {
        string key = entry.Key.Text;
        if (MatchKeys.Find(key) is MatchKey known)
        {
            return Items(entry.Value) is List<YamlScalar> items ? StringTerms.Of(known.Path, items, known.Words, values) : null;
        }

        if (key == "risk_tags")
        {
            return AttributeTerm(key, entry, AttributeType.StringList);
        }

        if (strict && key == "labels")
        {
            return values.Wrong<string>(entry.Value, "a mapping of labels to values");
        }

        if (strict)
        {
            return values.Fail<string>(
                entry.Key.Position,
                "expected topics, tenants, risk_tags, labels or another field of the intent in a match, "
                    + $"got the unknown field {BundleText.Quoted(key)}",
                Spelling.Closest(key, [.. MatchKeys.Names, "risk_tags", "labels"]));
        }

        if (MatchKeys.IsPath(key))
        {
            return Items(entry.Value) is List<YamlScalar> items ? PathTerms.Of(key, items, values) : null;
        }

        if (MatchKeys.MeantBy(key) is { } read && !attributes.IsDeclared(key))
        {
            return values.Fail<string>(
                entry.Key.Position,
                $"expected a name under {string.Join(", ", IntentSchema.StandardRoots)} or an attribute, got {BundleText.Quoted(key)}, whose object there is not "
                    + $"(an attribute of that name is written {BundleText.Quoted("attr." + key)})",
                read);
        }

        string name = key.StartsWith("attr.", StringComparison.Ordinal) ? key[5..] : key;
        if (!attributes.IsKnown(name) && (attributes.Closest(name) ?? Spelling.Closest(name, MatchKeys.Names)) is string meant)
        {
            values.Diagnostics.Warning(
                entry.Key.Position, $"taken as the attribute {BundleText.Quoted(name)}, which is not declared", meant);
        }

        return AttributeTerm(name, entry);
    }

    private string? AttributeTerm(string name, YamlEntry entry, AttributeType implied = AttributeType.String)
    {
        if (BundleText.NameProblem(name, BundleLimits.MaxIdBytes) is string problem)
        {
            return values.Fail<string>(entry.Key.Position, problem);
        }

        if (Items(entry.Value) is not List<YamlScalar> items
            || !attributes.TryUse(name, implied, entry.Key.Position, out AttributeDeclaration? attribute))
        {
            return null;
        }

        if (implied == AttributeType.String && !attributes.IsDeclared(name)
            && items.Find(item => item.Kind != ScalarKind.String) is YamlScalar typed)
        {
            values.Diagnostics.Warning(
                typed.Position,
                $"{BundleText.Quoted(typed.Text)} is compared as text, since the attribute {BundleText.Quoted(name)} is not declared");
        }

        return _terms.Of(attribute, items);
    }

    /// <summary>The scalars of a value or of a list of values; null after a complaint.</summary>
    private List<YamlScalar>? Items(YamlNode value)
    {
        const string Expected = "a value or a list of values";
        List<YamlNode> nodes = value is YamlSequence sequence ? sequence.Items : [value];
        if (nodes.Count == 0)
        {
            return values.Fail<List<YamlScalar>>(value.Position, "expected at least one value, got an empty list");
        }

        var items = new List<YamlScalar>(nodes.Count);
        foreach (YamlNode node in nodes)
        {
            if (node is not YamlScalar { Kind: not (ScalarKind.Null or ScalarKind.Fault) } scalar)
            {
                return values.Wrong<List<YamlScalar>>(node, Expected);
            }

            items.Add(scalar);
        }

        return items;
    }
}
