using System.Globalization;

namespace Floodwall.Policy.Cel;

/// <summary>A place in a text as people count it.</summary>
/// <param name="Line">From 1; lines end with <c>\n</c>, <c>\r\n</c> or <c>\r</c>.</param>
/// <param name="Column">From 1, in UTF-16 code units.</param>
public readonly record struct LinePosition(int Line, int Column)
{
    /// <summary>The place of an offset; one beyond the text counts as its end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="offset">A UTF-16 code unit, from 0.</param>
    public static LinePosition Of(string text, int offset)
    {
        ArgumentNullException.ThrowIfNull(text);
        int end = Math.Clamp(offset, 0, text.Length);
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < end; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                line++;
                lineStart = i + 1;
            }
        }

        return new LinePosition(line, end - lineStart + 1);
    }

    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}:{Column}");
}
