using System.Globalization;
using System.Threading.RateLimiting;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Admission;

/// <summary>
/// What a token costs by the number of agents, drawn evenly: the wall's buckets and the framework's limiter in rounds, one number of agents after
/// the other, because a million limiters do not fit beside the rest of a scenario. Each limiter is made for its run and goes before the buckets'
/// turn: its timer walks over all agents ten times a second for as long as it lives.
/// </summary>
internal sealed class AgentsCurve(LoadContext context)
{
    public const string Limiter = "PartitionedRateLimiter";
    public const string Buckets = "TokenBuckets";

    private const long LimiterTokens = 1_000_000;
    private const long BucketTokens = 8_000_000;
    private const long SmokeTokens = 20_000;
    private const int Draws = 1 << 20;
    private const int Least = 10;
    private const int Most = 1_000_000;

    /// <summary>The headline of <see cref="Headlines"/>, which a target looks for.</summary>
    public const string Flat = "admission, 1 M agents against 10";

    /// <summary>A limiter takes some 600 bytes; those of a million agents have to leave room for everything else.</summary>
    public const long BytesForAll = 3L << 30;

    private readonly List<(int Agents, Series Limiter, Series Buckets)> _points = [];

    /// <summary>Why there are fewer points than there should be.</summary>
    public List<string> Warnings { get; } = [];

    public IReadOnlyList<Series> Measure()
    {
        bool smoke = context.Options.Smoke;
        foreach (int agents in Counts(smoke, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
        {
            Point point = new(agents);
            Runner runner = new(context.Options.CountedRuns, warmUp: !smoke, context.Progress);
            IReadOnlyList<Series> pair = runner.Run(
            [
                new Candidate(Name(Limiter, agents), () => [point.AskLimiter(Name(Limiter, agents), smoke ? SmokeTokens : LimiterTokens)]),
                new Candidate(Name(Buckets, agents), () => [point.AskBuckets(Name(Buckets, agents), smoke ? SmokeTokens : BucketTokens)]),
            ]);
            _points.Add((agents, pair[0], pair[1]));
        }

        return [.. _points.SelectMany(point => (Series[])[point.Limiter, point.Buckets])];
    }

    public LinePlot Plot() => new(
        "A token by the number of agents",
        new PlotAxis("agents", Logarithmic: true, [.. _points.Select(point => new PlotTick(point.Agents, point.Agents.ToString("N0", CultureInfo.InvariantCulture)))]),
        new PlotAxis("nanoseconds, median; range of the runs", Logarithmic: true),
        [Line(Limiter, point => point.Limiter), Line(Buckets, point => point.Buckets)]);

    public ReportTable Table() => new(
        "A token by the number of agents, ns",
        ["agents", Limiter, Buckets, "ratio, round by round"],
        [
            .. _points.Select(IReadOnlyList<string> (point) =>
            [
                point.Agents.ToString("N0", CultureInfo.InvariantCulture),
                Figures.Of(point.Limiter.Nanoseconds.Median),
                Figures.Of(point.Buckets.Nanoseconds.Median),
                $"×{Figures.Of(PairedRatio.Of(point.Limiter, point.Buckets).Median)}",
            ]),
        ]);

    /// <summary>How much more a token costs where there are many agents; nothing where the curve does not reach so far.</summary>
    public IEnumerable<Headline> Headlines()
    {
        if (_points is [{ Agents: Least } few, .., { Agents: Most } many])
        {
            double ratio = many.Buckets.Nanoseconds.Median / few.Buckets.Nanoseconds.Median;
            yield return new Headline(
                Flat, ratio, "×", $"target at most ×1.2, cache effects apart; {Figures.Of(few.Buckets.Nanoseconds.Median)} to {Figures.Of(many.Buckets.Nanoseconds.Median)} ns; the limiter {Figures.Of(few.Limiter.Nanoseconds.Median)} to {Figures.Of(many.Limiter.Nanoseconds.Median)} ns");
        }
    }

    internal IReadOnlyList<int> Counts(bool smoke, long memory)
    {
        int[] all = smoke ? [10, 1000] : [Least, 100, 1000, 10_000, 100_000, Most];
        if (memory >= BytesForAll)
        {
            return all;
        }

        Warnings.Add($"The machine has {memory >> 20} MiB of memory for this process, so the curve over agents ends at 100,000 in place of 1,000,000: a limiter for each would take too much of it.");
        return [.. all.Where(agents => agents <= 100_000)];
    }

    private static string Name(string who, int agents) => string.Create(CultureInfo.InvariantCulture, $"{who}, {agents:N0} agents");

    private PlotLine Line(string name, Func<(int Agents, Series Limiter, Series Buckets), Series> series) => new(
        name,
        [.. _points.Select(point => (point.Agents, series(point).Nanoseconds)).Select(one => new PlotPoint(one.Agents, one.Nanoseconds.Median, one.Nanoseconds.Min, one.Nanoseconds.Max))]);

    /// <summary>Both of them with every agent known.</summary>
    private sealed class Point
    {
        private readonly uint[] _draws = new uint[Draws];
        private readonly uint _agents;
        private readonly int _perTick;
        private readonly TokenBuckets _buckets;
        private ulong _tick = 1;

        public Point(int agents)
        {
            _agents = (uint)agents;
            SplitMix64 random = new(0xA6E);
            foreach (ref uint draw in _draws.AsSpan())
            {
                draw = 1 + (uint)random.Below(agents);
            }

            FloodShape shape = new(agents) { Refuses = false };
            _perTick = shape.IntentsPerTick;
            _buckets = new TokenBuckets(shape.Wall(null, null).Admission, agents);
            for (uint agent = 1; agent <= agents; agent++)
            {
                _buckets.Take(new Symbol(agent), _tick);
            }

            WrongAnswerException.ThrowUnlessEqual(agents, _buckets.Agents, "agents known");
        }

        public Reading AskLimiter(string name, long tokens)
        {
            using PartitionedRateLimiter<uint> limiter = AgentLimiter.Create(FloodShape.PlentyOfTokens);
            for (uint agent = 1; agent <= _agents; agent++)
            {
                limiter.AttemptAcquire(agent).Dispose();
            }

            long given = 0;
            Meter meter = Meter.Start();
            for (long left = tokens; left > 0; left -= Draws)
            {
                given += FromLimiter(limiter, _draws.AsSpan(0, (int)Math.Min(left, Draws)));
            }

            return Checked(meter.Stop(name, tokens), given);
        }

        public Reading AskBuckets(string name, long tokens)
        {
            long given = 0;
            Meter meter = Meter.Start();
            for (long left = tokens; left > 0; left -= Draws)
            {
                given += FromBuckets(_draws.AsSpan(0, (int)Math.Min(left, Draws)));
            }

            return Checked(meter.Stop(name, tokens), given);
        }

        private static Reading Checked(Reading reading, long given)
        {
            WrongAnswerException.ThrowUnlessEqual(reading.Operations, given, $"{reading.Series}: tokens given");
            return reading with { Proof = $"{reading.Series}: {given} tokens asked for, all given" };
        }

        private static int FromLimiter(PartitionedRateLimiter<uint> limiter, ReadOnlySpan<uint> agents)
        {
            int given = 0;
            foreach (uint agent in agents)
            {
                using RateLimitLease lease = limiter.AttemptAcquire(agent);
                given += lease.IsAcquired ? 1 : 0;
            }

            return given;
        }

        // A tick passes as often as in the flood, so that buckets are refilled as often.
        private int FromBuckets(ReadOnlySpan<uint> agents)
        {
            int given = 0;
            while (!agents.IsEmpty)
            {
                ulong tick = ++_tick;
                int count = Math.Min(_perTick, agents.Length);
                foreach (uint agent in agents[..count])
                {
                    given += _buckets.Take(new Symbol(agent), tick).IsRefused ? 0 : 1;
                }

                agents = agents[count..];
            }

            return given;
        }
    }
}
