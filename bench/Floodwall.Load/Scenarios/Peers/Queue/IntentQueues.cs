using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Queue;

/// <summary>A queue of intents; implemented by structs, so that calls are bound when the loop is compiled.</summary>
internal interface IIntentQueue
{
    void Enqueue(in Intent intent);

    /// <summary>Takes out the one whose turn it is; returns its id.</summary>
    ulong Dequeue();
}

/// <summary>The wall's lanes: by priority, then by age.</summary>
internal readonly struct LanesQueue(int capacity) : IIntentQueue
{
    private readonly PriorityLanes _lanes = new(capacity);

    public void Enqueue(in Intent intent) => _lanes.Enqueue(in intent, 0, 0);

    public ulong Dequeue() => _lanes.Dequeue().Intent.Id;
}

/// <summary>The framework's heap in the same order: priority and age are its key.</summary>
internal readonly struct AgedHeap(int capacity) : IIntentQueue
{
    private readonly PriorityQueue<int, long> _heap = new(capacity);
    private readonly IntentSlots _slots = new(capacity);
    private readonly long[] _age = new long[1];

    public void Enqueue(in Intent intent) => _heap.Enqueue(_slots.Put(in intent), ((long)(Priority.Pager - intent.Priority) << 56) | _age[0]++);

    public ulong Dequeue() => _slots.Take(_heap.Dequeue()).Id;
}

/// <summary>The framework's heap by priority alone: whoever came first need not leave first.</summary>
internal readonly struct PlainHeap(int capacity) : IIntentQueue
{
    private readonly PriorityQueue<int, int> _heap = new(capacity);
    private readonly IntentSlots _slots = new(capacity);

    public void Enqueue(in Intent intent) => _heap.Enqueue(_slots.Put(in intent), Priority.Pager - intent.Priority);

    public ulong Dequeue() => _slots.Take(_heap.Dequeue()).Id;
}
