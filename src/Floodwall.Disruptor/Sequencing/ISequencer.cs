namespace Disruptor;

/// <summary>What the ring and the barriers need of a sequencer, whichever the producer type.</summary>
internal interface ISequencer : ISequenced, ICursored
{
    IWaitStrategy WaitStrategy { get; }

    /// <summary>True if the cursor counts claims, so that a reader must look for the slots that are not yet published.</summary>
    bool CursorCountsClaims { get; }

    Sequence CursorSequence { get; }

    /// <summary>True if the sequence is published and its slot not yet claimed again.</summary>
    bool IsAvailable(long sequence);

    /// <summary>The last sequence of the unbroken published run from <paramref name="lowest"/>; <paramref name="lowest"/> − 1 if there is none.</summary>
    long GetHighestPublishedSequence(long lowest, long highest);

    void AddGatingSequences(Sequence[] sequences);

    bool RemoveGatingSequence(Sequence sequence);

    /// <summary>The slowest gating sequence, or the cursor where nothing gates.</summary>
    long GetMinimumSequence();
}
