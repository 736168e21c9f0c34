using System.Runtime.CompilerServices;
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

    public override string Check(long operations) => FloodBench.RequireIdSum(operations, Sum);

    /// <summary>How many the consumer has added up.</summary>
    protected abstract ulong Received { get; }

    /// <summary>Their ids' sum. Only while nothing is under way.</summary>
    protected abstract ulong Sum { get; }

    /// <summary>Sends so many slots with ids that go up by one.</summary>
    protected abstract void Send(ulong first, long operations);
}

/// <summary>A consumer's sum; its fields lie apart from whatever the producer writes.</summary>
internal sealed class HopSum
{
    private readonly ulong[] _fields = new ulong[32];

    public ulong Received => Volatile.Read(ref _fields[16]);

    public ulong Sum => _fields[17];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in HopSlot slot) => _fields[17] += slot.Id;

    /// <summary>So many have been added.</summary>
    public void Publish(ulong count) => Volatile.Write(ref _fields[16], _fields[16] + count);
}
