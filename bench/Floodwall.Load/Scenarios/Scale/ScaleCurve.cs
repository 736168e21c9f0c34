using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;

namespace Floodwall.Load.Scenarios.Scale;

/// <summary>What happens to a cost as one thing grows.</summary>
internal interface IScaleCurve
{
    /// <summary>What grows.</summary>
    string Name { get; }

    /// <summary>What was done, for the reader.</summary>
    string What { get; }

    /// <exception cref="WrongAnswerException">The work was not done.</exception>
    ScaleResult Run(ScaleContext context);
}

/// <summary>What every curve is given.</summary>
/// <param name="Load">Options, progress, ledgers.</param>
/// <param name="Repeat">How long and how often.</param>
/// <param name="IsShort">Whether a few small points do: in a smoke, and to have the code compiled for good before anything counts.</param>
internal sealed record ScaleContext(LoadContext Load, Repeat Repeat, bool IsShort)
{
    /// <summary>The points of a curve; the first of them where few will do.</summary>
    public T[] Points<T>(params T[] points) => IsShort ? points[..Math.Min(2, points.Length)] : points;
}

/// <summary>A curve's lines and what has to be said about them.</summary>
internal sealed class ScaleResult
{
    public List<ScaleLine> Lines { get; } = [];

    public List<string> Checks { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Adds a point to a line, which is made where there is none of that name.</summary>
    public void Add(string line, double x, Series series)
    {
        ScaleLine? found = Lines.Find(one => one.Name == line);
        if (found is null)
        {
            Lines.Add(found = new ScaleLine(line));
        }

        found.Points.Add((x, series));
    }
}

/// <summary>One line: the same measurement at each size.</summary>
internal sealed record ScaleLine(string Name)
{
    public List<(double X, Series Series)> Points { get; } = [];

    /// <summary>Through the medians.</summary>
    public PowerLaw Fit => PowerLaw.Through([.. Points.Select(point => (point.X, point.Series.Nanoseconds.Median))]);

    public PlotLine Plot => new(
        $"{Name}: ns ∝ x^{Fit.Slope:0.000}",
        [.. Points.Select(point => new PlotPoint(point.X, point.Series.Nanoseconds.Median, point.Series.Nanoseconds.Min, point.Series.Nanoseconds.Max))]);
}
