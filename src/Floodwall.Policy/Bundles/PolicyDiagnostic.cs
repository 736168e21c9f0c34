namespace Floodwall.Policy;

/// <summary>How bad a diagnostic is.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth a look; the bundle is usable.</summary>
    Warning,

    /// <summary>The bundle cannot be used.</summary>
    Error,
}

/// <summary>Something found in a policy file: where, what was expected, and what was probably meant.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">From 1; 0 where it concerns the file as a whole.</param>
/// <param name="Column">UTF-16 code units from 1; 0 where it concerns the file as a whole.</param>
/// <param name="Severity">Whether the bundle is still usable.</param>
/// <param name="Message">What was expected, and what was found.</param>
/// <param name="Suggestion">What was probably meant, ready to be written in its place; null where nothing comes to mind.</param>
public sealed record PolicyDiagnostic(
    string File, int Line, int Column, DiagnosticSeverity Severity, string Message, string? Suggestion = null)
{
    /// <summary>One line: <c>file:line:column: error: message (did you mean …?)</c>.</summary>
    public override string ToString()
    {
        string place = Line == 0 ? File : $"{File}:{Line}:{Column}";
        string hint = Suggestion is null ? "" : $" (did you mean {Suggestion}?)";
        return $"{place}: {(Severity == DiagnosticSeverity.Error ? "error" : "warning")}: {Message}{hint}";
    }
}
