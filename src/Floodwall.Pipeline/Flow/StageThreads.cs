using Disruptor;
using Disruptor.Dsl;

namespace Floodwall.Pipeline;

/// <summary>The rings and their threads, laid out for a topology.</summary>
internal sealed class StageThreads
{
    private readonly ValueDisruptor<WallCommand> _ingress;
    private readonly ValueDisruptor<WallEvent>? _decisions;
    private readonly List<StageHandler> _handlers = [];
    private bool _ingressDone;

    private StageThreads(WallCore core, CheckpointCadence? cadence, PipelineOptions options, CoreLayout layout)
    {
        Topology = layout.Topology;
        RuleId stageFault = core.Vocabulary.Rules.StageFault;
        _ingress = new ValueDisruptor<WallCommand>(
            static () => default, options.IngressSlots, TaskScheduler.Default, ProducerType.Multi, WaitStrategyOf(options.Wait, Topology));
        _ingress.SetDefaultExceptionHandler(new FailClosed<WallCommand>(core.Registrar));
        if (Topology is Topology.Fused or Topology.Direct)
        {
            FusedSink fused = new(core.Gate, core.Registrar, cadence, core.Snapshots);
            IntakeHandler<FusedSink> intake = new(core.Intake, fused, stageFault, cadence, layout.OfStage(0));
            if (Topology == Topology.Fused)
            {
                _ingress.HandleEventsWith(Keep(intake));
                return;
            }

            Direct = new DirectRun(core, cadence, _ingress.RingBuffer, new Turn());
            _ingress.HandleEventsWith(Keep(new TurnHandler(intake, Direct)));
            return;
        }

        _decisions = new ValueDisruptor<WallEvent>(
            static () => default, options.DecisionSlots, TaskScheduler.Default, ProducerType.Single, WaitStrategyOf(options.Wait, Topology));
        _decisions.SetDefaultExceptionHandler(new FailClosed<WallEvent>(core.Registrar));
        NoteSlots notes = new(options.DecisionSlots);
        LedgerHandler ledger = Keep(new LedgerHandler(core.Registrar, notes, cadence, core.Snapshots, layout.OfStage(Topologies.Threads(Topology) - 1)));
        bool split = Topology == Topology.Split;
        if (split)
        {
            _decisions.HandleEventsWith(Keep(new GateHandler(core.Gate, notes, layout.OfStage(1)))).Then(ledger);
        }
        else
        {
            _decisions.HandleEventsWith(ledger);
        }

        RingSink sink = new(_decisions.RingBuffer, notes, split ? null : core.Gate, core.Snapshots);
        _ingress.HandleEventsWith(Keep(new IntakeHandler<RingSink>(core.Intake, sink, stageFault, cadence: null, layout.OfStage(0))));
    }

    public Topology Topology { get; }

    /// <summary>The way past the ring; null where there is none.</summary>
    public DirectRun? Direct { get; }

    public ValueRingBuffer<WallCommand> Ingress => _ingress.RingBuffer;

    /// <summary>Whether the calling thread runs a stage: it must not wait for the wall.</summary>
    public bool IsStageThread => Direct?.Turn.IsMine == true || _handlers.Exists(handler => handler.ThreadId == Environment.CurrentManagedThreadId);

    public int Pinned => _handlers.Count(handler => handler.IsPinned);

    /// <summary>What each stage's thread allocated, first the last stage's; −1 for one that has not ended.</summary>
    public IReadOnlyList<long> AllocatedBytes => [.. _handlers.Select(handler => handler.AllocatedBytes)];

    public static StageThreads Lay(WallCore core, CheckpointCadence? cadence, PipelineOptions options, CoreLayout layout) =>
        new(core, cadence, options, layout);

    /// <summary>Starts the stages from the back, so that nobody hands on to a thread that is not there.</summary>
    public void Start()
    {
        _decisions?.Start();
        _ingress.Start();
        foreach (StageHandler handler in _handlers)
        {
            handler.AwaitStart();
        }
    }

    /// <summary>Lets every stage finish what was published, front to back, and ends the threads.</summary>
    /// <exception cref="TimeoutException">A stage did not finish in time; the call can be repeated.</exception>
    public void Shutdown(TimeSpan timeout)
    {
        if (!_ingressDone)
        {
            Shutdown(_ingress, timeout);
            _ingressDone = true;
        }

        if (_decisions is not null)
        {
            Shutdown(_decisions, timeout);
        }
    }

    private static void Shutdown<T>(ValueDisruptor<T> disruptor, TimeSpan timeout)
        where T : struct
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            disruptor.Shutdown();
        }
        else
        {
            disruptor.Shutdown(timeout);
        }
    }

    private static IWaitStrategy WaitStrategyOf(WaitMode mode, Topology topology) => mode switch
    {
        WaitMode.LowLatency => new YieldingWaitStrategy(),
        WaitMode.Blocking => new BlockingWaitStrategy(),

        // With Direct the ring stands empty nearly always: its thread should cost nothing, and be there when somebody needs it.
        _ when topology == Topology.Direct => new ParkingWaitStrategy(),
        _ => new SpinWaitWaitStrategy(),
    };

    private THandler Keep<THandler>(THandler handler)
        where THandler : StageHandler
    {
        _handlers.Add(handler);
        return handler;
    }
}
