using System.Buffers;
using System.Globalization;
using System.Text;

namespace Floodwall.Policy.Canonical;

/// <summary>A JSON object whose members are written in the order of RFC 8785 §3.2.3.</summary>
internal sealed class JsonMembers : SortedDictionary<string, object>
{
    public JsonMembers()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Adds a member where there is a value.</summary>
    public JsonMembers With(string name, object? value)
    {
        if (value is not null)
        {
            Add(name, value);
        }

        return this;
    }
}

/// <summary>Writes objects, lists, texts, truth values and numbers as RFC 8785 asks.</summary>
internal static class CanonicalJson
{
    public static byte[] Write(object value)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(value, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(object value, ArrayBufferWriter<byte> output)
    {
        switch (value)
        {
            case JsonMembers members:
                Join('{', members, '}', output, static (member, to) =>
                {
                    WriteText(member.Key, to);
                    to.Write(":"u8);
                    Write(member.Value, to);
                });
                break;
            case string text:
                WriteText(text, output);
                break;
            case bool truth:
                output.Write(truth ? "true"u8 : "false"u8);
                break;
            case IEnumerable<object> items:
                Join('[', items, ']', output, static (item, to) => Write(item, to));
                break;
            case decimal number:
                // Without trailing zeros; the numbers of bundles are far from where ECMAScript turns to exponents.
                Encoding.ASCII.GetBytes(number.ToString("0.######", CultureInfo.InvariantCulture), output);
                break;
            default:
                Encoding.ASCII.GetBytes(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture), output);
                break;
        }
    }

    private static void Join<T>(
        char open, IEnumerable<T> items, char close, ArrayBufferWriter<byte> output, Action<T, ArrayBufferWriter<byte>> write)
    {
        output.Write([(byte)open]);
        bool first = true;
        foreach (T item in items)
        {
            output.Write(first ? ""u8 : ","u8);
            write(item, output);
            first = false;
        }

        output.Write([(byte)close]);
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> output)
    {
        var escaped = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    escaped.Append('\\').Append(c);
                    break;
                case '\n':
                    escaped.Append("\\n");
                    break;
                case '\t':
                    escaped.Append("\\t");
                    break;
                case < ' ':
                    // Bundles hold no other controls, but a writer that relied on that would be a trap.
                    escaped.Append(c switch { '\b' => "\\b", '\f' => "\\f", '\r' => "\\r", _ => $"\\u{(int)c:x4}" });
                    break;
                default:
                    escaped.Append(c);
                    break;
            }
        }

        Encoding.UTF8.GetBytes(escaped.Append('"').ToString(), output);
    }
}
