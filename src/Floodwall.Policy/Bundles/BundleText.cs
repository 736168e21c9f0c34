using System.Buffers;
using System.Globalization;
using System.Text;

namespace Floodwall.Policy;

/// <summary>Which characters policy files and the texts in them may hold.</summary>
internal static class BundleText
{
    /// <summary>
    /// Characters that two readers could see differently, or a reviewer not at all: controls other than tab and line feeds,
    /// the line separators that YAML 1.1 knows and YAML 1.2 does not, byte order marks, non-characters, and the marks that
    /// reorder text on a screen (Unicode TR 36 §2.10.2; CVE-2021-42574).
    /// </summary>
    private static readonly SearchValues<char> Refused = SearchValues.Create(Enumerate().ToArray());

    /// <summary>The index of the first refused character of a file, or −1.</summary>
    public static int IndexOfRefused(ReadOnlySpan<char> text) => text.IndexOfAny(Refused);

    /// <summary>What is wrong with a text that is held (carriage returns do not survive YAML, so they are refused too), or null.</summary>
    public static string? TextProblem(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAny(Refused);
        int carriage = text.IndexOf('\r');
        at = at < 0 || (carriage >= 0 && carriage < at) ? carriage : at;
        if (at >= 0)
        {
            return $"expected no {Shown(text[at])} in a text";
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return "expected well-formed Unicode, got a lone surrogate";
            }
        }

        return null;
    }

    /// <summary>What is wrong with a name (not empty, no control characters, bounded), or null.</summary>
    public static string? NameProblem(string name, int maxBytes)
    {
        if (name.Length == 0)
        {
            return "expected a name, got an empty text";
        }

        if (name.Length > maxBytes || Encoding.UTF8.GetByteCount(name) > maxBytes)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"expected at most {maxBytes} bytes of UTF-8, got {Encoding.UTF8.GetByteCount(name)}");
        }

        int control = name.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        return control >= 0 ? $"expected no {Shown(name[control])} in a name" : TextProblem(name);
    }

    /// <summary>A character as U+XXXX.</summary>
    public static string Shown(char c) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)c:X4}");

    /// <summary>The start of a text in quotes, on one line, for messages.</summary>
    public static string Quoted(string text, int max = 60)
    {
        string head = text.Length <= max ? text : text[..max] + "…";
        return "'" + string.Concat(head.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)) + "'";
    }

    private static IEnumerable<char> Enumerate()
    {
        for (int c = 0; c < 0xA0; c++)
        {
            if (char.IsControl((char)c) && c is not ('\t' or '\n' or '\r'))
            {
                yield return (char)c;
            }
        }

        (int First, int Last)[] ranges = [(0x2028, 0x202E), (0x2066, 0x2069), (0xFDD0, 0xFDEF), (0xFEFF, 0xFEFF), (0xFFFE, 0xFFFF)];
        foreach ((int first, int last) in ranges)
        {
            for (int c = first; c <= last; c++)
            {
                yield return (char)c;
            }
        }
    }
}
