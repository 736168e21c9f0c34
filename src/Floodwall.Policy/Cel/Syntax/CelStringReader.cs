using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Reads the literals of strings and bytes with their escapes (langdef.md, "String and Bytes Values").</summary>
internal static class CelStringReader
{
    /// <summary>Whether a quote or the prefix of one stands at <paramref name="at"/>.</summary>
    public static bool StartsAt(string text, int at)
    {
        int prefix = Prefix(text, at, out _, out _);
        return at + prefix < text.Length && text[at + prefix] is '"' or '\'';
    }

    /// <summary>Reads one from <paramref name="at"/>, which moves behind it.</summary>
    public static Literal Read(string text, ref int at, CelDiagnosticBag diagnostics)
    {
        int start = at;
        at += Prefix(text, at, out bool bytes, out bool raw);
        char quote = text[at];
        int quotes = text.AsSpan(at).StartsWith([quote, quote, quote]) ? 3 : 1;
        at += quotes;
        var into = new LiteralBuffer(bytes);
        while (!Closes(text, at, quote, quotes))
        {
            if (at >= text.Length || (quotes == 1 && text[at] is '\n' or '\r'))
            {
                string closing = new(quote, quotes);
                diagnostics.Add(new SourceSpan(start, at - start), $"the text is not closed: {closing} is missing");
                return into.Finish();
            }

            if (text[at] == '\\' && !raw)
            {
                Escape(text, ref at, into, diagnostics);
            }
            else if (Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int taken) == System.Buffers.OperationStatus.Done)
            {
                into.Append(rune);
                at += taken;
            }
            else
            {
                diagnostics.Add(new SourceSpan(at, 1), "half of a surrogate pair is no character");
                at++;
            }
        }

        at += quotes;
        return into.Finish();
    }

    /// <summary>The length of the prefix: <c>r</c>, <c>b</c>, <c>br</c> or nothing, in either case.</summary>
    private static int Prefix(string text, int at, out bool bytes, out bool raw)
    {
        int length = 0;
        bytes = at < text.Length && text[at] is 'b' or 'B';
        length += bytes ? 1 : 0;
        raw = at + length < text.Length && text[at + length] is 'r' or 'R';
        return length + (raw ? 1 : 0);
    }

    private static bool Closes(string text, int at, char quote, int quotes) =>
        at + quotes <= text.Length && text.AsSpan(at, quotes).TrimStart(quote).IsEmpty;

    private static void Escape(string text, ref int at, LiteralBuffer into, CelDiagnosticBag diagnostics)
    {
        int start = at++;
        char kind = at < text.Length ? text[at] : '\0';
        int plain = "abfnrtv\\?\"'`".IndexOf(kind, StringComparison.Ordinal);
        switch (kind)
        {
            case 'x' or 'X':
                at++;
                Code(text, ref at, start, 2, 16, into, diagnostics);
                break;
            case 'u' or 'U':
                at++;
                CodePoint(text, ref at, start, kind == 'u' ? 4 : 8, into, diagnostics);
                break;
            case >= '0' and <= '3':
                Code(text, ref at, start, 3, 8, into, diagnostics);
                break;
            case not '\0' when plain >= 0:
                at++;
                into.Append(new Rune("\a\b\f\n\r\t\v\\?\"'`"[plain]));
                break;
            default:
                // The character itself is read next, so that the end of the text or line is seen.
                diagnostics.Add(new SourceSpan(start, 1), "the backslash starts no escape: expected one of a b f n r t v \\ ? \" ' `, "
                    + "xHH, uHHHH, UHHHHHHHH or three octal digits up to 377", "\\\\");
                break;
        }
    }

    /// <summary>An octet of bytes, or a code point below 256 of a string.</summary>
    private static void Code(
        string text, ref int at, int start, int length, int radix, LiteralBuffer into, CelDiagnosticBag diagnostics)
    {
        if (Digits(text, ref at, length, radix) is int value)
        {
            into.AppendCode((byte)value);
            return;
        }

        diagnostics.Add(new SourceSpan(start, at - start), $"the escape wants {length} {(radix == 16 ? "hexadecimal" : "octal")} digits");
    }

    private static void CodePoint(
        string text, ref int at, int start, int length, LiteralBuffer into, CelDiagnosticBag diagnostics)
    {
        int? value = Digits(text, ref at, length, 16);
        if (value is null)
        {
            diagnostics.Add(new SourceSpan(start, at - start), $"the escape wants {length} hexadecimal digits");
        }
        else if (into.IsBytes)
        {
            diagnostics.Add(new SourceSpan(start, at - start), "bytes have no \\u and \\U escapes; write octets as \\xHH");
        }
        else if (Rune.TryCreate(value.Value, out Rune rune))
        {
            into.Append(rune);
        }
        else if (LowHalf(text, at, value.Value) is char low && Rune.TryCreate((char)value.Value, low, out Rune pair))
        {
            at += 6;
            into.Append(pair);
        }
        else
        {
            diagnostics.Add(new SourceSpan(start, at - start), "the escape names no Unicode code point");
        }
    }

    /// <summary>The second half of a pair written as two \u escapes; null where there is none.</summary>
    private static char? LowHalf(string text, int at, int high) =>
        high is >= 0xD800 and <= 0xDBFF && text.AsSpan(at).StartsWith("\\u", StringComparison.Ordinal)
        && at + 6 <= text.Length && int.TryParse(
            text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int low)
            ? (char)low
            : null;

    private static int? Digits(string text, ref int at, int length, int radix)
    {
        // Eight hexadecimal digits may exceed an int; that is then no code point.
        long value = 0;
        for (int i = 0; i < length; i++, at++)
        {
            int digit = at < text.Length && char.IsAsciiHexDigit(text[at]) ? Convert.ToInt32(text.Substring(at, 1), 16) : radix;
            if (digit >= radix)
            {
                return null;
            }

            value = (value * radix) + digit;
        }

        return (int)Math.Min(value, int.MaxValue);
    }

    /// <summary>Takes characters for a string, or their UTF-8 for bytes.</summary>
    private sealed class LiteralBuffer(bool bytes)
    {
        private readonly StringBuilder _text = new();
        private readonly List<byte> _bytes = [];

        public bool IsBytes => bytes;

        public void Append(Rune rune)
        {
            if (!bytes)
            {
                Span<char> utf16 = stackalloc char[2];
                _text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
                return;
            }

            Span<byte> utf8 = stackalloc byte[4];
            _bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
        }

        public void AppendCode(byte code)
        {
            if (bytes)
            {
                _bytes.Add(code);
            }
            else
            {
                _text.Append((char)code);
            }
        }

        public Literal Finish() => bytes ? Literal.Of(_bytes.ToArray()) : Literal.Of(_text.ToString());
    }
}
