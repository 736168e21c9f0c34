namespace Floodwall.Policy;

/// <summary>Collects diagnostics up to <see cref="BundleLimits.MaxErrors"/> and <see cref="BundleLimits.MaxWarnings"/>.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<PolicyDiagnostic> _items = [];
    private int _errors;
    private int _warnings;

    public bool HasErrors => _errors > 0;

    /// <summary>Whether no more errors will be kept, so that looking further is idle. Then there are errors, and no bundle.</summary>
    public bool IsFull => _errors >= BundleLimits.MaxErrors;

    /// <summary>In the order of files, lines and columns, so that the first is the first to mend.</summary>
    public IReadOnlyList<PolicyDiagnostic> ToList(IReadOnlyList<string> files)
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            order.TryAdd(file, order.Count);
        }

        return [.. _items.OrderBy(item => order.GetValueOrDefault(item.File, -1)).ThenBy(item => item.Line).ThenBy(item => item.Column)];
    }

    public void Error(SourcePosition at, string message, string? suggestion = null)
    {
        if (_errors < BundleLimits.MaxErrors)
        {
            _errors++;
            bool last = _errors == BundleLimits.MaxErrors;
            Add(at, DiagnosticSeverity.Error, last ? "too many errors; the others are left out" : message, last ? null : suggestion);
        }
    }

    /// <summary>Warnings have a bound of their own: many of them must not make an error of a bundle that is usable.</summary>
    public void Warning(SourcePosition at, string message, string? suggestion = null)
    {
        if (_warnings < BundleLimits.MaxWarnings)
        {
            _warnings++;
            bool last = _warnings == BundleLimits.MaxWarnings;
            Add(at, DiagnosticSeverity.Warning, last ? "too many warnings; the others are left out" : message, last ? null : suggestion);
        }
    }

    private void Add(SourcePosition at, DiagnosticSeverity severity, string message, string? suggestion) =>
        _items.Add(new PolicyDiagnostic(at.File, at.Line, at.Column, severity, message, suggestion));
}
