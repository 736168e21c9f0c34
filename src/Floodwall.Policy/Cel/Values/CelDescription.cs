using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>Values as text for people: as an expression would write them where it can, shortened where they are long.</summary>
internal static class CelDescription
{
    private const int MaxLength = 400;

    public static string Of(CelValue value)
    {
        StringBuilder text = new();
        Append(text, value, 0);
        return text.Length <= MaxLength ? text.ToString() : text.ToString(0, MaxLength) + "…";
    }

    private static void Append(StringBuilder text, CelValue value, int depth)
    {
        if (text.Length > MaxLength || depth > MaxLength)
        {
            return;
        }

        switch (value)
        {
            case CelString v:
                text.Append(StringQuoting.Quote(v.Value.Length <= MaxLength ? v.Value : v.Value[..MaxLength]));
                break;
            case CelBytes v:
                text.Append(CultureInfo.InvariantCulture, $"b({Convert.ToHexStringLower(v.Span[..Math.Min(v.Span.Length, MaxLength)])})");
                break;
            case CelUint v:
                text.Append(CultureInfo.InvariantCulture, $"{v.Value}u");
                break;
            case CelDuration or CelTimestamp:
                text.Append(CultureInfo.InvariantCulture, $"{value.Kind.ToString().ToLowerInvariant()}(\"{TextConversion.ToText(value)}\")");
                break;
            case CelDouble v:
                string digits = DoubleText.Shortest(v.Value);
                text.Append(digits).Append(digits.All(c => char.IsAsciiDigit(c) || c == '-') ? ".0" : "");
                break;
            case CelNull or CelBool or CelInt:
                text.Append(TextConversion.ToText(value));
                break;
            case CelList v:
                AppendAll(text, '[', v.Elements, element => Append(text, element, depth + 1), ']');
                break;
            case CelMap v:
                AppendAll(text, '{', v.Entries, entry => AppendEntry(text, entry, depth + 1), '}');
                break;
            case CelTypeValue v:
                text.Append(v.Name);
                break;
            case CelOptional { Value: null }:
                text.Append("optional.none()");
                break;
            case CelOptional v:
                text.Append("optional.of(");
                Append(text, v.Value!, depth + 1);
                text.Append(')');
                break;
            case CelError v:
                text.Append("error: ").Append(v.Message);
                break;
            case CelUnknown v:
                text.Append("unknown: ").AppendJoin(", ", v.Names);
                break;
            default:
                text.Append(value.TypeName).Append("{…}");
                break;
        }
    }

    private static void AppendEntry(StringBuilder text, KeyValuePair<CelValue, CelValue> entry, int depth)
    {
        Append(text, entry.Key, depth);
        text.Append(": ");
        Append(text, entry.Value, depth);
    }

    private static void AppendAll<T>(StringBuilder text, char open, IEnumerable<T> items, Action<T> append, char close)
    {
        text.Append(open);
        string separator = "";
        foreach (T item in items)
        {
            text.Append(separator);
            if (text.Length > MaxLength)
            {
                break;
            }

            append(item);
            separator = ", ";
        }

        text.Append(close);
    }
}
