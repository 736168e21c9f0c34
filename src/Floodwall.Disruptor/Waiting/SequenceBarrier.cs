using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Disruptor;

/// <summary>One consumer's view of what it may process: what it follows has passed it, and it is published.</summary>
#pragma warning disable CA1001 // a token source without timer or wait handle holds nothing to dispose of, and Halt may come at any time
internal sealed class SequenceBarrier
#pragma warning restore CA1001
{
    // SpinWait sleeps from this turn on; only where consumers sleep anyway
    private const int SleepThreshold = 20;

    private readonly ISequencer _sequencer;
    private readonly IWaitStrategy _waitStrategy;
    private readonly DependentSequenceGroup _dependentSequences;
    private readonly bool _mustLookForGaps;
    private readonly CancellationTokenSource _halted = new();
    private readonly CancellationToken _haltedToken;

    public SequenceBarrier(ISequencer sequencer, Sequence[] dependencies)
    {
        _sequencer = sequencer;
        _waitStrategy = sequencer.WaitStrategy;
        _dependentSequences = new DependentSequenceGroup(sequencer.CursorSequence, dependencies);

        // what an earlier consumer has processed was published
        _mustLookForGaps = sequencer.CursorCountsClaims && _dependentSequences.DependsOnCursor;
        _haltedToken = _halted.Token;
    }

    public bool IsHalted => _haltedToken.IsCancellationRequested;

    /// <summary>Ends every wait, now and later.</summary>
    public void Halt()
    {
        _halted.Cancel();
        _waitStrategy.SignalAllWhenBlocking();
    }

    /// <summary>The last sequence that may be processed, at least <paramref name="sequence"/>; or a timeout.</summary>
    /// <exception cref="OperationCanceledException">The barrier was halted.</exception>
    public SequenceWaitResult WaitFor(long sequence)
    {
        _haltedToken.ThrowIfCancellationRequested();
        long available = _dependentSequences.Value;
        if (available >= sequence && !_mustLookForGaps)
        {
            return available;
        }

        return WaitForPublished(sequence, available);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private SequenceWaitResult WaitForPublished(long sequence, long available)
    {
        while (available < sequence)
        {
            SequenceWaitResult result = _waitStrategy.WaitFor(sequence, _dependentSequences, _haltedToken);
            if (result.IsTimeout)
            {
                return result;
            }

            available = result.UnsafeAvailableSequence;
        }

        if (!_mustLookForGaps)
        {
            return available;
        }

        long published;
        var spin = new SpinWait();
        while ((published = _sequencer.GetHighestPublishedSequence(sequence, available)) < sequence)
        {
            _haltedToken.ThrowIfCancellationRequested();
            spin.SpinOnce(_waitStrategy.IsBlockingStrategy ? SleepThreshold : -1);
        }

        Debug.Assert(published <= available, "past what was claimed");
        return published;
    }
}
