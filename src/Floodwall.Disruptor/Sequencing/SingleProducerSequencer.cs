using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Disruptor;

/// <summary>
/// Claims and publishes for one producer thread. Nothing is atomic: the claim is a private counter, the cursor has one writer, and the
/// slowest consumer is looked up only when its cached position no longer leaves room.
/// </summary>
internal sealed class SingleProducerSequencer : ISequencer
{
    private readonly IWaitStrategy _waitStrategy;
    private readonly bool _mustSignal;
    private readonly int _bufferSize;
    private readonly Sequence _cursor = new();
    private readonly GatingSequences _gating = new();
    private SingleProducerState _state = new();

    public SingleProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
    {
        ArgumentNullException.ThrowIfNull(waitStrategy);
        _bufferSize = SequencerArguments.CheckedBufferSize(bufferSize);
        _waitStrategy = waitStrategy;
        _mustSignal = waitStrategy.IsBlockingStrategy;
    }

    public IWaitStrategy WaitStrategy => _waitStrategy;

    public bool CursorCountsClaims => false;

    public Sequence CursorSequence => _cursor;

    public int BufferSize => _bufferSize;

    public long Cursor => _cursor.Value;

    public long Next()
    {
        long next = _state.Claimed + 1;
        if (next - _bufferSize > _state.CachedGate)
        {
            WaitForRoom(next - _bufferSize);
        }

        _state.Claimed = next;
        AssertRoom();
        return next;
    }

    public long Next(int n)
    {
        if ((uint)(n - 1) >= (uint)_bufferSize)
        {
            SequencerArguments.ThrowClaimOutOfRange(n, _bufferSize);
        }

        long next = _state.Claimed + n;
        if (next - _bufferSize > _state.CachedGate)
        {
            WaitForRoom(next - _bufferSize);
        }

        _state.Claimed = next;
        AssertRoom();
        return next;
    }

    public bool TryNext(out long sequence) => TryClaim(1, out sequence);

    public bool TryNext(int n, out long sequence)
    {
        if ((uint)(n - 1) >= (uint)_bufferSize)
        {
            SequencerArguments.ThrowClaimOutOfRange(n, _bufferSize);
        }

        return TryClaim(n, out sequence);
    }

    public void Publish(long sequence)
    {
        Debug.Assert(sequence <= _state.Claimed, "published before it was claimed");
        Debug.Assert(sequence > _cursor.Value, "published twice, or behind what was published");
        _cursor.SetValue(sequence);
        if (_mustSignal)
        {
            Signal();
        }
    }

    public void Publish(long lo, long hi)
    {
        Debug.Assert(lo <= hi && lo > _cursor.Value, "no run of claims that are still to be published");
        Publish(hi);
    }

    public bool HasAvailableCapacity(int requiredCapacity)
    {
        long wrapPoint = _state.Claimed + requiredCapacity - _bufferSize;
        return wrapPoint <= _state.CachedGate || RefreshGate(wrapPoint);
    }

    public long GetRemainingCapacity() => _bufferSize - (_state.Claimed - _gating.Minimum(_state.Claimed));

    public bool IsAvailable(long sequence)
    {
        long cursor = _cursor.Value;
        return sequence <= cursor && sequence > cursor - _bufferSize;
    }

    public long GetHighestPublishedSequence(long lowest, long highest) => highest;

    public void AddGatingSequences(Sequence[] sequences) => _gating.Add(this, sequences);

    public bool RemoveGatingSequence(Sequence sequence) => _gating.Remove(sequence);

    public long GetMinimumSequence() => _gating.Minimum(_cursor.Value);

    private bool TryClaim(int n, out long sequence)
    {
        long next = _state.Claimed + n;
        if (next - _bufferSize > _state.CachedGate && !RefreshGate(next - _bufferSize))
        {
            sequence = 0;
            return false;
        }

        _state.Claimed = next;
        AssertRoom();
        sequence = next;
        return true;
    }

    [Conditional("DEBUG")]
    private void AssertRoom() =>
        Debug.Assert(_state.Claimed - _bufferSize <= _state.CachedGate, "claimed a slot that a consumer has not passed");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitForRoom(long wrapPoint)
    {
        var wait = new FullRingWait();
        while (!RefreshGate(wrapPoint))
        {
            wait.Once();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RefreshGate(long wrapPoint)
    {
        long minimum = _gating.Minimum(_state.Claimed);
        _state.CachedGate = minimum;
        return wrapPoint <= minimum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Signal() => _waitStrategy.SignalAllWhenBlocking();
}

/// <summary>The producer's private counters, padded because the consumers read the fields around them.</summary>
[StructLayout(LayoutKind.Explicit, Size = (CacheLine.Padding * 2) + (2 * sizeof(long)))]
internal struct SingleProducerState
{
    /// <summary>The last claimed sequence.</summary>
    [FieldOffset(CacheLine.Padding)]
    public long Claimed = Sequence.InitialCursorValue;

    /// <summary>Where the slowest consumer was when it was last looked up; it can only be further by now.</summary>
    [FieldOffset(CacheLine.Padding + sizeof(long))]
    public long CachedGate = Sequence.InitialCursorValue;

    public SingleProducerState()
    {
    }
}
