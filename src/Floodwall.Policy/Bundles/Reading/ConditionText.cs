namespace Floodwall.Policy.Reading;

/// <summary>Tells the two dialects of conditions apart, without parsing them.</summary>
internal static class ConditionText
{
    /// <summary>
    /// <see cref="ConditionDialect.Words"/> where AND, OR or NOT stands as a word of its own, or = as an operator of its own,
    /// outside string literals and comments. In CEL all of these would be errors, so nothing that is CEL is mistaken.
    /// </summary>
    public static ConditionDialect Detect(ReadOnlySpan<char> text)
    {
        for (int at = 0; at < text.Length;)
        {
            char c = text[at];
            if (c is '"' or '\'')
            {
                at = EndOfString(text, at);
            }
            else if (c == '/' && text[at..].StartsWith("//"))
            {
                int end = text[at..].IndexOf('\n');
                at = end < 0 ? text.Length : at + end;
            }
            else if (IsWordPart(c))
            {
                int end = at;
                while (end < text.Length && IsWordPart(text[end]))
                {
                    end++;
                }

                if (text[at..end] is "AND" or "OR" or "NOT" && (at == 0 || text[at - 1] != '.'))
                {
                    return ConditionDialect.Words;
                }

                at = end;
            }
            else if (c is '=' or '!' or '<' or '>')
            {
                bool two = at + 1 < text.Length && text[at + 1] == '=';
                if (c == '=' && !two)
                {
                    return ConditionDialect.Words;
                }

                at += two ? 2 : 1;
            }
            else
            {
                at++;
            }
        }

        return ConditionDialect.Cel;
    }

    /// <summary>The length of a leading IF with the white space behind it, or 0.</summary>
    public static int LeadingIf(ReadOnlySpan<char> text) =>
        text.Length > 2 && text.StartsWith("IF") && char.IsWhiteSpace(text[2]) ? text.Length - text[2..].TrimStart().Length : 0;

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>The index behind a string literal: quoted once or three times, raw or not.</summary>
    private static int EndOfString(ReadOnlySpan<char> text, int start)
    {
        char quote = text[start];
        bool raw = start > 0 && text[start - 1] is 'r' or 'R';
        bool triple = start + 2 < text.Length && text[start + 1] == quote && text[start + 2] == quote;
        int length = triple ? 3 : 1;
        for (int at = start + length; at < text.Length; at++)
        {
            if (text[at] == '\\' && !raw)
            {
                at++;
            }
            else if (text[at] == quote && (!triple || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                return at + length;
            }
        }

        return text.Length;
    }
}
