namespace Floodwall.Pipeline.Tests.Admission;

public sealed class IntakeTests
{
    private static readonly Symbol Agent = new(1);

    [Fact]
    public void Checks_come_in_their_order_and_only_admission_costs_a_token()
    {
        Journal journal = new();
        Intake intake = new(new AdmissionSettings(burst: 3, refillPerTick: 0, queueCapacity: 2, releasePerTick: 0), 8, RefusalRecording.Each);
        Submit(1);
        Submit(2);
        Submit(1); // a live duplicate, though the queue is full
        Submit(3); // full, though a token is left
        intake.Drain(ref journal);
        Submit(3); // takes the third token: neither refusal cost one
        Submit(4); // no token left, and room in the queue
        Assert.Equal(
            ["refuse 1 Duplicate", "refuse 3 Backpressure", "release 1", "release 2", "refuse 4 RateLimited"],
            journal.Lines);
        Assert.Equal(1, intake.Queued);

        void Submit(ulong id) => intake.Submit(new Intent { Id = id, Agent = Agent, Resource = Agent }, 0, ref journal);
    }

    [Fact]
    public void An_id_is_free_again_once_it_has_left_the_wall()
    {
        Journal journal = new();
        Intake intake = new(new AdmissionSettings(burst: 10, releasePerTick: 1), 8, RefusalRecording.Each);
        Intent intent = new() { Id = 7, Agent = Agent, Resource = Agent };
        intake.Submit(in intent, 0, ref journal); // this tick's share
        intake.Submit(in intent, 0, ref journal); // the first has left: waits
        intake.Submit(in intent, 0, ref journal); // duplicate of the waiting one
        intake.Submit(intent with { Agent = new Symbol(2) }, 0, ref journal); // another agent's 7
        intake.AdvanceTo(1, ref journal);
        intake.AdvanceTo(2, ref journal);
        Assert.Equal(["release 7", "refuse 7 Duplicate", "release 7", "release 7"], journal.Lines);
    }

    [Fact]
    public void Backpressure_names_the_next_tick_only_where_ticks_release()
    {
        foreach ((uint? release, ulong retry) in new (uint?, ulong)[] { (0, 0), (1, 1) })
        {
            Journal journal = new();
            Intake intake = new(new AdmissionSettings(burst: 9, queueCapacity: 1, releasePerTick: release), 8, RefusalRecording.Each);
            for (ulong id = 0; id < 4; id++)
            {
                intake.Submit(new Intent { Id = id, Agent = Agent, Resource = Agent }, 0, ref journal);
            }

            Assert.Equal(new Refusal(retry, RefusalKind.Backpressure), journal.LastRefusal);
        }
    }

    [Fact]
    public void Refusals_are_counted_per_agent_and_tick_in_order_of_first_refusal()
    {
        Journal journal = new();
        Intake intake = new(new AdmissionSettings(burst: 1, refillPerTick: 0), 8, RefusalRecording.CountPerTick);
        foreach ((ulong tick, uint agent) in new (ulong, uint)[] { (5, 2), (5, 2), (5, 1), (5, 1), (5, 2), (6, 1), (6, 1) })
        {
            intake.Submit(new Intent { SubmittedTick = tick, Agent = new Symbol(agent), Resource = Agent }, 0, ref journal);
        }

        intake.Drain(ref journal);
        intake.Drain(ref journal);
        Assert.Equal(
            [
                new RefusalCount { Tick = 5, Agent = new Symbol(2), RateLimited = 2 },
                new RefusalCount { Tick = 5, Agent = new Symbol(1), RateLimited = 1 },
                new RefusalCount { Tick = 6, Agent = new Symbol(1), RateLimited = 2 },
            ],
            journal.Counts);
    }

    [Fact]
    public void More_refused_agents_in_a_tick_than_are_counted_apart_lose_nothing()
    {
        Journal journal = new();
        const int Agents = RefusalTally.MaxAgentsPerTick + 100;
        Intake intake = new(new AdmissionSettings(burst: 1, refillPerTick: 0), Agents + 1, RefusalRecording.CountPerTick);
        for (int round = 0; round < 3; round++)
        {
            for (uint agent = 1; agent <= Agents; agent++)
            {
                intake.Submit(new Intent { Id = agent, Agent = new Symbol(agent), Resource = Agent }, 0, ref journal);
            }
        }

        intake.Drain(ref journal);
        Assert.Equal(2 * Agents, journal.Counts.Sum(c => c.RateLimited));
        Assert.Equal(Agents, journal.Counts.Select(c => c.Agent).Distinct().Count());
    }

    [Fact]
    public void Counts_do_not_wait_for_ever_for_a_clock_that_stands_still()
    {
        Journal journal = new();
        Intake intake = new(new AdmissionSettings(burst: 1, refillPerTick: 0), 4, RefusalRecording.CountPerTick);
        Intent intent = new() { Agent = Agent, Resource = Agent };
        for (int i = 0; i < RefusalTally.MaxRefusals + 10; i++)
        {
            intake.Submit(in intent, 0, ref journal);
        }

        RefusalCount count = Assert.Single(journal.Counts);
        Assert.Equal((uint)RefusalTally.MaxRefusals, count.RateLimited);
    }

    [Fact]
    public void Agrees_with_a_plain_model_on_random_commands()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            AdmissionSettings settings = new(
                burst: random.Next(1, 5),
                refillPerTick: random.Next(3),
                queueCapacity: random.Next(1, 12),
                releasePerTick: random.Next(4) == 0 ? null : (uint)random.Next(4),
                maxAgents: random.Next(2, 6));
            Intake intake = new(settings, 8, RefusalRecording.Each);
            Journal journal = new();
            PlainWall model = new(settings);
            ulong tick = 0;
            for (int i = 0; i < 400; i++)
            {
                tick += (ulong)(random.Next(5) == 0 ? random.Next(4) : 0);
                switch (random.Next(20))
                {
                    case 0:
                        intake.Drain(ref journal);
                        model.Drain();
                        break;
                    case 1:
                        intake.AdvanceTo(tick, ref journal);
                        model.AdvanceTo(tick);
                        break;
                    default:
                        Intent intent = new()
                        {
                            Id = (ulong)random.Next(20),
                            Agent = new Symbol((uint)random.Next(1, 7)),
                            Resource = Agent,
                            Priority = (Priority)random.Next(4),
                            SubmittedTick = random.Next(10) == 0 ? tick / 2 : tick,
                        };
                        bool waits = intake.Submit(in intent, 0, ref journal);
                        Assert.Equal(model.Submit(intent), waits);
                        break;
                }

                Assert.Equal(model.Queued, intake.Queued);
            }

            Assert.Equal(model.Lines, journal.Lines);
        }
    }

    internal struct Journal() : IIntakeSink
    {
        public List<string> Lines { get; } = [];

        public List<RefusalCount> Counts { get; } = [];

        public Refusal LastRefusal { get; private set; }

        public readonly void Release(in Intent intent, in Passing passing) => Lines.Add($"release {intent.Id}");

        public void Refuse(in Intent intent, in Refusal refusal, ulong now, uint ticket)
        {
            LastRefusal = refusal;
            Lines.Add($"refuse {intent.Id} {refusal.Kind}");
        }

        public readonly void Count(in RefusalCount count) => Counts.Add(count);

        public readonly void Fault(in Intent intent, Verdict verdict, ulong now, uint ticket) => Lines.Add($"fault {intent.Id}");

        public readonly void Accept(in Fact fact) => Lines.Add($"fact {fact.Tick}");

        public readonly void Swap(uint ticket, ulong now) => Lines.Add($"swap {ticket}");

        public readonly void Drained(ulong now)
        {
        }

        public readonly ulong Snapshot() => 0;

        public readonly void Checkpoint() => Lines.Add("checkpoint");
    }

    /// <summary>The intake's rules in the plainest form: one list, one loop per tick, decimal tokens.</summary>
    private sealed class PlainWall(AdmissionSettings settings)
    {
        private readonly List<Intent> _queue = [];
        private readonly Dictionary<uint, (decimal Tokens, ulong Last)> _buckets = [];
        private ulong _clock;
        private uint _left = settings.ReleasePerTick ?? 0;

        public List<string> Lines { get; } = [];

        public int Queued => _queue.Count;

        public bool Submit(Intent intent)
        {
            AdvanceTo(intent.SubmittedTick);
            if (_queue.Exists(q => q.Agent == intent.Agent && q.Id == intent.Id))
            {
                return Refuse(intent, RefusalKind.Duplicate);
            }

            if (_queue.Count >= settings.QueueCapacity)
            {
                return Refuse(intent, RefusalKind.Backpressure);
            }

            decimal burst = settings.BurstUnits / (decimal)AdmissionSettings.TokenScale;
            decimal refill = settings.RefillUnits / (decimal)AdmissionSettings.TokenScale;
            if (!_buckets.TryGetValue(intent.Agent.Id, out (decimal Tokens, ulong Last) bucket))
            {
                if (_buckets.Count == settings.MaxAgents)
                {
                    return Refuse(intent, RefusalKind.AgentTableFull);
                }

                bucket = (burst, _clock);
            }

            decimal tokens = Math.Min(burst, bucket.Tokens + ((_clock - bucket.Last) * refill));
            if (tokens < 1)
            {
                return Refuse(intent, RefusalKind.RateLimited);
            }

            _buckets[intent.Agent.Id] = (tokens - 1, _clock);
            _queue.Add(intent);
            if (settings.ReleasePerTick is null)
            {
                Drain();
            }
            else if (_left > 0)
            {
                _left--;
                ReleaseOne();
            }

            return _queue.Contains(intent);
        }

        public void AdvanceTo(ulong tick)
        {
            for (; _clock < tick && settings.ReleasePerTick is { } perTick;)
            {
                _clock++;
                for (_left = perTick; _left > 0 && _queue.Count > 0; _left--)
                {
                    ReleaseOne();
                }
            }

            _clock = Math.Max(_clock, tick);
        }

        public void Drain()
        {
            while (_queue.Count > 0)
            {
                ReleaseOne();
            }
        }

        private void ReleaseOne()
        {
            Intent next = _queue.MaxBy(q => q.Priority);
            _queue.Remove(next);
            Lines.Add($"release {next.Id}");
        }

        private bool Refuse(Intent intent, RefusalKind kind)
        {
            Lines.Add($"refuse {intent.Id} {kind}");
            return false;
        }
    }
}
