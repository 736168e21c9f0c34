using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Disruptor;

/// <summary>
/// Claims and publishes for many producer threads. The cursor counts claims (one atomic addition each); what is published stands in a
/// second ring that holds, per slot, the lap in which it was last published, so that producers never wait for one another.
/// </summary>
internal sealed class MultiProducerSequencer : ISequencer
{
    // a cache line of laps that nobody uses, on either side
    private const int LapPad = CacheLine.Padding / sizeof(int);

    private readonly IWaitStrategy _waitStrategy;
    private readonly bool _mustSignal;
    private readonly int _bufferSize;
    private readonly int _indexMask;
    private readonly int _lapShift;
    private readonly int[] _publishedLaps;
    private readonly Sequence _cursor = new();
    private readonly Sequence _cachedGate = new();
    private readonly GatingSequences _gating = new();

    public MultiProducerSequencer(int bufferSize, IWaitStrategy waitStrategy)
    {
        ArgumentNullException.ThrowIfNull(waitStrategy);
        _bufferSize = SequencerArguments.CheckedBufferSize(bufferSize);
        _indexMask = bufferSize - 1;
        _lapShift = BitOperations.Log2((uint)bufferSize);
        _publishedLaps = new int[bufferSize + (2 * LapPad)];
        Array.Fill(_publishedLaps, -1);
        _waitStrategy = waitStrategy;
        _mustSignal = waitStrategy.IsBlockingStrategy;
    }

    public IWaitStrategy WaitStrategy => _waitStrategy;

    public bool CursorCountsClaims => true;

    public Sequence CursorSequence => _cursor;

    public int BufferSize => _bufferSize;

    public long Cursor => _cursor.Value;

    public long Next()
    {
        long next = _cursor.IncrementAndGet();
        if (next - _bufferSize > _cachedGate.Value)
        {
            WaitForRoom(next - _bufferSize, next - 1);
        }

        return next;
    }

    public long Next(int n)
    {
        if ((uint)(n - 1) >= (uint)_bufferSize)
        {
            SequencerArguments.ThrowClaimOutOfRange(n, _bufferSize);
        }

        long next = _cursor.AddAndGet(n);
        if (next - _bufferSize > _cachedGate.Value)
        {
            WaitForRoom(next - _bufferSize, next - n);
        }

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
        MarkPublished(sequence);
        if (_mustSignal)
        {
            Signal();
        }
    }

    public void Publish(long lo, long hi)
    {
        Debug.Assert(lo <= hi, "no run of claims");
        for (long sequence = lo; sequence <= hi; sequence++)
        {
            MarkPublished(sequence);
        }

        if (_mustSignal)
        {
            Signal();
        }
    }

    public bool HasAvailableCapacity(int requiredCapacity)
    {
        long claimed = _cursor.Value;
        return HasRoom(claimed + requiredCapacity - _bufferSize, claimed);
    }

    // producers that wait in Next have claimed more than there is room for
    public long GetRemainingCapacity()
    {
        long claimed = _cursor.Value;
        return Math.Max(0, _bufferSize - (claimed - _gating.Minimum(claimed)));
    }

    public bool IsAvailable(long sequence) =>
        Volatile.Read(ref _publishedLaps[LapPad + ((int)sequence & _indexMask)]) == (int)(sequence >> _lapShift);

    public long GetHighestPublishedSequence(long lowest, long highest)
    {
        for (long sequence = lowest; sequence <= highest; sequence++)
        {
            if (!IsAvailable(sequence))
            {
                return sequence - 1;
            }
        }

        return highest;
    }

    public void AddGatingSequences(Sequence[] sequences) => _gating.Add(this, sequences);

    public bool RemoveGatingSequence(Sequence sequence) => _gating.Remove(sequence);

    public long GetMinimumSequence() => _gating.Minimum(_cursor.Value);

    private void MarkPublished(long sequence)
    {
        Debug.Assert(sequence >= 0 && sequence <= _cursor.Value, "published before it was claimed");
        Debug.Assert(!IsAvailable(sequence), "published twice");
        Volatile.Write(ref _publishedLaps[LapPad + ((int)sequence & _indexMask)], (int)(sequence >> _lapShift));
    }

    private bool TryClaim(int n, out long sequence)
    {
        long claimed;
        do
        {
            claimed = _cursor.Value;
            if (!HasRoom(claimed + n - _bufferSize, claimed))
            {
                sequence = 0;
                return false;
            }
        }
        while (!_cursor.CompareAndSet(claimed, claimed + n));

        sequence = claimed + n;
        return true;
    }

    private bool HasRoom(long wrapPoint, long claimed) => wrapPoint <= _cachedGate.Value || RefreshGate(wrapPoint, claimed);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WaitForRoom(long wrapPoint, long claimed)
    {
        var wait = new FullRingWait();
        while (!RefreshGate(wrapPoint, claimed))
        {
            wait.Once();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool RefreshGate(long wrapPoint, long claimed)
    {
        long minimum = _gating.Minimum(claimed);

        // Racing producers may write an older minimum over a newer one: that costs a look-up, never a slot.
        _cachedGate.SetValue(minimum);
        return wrapPoint <= minimum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Signal() => _waitStrategy.SignalAllWhenBlocking();
}
