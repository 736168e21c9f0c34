namespace Floodwall.Policy.Cel;

/// <summary>Something wrong in an expression's text: found by the parser, the checker or the cost estimate.</summary>
/// <param name="Span">Where.</param>
/// <param name="Message">What is wrong, and what was expected.</param>
/// <param name="Suggestion">What was probably meant, such as a name that is declared; null where nothing comes near.</param>
public sealed record CelDiagnostic(SourceSpan Span, string Message, string? Suggestion = null)
{
    /// <summary>One line: line and column from 1, the message, and the suggestion where there is one.</summary>
    /// <param name="text">The expression's text.</param>
    public string Describe(string text)
    {
        LinePosition at = LinePosition.Of(text, Span.Start);
        return Suggestion is null ? $"{at}: {Message}" : $"{at}: {Message}; did you mean '{Suggestion}'?";
    }
}
