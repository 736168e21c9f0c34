namespace Floodwall.Load.Reporting;

/// <summary>Lines over two axes.</summary>
internal sealed record LinePlot(string Title, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotLine> Lines);

/// <summary>An axis.</summary>
/// <param name="Label">What it shows, with its unit.</param>
/// <param name="Logarithmic">Whether equal ratios take equal room; points that are not positive are left out then.</param>
/// <param name="Ticks">Marks of its own; null for round numbers.</param>
internal sealed record PlotAxis(string Label, bool Logarithmic = false, IReadOnlyList<PlotTick>? Ticks = null);

/// <summary>A mark on an axis.</summary>
internal sealed record PlotTick(double At, string Label);

/// <summary>One line.</summary>
internal sealed record PlotLine(string Name, IReadOnlyList<PlotPoint> Points);

/// <summary>A point, with the range of its runs.</summary>
internal sealed record PlotPoint(double X, double Y, double Low, double High);
