using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.Latency;
using Floodwall.Load.Scenarios.OpenLoop;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Load.Scenarios.Peers.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Latency;

/// <summary>The wall and what is assembled in its place at the same rates: half of what each of them takes at most.</summary>
internal sealed class PeerLatency
{
    /// <summary>The rate that only the wall can be expected to keep up with.</summary>
    public const string HalfOfOurs = "half of Floodwall's maximum";

    /// <summary>The rate that both of them keep up with.</summary>
    public const string HalfOfTheirs = "half of the assembled one's maximum";

    /// <summary>The percentile that is compared.</summary>
    public const string Tail = "p99.9 µs";

    private const string Floodwall = "Floodwall";

    private readonly OpenLoopRun _ours;
    private readonly AssembledLoop _theirs;
    private readonly Topology _topology;
    private readonly LatencyRecord _record;
    private readonly List<Candidate> _candidates = [];
    private readonly Dictionary<long, string> _answers = [];
    private IReadOnlyList<Series> _series = [];

    /// <summary>Finds out both maxima, which takes some seconds.</summary>
    public PeerLatency(LoadContext context, FloodShape shape, Topology topology, AssembledTuning tuning, double seconds, long settling)
    {
        _ours = new OpenLoopRun(shape, context.Ledgers);
        _theirs = new AssembledLoop(shape, context.Ledgers, tuning);
        _topology = topology;
        bool smoke = context.Options.Smoke;
        OurMaximum = MaximumRate.Measure(context, _ours, topology, settling, seconds);
        TheirMaximum = MaximumRate.Measure(
            context, PeerFloods.Assembled, intents => _theirs.Run("maximum", OpenLoop.OpenLoop.Unbounded, settling, intents).ToldPerSecond, settling, seconds);
        List<LatencyLoad> loads = [];
        foreach ((string rate, double maximum) in ((string, double)[])[(HalfOfOurs, OurMaximum), (HalfOfTheirs, TheirMaximum)])
        {
            // Whoever falls behind at it takes as long as its maximum says; twice the time is enough to see that.
            long perSecond = Math.Max(1, (long)(maximum / 2));
            long intents = smoke ? settling : Math.Max(settling, (long)(Math.Min(perSecond, 2 * TheirMaximum) * seconds));
            LatencyLoad alone = new(rate, perSecond, WaitMode.Balanced, HasWaiters: false, IsAlone: true);
            LatencyLoad theirs = Load(PeerFloods.Assembled, rate, perSecond);
            LatencyLoad ours = Load(Floodwall, rate, perSecond);
            loads.AddRange([alone, theirs, ours]);
            _candidates.Add(new Candidate(alone.Name, () => _record!.Take(alone, ScheduleAlone.Run(alone.Name, shape, perSecond, intents))));
            _candidates.Add(new Candidate(theirs.Name, () => Take(theirs, _theirs.Run(theirs.Name, perSecond, settling, intents), settling + intents)));
            _candidates.Add(new Candidate(ours.Name, () => Take(ours, _ours.Run(ours.Name, ours.Loop(_topology, settling, intents)), settling + intents)));
        }

        _record = new LatencyRecord(loads, skipFirst: !smoke);
    }

    /// <summary>Intents a second.</summary>
    public double OurMaximum { get; }

    /// <summary>Intents a second.</summary>
    public double TheirMaximum { get; }

    public IReadOnlyList<Series> Run(Runner runner) => _series = runner.Run(_candidates);

    public ReportTable Table() => _record.Table(_series) with { Title = "From the intended send to Appended, all counted runs together, in microseconds" };

    public LinePlot Plot() => _record.Plots()[0];

    public IReadOnlyList<string> Warnings() => _record.Warnings(_series);

    /// <summary>Whether both kept up with a rate. Behind its schedule a tail says how long the run was, and no ratio says anything.</summary>
    public bool KeptUp(string rate) => !LatencyRecord.FellBehind(Find(PeerFloods.Assembled, rate)) && !LatencyRecord.FellBehind(Find(Floodwall, rate));

    /// <summary>How many times as long the assembled one's tail is at a rate, round by round.</summary>
    public Statistics TailRatio(string rate)
    {
        Series theirs = Find(PeerFloods.Assembled, rate);
        Series ours = Find(Floodwall, rate);
        return Statistics.Of([.. theirs.Runs.Zip(ours.Runs, (a, b) => a.Figures![Tail] / b.Figures![Tail])]);
    }

    /// <summary>Both tails at a rate, and that of the schedule with nothing behind it, for a remark.</summary>
    public string Tails(string rate) =>
        $"{Of(Find(PeerFloods.Assembled, rate))} against {Of(Find(Floodwall, rate))}; the schedule alone {Of(_series.First(one => one.Name == $"{rate}{LatencyLoad.Alone}: {Tiers.Appended}"))}";

    private static string Of(Series series) => $"{Figures.Of(series.Figure(Tail)!.Median)} µs{(LatencyRecord.FellBehind(series) ? " (fell behind)" : "")}";

    private static LatencyLoad Load(string who, string rate, long perSecond) => new($"{who} at {rate}", perSecond, WaitMode.Balanced, HasWaiters: false);

    private Series Find(string who, string rate) => _series.First(one => one.Name == $"{who} at {rate}: {Tiers.Appended}");

    // The same intents have the same answers, whoever gives them and however fast they come.
    private IReadOnlyList<Reading> Take(LatencyLoad load, OpenLoopResult result, long submitted)
    {
        string answer = result.Reading.Proof[..result.Reading.Proof.IndexOf(';', StringComparison.Ordinal)];
        if (!_answers.TryAdd(submitted, answer))
        {
            WrongAnswerException.ThrowUnlessEqual(_answers[submitted], answer, $"{load.Name}: answers to {submitted} intents");
        }

        return _record.Take(load, result);
    }
}
