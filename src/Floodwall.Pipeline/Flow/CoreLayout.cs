namespace Floodwall.Pipeline;

/// <summary>Which threads a pipeline runs, and on which cores: everything that depends on the machine, decided in one place.</summary>
internal sealed class CoreLayout
{
    // A pinned stage cannot step aside, so the producers and the checkpoint and preparation threads need cores of their own.
    private const int SpareCores = 2;

    private readonly int[] _cores;
    private readonly IReadOnlyList<int>? _named;
    private readonly int _threads;
    private readonly bool _pinsStages;

    /// <param name="options">What is asked for.</param>
    /// <param name="cores">The cores this process may use, ascending; empty where that cannot be asked.</param>
    /// <param name="processors">How many of them its quota gives it, which their list does not show.</param>
    public CoreLayout(PipelineOptions options, int[] cores, int processors)
    {
        int usable = cores.Length == 0 ? processors : Math.Min(cores.Length, processors);
        Topology = options.Topology == Topology.Auto ? Topologies.Default(usable) : options.Topology;
        _cores = cores;
        _named = options.Cores;
        _threads = Topologies.Threads(Topology);
        bool whole = cores.Length == usable && usable > 1;
        _pinsStages = options.Pin ?? (whole && usable >= _threads + SpareCores);

        // With Direct the stages are in submitters' threads, which the wall cannot place; it can stay out of their way. With LowLatency
        // the ring's thread spins, and the system keeps it and the others apart.
        bool outOfTheWay = Topology == Topology.Direct && whole && options.Pin != false && options.Wait != WaitMode.LowLatency;
        Background = options.BackgroundCore ?? (outOfTheWay ? cores[^1] : null);
    }

    /// <summary>The topology; not Auto.</summary>
    public Topology Topology { get; }

    /// <summary>
    /// The core of the threads beside the stages, which hash, sync, sign and prepare; null for wherever the system puts them. Left to
    /// itself it wakes them where their waker runs, and so takes the core from the submitter that all wait for.
    /// </summary>
    public int? Background { get; }

    /// <summary>The core of a stage thread; null for wherever the system puts it.</summary>
    /// <param name="thread">From the front, from 0.</param>
    public int? OfStage(int thread)
    {
        if (_named is not null)
        {
            return _named[thread % _named.Count];
        }

        // The last cores, because the first tends to serve interrupts and producers.
        return _pinsStages && _cores.Length != 0 && Topology != Topology.Direct
            ? _cores[^(1 + ((_threads - 1 - thread) % _cores.Length))]
            : null;
    }
}
