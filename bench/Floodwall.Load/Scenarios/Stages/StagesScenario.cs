using System.Globalization;
using Disruptor;
using Floodwall.Crypto;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Stages;

/// <summary>Each stage alone, their sum, and the whole wall beside them.</summary>
internal sealed class StagesScenario : IScenario
{
    private const double DefaultSeconds = 0.5;
    private const long Settling = 400_000;
    private const long SmokeIntents = 20_000;
    private const int CompressionsPerEntry = 3;

    private const string Flood = "flood (harness)";
    private const string Edge = "edge check";
    private const string RingPass = "ring pass, one thread";
    private const string RingHop = "ring hop, two threads (Balanced)";
    private const string RingHopYielding = "ring hop, two threads (LowLatency)";
    private const string Admit = "admission alone";
    private const string IntakeThrough = "intake, straight through";
    private const string IntakeQueued = "intake, through the queue";
    private const string Lanes = "lanes, in and out";
    private const string Gate = "gate, 3 policies";
    private const string Encode = "decision encoding";
    private const string Bundle = "bundle hashing";
    private const string MixedBundle = "bundle hashing, 5 long entries of 256";
    private const string Append = "ledger append, with hashing";
    private const string Recording = "recording stage";
    private const string Register = "registrar (recording, counters, handler)";
    private const string Kernel = "hash kernel, one block";
    private const string Single = "Sha256.Hash, 54 bytes";

    public string Name => "stages";

    public string Summary => "each stage alone, their sum, and the whole wall beside them";

    public int Order => 20;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        FloodShape shape = new(options.Agents);
        double seconds = options.Seconds ?? DefaultSeconds;
        double clock = Machine.MeasureGigahertz() ?? double.NaN;
        StageTimer timer = new(seconds, options.Smoke);
        WallRun walls = new(shape, context.Ledgers);
        Runner runner = new(options.Smoke ? 1 : options.Runs, warmUp: !options.Smoke, context.Progress);
        StageKind[] kinds = Kinds(shape, context.Ledgers);
        IReadOnlyList<Series> series = runner.Run([.. kinds.Select(timer.Candidate), .. Walls(walls, seconds, options)]);
        Breakdown breakdown = new(series);
        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Stages: what each costs alone",
            Summary = """
                Each stage by itself on one thread, fed from the same flood, and the whole wall in the same rounds. Operations are intents, except for
                hashing: entries, and blocks for the kernel. Every stage that takes intents pays for the flood itself (first row), so that is taken off
                once for each in the sum. The figures below are undisturbed ones (see Results) where runs are timed in chunks.
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
            Plots = [new Plot("ns each", "median; whiskers: fastest and slowest run", [.. series.Select(one => new PlotBar(one.Name, one.Nanoseconds.Median, one.Nanoseconds.Min, one.Nanoseconds.Max))])],
            Checks = [.. series.SelectMany(one => one.Runs).Select(run => run.Proof).Distinct()],
            Notes =
            [
                .. kinds.Select(kind => $"*{kind.Name}*: {kind.What}{(double.IsNaN(clock) ? "" : string.Create(CultureInfo.InvariantCulture, $" ({breakdown[kind.Name] * clock:0} cycles)"))}"),
                double.IsNaN(clock) ? "Cycles are not given: the clock is measured on x86-64 only." : string.Create(CultureInfo.InvariantCulture, $"Cycles are ns × the {clock:0.00} GHz that a chain of multiplications ran at when the scenario began."),
            ],
        };
    }

    private static StageKind[] Kinds(FloodShape shape, LedgerShelf ledgers) =>
    [
        new(Flood, "takes the next intent of the window: two stores, no stage", () => new FloodStage(new FloodBench(shape))),
        new(Edge, "IntentCheck.IsValid", () => new EdgeCheckStage(new FloodBench(shape))),
        new(RingPass, "claim, copy 128 bytes, publish, read, without a second thread; multi-producer ring", () => new RingPassStage(new FloodBench(shape))),
        new(RingHop, "the same between two threads", () => new RingHopStage(new FloodBench(shape), new SleepingWaitStrategy())),
        new(RingHopYielding, "the same between two threads", () => new RingHopStage(new FloodBench(shape), new YieldingWaitStrategy())),
        new(Admit, "AdmissionStage.Admit", () => new AdmitStage(new FloodBench(shape))),
        new(IntakeThrough, "Intake.Submit into a counting sink; contains the admission", () => new IntakeStage(new FloodBench(shape), queued: false)),
        new(IntakeQueued, "as before, but every intent enters the live set and the lanes, 4096 deep, and leaves by a drain", () => new IntakeStage(new FloodBench(shape), queued: true)),
        new(Lanes, "PriorityLanes.Enqueue and Dequeue, 1024 deep", () => new LanesStage(new FloodBench(shape))),
        new(Gate, "GateStage.Judge", () => new JudgeStage(new FloodBench(shape))),
        new(Encode, "DecisionEntry.LengthOf and Write into one buffer; 2% long ones", () => new EncodeStage(new FloodBench(shape))),
        new(Bundle, "BundleHasher.HashFullBundle on 54-byte entries in cache: 3 compressions each", () => new BundleStage(0)),
        new(MixedBundle, "the same with 2% of the entries at 102 bytes, two blocks", () => new BundleStage(5)),
        new(Append, "LedgerWriter.Begin and Commit on 47-byte payloads; contains page faults, link entries and, in the same thread, bundle hashing", () => new AppendStage(ledgers.Next())),
        new(Recording, "RecordingStage.Decision: vocabulary, encoding, append; bundles are hashed on another thread where there is a second core", () => new RecordStage(new FloodBench(shape), ledgers.Next(), registrar: false)),
        new(Register, "Registrar.Decide: the recording stage, counters, decision handler", () => new RecordStage(new FloodBench(shape), ledgers.Next(), registrar: true)),
        new(Kernel, $"the compression function of {BundleHasher.Backend} without loading or storing messages", KernelStages.Make),
        new(Single, $"one message at a time on {Sha256.Backend}", () => new SingleHashStage()),
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

    /// <summary>The figures that follow from the series. Undisturbed ones where there are, so that they can be added and subtracted.</summary>
    private sealed class Breakdown(IReadOnlyList<Series> series)
    {
        public double this[string name] => Of(series.First(one => one.Name == name));

        public List<Headline> Headlines()
        {
            double flood = this[Flood];
            double intake = this[IntakeThrough] - flood;
            double gate = this[Gate] - flood;
            double register = this[Register] - flood;
            double edge = this[Edge] - flood;
            double ring = this[RingPass] - flood;
            double sum = flood + edge + intake + gate + register;
            Series wall = series.First(one => one.Name.StartsWith("Wall", StringComparison.Ordinal) && one.Name.EndsWith(Tiers.Appended, StringComparison.Ordinal));
            Series pipeline = series[^1];
            (double work, string whose) = SlowestThread(pipeline.Name, name => this[name]);
            (double disturbed, _) = SlowestThread(pipeline.Name, name => series.First(one => one.Name == name).Nanoseconds.Median);
            return
            [
                new("edge check", edge, "ns", "in the submitting thread") { InIndex = false },
                new("ring", ring, "ns", $"claim, copy, publish, read; {Figures.Of(series.First(one => one.Name == RingHop).Nanoseconds.Median)} ns an intent between two threads"),
                new("admission", intake, "ns", $"straight through; {Figures.Of(this[IntakeQueued] - flood)} ns through the queue"),
                new("gate", gate, "ns", "three seed policies"),
                new("encoding", this[Encode] - flood, "ns", "decision to bytes") { InIndex = false },
                new("append", this[Append] - this[Bundle], "ns", $"append less the hashing of its bundles; with page faults and waits {Figures.Of(series.First(one => one.Name == Append).Nanoseconds.Median - this[Bundle])} ns") { InIndex = false },
                new("hashing", this[Bundle], "ns", $"{Figures.Of(100 * CompressionsPerEntry * this[Kernel] / this[Bundle])}% of it in the compression function, {Figures.Of(this[Kernel])} ns a block"),
                new("recording", register, "ns", "vocabulary, encoding, append, counters, handler together; bundles are hashed beside it"),
                new("sum of the stages", sum, "ns", $"flood, edge, admission, gate, recording; the wall without threads: {Figures.Of(Of(wall))} ns, {Figures.Ratio(Of(wall), sum)}"),
                new("pipeline against its slowest thread", work / pipeline.Nanoseconds.Median, "of its rate", $"target 0.85; {pipeline.Name} {Figures.Of(pipeline.Nanoseconds.Median)} ns; {whose}, each alone and undisturbed, {Figures.Of(work)} ns; by their medians {Figures.Of(disturbed)} ns, since alone they outrun the disk"),
                new("hashing efficiency", CompressionsPerEntry * this[Kernel] / pipeline.Nanoseconds.Median, "of the kernel's rate", "compressions an intent needs × intents/s ÷ blocks/s of the kernel") { InIndex = false },
            ];
        }

        private static (double Nanoseconds, string Whose) SlowestThread(string pipeline, Func<string, double> cost)
        {
            double flood = cost(Flood);
            (double Nanoseconds, string Whose) intake = (cost(IntakeThrough) - flood, "admission");
            (double Nanoseconds, string Whose) gate = (cost(Gate) - flood, "gate");
            (double Nanoseconds, string Whose) register = (cost(Register) - flood, "recording");
            (double Nanoseconds, string Whose)[] threads = Enum.Parse<Topology>(pipeline[..pipeline.IndexOfAny([':', ' ', ','])]) switch
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

        private static double Of(Series series) => series.Undisturbed ?? series.Nanoseconds.Median;
    }
}
