using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Stages;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Queue;

/// <summary>One in, one out, with a thousand waiting.</summary>
internal sealed class QueueStage<TQueue> : Stage
    where TQueue : struct, IIntentQueue
{
    public const int Depth = 1024;
    private const int Watched = 4 * Depth;

    private readonly FloodBench _bench;
    private readonly TQueue _queue;
    private ulong _sum;

    /// <param name="bench">The flood.</param>
    /// <param name="make">Makes the queue with room for so many.</param>
    /// <param name="keepsAge">Whether equals leave in the order in which they came; that is held against a plain reference first.</param>
    public QueueStage(FloodBench bench, Func<int, TQueue> make, bool keepsAge)
    {
        _bench = bench;
        if (keepsAge)
        {
            RequireOrder(make(Depth + 1), new FloodBench(bench.Shape).Stream);
        }

        _queue = make(2 * Depth);
        for (int i = 0; i < Depth; i++)
        {
            _queue.Enqueue(in bench.Stream.Next());
        }
    }

    public override void Run(long operations)
    {
        IntentStream stream = _bench.Stream;
        for (; operations > 0; operations--)
        {
            _queue.Enqueue(in stream.Next());
            _sum += _queue.Dequeue();
        }
    }

    public override string Check(long operations)
    {
        for (int i = 0; i < Depth; i++)
        {
            _sum += _queue.Dequeue();
        }

        return FloodBench.RequireIdSum(operations + Depth, _sum);
    }

    private static void RequireOrder(TQueue queue, IntentStream stream)
    {
        Queue<ulong>[] reference = [.. Enumerable.Range(0, (int)Priority.Pager + 1).Select(_ => new Queue<ulong>())];
        for (int i = 0; i < Watched; i++)
        {
            ref readonly Intent intent = ref stream.Next();
            queue.Enqueue(in intent);
            reference[(int)intent.Priority].Enqueue(intent.Id);
            if (i >= Depth)
            {
                WrongAnswerException.ThrowUnlessEqual(reference.Last(lane => lane.Count > 0).Dequeue(), queue.Dequeue(), $"{typeof(TQueue).Name}: whose turn it is");
            }
        }
    }
}
