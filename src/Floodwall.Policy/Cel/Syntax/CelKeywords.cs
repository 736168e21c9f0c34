using System.Collections.Frozen;

namespace Floodwall.Policy.Cel;

/// <summary>Names and words of the language (langdef.md, "Syntax").</summary>
internal static class CelKeywords
{
    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ], StringComparer.Ordinal);

    /// <summary>Words that may be the name of a field or method, but not of a variable or function.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>Words of the syntax itself.</summary>
    public static bool IsKeyword(string name) => name is "true" or "false" or "null" or "in";

    /// <summary>Whether a field of this name can be written without backticks.</summary>
    public static bool IsPlainField(string name) =>
        name.Length > 0 && IsNameStart(name[0]) && name.All(IsNamePart) && !IsKeyword(name);

    public static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    public static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>The characters that may stand between backticks.</summary>
    public static bool IsQuotedPart(char c) => IsNamePart(c) || c is '.' or '-' or '/' or ' ';
}
