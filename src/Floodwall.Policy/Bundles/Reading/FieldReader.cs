using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>A mapping with known fields: complains about unknown ones, and about one given under two spellings.</summary>
internal sealed class FieldReader
{
    private readonly Dictionary<string, YamlEntry> _entries = new(StringComparer.Ordinal);
    private readonly FieldSet _fields;

    public FieldReader(YamlMapping mapping, FieldSet fields, ValueReader values)
    {
        _fields = fields;
        Values = values;
        Position = mapping.Position;
        foreach (YamlEntry entry in mapping.Entries)
        {
            if (values.Diagnostics.IsFull)
            {
                break;
            }

            Field? field = Array.Find(fields.Fields, field => field.Name == entry.Key.Text || field.Aliases.Contains(entry.Key.Text));
            if (field is null)
            {
                values.Diagnostics.Error(
                    entry.Key.Position,
                    entry.Key.Text == "<<"
                        ? "expected no merge keys; write the fields out"
                        : $"expected {ValueReader.Choice(fields.Fields.Select(known => known.Name))} in {fields.What}, "
                            + $"got the unknown field {BundleText.Quoted(entry.Key.Text)}",
                    Spelling.Closest(entry.Key.Text, fields.Spellings));
            }
            else if (!_entries.TryAdd(field.Name, entry))
            {
                values.Diagnostics.Error(
                    entry.Key.Position, $"expected {field.Name} once, got it as {_entries[field.Name].Key.Text} and as {entry.Key.Text}");
            }
        }
    }

    public ValueReader Values { get; }

    /// <summary>Where the mapping begins.</summary>
    public SourcePosition Position { get; }

    public bool Has(string field) => _entries.ContainsKey(field);

    /// <summary>The value of a field, or null where it is not there or was refused.</summary>
    public YamlNode? Find(string field) => _entries.TryGetValue(field, out YamlEntry entry) && !entry.Value.IsFault ? entry.Value : null;

    /// <summary>The same, with a complaint where it is not there.</summary>
    public YamlNode? Require(string field)
    {
        if (!Has(field))
        {
            Values.Diagnostics.Error(Position, $"expected {field} in {_fields.What}");
        }

        return Find(field);
    }

    /// <summary>Where the value of a field begins; the mapping where it is not there.</summary>
    public SourcePosition At(string field) => Find(field)?.Position ?? Position;

    public string? Text(string field, int maxBytes) => Find(field) is YamlNode node ? Values.Text(node, maxBytes) : null;

    /// <summary>One of some words, or <paramref name="otherwise"/> where it is not there or wrong.</summary>
    public T Word<T>(string field, Word<T>[] words, T otherwise) =>
        Find(field) is YamlNode node && Values.Word(node, words, out T value) ? value : otherwise;
}
