using System.Globalization;
using Disruptor;
using Floodwall.Crypto;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;
using static Floodwall.Load.Scenarios.Stages.StageNames;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>Each stage alone, their sum, and the whole wall beside them.</summary>
internal sealed class StagesScenario : IScenario
{
    private const double DefaultSeconds = 0.5;
    private const long Settling = 400_000;
    private const long SmokeIntents = 20_000;

    public string Name => "stages";

    public string Summary => "each stage alone, their sum, and the whole wall beside them";

    public int Order => 20;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        FloodShape shape = new(options.Agents);
        double seconds = options.Seconds ?? DefaultSeconds;
        double? clock = Machine.MeasureGigahertz();
        StageTimer timer = new(seconds, options.Smoke);
        WallRun walls = new(shape, context.Ledgers);
        Runner runner = new(options.Smoke ? 1 : options.Runs, warmUp: !options.Smoke, context.Progress);
        StageKind[] kinds = [.. Kinds(shape, context.Ledgers)];
        IReadOnlyList<Series> series = runner.Run([.. kinds.Select(timer.Candidate), .. Walls(walls, seconds, options)]);
        StageBreakdown breakdown = new(series, clock);
        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Stages: what each costs alone",
            Summary = """
                Each stage by itself on one thread, fed from the same flood, and the whole wall in the same rounds. Operations are intents, except for
                hashing: entries, and blocks for the kernel. Every stage that takes intents pays for the flood itself (first row), so that is taken off
                once for each in the sum. Costs in ns below are undisturbed ones (see Results) where runs are timed in chunks; ratios to the
                pipeline, which is not, are of medians on both sides.
                """,
            Machine = context.DescribeMachine(),
            Settings = new SortedDictionary<string, string>
            {
                ["seconds of a run, about"] = seconds.ToString(CultureInfo.InvariantCulture),
                ["counted runs"] = (options.Smoke ? 1 : options.Runs).ToString(CultureInfo.InvariantCulture),
                ["agents"] = options.Agents.ToString("N0", CultureInfo.InvariantCulture),
            },
            Series = series,
            Headlines = breakdown.Headlines(),
            Tables = [breakdown.Cycles()],
            Plots = [new Plot("ns each", "median; whiskers: fastest and slowest run", [.. series.Select(one => new PlotBar(one.Name, one.Nanoseconds.Median, one.Nanoseconds.Min, one.Nanoseconds.Max))])],
            Checks = [.. series.SelectMany(one => one.Runs).Select(run => run.Proof).Distinct()],
            Notes =
            [
                .. kinds.Select(kind => $"*{kind.Name}*: {kind.What}"),
                clock is { } gigahertz
                    ? string.Create(CultureInfo.InvariantCulture, $"Cycles are ns × the {gigahertz:0.00} GHz that a chain of multiplications ran at when the scenario began.")
                    : "Cycles are not given: the clock is measured on x86-64 only.",
            ],
        };
    }

    private static IEnumerable<StageKind> Kinds(FloodShape shape, LedgerShelf ledgers) =>
    [
        new(FloodAlone, "takes the next intent of the window: two stores, no stage", () => new FloodStage(new FloodBench(shape))),
        new(Edge, "IntentCheck.IsValid", () => new EdgeCheckStage(new FloodBench(shape))),
        new(RingPass, "claim, copy 128 bytes, publish, read, without a second thread; multi-producer ring", () => new RingPassStage(new FloodBench(shape))),
        new(RingHop, "the same between two threads", () => new RingHopStage(new FloodBench(shape), new SleepingWaitStrategy())),
        new(RingHopYielding, "the same between two threads", () => new RingHopStage(new FloodBench(shape), new YieldingWaitStrategy())),
        new(Admit, "AdmissionStage.Admit", () => new AdmitStage(new FloodBench(shape))),
        new(IntakeThrough, "Intake.Submit into a counting sink; contains the admission", () => new IntakeStage(new FloodBench(shape), queued: false)),
        new(IntakeQueued, "as before, but every intent enters the live set and the lanes, 4096 deep, and leaves by a drain", () => new IntakeStage(new FloodBench(shape), queued: true)),
        new(Lanes, "PriorityLanes.Enqueue and Dequeue, 1024 deep", () => new LanesStage(new FloodBench(shape))),
        new(Gate, "GateStage.Judge over the three seed policies", () => new JudgeStage(new FloodBench(shape))),
        new(Gate100, $"GateStage.Judge over the three seed policies and {ManyRules} rules behind them ({FloodShape.RuleGate.What})", () => new JudgeStage(new FloodBench(shape with { Rules = ManyRules }))),
        new(IfChain, "the three seed policies written out by hand as one method, with the same verdicts; called, not inlined", () => new IfChainStage(new FloodBench(shape))),
        new(Encode, "DecisionEntry.LengthOf and Write into one buffer; 2% long ones", () => new EncodeStage(new FloodBench(shape))),
        new(Bundle, "BundleHasher.HashFullBundle on 54-byte entries in cache: 3 compressions each", () => new BundleStage(0)),
        new(MixedBundle, "the same with 2% of the entries at 102 bytes, two blocks", () => new BundleStage(5)),
        new(Append, "LedgerWriter.Begin and Commit on 47-byte payloads; contains page faults, link entries and, in the same thread, bundle hashing", () => new AppendStage(ledgers.NextLedger())),
        new(Recording, "RecordingStage.Decision: vocabulary, encoding, append; bundles are hashed on another thread where there is a second core", () => new RecordStage(new FloodBench(shape), ledgers.NextLedger(), registrar: false)),
        new(Register, "Registrar.Decide: the recording stage, counters, decision handler", () => new RecordStage(new FloodBench(shape), ledgers.NextLedger(), registrar: true)),
        new(Kernel, $"the compression function of {BundleHasher.Backend} without loading or storing messages", KernelStages.Make),
        .. LibCryptoSha256.IsSupported
            ? (StageKind[])[new(LibCrypto, "a block of 64 bytes into a state, one behind the other, with the CPU's SHA instructions where it has them", () => new LibCryptoKernelStage())]
            : [],
        new(SingleMessage, $"one message at a time on {Sha256.Backend}", () => new SingleHashStage()),
    ];

    private static IEnumerable<Candidate> Walls(WallRun run, double seconds, LoadOptions options)
    {
        // About as long as a stage's run, at a guess of 200 ns; one number for all, so that they do the same work.
        long intents = options.Smoke ? SmokeIntents : Math.Max(SmokeIntents, (long)(seconds * 5e6));
        WallLayout[] layouts =
        [
            new(null, WaitMode.Balanced, HasLedger: false),
            new(null, WaitMode.Balanced, HasLedger: true),
            new(options.Topology ?? Topologies.Default(Environment.ProcessorCount), WaitMode.Balanced, HasLedger: true),
        ];
        return layouts.Select(layout => new Candidate(
            layout.Name, () => [run.Run(layout, options.Smoke ? SmokeIntents : Settling, intents)[0]]));
    }
}
