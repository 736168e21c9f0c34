using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// An attribute set's definition as bytes: u32 handle, u8 number of attributes (1 to 64), then each, ascending by the number of its
/// name: u32 name, u8 <see cref="AttributeKind"/>, and a string's u32 symbol (0: empty), an i64, an f64, a u8 0 or 1, or a list's u16
/// length and u32 symbols. Little-endian. The same attributes always give the same bytes.
/// </summary>
public static class AttributeSetEntry
{
    private const int PairHead = 5;

    /// <summary>The length of what stands in front of the attributes.</summary>
    public const int HeadLength = 5;

    /// <summary>The payload's length.</summary>
    public static int LengthOf(AttributeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return sizeof(uint) + set.Encoded.Length;
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, AttributeSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        BinaryPrimitives.WriteUInt32LittleEndian(payload, set.Handle);
        set.Encoded.CopyTo(payload[sizeof(uint)..]);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out AttributeSet set)
    {
        set = AttributeSet.Empty;
        if (payload.Length is < sizeof(uint) + 1 or > AttributeSet.MaxBytes)
        {
            return $"an attribute set has {payload.Length} bytes, expected {sizeof(uint) + 1} to {AttributeSet.MaxBytes}";
        }

        uint handle = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        return handle is 0 or > AttributeTable.MaxCapacity
            ? $"an attribute set has number {handle}, expected 1 to {AttributeTable.MaxCapacity}"
            : Decode(handle, payload[sizeof(uint)..], out set);
    }

    /// <summary>The length of one attribute, its name and kind included. With <see cref="HeadLength"/> they add up to the payload's.</summary>
    /// <param name="kind">What its value is.</param>
    /// <param name="listLength">The number of strings in a list.</param>
    public static int LengthOf(AttributeKind kind, int listLength = 0) => PairHead + kind switch
    {
        AttributeKind.String => sizeof(uint),
        AttributeKind.Bool => 1,
        AttributeKind.List => sizeof(ushort) + (listLength * sizeof(uint)),
        _ => sizeof(long),
    };

    /// <summary>Reads what stands behind the handle.</summary>
    internal static string? Decode(uint handle, ReadOnlySpan<byte> encoded, out AttributeSet set)
    {
        set = AttributeSet.Empty;
        int count = encoded[0];
        if (count is 0 or > AttributeSet.MaxPairs)
        {
            return $"attribute set {handle} has {count} attributes, expected 1 to {AttributeSet.MaxPairs}";
        }

        uint[] names = new uint[count];
        AttributeValue[] values = new AttributeValue[count];
        ReadOnlySpan<byte> rest = encoded[1..];
        for (int i = 0; i < count; i++)
        {
            int length = Pair(rest, out names[i], out values[i]);
            if (length == 0 || names[i] == 0 || (i > 0 && names[i] <= names[i - 1]))
            {
                return $"attribute {i} of {count} in set {handle} is malformed or out of order";
            }

            rest = rest[length..];
        }

        if (!rest.IsEmpty)
        {
            return $"attribute set {handle} has {rest.Length} bytes behind its {count} attributes";
        }

        set = new AttributeSet(handle, encoded.ToArray(), names, values);
        return null;
    }

    /// <returns>The length of the pair; 0 where it is malformed.</returns>
    private static int Pair(ReadOnlySpan<byte> rest, out uint name, out AttributeValue value)
    {
        (name, value) = (0, default);
        if (rest.Length < PairHead + 1)
        {
            return 0;
        }

        name = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        AttributeKind kind = (AttributeKind)rest[4];
        rest = rest[PairHead..];
        int items = kind == AttributeKind.List && rest.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(rest) : 0;
        int length = LengthOf(kind, items);
        if (kind is AttributeKind.None or > AttributeKind.List || items > AttributeSet.MaxListLength || length - PairHead > rest.Length)
        {
            return 0;
        }

        switch (kind)
        {
            case AttributeKind.String:
                value = AttributeValue.Scalar(kind, BinaryPrimitives.ReadUInt32LittleEndian(rest));
                return length;

            case AttributeKind.Bool:
                value = AttributeValue.Scalar(kind, rest[0]);
                return rest[0] <= 1 ? length : 0;

            case AttributeKind.List:
                Symbol[] list = new Symbol[items];
                for (int i = 0; i < items; i++)
                {
                    list[i] = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(rest[(sizeof(ushort) + (i * sizeof(uint)))..]));
                }

                value = AttributeValue.Of(list);
                return length;

            default:
                long bits = BinaryPrimitives.ReadInt64LittleEndian(rest);
                value = AttributeValue.Scalar(kind, bits);
                return kind == AttributeKind.Int64 || IsCanonical(bits) ? length : 0;
        }
    }

    /// <summary>Whether the bits are a finite number and not negative zero.</summary>
    internal static bool IsCanonical(long bits) => double.IsFinite(BitConverter.Int64BitsToDouble(bits)) && bits != long.MinValue;
}
