using Floodwall.Load.Measuring;

namespace Floodwall.Load.Reporting;

/// <summary>A scenario's results: what was run, on what, what came out, and what proves it.</summary>
internal sealed record Report
{
    public required string Scenario { get; init; }

    /// <summary>Its place in the index.</summary>
    public required int Order { get; init; }

    public required string Title { get; init; }

    /// <summary>A paragraph: what was done and what the figures mean. Markdown.</summary>
    public required string Summary { get; init; }

    public DateTimeOffset TakenAt { get; init; } = DateTimeOffset.UtcNow;

    public required Machine Machine { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The few figures that a reader wants first; the index picks from them.</summary>
    public required IReadOnlyList<Headline> Headlines { get; init; }

    public required IReadOnlyList<Series> Series { get; init; }

    public IReadOnlyList<Plot> Plots { get; init; } = [];

    /// <summary>Drawn behind <see cref="Plots"/>.</summary>
    public IReadOnlyList<LinePlot> LinePlots { get; init; } = [];

    /// <summary>What is best read side by side; shown before the series.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    public IReadOnlyList<string> Checks { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What a reader must not miss: work that was scaled down, a sender that fell behind. Also printed on the terminal.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>When the report that this one is compared with was taken; null where there was none.</summary>
    public DateTimeOffset? ComparedWith { get; init; }
}

/// <summary>A figure for the index.</summary>
/// <param name="Name">What it is of.</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Remark">What a reader has to know beside it.</param>
internal sealed record Headline(string Name, double Value, string Unit, string Remark = "")
{
    /// <summary>The value in the report that this one is compared with.</summary>
    public double? Before { get; init; }

    /// <summary>Whether the index shows it; the scenario's own page always does.</summary>
    public bool InIndex { get; init; } = true;
}

/// <summary>A table of its own.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Columns">The heads; the first is that of the rows' names.</param>
/// <param name="Rows">As many cells each as there are columns.</param>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A bar plot.</summary>
internal sealed record Plot(string Title, string Axis, IReadOnlyList<PlotBar> Bars);

/// <summary>A bar with the range of its runs.</summary>
internal sealed record PlotBar(string Label, double Value, double Low, double High);
