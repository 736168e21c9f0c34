using Floodwall.Policy.Matching;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Reading;

/// <summary>Reads what stands around the policies: metadata, ticks, attributes.</summary>
internal sealed class HeaderReader(ValueReader values)
{
    private const long LargestUnixSeconds = 1L << 40;

    public BundleMetadata? Metadata(YamlNode node)
    {
        if (values.Mapping(node) is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Metadata, values);
        return new BundleMetadata(
            fields.Find("name") is YamlNode name ? values.Id(name) : null,
            fields.Find("revision") is YamlNode revision ? values.UInt64(revision, 1) ?? 0 : 0,
            fields.Text("description", BundleLimits.MaxReasonBytes),
            fields.Text("owner", BundleLimits.MaxReasonBytes));
    }

    public TickClock? Ticks(YamlNode node)
    {
        if (values.Mapping(node) is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Ticks, values);
        ulong? perSecond = fields.Require("perSecond") is YamlNode rate ? (ulong?)values.Integer(rate, 1, 1_000_000_000) : null;
        long? zero = fields.Require("unixSecondsAtZero") is YamlNode start
            ? (long?)values.Integer(start, -LargestUnixSeconds, LargestUnixSeconds)
            : null;
        return perSecond is ulong ticks && zero is long seconds ? new TickClock(ticks, seconds) : null;
    }

    /// <summary>Ticks after which facts are stale.</summary>
    public StaleAfter? Facts(YamlNode node)
    {
        if (values.Mapping(node) is not YamlMapping mapping)
        {
            return null;
        }

        var fields = new FieldReader(mapping, BundleFields.Facts, values);
        return fields.Require("staleAfter") is YamlNode ticks && values.UInt64(ticks, 1) is ulong stale ? new StaleAfter(stale) : null;
    }

    public void Attributes(YamlNode node, DeclaredAttributes table)
    {
        if (values.Mapping(node, "a mapping of attribute names to types") is not YamlMapping mapping)
        {
            return;
        }

        foreach (YamlEntry entry in mapping.Entries.TakeWhile(_ => !values.Diagnostics.IsFull))
        {
            if (BundleText.NameProblem(entry.Key.Text, BundleLimits.MaxIdBytes) is string problem)
            {
                values.Diagnostics.Error(entry.Key.Position, problem);
            }
            else if (Attribute(entry.Key.Text, entry.Value) is AttributeDeclaration attribute)
            {
                table.Declare(attribute, entry.Key.Position);
            }
        }
    }

    /// <summary>A number of ticks, at least 1.</summary>
    public sealed record StaleAfter(ulong Ticks);

    private AttributeDeclaration? Attribute(string name, YamlNode node)
    {
        AttributeType type;
        if (node is not YamlMapping mapping)
        {
            return values.Word(node, BundleWords.AttributeTypes, out type)
                ? new AttributeDeclaration(name, type, AttributeDeclaration.DefaultSize(type))
                : null;
        }

        var fields = new FieldReader(mapping, BundleFields.Attribute, values);
        if (fields.Require("type") is not YamlNode typeNode || !values.Word(typeNode, BundleWords.AttributeTypes, out type))
        {
            return null;
        }

        int size = AttributeDeclaration.DefaultSize(type);
        if (fields.Find("maxSize") is YamlNode sizeNode)
        {
            if (size == 0)
            {
                return values.Fail<AttributeDeclaration>(sizeNode.Position, "expected maxSize only with the types string and string_list");
            }

            int largest = type == AttributeType.String ? AttributeDeclaration.LargestStringSize : AttributeDeclaration.LargestListSize;
            size = (int?)values.Integer(sizeNode, 1, largest) ?? size;
        }

        return new AttributeDeclaration(name, type, size);
    }
}
