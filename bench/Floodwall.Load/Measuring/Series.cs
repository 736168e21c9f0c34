using System.Text.Json.Serialization;

namespace Floodwall.Load.Measuring;

/// <summary>All readings of one configuration.</summary>
internal sealed record Series(string Name)
{
    public List<Reading> WarmUp { get; init; } = [];

    public List<Reading> Runs { get; init; } = [];

    /// <summary>Nanoseconds per operation.</summary>
    public Statistics Nanoseconds => Statistics.Of([.. Runs.Select(run => run.Nanoseconds)]);

    /// <summary>Median of the runs' undisturbed nanoseconds; null where runs are not timed in chunks.</summary>
    public double? Undisturbed =>
        Runs.TrueForAll(run => run.Undisturbed is not null) ? Statistics.Of([.. Runs.Select(run => run.Undisturbed!.Value)]).Median : null;

    public double PerSecond => 1e9 / Nanoseconds.Median;

    /// <summary>Bytes that the process allocated per operation, median of the runs.</summary>
    public double BytesPerOperation => Statistics.Of([.. Runs.Select(run => (double)run.AllocatedBytes / run.Operations)]).Median;

    /// <summary>Median and spread of one of the runs' <see cref="Reading.Figures"/>; null where there is none of that name.</summary>
    public Statistics? Figure(string name)
    {
        double[] values = [.. Runs.Where(run => run.Figures?.ContainsKey(name) == true).Select(run => run.Figures![name])];
        return values.Length == 0 ? null : Statistics.Of(values);
    }

    /// <summary>Median nanoseconds of the report that this one is compared with.</summary>
    public double? Before { get; init; }

    /// <summary>Whether it counts intents, so that it is comparable with others that do.</summary>
    [JsonIgnore]
    public long Operations => Runs.Count == 0 ? 0 : Runs[0].Operations;
}
