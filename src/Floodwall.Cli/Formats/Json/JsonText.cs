using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Floodwall.Cli.Formats.Json;

/// <summary>Checks and parses JSON text so that nothing but <see cref="InputException"/> comes out of bad bytes.</summary>
internal static class JsonText
{
    /// <summary>How tokens are read: strict JSON, bounded depth, several values after one another.</summary>
    public static JsonReaderOptions Tokens { get; } = new()
    {
        AllowMultipleValues = true,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = Limits.Depth,
    };

    // A property given twice means one thing to a reader that takes the first and another to one that takes the last.
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = Limits.Depth,
    };

    /// <summary>Refuses bytes that are not UTF-8, and string escapes that stand for half a surrogate pair.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="start">Where the text begins.</param>
    public static void Check(ReadOnlySpan<byte> bytes, SourcePosition start)
    {
        if (!Utf8.IsValid(bytes))
        {
            int offset = FirstInvalid(bytes);
            throw new InputException(Locate(bytes, offset, start), $"expected UTF-8, got byte 0x{bytes[offset]:X2} at column {Column(bytes, offset)}");
        }

        int half = FirstLoneSurrogate(bytes);
        if (half >= 0)
        {
            string escape = Encoding.UTF8.GetString(bytes.Slice(half, 6));
            throw new InputException(
                Locate(bytes, half, start), $"expected a surrogate pair, got '{escape}' alone at column {Column(bytes, half)}");
        }
    }

    /// <summary>Parses one value that fills <paramref name="bytes"/>.</summary>
    /// <exception cref="InputException">It is not one JSON value, is nested too deeply, or gives a property twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> bytes, SourcePosition position)
    {
        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException e)
        {
            throw Problem(e, position);
        }
    }

    /// <summary>Turns a parser's exception into one that says where in the file it is.</summary>
    /// <param name="e">The exception, with its line counted from the start of the text parsed.</param>
    /// <param name="start">Where that text begins.</param>
    public static InputException Problem(JsonException e, SourcePosition start)
    {
        string message = e.Message;
        foreach (string tail in (string[])[" Path: ", " LineNumber: "])
        {
            int cut = message.IndexOf(tail, StringComparison.Ordinal);
            message = cut < 0 ? message : message[..cut];
        }

        long line = start.Line == 0 ? 0 : start.Line + (e.LineNumber ?? 0);
        string column = e.BytePositionInLine is long at ? string.Create(CultureInfo.InvariantCulture, $" (column {at + 1})") : "";
        return new InputException(start with { Line = line }, $"expected valid JSON{column}: {Shown(message, 200)}", e);
    }

    /// <summary>Text from the input as it may stand in a message: one line, no control characters, bounded.</summary>
    public static string Shown(string text, int most = 60)
    {
        var shown = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (shown.Length >= most)
            {
                return shown.Append('…').ToString();
            }

            UnicodeCategory category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                shown.Append(rune.ToString());
            }
        }

        return shown.ToString();
    }

    private static SourcePosition Locate(ReadOnlySpan<byte> bytes, int offset, SourcePosition start) =>
        start.Line == 0 ? start : start with { Line = start.Line + bytes[..offset].Count((byte)'\n') };

    private static int Column(ReadOnlySpan<byte> bytes, int offset) => offset - bytes[..offset].LastIndexOf((byte)'\n');

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            offset += consumed;
        }

        return offset;
    }

    // Backslashes stand in strings alone in valid JSON; where the text is not valid JSON the parser says so later.
    private static int FirstLoneSurrogate(ReadOnlySpan<byte> bytes)
    {
        int offset = 0;
        while (true)
        {
            int found = bytes[offset..].IndexOf((byte)'\\');
            if (found < 0 || offset + found + 2 > bytes.Length)
            {
                return -1;
            }

            offset += found;
            int unit = Escaped(bytes[offset..]);
            if (unit is >= 0xD800 and <= 0xDFFF)
            {
                if (unit >= 0xDC00 || Escaped(bytes[(offset + 6)..]) is not (>= 0xDC00 and <= 0xDFFF))
                {
                    return offset;
                }

                offset += 12;
            }
            else
            {
                offset += 2;
            }
        }
    }

    private static int Escaped(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'\\', (byte)'u', _, _, _, _, ..]
        && int.TryParse(bytes.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int unit) ? unit : -1;
}
