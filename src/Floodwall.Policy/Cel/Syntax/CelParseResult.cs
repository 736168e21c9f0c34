namespace Floodwall.Policy.Cel;

/// <summary>What a text parsed to.</summary>
/// <param name="Root">The expression; null where there is any error.</param>
/// <param name="Diagnostics">The errors in the order of the text; empty where there is a <paramref name="Root"/>.</param>
public sealed record CelParseResult(Expr? Root, IReadOnlyList<CelDiagnostic> Diagnostics);
