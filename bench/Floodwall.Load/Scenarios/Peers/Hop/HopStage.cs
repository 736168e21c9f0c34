using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Stages;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>One producer, the calling thread, one consumer that adds up; a call ends when everything has arrived.</summary>
internal abstract class HopStage : Stage
{
    private ulong _next;

    // What is unbounded holds 16 MiB at most.
    public override long Chunk => 1 << 18;

    public override void Run(long operations)
    {
        Send(_next, operations);
        _next += (ulong)operations;
        while (Received < _next)
        {
            Thread.Yield();
        }
    }

    public override string Check(long operations)
    {
        WrongAnswerException.ThrowUnlessEqual(HopSlot.Words * FloodBench.SumBelow(operations), Sum, $"sum of the words of {operations} slots");
        return "sum of all words as expected";
    }

    /// <summary>How many the consumer has added up.</summary>
    protected abstract ulong Received { get; }

    /// <summary>The sum of all their words. Only while nothing is under way.</summary>
    protected abstract ulong Sum { get; }

    /// <summary>Sends so many slots with ids that go up by one.</summary>
    protected abstract void Send(ulong first, long operations);
}

/// <summary>A consumer's sum; its fields lie apart from whatever the producer writes.</summary>
internal sealed class HopSum
{
    private const int Count = 16;
    private const int Words = 20;

    private readonly ulong[] _fields = new ulong[48];

    public ulong Received => Volatile.Read(ref _fields[Count]);

    public ulong Sum => Vector256.Sum(Vector256.LoadUnsafe(ref _fields[Words]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in HopSlot slot)
    {
        ref ulong sum = ref _fields[Words];
        (Vector256.LoadUnsafe(ref sum) + slot.First + slot.Second).StoreUnsafe(ref sum);
    }

    /// <summary>So many have been added.</summary>
    public void Publish(ulong count) => Volatile.Write(ref _fields[Count], _fields[Count] + count);
}
