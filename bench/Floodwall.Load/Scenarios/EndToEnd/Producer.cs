using System.Diagnostics;
using Floodwall.Load.Flood;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.EndToEnd;

/// <summary>A submitting thread that stands ready, so that starting it costs the measured time nothing.</summary>
internal sealed class Producer : IDisposable
{
    /// <summary>Intents of one call: short calls, so that the JIT compiles the loop itself for good.</summary>
    public const long Chunk = 1024;

    private readonly FloodwallPipeline _pipeline;
    private readonly AutoResetEvent _go = new(initialState: false);
    private readonly AutoResetEvent _done = new(initialState: false);
    private readonly Thread _thread;
    private readonly int? _core;
    private long _share;
    private Exception? _failure;

    /// <param name="pipeline">The wall.</param>
    /// <param name="stream">What it submits.</param>
    /// <param name="core">The core it keeps to; null for wherever the system puts it.</param>
    public Producer(FloodwallPipeline pipeline, IntentStream stream, int? core = null)
    {
        _pipeline = pipeline;
        _core = core;
        Stream = stream;
        _thread = new Thread(Run) { IsBackground = true, Name = "load-producer" };
        _thread.Start();
    }

    public IntentStream Stream { get; }

    /// <summary>When it began its latest share.</summary>
    public long Started { get; private set; }

    /// <summary>Bytes it allocated in its latest share.</summary>
    public long Allocated { get; private set; }

    public long Submitted { get; private set; }

    /// <summary>Has all of them submit so many together; returns when the last outcome is told, with that moment's timestamp.</summary>
    public static long SubmitAll(Producer[] producers, FloodwallPipeline pipeline, DecisionTally tally, long intents)
    {
        tally.Aim(tally.Told + intents);
        long share = intents / producers.Length;
        for (int i = 0; i < producers.Length; i++)
        {
            producers[i].Start(i == 0 ? intents - (share * (producers.Length - 1)) : share);
        }

        foreach (Producer producer in producers)
        {
            producer.Await();
        }

        return tally.Wait(pipeline);
    }

    /// <summary>When the first of them began. Without the allocations of a query: a meter may run.</summary>
    public static long Earliest(Producer[] producers)
    {
        long earliest = long.MaxValue;
        foreach (Producer producer in producers)
        {
            earliest = Math.Min(earliest, producer.Started);
        }

        return earliest;
    }

    public void Start(long intents)
    {
        _share = intents;
        _go.Set();
    }

    public void Await()
    {
        _done.WaitOne();
        if (_failure is not null)
        {
            throw new InvalidOperationException("a producer failed", _failure);
        }
    }

    public void Dispose()
    {
        Start(0);
        _thread.Join();
        _go.Dispose();
        _done.Dispose();
    }

    private void Run()
    {
        if (_core is { } core)
        {
            CoreAffinity.TryPinCurrentThread(core);
        }

        while (true)
        {
            _go.WaitOne();
            long share = _share;
            if (share == 0)
            {
                return;
            }

            Started = Stopwatch.GetTimestamp();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                for (long left = share; left > 0; left -= Chunk)
                {
                    Submit(Math.Min(left, Chunk));
                }
            }
#pragma warning disable CA1031 // handed to the thread that waits
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = failure;
            }

            Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Submitted += share;
            _done.Set();
        }
    }

    private void Submit(long intents)
    {
        FloodwallPipeline pipeline = _pipeline;
        IntentStream stream = Stream;
        for (; intents > 0; intents--)
        {
            pipeline.Submit(in stream.Next());
        }
    }
}
