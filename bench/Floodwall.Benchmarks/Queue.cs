using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>4096 intents in, then out by priority and age: the lanes against the framework's heap. For one intent.</summary>
[MemoryDiagnoser]
public class Queue
{
    private readonly Intents _intents = new();
    private readonly PriorityLanes _lanes = new(Intents.Count);

    // The heap is not first-in-first-out within a priority, so age is part of its key.
    private readonly PriorityQueue<Intent, long> _heap = new(Intents.Count);
    private ulong _expected;

    [GlobalSetup]
    public void Check()
    {
        ulong position = 0;
        foreach (Intent intent in _intents.All.OrderByDescending(intent => intent.Priority).ThenBy(intent => intent.Id))
        {
            _expected += intent.Id * ++position;
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "PriorityQueue<,>")]
    public ulong Heap()
    {
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            _heap.Enqueue(intent, ((long)(Priority.Pager - intent.Priority) << 48) | (long)intent.Id);
        }

        ulong sum = 0;
        for (ulong position = 1; _heap.TryDequeue(out Intent intent, out _); position++)
        {
            sum += intent.Id * position;
        }

        return Checked(sum);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "PriorityLanes")]
    public ulong Lanes()
    {
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            _lanes.Enqueue(in intent, 0, 0);
        }

        ulong sum = 0;
        for (ulong position = 1; !_lanes.IsEmpty; position++)
        {
            sum += _lanes.Dequeue().Intent.Id * position;
        }

        return Checked(sum);
    }

    private ulong Checked(ulong sum)
    {
        Answer.Require(_expected, sum, "sum of ids times their place");
        return sum;
    }
}
