using System.Globalization;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Scale;

/// <summary>The whole wall as something in its flood or its layout grows.</summary>
/// <param name="name">What grows.</param>
/// <param name="what">What was done, for the reader.</param>
/// <param name="points">The sizes.</param>
/// <param name="shape">The flood of a size.</param>
/// <param name="layouts">The ways to run it at a size, in the order of the lines.</param>
internal sealed class WallCurve(
    string name,
    string what,
    Func<LoadOptions, int[]> points,
    Func<LoadOptions, int, FloodShape> shape,
    Func<Topology, int, IReadOnlyList<WallLayout>> layouts) : IScaleCurve
{
    private const long Settling = 200_000;
    private const long First = 20_000;
    private const long MostIntents = 20_000_000;

    // Room for a name, with what tables and the heap's spare space take beside it.
    private const long BytesPerName = 600;

    public string Name => name;

    public string What => what;

    public ScaleResult Run(ScaleContext context)
    {
        LoadOptions options = context.Load.Options;
        ScaleResult result = new();
        foreach (int x in context.Points(points(options)))
        {
            FloodShape flood = shape(options, x);
            if ((flood.Agents + (long)flood.Resources) * BytesPerName > GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                result.Warnings.Add($"{x:N0} {name} were left out: they need more memory than there is.");
                continue;
            }

            foreach (WallLayout layout in layouts(options.Topology ?? Topologies.Default(Environment.ProcessorCount), x))
            {
                Measure(context, result, x, flood, layout);
            }
        }

        return result;
    }

    private void Measure(ScaleContext context, ScaleResult result, int x, FloodShape flood, WallLayout layout)
    {
        // A line is a way to run the wall, whatever grows.
        string line = (layout with { Producers = 1, Rules = 0 }).Series(layout.HasLedger ? Tiers.Appended : Tiers.Off);
        string series = string.Create(CultureInfo.InvariantCulture, $"{x:N0} {name}, {line}");
        context.Load.Progress.Show(series);
        LedgerOptions? ledger = layout.HasLedger ? context.Load.Ledgers.NextLedger() : null;
        using StandingWall wall = StandingWall.Open(flood, layout, ledger);
        long everyName = flood.DrawsNames ? Math.Max(flood.Agents, flood.Resources) : 0;
        wall.Settle(Math.Max(everyName, context.Load.Options.Smoke ? First : Settling));

        // The garbage of setting up; not between runs, where it would mean going through ten million names each time.
        GC.Collect();
        Series measured = context.Repeat.Measure(series, First, MostIntents, wall.Run);
        string proof = $"{series}: {wall.CloseAndProve()}";
        result.Checks.Add(proof);
        result.Add(line, x, measured with { Runs = [.. measured.Runs.Select(run => run with { Proof = proof })] });
    }
}
