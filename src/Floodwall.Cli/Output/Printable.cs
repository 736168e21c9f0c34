using System.Globalization;
using System.Text;

namespace Floodwall.Cli.Output;

/// <summary>
/// Text from inputs as a terminal may safely show it: control and format characters, which can reorder or hide what stands
/// beside them, become their code points. JSON output keeps the text as it is.
/// </summary>
internal static class Printable
{
    public static string Text(string text)
    {
        if (text.All(IsPlain))
        {
            return text;
        }

        StringBuilder shown = new(text.Length + 8);
        foreach (char c in text)
        {
            _ = IsPlain(c) ? shown.Append(c) : shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return shown.ToString();
    }

    private static bool IsPlain(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
