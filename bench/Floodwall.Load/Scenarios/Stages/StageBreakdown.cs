using System.Globalization;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;
using static Floodwall.Load.Scenarios.Stages.StageNames;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>
/// What follows from the stages' series, like with like. Costs are undisturbed ones where there are, so that they can be added and subtracted,
/// and so are ratios between stages. The pipeline is not timed in chunks: a ratio to it is of medians on both sides, and the remark has
/// that to the undisturbed stages.
/// </summary>
/// <param name="series">The stages, and behind them the walls; the last is the default topology with a ledger.</param>
/// <param name="clock">Gigahertz of the core; null where they cannot be measured.</param>
internal sealed class StageBreakdown(IReadOnlyList<Series> series, double? clock)
{
    private const int CompressionsPerEntry = 3;

    // Of what nothing is left once the flood is taken off, nothing can be divided by.
    private const double LeastNanoseconds = 0.1;

    private Series Pipeline => series[^1];

    public List<Headline> Headlines()
    {
        double flood = Quiet(FloodAlone);
        double edge = Quiet(Edge) - flood;
        double ring = Quiet(RingPass) - flood;
        double intake = Quiet(IntakeThrough) - flood;
        double gate = Quiet(Gate) - flood;
        double register = Quiet(Register) - flood;
        double sum = Sum(Quiet);
        Series wall = series.First(one => one.Name.StartsWith("Wall", StringComparison.Ordinal) && one.Name.EndsWith(Tiers.Appended, StringComparison.Ordinal));
        return
        [
            new("edge check", edge, "ns", "in the submitting thread") { InIndex = false },
            new("ring", ring, "ns", $"claim, copy, publish, read; {Figures.Of(Median(RingHop))} ns an intent between two threads"),
            new("admission", intake, "ns", $"straight through; {Figures.Of(Quiet(IntakeQueued) - flood)} ns through the queue"),
            new("gate", gate, "ns", "three seed policies"),
            GateAgainstIfChain(),
            new(Gate100, Median(Gate100) - Median(FloodAlone), "ns", $"behind the three seed policies, medians; undisturbed {Figures.Of(Quiet(Gate100) - flood)} ns"),
            new("encoding", Quiet(Encode) - flood, "ns", "decision to bytes") { InIndex = false },
            new("append", Quiet(Append) - Quiet(Bundle), "ns", $"append less the hashing of its bundles; with page faults and waits {Figures.Of(Median(Append) - Quiet(Bundle))} ns") { InIndex = false },
            new("hashing", Quiet(Bundle), "ns", $"{Figures.Of(100 * CompressionsPerEntry * Quiet(Kernel) / Quiet(Bundle))}% of it in the compression function, {Figures.Of(Quiet(Kernel))} ns a block"),
            .. Has(LibCrypto) ? (Headline[])[KernelAgainstLibCrypto()] : [],
            new("recording", register, "ns", "vocabulary, encoding, append, counters, handler together; bundles are hashed beside it"),
            new("sum of the stages", sum, "ns", $"{InCycles(sum)}flood, edge, admission, gate, recording; the wall without threads: {Figures.Of(Quiet(wall))} ns, {Figures.Ratio(Quiet(wall), sum)}"),
            AgainstSlowestThread(),
            HashingEfficiency(),
        ];
    }

    /// <summary>Every stage and the sum of those that an intent goes through, in nanoseconds and in cycles.</summary>
    public ReportTable Cycles() => new(
        "Cycles each",
        ["", "ns, median", "ns, undisturbed", "cycles, undisturbed"],
        [
            .. series.Select(IReadOnlyList<string> (one) => Row(one.Name, one.Nanoseconds.Median, one.Undisturbed)),
            Row("sum of the stages: flood, edge, admission, gate, recording", Sum(Median), Sum(Quiet)),
        ]);

    private string[] Row(string name, double median, double? quiet) =>
    [
        name,
        Figures.Of(median),
        quiet is { } ns ? Figures.Of(ns) : "",
        quiet * clock is { } cycles ? cycles.ToString("N0", CultureInfo.InvariantCulture) : "",
    ];

    // Everything but the first stage pays for the flood once more.
    private static double Sum(Func<string, double> cost) => cost(Edge) + cost(IntakeThrough) + cost(Gate) + cost(Register) - (3 * cost(FloodAlone));

    private Headline GateAgainstIfChain()
    {
        double Ratio(Func<string, double> cost) => (cost(Gate) - cost(FloodAlone)) / Math.Max(LeastNanoseconds, cost(IfChain) - cost(FloodAlone));
        return new Headline(
            "gate against an if chain",
            Ratio(Quiet),
            "×",
            $"target at most ×2; {Figures.Of(Quiet(Gate) - Quiet(FloodAlone))} ns against {Figures.Of(Quiet(IfChain) - Quiet(FloodAlone))} ns, undisturbed, the flood taken off both; by medians ×{Figures.Of(Ratio(Median))}");
    }

    private Headline KernelAgainstLibCrypto() => new(
        "hash kernel against libcrypto",
        Quiet(LibCrypto) / Quiet(Kernel),
        "×",
        $"{Figures.Of(Quiet(LibCrypto))} ns a block of 64 bytes in SHA256_Transform against {Figures.Of(Quiet(Kernel))} ns, undisturbed; one message there, as many side by side here as there are lanes; round by round by medians ×{Figures.Of(PairedRatio.Of(Find(LibCrypto), Find(Kernel)).Median)}");

    private Headline AgainstSlowestThread()
    {
        double pipeline = Pipeline.Nanoseconds.Median;
        (double median, string whose) = SlowestThread(Median);
        (double quiet, _) = SlowestThread(Quiet);
        return new Headline(
            "pipeline against its slowest thread",
            median / pipeline,
            "of its rate",
            $"target 0.85; {Pipeline.Name} {Figures.Of(pipeline)} ns; {whose}, each alone, {Figures.Of(median)} ns, medians; undisturbed alone {Figures.Of(quiet)} ns, {Figures.Of(quiet / pipeline)} of that rate");
    }

    private Headline HashingEfficiency()
    {
        double pipeline = Pipeline.Nanoseconds.Median;
        return new Headline(
            "hashing efficiency",
            CompressionsPerEntry * Median(Kernel) / pipeline,
            "of the kernel's rate",
            $"target 0.75; compressions an intent needs × intents/s ÷ blocks/s of the kernel, medians; by the undisturbed kernel {Figures.Of(CompressionsPerEntry * Quiet(Kernel) / pipeline)}")
        {
            InIndex = false,
        };
    }

    private (double Nanoseconds, string Whose) SlowestThread(Func<string, double> cost)
    {
        double flood = cost(FloodAlone);
        (double Nanoseconds, string Whose) intake = (cost(IntakeThrough) - flood, "admission");
        (double Nanoseconds, string Whose) gate = (cost(Gate) - flood, "gate");
        (double Nanoseconds, string Whose) register = (cost(Register) - flood, "recording");
        (double Nanoseconds, string Whose)[] threads = Enum.Parse<Topology>(Pipeline.Name[..Pipeline.Name.IndexOfAny([':', ' ', ','])]) switch
        {
            Topology.Direct => [Together((cost(Edge), "flood, edge"), intake, gate, register)],
            Topology.Fused => [Together(intake, gate, register)],
            Topology.Paired => [Together(intake, gate), register],
            _ => [intake, gate, register],
        };
        return threads.MaxBy(thread => thread.Nanoseconds);
    }

    private static (double Nanoseconds, string Whose) Together(params (double Nanoseconds, string Whose)[] parts) =>
        (parts.Sum(part => part.Nanoseconds), string.Join(", ", parts.Select(part => part.Whose)));

    private string InCycles(double nanoseconds) =>
        clock is { } gigahertz ? string.Create(CultureInfo.InvariantCulture, $"{nanoseconds * gigahertz:0} cycles; ") : "";

    private bool Has(string name) => series.Any(one => one.Name == name);

    private Series Find(string name) => series.First(one => one.Name == name);

    private double Median(string name) => Find(name).Nanoseconds.Median;

    private double Quiet(string name) => Quiet(Find(name));

    private static double Quiet(Series one) => one.Undisturbed ?? one.Nanoseconds.Median;
}
