using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Scale;

/// <summary>Costs as agents, resources, rules, producers and the ledger grow, each with the slope of its curve.</summary>
internal sealed class ScaleScenario : IScenario
{
    private const double DefaultSeconds = 0.3;
    private const string RulesOfTheWall = "rules";

    public string Name => "scale";

    public string Summary => "agents to 10 M, resources to 1 M, rules to 1000, producers to 8, a ledger to --entries: cost and log-log slope";

    public int Order => 40;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        double seconds = options.Seconds ?? DefaultSeconds;
        ScaleContext scale = new(context, new Repeat(seconds, options.CountedRuns, options.Smoke), options.Smoke);
        IScaleCurve[] curves = [.. Curves()];
        if (!options.Smoke)
        {
            // Otherwise the first points of the first curve would pay for the JIT.
            Array.ForEach(curves, curve => curve.Run(scale with { Repeat = scale.Repeat with { Runs = 1 }, IsShort = true }));
        }

        ScaleResult[] results = [.. curves.Select(curve => curve.Run(scale))];
        (IScaleCurve Curve, ScaleLine Line)[] lines = [.. curves.Zip(results).SelectMany(pair => pair.Second.Lines.Select(line => (pair.First, line)))];
        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Scale: what grows with what",
            Summary = """
                One thing grows at a time. The slope is the exponent of the power law through the medians (least squares on log-log axes): 0 means that
                the cost of one operation does not depend on the size, 1 that it doubles with it. Between two points that the line does not go through
                the table says more than the slope.
                """,
            Machine = context.DescribeMachine(),
            Settings = new SortedDictionary<string, string>
            {
                ["seconds of a run, about"] = seconds.ToString(CultureInfo.InvariantCulture),
                ["counted runs"] = options.CountedRuns.ToString(CultureInfo.InvariantCulture),
                ["agents where they do not grow"] = options.Agents.ToString("N0", CultureInfo.InvariantCulture),
                ["resources where they do not grow"] = FloodShape.UsualResources.ToString(CultureInfo.InvariantCulture),
            },
            Series = [.. lines.SelectMany(one => one.Line.Points.Select(point => point.Series))],
            Headlines = [.. lines.Select(Headline)],
            Tables = [.. curves.Zip(results).Select(pair => Table(pair.First, pair.Second))],
            LinePlots =
            [
                .. curves.Zip(results).Select(pair => new LinePlot(
                    $"ns each by {pair.First.Name}", new PlotAxis(pair.First.Name, Logarithmic: true), new PlotAxis("ns each, median; whiskers: fastest and slowest run", Logarithmic: true),
                    [.. pair.Second.Lines.Select(line => line.Plot)])),
            ],
            Warnings = [.. results.SelectMany(result => result.Warnings)],
            Checks = [.. results.SelectMany(result => result.Checks)],
            Notes =
            [
                .. curves.Select(curve => $"*{curve.Name}*: {curve.What}."),
                "Points are taken one after the other, not in rounds, since ten million agents do not fit beside everything else; what disturbs the machine for a while disturbs one point. The first points of every curve are gone through once before anything counts, so that code is compiled for good. All runs of a point are on one wall, which has met every name before the first of them.",
                $"A ledger larger than the memory that is left as page cache is verified from the disk: {LedgerCurve.BytesPerEntry} bytes an entry.",
            ],
        };
    }

    private static IEnumerable<IScaleCurve> Curves()
    {
        yield return new WallCurve(
            "agents", "the whole wall; each intent is of an agent drawn from all of them, so that large tables are met at random",
            _ => [10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000], (_, agents) => new FloodShape(agents) { DrawsNames = true }, (topology, _) => Usual(topology));
        yield return new WallCurve(
            "resources", "the whole wall; each intent is about a resource drawn from all of them, 31 of 32 on the allowlist",
            _ => [10, 100, 1000, 10_000, 100_000, 1_000_000], (options, resources) => new FloodShape(options.Agents, resources) { DrawsNames = true }, (topology, _) => Usual(topology));
        yield return new RuleCurve();
        yield return new WallCurve(
            RulesOfTheWall, $"the whole wall, the rules behind the three seed policies ({FloodShape.RuleGate.What})",
            _ => [1, 10, 100, 1000], (options, _) => new FloodShape(options.Agents), (topology, rules) => [.. Usual(topology).Select(layout => layout with { Rules = rules })]);
        yield return new WallCurve(
            "producers", "the whole wall on threads; the flood's ticks are shared",
            options => [.. ((int[])[1, 2, 4, 8]).Where(count => count < (options.Producers ?? 9)), .. options.Producers is { } most ? [most] : (int[])[]],
            (options, _) => new FloodShape(options.Agents),
            (topology, producers) => [new(topology, WaitMode.Balanced, HasLedger: false, producers), new(topology, WaitMode.Balanced, HasLedger: true, producers)]);
        yield return new LedgerCurve();
    }

    // Without threads and ledger, where a cost shows best, and as it is used.
    private static WallLayout[] Usual(Topology topology) =>
        [new(null, WaitMode.Balanced, HasLedger: false), new(topology, WaitMode.Balanced, HasLedger: true)];

    private static Headline Headline((IScaleCurve Curve, ScaleLine Line) one)
    {
        (double firstX, Series first) = one.Line.Points[0];
        (double lastX, Series last) = one.Line.Points[^1];
        PowerLaw fit = one.Line.Fit;
        return new Headline(
            $"{one.Curve.Name}: {one.Line.Name}",
            last.Nanoseconds.Median,
            "ns",
            $"at {lastX:N0}, {Figures.Ratio(last.Nanoseconds.Median, first.Nanoseconds.Median)} of that at {firstX:N0}; slope {fit.Slope.ToString("0.000", CultureInfo.InvariantCulture)} (R² {fit.Fit.ToString("0.00", CultureInfo.InvariantCulture)})")
        {
            // Where a curve has the wall without and with a ledger, the second is what people run.
            InIndex = !one.Line.Name.EndsWith(Tiers.Off, StringComparison.Ordinal) && one.Curve.Name != RulesOfTheWall,
        };
    }

    private static ReportTable Table(IScaleCurve curve, ScaleResult result)
    {
        double[] sizes = [.. result.Lines.SelectMany(line => line.Points.Select(point => point.X)).Distinct().Order()];
        return new ReportTable(
            $"ns each by {curve.Name}",
            ["", .. sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture)), "slope", "R²"],
            [
                .. result.Lines.Select(IReadOnlyList<string> (line) =>
                [
                    line.Name,
                    .. sizes.Select(size => line.Points.Where(point => point.X == size).Select(point => Figures.Of(point.Series.Nanoseconds.Median)).FirstOrDefault("")),
                    line.Fit.Slope.ToString("0.000", CultureInfo.InvariantCulture),
                    line.Fit.Fit.ToString("0.00", CultureInfo.InvariantCulture),
                ]),
            ]);
    }
}
