using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>
/// As many walls as there are cores, none of which knows of the others: each has its own share of the agents, its own producer, in whose thread
/// the stages run, and its own ledger. Producer and background threads of a wall keep to its core. What all of them decide is added up.
/// </summary>
/// <param name="flood">The flood of all of them together.</param>
/// <param name="ledgers">Where their ledgers go.</param>
/// <param name="shards">How many walls.</param>
internal sealed class ShardedRun(FloodShape flood, LedgerShelf ledgers, int shards)
{
    private readonly Dictionary<long, string> _answers = [];

    public string Name { get; } = $"Shards: {shards} x {Topology.Direct}";

    public string Series => $"{Name}: {Tiers.Appended}";

    /// <summary>One run, timed from the first submit of any until the last decision of any is told.</summary>
    /// <param name="settling">Intents before the clock starts, of all together.</param>
    /// <param name="intents">Intents under the clock, of all together.</param>
    /// <exception cref="WrongAnswerException">The work was not done, or done differently than in an earlier run.</exception>
    public Reading Run(long settling, long intents)
    {
        int[] cores = CoreAffinity.Allowed();
        FloodShape share = flood with { Agents = Math.Max(1, flood.Agents / shards) };
        List<Shard> all = [];

        // One folder for all: asking for the next says that those before are finished with.
        LedgerOptions ledger = ledgers.NextLedger();
        Directory.CreateDirectory(ledger.Directory);
        try
        {
            for (int i = 0; i < shards; i++)
            {
                all.Add(new Shard(share with { FirstAgent = i * share.Agents }, ledger with { Directory = Path.Combine(ledger.Directory, $"shard-{i}") }, i, cores.Length == 0 ? null : cores[i % cores.Length]));
            }

            SubmitAll(all, settling / shards);
            long each = intents / shards;
            Meter meter = Meter.Start();
            (long started, long told) = SubmitAll(all, each);
            Reading reading = meter.Stop(Series, each * shards, started, told);
            reading = WallRun.WithFigures(reading, all.Sum(shard => shard.SignedBetween(started, told))) with
            {
                ProducerBytes = all.Sum(shard => shard.Allocated),
                Proof = string.Join("; ", all.Select((shard, i) => $"shard {i}: {shard.CloseAndProve((settling / shards) + each)}")),
            };
            if (!_answers.TryAdd(settling + intents, reading.Proof))
            {
                WrongAnswerException.ThrowUnlessEqual(_answers[settling + intents], reading.Proof, $"{Name} against the runs before");
            }

            return reading;
        }
        finally
        {
            all.ForEach(shard => shard.Dispose());
        }
    }

    /// <summary>Has each submit so many, all of them at once.</summary>
    private static (long Started, long Told) SubmitAll(List<Shard> all, long each)
    {
        all.ForEach(shard => shard.Start(each));
        (long started, long told) = (long.MaxValue, 0);
        foreach (Shard shard in all)
        {
            told = Math.Max(told, shard.Await());
            started = Math.Min(started, shard.Started);
        }

        return (started, told);
    }

    /// <summary>One wall and its producer.</summary>
    private sealed class Shard : IDisposable
    {
        private readonly string _directory;
        private readonly SigningLog _signer = new(FloodShape.Signer);
        private readonly DecisionTally _tally = new();
        private readonly FloodwallPipeline _pipeline;
        private readonly Producer _producer;

        public Shard(FloodShape shape, LedgerOptions ledger, int number, int? core)
        {
            _directory = ledger.Directory;
            PipelineOptions options = new() { Topology = Topology.Direct, BackgroundCore = core, Pin = core is null ? false : null };
            _pipeline = FloodwallPipeline.Open(shape.Wall(ledger, _tally, _signer), options);
            _producer = new Producer(_pipeline, new IntentStream(shape, shape.Intern(_pipeline.Vocabulary), clock: null, number), core);
        }

        public long Started => _producer.Started;

        public long Allocated => _producer.Allocated;

        public int SignedBetween(long from, long until) => _signer.Between(from, until);

        public void Start(long intents)
        {
            _tally.Aim(_tally.Told + intents);
            _producer.Start(intents);
        }

        /// <summary>When its last decision was told.</summary>
        public long Await()
        {
            _producer.Await();
            return _tally.Wait(_pipeline);
        }

        public string CloseAndProve(long submitted)
        {
            _pipeline.Close();
            WrongAnswerException.ThrowUnless(_pipeline.Fault is null, $"the wall failed: {_pipeline.Fault?.Message}");
            WrongAnswerException.ThrowUnlessEqual(submitted, _tally.Told, "outcomes told");
            WrongAnswerException.ThrowUnlessEqual((ulong)submitted, _pipeline.Counters.Decided + _pipeline.Counters.Refused, "decided and refused");
            return $"{_tally.Decided} decided ({_tally.Admitted} admitted), {_tally.Told - _tally.Decided} refused; {LedgerProof.Of(_directory, _tally.Decided, _tally.DecidedIdSum)}";
        }

        public void Dispose()
        {
            _producer.Dispose();
            _pipeline.Dispose();
        }
    }
}
