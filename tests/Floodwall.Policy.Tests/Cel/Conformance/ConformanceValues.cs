using System.Globalization;
using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The values of the conformance tests (google/cel-spec, proto/cel/expr/value.proto), and whether a result is one of them.</summary>
internal static class ConformanceValues
{
    private const string AnyPrefix = "[type.googleapis.com/";

    /// <summary>The value of a Value message; null where it is of a type that is not supported.</summary>
    public static CelValue? Read(TextProtoMessage message)
    {
        TextProtoField field = Assert.Single(message.Fields);
        return field.Name switch
        {
            "null_value" => CelValue.Null,
            "bool_value" => CelValue.Of(bool.Parse(field.AsScalar)),
            "int64_value" => CelValue.Of(long.Parse(field.AsScalar, CultureInfo.InvariantCulture)),
            "uint64_value" => CelValue.Of(ulong.Parse(field.AsScalar, CultureInfo.InvariantCulture)),
            "double_value" => CelValue.Of(Double(field.AsScalar)),
            "string_value" => CelValue.Of(field.AsText),
            "bytes_value" => CelValue.Of(field.AsBytes.AsSpan()),
            "type_value" => new CelTypeValue(field.AsText),
            "list_value" => ReadList(field.AsMessage),
            "map_value" => ReadMap(field.AsMessage),
            "object_value" => ReadObject(field.AsMessage),
            _ => null,
        };
    }

    /// <summary>Whether a result is the expected value, of the same type throughout; zeros by their sign, NaN as NaN.</summary>
    public static bool Matches(CelValue expected, CelValue actual) => (expected, actual) switch
    {
        _ when expected.Kind != actual.Kind => false,
        (CelDouble a, CelDouble b) => a.Value.Equals(b.Value) && double.IsNegative(a.Value) == double.IsNegative(b.Value),
        (CelList a, CelList b) => a.Elements.Length == b.Elements.Length && a.Elements.Zip(b.Elements).All(pair => Matches(pair.First, pair.Second)),
        (CelMap a, CelMap b) => a.Entries.Length == b.Entries.Length && a.Entries.Zip(b.Entries)
            .All(pair => Matches(pair.First.Key, pair.Second.Key) && Matches(pair.First.Value, pair.Second.Value)),
        _ => CelEquality.AreEqual(expected, actual),
    };

    private static CelList? ReadList(TextProtoMessage message)
    {
        List<CelValue?> elements = [.. message.Messages("values").Select(Read)];
        return elements.Contains(null) ? null : new CelList(elements.OfType<CelValue>());
    }

    private static CelValue? ReadMap(TextProtoMessage message)
    {
        List<(CelValue? Key, CelValue? Value)> entries =
            [.. message.Messages("entries").Select(entry => (Read(entry.Message("key")!), Read(entry.Message("value")!)))];
        return entries.Any(entry => entry.Key is null || entry.Value is null)
            ? null
            : CelMap.Create(entries.Select(entry => KeyValuePair.Create(entry.Key!, entry.Value!)));
    }

    private static CelValue? ReadObject(TextProtoMessage message)
    {
        TextProtoField any = Assert.Single(message.Fields);
        long seconds = Number(any.AsMessage, "seconds");
        long nanos = Number(any.AsMessage, "nanos");
        return any.Name switch
        {
            AnyPrefix + "google.protobuf.Duration]" => new CelDuration((seconds * CelDuration.NanosPerSecond) + nanos),
            AnyPrefix + "google.protobuf.Timestamp]" => new CelTimestamp(seconds, (int)nanos),
            _ => null,
        };
    }

    private static long Number(TextProtoMessage message, string name) =>
        message.Find(name) is { Scalar: { } scalar } && long.TryParse(scalar, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static double Double(string text) => text.ToLowerInvariant() switch
    {
        "inf" or "infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
