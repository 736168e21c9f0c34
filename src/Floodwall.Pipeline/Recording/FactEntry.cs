using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// One fact as bytes: u8 <see cref="FactKind"/>, u8 <see cref="AttributeKind"/> of its value, u32 subject (0: everywhere), u32 name,
/// u64 tick as of which it is valid, and 8 bytes of value: i64, f64, 0 or 1, or a symbol. Little-endian.
/// </summary>
public static class FactEntry
{
    /// <summary>The payload's length.</summary>
    public const int Length = 26;

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, in Fact fact)
    {
        payload[0] = (byte)fact.Key.Kind;
        payload[1] = (byte)fact.Value.Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(payload[2..], fact.Key.Subject.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(payload[6..], fact.Key.Name.Id);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[10..], fact.Tick);
        BinaryPrimitives.WriteInt64LittleEndian(payload[18..], fact.Value.Bits);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out Fact fact)
    {
        fact = default;
        if (payload.Length != Length)
        {
            return $"a fact has {payload.Length} bytes, expected {Length}";
        }

        FactKey key = new(
            (FactKind)payload[0],
            new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[2..])),
            new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload[6..])));
        bool valid = FactValue.TryFromParts(
            (AttributeKind)payload[1], BinaryPrimitives.ReadInt64LittleEndian(payload[18..]), out FactValue value);
        if (!valid || key.Kind is FactKind.None or > FactKind.Environment || key.Name.IsNone)
        {
            return $"a fact has kind {payload[0]}, name {key.Name.Id} and a value of kind {payload[1]}, which mean nothing";
        }

        fact = new Fact(key, value, BinaryPrimitives.ReadUInt64LittleEndian(payload[10..]));
        return null;
    }

    /// <summary>The first symbol of a fact that <paramref name="isKnown"/> denies; null where there is none.</summary>
    internal static Symbol? FindUnknown(in Fact fact, Func<Symbol, bool> isKnown)
    {
        foreach (Symbol symbol in (ReadOnlySpan<Symbol>)[fact.Key.Subject, fact.Key.Name, fact.Value.AsSymbol])
        {
            if (!symbol.IsNone && !isKnown(symbol))
            {
                return symbol;
            }
        }

        return null;
    }
}
