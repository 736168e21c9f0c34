namespace Floodwall.Policy;

/// <summary>Collects diagnostics up to <see cref="BundleLimits.MaxDiagnostics"/>.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<PolicyDiagnostic> _items = [];

    public bool HasErrors { get; private set; }

    /// <summary>Whether nothing more will be kept, so that looking further is idle.</summary>
    public bool IsFull => _items.Count >= BundleLimits.MaxDiagnostics;

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

    public void Error(SourcePosition at, string message, string? suggestion = null) =>
        Add(at, DiagnosticSeverity.Error, message, suggestion);

    public void Warning(SourcePosition at, string message, string? suggestion = null) =>
        Add(at, DiagnosticSeverity.Warning, message, suggestion);

    private void Add(SourcePosition at, DiagnosticSeverity severity, string message, string? suggestion)
    {
        HasErrors |= severity == DiagnosticSeverity.Error;
        if (_items.Count < BundleLimits.MaxDiagnostics - 1)
        {
            _items.Add(new PolicyDiagnostic(at.File, at.Line, at.Column, severity, message, suggestion));
        }
        else if (_items.Count == BundleLimits.MaxDiagnostics - 1)
        {
            _items.Add(new PolicyDiagnostic(at.File, at.Line, at.Column, DiagnosticSeverity.Error, "too many problems; the others are left out"));
            HasErrors = true;
        }
    }
}
