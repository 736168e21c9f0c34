using System.Buffers.Binary;
using System.Text;

namespace Floodwall.Pipeline;

/// <summary>A symbol's definition as bytes: u32 id, UTF-8 name.</summary>
public static class SymbolEntry
{
    /// <summary>The longest payload.</summary>
    public const int MaxLength = 4 + SymbolTable.MaxNameBytes;

    /// <summary>The payload's length.</summary>
    public static int LengthOf(string name) => 4 + Encoding.UTF8.GetByteCount(name);

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, Symbol symbol, string name)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(payload, symbol.Id);
        Encoding.UTF8.GetBytes(name, payload[4..]);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out Symbol symbol, out string name)
    {
        symbol = default;
        name = "";
        if (payload.Length is < 5 or > MaxLength)
        {
            return $"a symbol has {payload.Length} bytes, expected 5 to {MaxLength}";
        }

        symbol = new Symbol(BinaryPrimitives.ReadUInt32LittleEndian(payload));
        if (symbol.IsNone || !EntryText.TryDecode(payload[4..], out name))
        {
            return "a symbol's id is 0 or its name is not UTF-8";
        }

        return SymbolTable.Validate(name);
    }
}

/// <summary>A rule's definition as bytes: u32 id, u16 length of the name, name, template (both UTF-8).</summary>
public static class RuleEntry
{
    private const int Fixed = 6;

    /// <summary>The payload's length.</summary>
    public static int LengthOf(Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Fixed + Encoding.UTF8.GetByteCount(rule.Name) + Encoding.UTF8.GetByteCount(rule.Template);
    }

    /// <summary>Writes the payload.</summary>
    public static void Write(Span<byte> payload, Rule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int nameBytes = Encoding.UTF8.GetBytes(rule.Name, payload[Fixed..]);
        BinaryPrimitives.WriteUInt32LittleEndian(payload, rule.Id.Id);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[4..], (ushort)nameBytes);
        Encoding.UTF8.GetBytes(rule.Template, payload[(Fixed + nameBytes)..]);
    }

    /// <summary>Reads a payload back.</summary>
    /// <returns>Null, or what is wrong with the bytes.</returns>
    public static string? Read(ReadOnlySpan<byte> payload, out Rule rule)
    {
        rule = new Rule(RuleId.None, "", "");
        if (payload.Length is < Fixed + 1 or > Fixed + RuleTable.MaxTextBytes)
        {
            return $"a rule has {payload.Length} bytes, expected {Fixed + 1} to {Fixed + RuleTable.MaxTextBytes}";
        }

        uint id = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        if (id is 0 or >= RuleTable.Capacity || nameBytes == 0 || Fixed + nameBytes > payload.Length)
        {
            return $"rule {id} has a name of {nameBytes} bytes in an entry of {payload.Length}";
        }

        if (!EntryText.TryDecode(payload.Slice(Fixed, nameBytes), out string name)
            || !EntryText.TryDecode(payload[(Fixed + nameBytes)..], out string template)
            || string.IsNullOrWhiteSpace(name))
        {
            return $"rule {id}'s text is not UTF-8, or its name is blank";
        }

        rule = new Rule(new RuleId(id), name, template);
        return null;
    }
}

/// <summary>Strict UTF-8: replacement characters would hide what the bytes say.</summary>
internal static class EntryText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryDecode(ReadOnlySpan<byte> utf8, out string text)
    {
        bool valid = System.Text.Unicode.Utf8.IsValid(utf8);
        text = valid ? Strict.GetString(utf8) : "";
        return valid;
    }
}
