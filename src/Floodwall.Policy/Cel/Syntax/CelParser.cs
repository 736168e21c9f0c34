namespace Floodwall.Policy.Cel;

/// <summary>
/// Parses expressions of the Common Expression Language (google/cel-spec, doc/langdef.md, "Syntax"), with the optional syntax
/// <c>a.?b</c>, <c>a[?b]</c>, <c>[?a]</c>, <c>{?k: v}</c> and field names in backticks. Macros are recognised here. A text of any
/// kind gives an expression or errors with their places, in time and memory bounded by its length, and never a deep recursion.
/// </summary>
public static class CelParser
{
    /// <summary>The deepest nesting that options may ask for: what fits into the stack of any thread with room to spare.</summary>
    internal const int NestingCeiling = 128;

    /// <summary>The highest tree that options may ask for: what walks a tree recurses as deep.</summary>
    internal const int HeightCeiling = 512;

    /// <summary>Parses a text.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="options">Dialect and limits; null for the defaults.</param>
    public static CelParseResult Parse(string text, CelParseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= CelParseOptions.Default;
        if (text.Length > options.MaxLength)
        {
            string message = $"the text has {text.Length} characters; at most {options.MaxLength} are read";
            return new CelParseResult(null, [new CelDiagnostic(new SourceSpan(options.MaxLength, 0), message)]);
        }

        var diagnostics = new CelDiagnosticBag(Math.Max(options.MaxDiagnostics, 1));
        List<CelToken> tokens = CelLexer.Tokenize(text, options.SeedDialect, diagnostics);
        var cursor = new CelTokenCursor(text, tokens, diagnostics);
        Expr root = new CelGrammar(cursor, options).Whole();
        int height = Math.Min(options.MaxHeight, HeightCeiling);
        if (diagnostics.Count == 0 && ExprTree.FirstBelow(root, height) is Expr low)
        {
            diagnostics.Add(low.Span, $"the expression is more than {height} operations high; use parentheses to balance it");
        }

        return diagnostics.Count == 0 ? new CelParseResult(root, []) : new CelParseResult(null, diagnostics.Sorted());
    }
}
