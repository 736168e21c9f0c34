using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary><c>text.format(list)</c> (google/cel-spec, doc/extensions/strings.md, "string.format").</summary>
internal static class StringFormat
{
    private const int DefaultPrecision = 6;
    private const int MaxPrecision = 1000;
    private const string TextTakes =
        "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps";

    public static CelValue Format(string format, CelList args)
    {
        StringBuilder text = new();
        int next = 0;
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }

            if (at + 1 < format.Length && format[at + 1] == '%')
            {
                text.Append('%');
                at++;
                continue;
            }

            if (!TryClause(format, ref at, out int precision, out char clause))
            {
                return Problem($"could not parse formatting clause at {at}: expected %[.precision]conversion, the precision at most {MaxPrecision}");
            }

            if (next >= args.Elements.Length)
            {
                return Problem($"index {next} out of range: the list has {args.Elements.Length} elements");
            }

            if (Append(text, clause, precision, args.Elements[next++]) is { } problem)
            {
                return Problem(problem);
            }

            if (text.Length > CelFunctions.MaxLength)
            {
                return CelFunctions.TooLong("format");
            }
        }

        return CelValue.Of(text.ToString());
    }

    private static bool TryClause(string format, ref int at, out int precision, out char clause)
    {
        precision = DefaultPrecision;
        clause = '\0';
        at++;
        if (at < format.Length && format[at] == '.')
        {
            int start = ++at;
            while (at < format.Length && char.IsAsciiDigit(format[at]))
            {
                at++;
            }

            if (!int.TryParse(format.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out precision)
                || precision > MaxPrecision)
            {
                return false;
            }
        }

        if (at >= format.Length)
        {
            return false;
        }

        clause = format[at];
        return true;
    }

    /// <summary>Appends a value; what is wrong with it, or null.</summary>
    private static string? Append(StringBuilder text, char clause, int precision, CelValue value)
    {
        (string? formatted, string takes) = clause switch
        {
            's' => (Text(value), TextTakes),
            'd' => (Decimal(value), "decimal clause can only be used on integers"),
            'f' => (Number(value, precision, DoubleText.Fixed), "fixed-point clause can only be used on doubles"),
            'e' => (Number(value, precision, DoubleText.Scientific), "scientific clause can only be used on doubles"),
            'x' => (Hex(value), "only integers, byte buffers, and strings can be formatted as hex"),
            'X' => (Hex(value)?.ToUpperInvariant(), "only integers, byte buffers, and strings can be formatted as hex"),
            'o' => (value is CelBool ? null : InBase(value, 3), "octal clause can only be used on integers"),
            'b' => (value is CelBool bit ? bit.Value ? "1" : "0" : InBase(value, 1), "only integers and bools can be formatted as binary"),
            _ => (null, ""),
        };
        if (formatted is not null)
        {
            text.Append(formatted);
            return null;
        }

        return takes.Length == 0
            ? $"could not parse formatting clause: unrecognized formatting clause \"{clause}\""
            : $"error during formatting: {takes}, was given {value.TypeName}";
    }

    /// <summary>As <c>%s</c> has it; null where it, or a part of it, has no text.</summary>
    private static string? Text(CelValue value)
    {
        switch (value)
        {
            case CelString v:
                return v.Value;
            case CelBytes v:
                return Lossy(v.Span);
            case CelDouble v:
                return DoubleText.Plain(v.Value);
            case CelNull or CelBool or CelInt or CelUint or CelDuration or CelTimestamp:
                return TextConversion.ToText(value);
            case CelTypeValue v:
                return v.Name;
            case CelList v:
                List<string?> elements = [.. v.Elements.Select(Text)];
                return elements.Contains(null) ? null : $"[{string.Join(", ", elements)}]";
            case CelMap v:
                List<(string? Key, string? Value)> entries = [.. v.Entries.Select(entry => (Text(entry.Key), Text(entry.Value)))];
                return entries.Any(entry => entry.Key is null || entry.Value is null)
                    ? null
                    : $"{{{string.Join(", ", entries.Order(KeyOrder.Instance).Select(entry => $"{entry.Key}: {entry.Value}"))}}}";
            default:
                return null;
        }
    }

    private static string? Decimal(CelValue value) => value switch
    {
        CelInt or CelUint => TextConversion.ToText(value),
        CelDouble v => DoubleText.Plain(v.Value),
        _ => null,
    };

    private static string? Number(CelValue value, int precision, Func<double, int, string> write)
    {
        double? number = value switch
        {
            CelInt v => v.Value,
            CelUint v => v.Value,
            CelDouble v => v.Value,
            _ => null,
        };
        return number is not { } given ? null : double.IsFinite(given) ? write(given, precision) : DoubleText.Shortest(given);
    }

    private static string? Hex(CelValue value) => value switch
    {
        CelString v => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(v.Value)),
        CelBytes v => Convert.ToHexStringLower(v.Span),
        CelBool => null,
        _ => InBase(value, 4),
    };

    /// <summary>An integer in base two to the power of <paramref name="bits"/>, a minus in front where it is negative.</summary>
    private static string? InBase(CelValue value, int bits)
    {
        if (value is not (CelInt or CelUint))
        {
            return null;
        }

        Int128 number = value is CelInt signed ? signed.Value : ((CelUint)value).Value;
        Int128 rest = Int128.Abs(number);
        StringBuilder digits = new();
        do
        {
            digits.Insert(0, "0123456789abcdef"[(int)(rest & ((1 << bits) - 1))]);
            rest >>= bits;
        }
        while (rest != 0);
        return (number < 0 ? "-" : "") + digits;
    }

    /// <summary>Text from UTF-8; each run of what is none becomes one U+FFFD.</summary>
    private static string Lossy(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        bool inRun = false;
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int consumed) == System.Buffers.OperationStatus.Done;
            if (valid || !inRun)
            {
                text.Append(rune.ToString());
            }

            inRun = !valid;
            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    private static CelError Problem(string message) => new(CelErrorKind.InvalidArgument, $"format: {message}");

    private sealed class KeyOrder : IComparer<(string? Key, string? Value)>
    {
        public static KeyOrder Instance { get; } = new();

        public int Compare((string? Key, string? Value) x, (string? Key, string? Value) y) => CelText.Compare(x.Key!, y.Key!);
    }
}
