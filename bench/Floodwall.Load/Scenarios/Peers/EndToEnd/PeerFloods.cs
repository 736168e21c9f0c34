using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.EndToEnd;

/// <summary>
/// The same flood through the wall and through what is assembled in its place: open, a first part that settles, the measured part until the last
/// decision is told, close, prove. Whoever answers otherwise than the first one fails the scenario.
/// </summary>
internal sealed class PeerFloods(FloodShape shape, LedgerShelf ledgers, Topology topology)
{
    public const string Assembled = "assembled from the box";
    public const string Lean = "assembled from the box, lean";
    public const string Synchronous = "Floodwall, no threads";

    /// <summary>A run in which a wall signs fewer does not show what signing costs.</summary>
    public const int LeastCheckpoints = 2;

    private readonly Dictionary<long, FloodAnswer> _answers = [];

    /// <summary>The wall as it comes, with its topology here.</summary>
    public string Pipeline { get; } = $"Floodwall, {topology}";

    /// <summary>How the assembled ones are set.</summary>
    public AssembledTuning Tuning { get; set; } = AssembledTuning.Default;

    /// <summary>Everybody, in the order of a round.</summary>
    public IReadOnlyList<string> Names => [Assembled, Lean, Synchronous, Pipeline];

    /// <summary>Everybody's runs.</summary>
    /// <param name="settling">Intents before the clock starts.</param>
    /// <param name="intents">Intents under the clock.</param>
    /// <param name="leastCheckpoints">What a wall has to sign under the clock.</param>
    public IEnumerable<Candidate> Candidates(long settling, long intents, int leastCheckpoints) =>
        Names.Select(name => new Candidate(name, () => [RequireSigned(Run(name, settling, intents), leastCheckpoints)]));

    /// <summary>One run.</summary>
    /// <exception cref="WrongAnswerException">The answers are not those of the runs before.</exception>
    public Reading Run(string name, long settling, long intents)
    {
        using Contender contender = Open(name);
        contender.Run(settling);
        Meter meter = Meter.Start();
        long started = Stopwatch.GetTimestamp();
        long told = contender.Run(intents);
        Reading reading = WallRun.WithFigures(meter.Stop(name, intents, started, told), contender.SignedBetween(started, told));
        FloodAnswer answer = contender.CloseAndProve(settling + intents, out string record);
        RequireSame(name, settling + intents, answer);
        return reading with { Proof = $"{name}: {answer}; {record}" };
    }

    /// <exception cref="WrongAnswerException">It is a wall's run, and fewer checkpoints were signed meanwhile.</exception>
    public static Reading RequireSigned(Reading reading, int leastCheckpoints)
    {
        double signed = reading.Figures![SigningLog.Checkpoints];
        WrongAnswerException.ThrowUnless(
            signed >= leastCheckpoints || reading.Series is Assembled or Lean,
            $"{reading.Series}: {signed} checkpoints signed in {reading.Seconds:0.000} s, {leastCheckpoints} at least expected; --seconds makes runs longer");
        return reading;
    }

    /// <summary>Holds an answer against that of everybody who was given as many intents.</summary>
    /// <exception cref="WrongAnswerException">It is another one, or somebody was refused.</exception>
    public void RequireSame(string name, long submitted, FloodAnswer answer)
    {
        WrongAnswerException.ThrowUnlessEqual(0L, answer.Refused.Count, $"{name}: refused, where nobody runs out of tokens");
        if (!_answers.TryAdd(submitted, answer))
        {
            WrongAnswerException.ThrowUnlessEqual(_answers[submitted], answer, $"{name}: answers to {submitted} intents");
        }
    }

    private Contender Open(string name) => name switch
    {
        Assembled => new AssembledContender(shape, ledgers.NextLog(), isLean: false, Tuning),
        Lean => new AssembledContender(shape, ledgers.NextLog(), isLean: true, Tuning),
        Synchronous => new WallContender(shape, ledgers.NextLedger()),
        _ => new PipelineContender(shape, ledgers.NextLedger(), topology),
    };
}
