using Disruptor;
using Disruptor.Dsl;

namespace Floodwall.Pipeline;

/// <summary>The rings and their threads, laid out for a topology.</summary>
internal sealed class StageThreads
{
    private readonly ValueDisruptor<WallCommand> _ingress;
    private readonly ValueDisruptor<WallEvent>? _decisions;
    private readonly List<StageHandler> _handlers = [];

    private StageThreads(WallCore core, CheckpointCadence? cadence, PipelineOptions options, int[] cores)
    {
        Topology = options.Topology == Topology.Auto
            ? Topologies.Default(cores.Length == 0 ? Environment.ProcessorCount : cores.Length)
            : options.Topology;

        int threads = Topologies.Threads(Topology);
        bool pin = options.Pin ?? cores.Length > threads;
        RuleId stageFault = core.Vocabulary.Rules.StageFault;

        // The last cores, because the first tends to serve interrupts and producers.
        int? CoreOf(int thread) => pin && cores.Length != 0 ? cores[^(1 + ((threads - 1 - thread) % cores.Length))] : null;

        _ingress = new ValueDisruptor<WallCommand>(
            static () => default, options.IngressSlots, TaskScheduler.Default, ProducerType.Multi, WaitStrategyOf(options.Wait));
        if (Topology == Topology.Fused)
        {
            DirectSink direct = new(core.Gate, core.Registrar, cadence, core.Snapshots);
            _ingress.HandleEventsWith(Keep(new IntakeHandler<DirectSink>(core.Intake, direct, stageFault, cadence, CoreOf(0))));
            return;
        }

        _decisions = new ValueDisruptor<WallEvent>(
            static () => default, options.DecisionSlots, TaskScheduler.Default, ProducerType.Single, WaitStrategyOf(options.Wait));
        LedgerHandler ledger = Keep(new LedgerHandler(core.Registrar, cadence, core.Snapshots, CoreOf(threads - 1)));
        bool split = Topology == Topology.Split;
        if (split)
        {
            _decisions.HandleEventsWith(Keep(new GateHandler(core.Gate, CoreOf(1)))).Then(ledger);
        }
        else
        {
            _decisions.HandleEventsWith(ledger);
        }

        RingSink sink = new(_decisions.RingBuffer, split ? null : core.Gate, core.Snapshots);
        _ingress.HandleEventsWith(Keep(new IntakeHandler<RingSink>(core.Intake, sink, stageFault, cadence: null, CoreOf(0))));
    }

    public Topology Topology { get; }

    public ValueRingBuffer<WallCommand> Ingress => _ingress.RingBuffer;

    public int Pinned => _handlers.Count(handler => handler.IsPinned);

    public static StageThreads Lay(WallCore core, CheckpointCadence? cadence, PipelineOptions options, int[] cores) =>
        new(core, cadence, options, cores);

    /// <summary>Starts the stages from the back, so that nobody hands on to a thread that is not there.</summary>
    public void Start()
    {
        _decisions?.Start();
        _ingress.Start();
    }

    /// <summary>Lets every stage finish what was published, front to back, and ends the threads.</summary>
    /// <exception cref="TimeoutException">A stage did not finish in time.</exception>
    public void Shutdown(TimeSpan timeout)
    {
        Shutdown(_ingress, timeout);
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

    private static IWaitStrategy WaitStrategyOf(WaitMode mode) => mode switch
    {
        WaitMode.LowLatency => new YieldingWaitStrategy(),
        WaitMode.Blocking => new BlockingWaitStrategy(),
        _ => new SleepingWaitStrategy(),
    };

    private THandler Keep<THandler>(THandler handler)
        where THandler : StageHandler
    {
        _handlers.Add(handler);
        return handler;
    }
}
