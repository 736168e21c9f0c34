namespace Floodwall.Load.Measuring;

/// <summary>
/// Repeats one measurement on something that stays as it is, where rounds over several would need all of them at once: a run that
/// finds out how much fits the time, one that warms up, the counted ones.
/// </summary>
/// <param name="Seconds">Seconds of a counted run, about.</param>
/// <param name="Runs">Counted runs.</param>
/// <param name="IsSmoke">Whether one short run has to do.</param>
internal sealed record Repeat(double Seconds, int Runs, bool IsSmoke)
{
    /// <param name="series">The series' name.</param>
    /// <param name="first">Operations of the run that finds out, and of a smoke.</param>
    /// <param name="most">The most operations of one run.</param>
    /// <param name="run">Does so many operations and measures them.</param>
    public Series Measure(string series, long first, long most, Func<string, long, Reading> run)
    {
        Series result = new(series);
        if (IsSmoke)
        {
            result.Runs.Add(run(series, first));
            return result;
        }

        long operations = Math.Clamp((long)(Seconds * 1e9 / run(series, first).Nanoseconds), Math.Min(first, most), most);
        result.WarmUp.Add(run(series, operations));
        for (int i = 0; i < Runs; i++)
        {
            result.Runs.Add(run(series, operations));
        }

        return result;
    }
}
