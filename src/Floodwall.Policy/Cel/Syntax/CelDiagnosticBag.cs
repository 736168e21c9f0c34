namespace Floodwall.Policy.Cel;

/// <summary>Collects the errors of one text, up to a limit.</summary>
internal sealed class CelDiagnosticBag(int limit)
{
    private readonly List<CelDiagnostic> _diagnostics = [];

    public int Count => _diagnostics.Count;

    public bool Full => _diagnostics.Count >= limit;

    /// <summary>Adds an error, unless there are too many or one at this very place has been told already.</summary>
    public void Add(SourceSpan span, string message, string? suggestion = null)
    {
        if (!Full && (_diagnostics.Count == 0 || _diagnostics[^1].Span != span))
        {
            _diagnostics.Add(new CelDiagnostic(span, message, suggestion));
        }
    }

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<CelDiagnostic> Sorted() => [.. _diagnostics.OrderBy(diagnostic => diagnostic.Span.Start)];
}
