using Disruptor;

namespace Floodwall.Disruptor.Tests.Support;

/// <summary>
/// Checks that events come once and in order, per ring and per producer, that the links before have stamped them, and leaves a stamp of
/// its own. The first fault is kept; later ones follow from it.
/// </summary>
internal sealed class CheckingHandler(int producers, long expected, int link = 0, bool stamps = true) : IValueEventHandler<Tick>
{
    private readonly long[] _nextIndex = new long[producers];
    private long _nextSequence;
    private long _batchRemaining;

    public ManualResetEventSlim Started { get; } = new();

    public ManualResetEventSlim Done { get; } = new();

    public ManualResetEventSlim Ended { get; } = new();

    public string? Fault { get; private set; }

    public long Seen => Volatile.Read(ref _nextSequence);

    public static long Stamp(long sequence, int link) => (sequence * 8) + link + 1;

    public void OnStart() => Started.Set();

    public void OnShutdown() => Ended.Set();

    public void OnBatchStart(long batchSize)
    {
        if (_batchRemaining != 0 || batchSize < 1)
        {
            Fault ??= $"batch of {batchSize} began with {_batchRemaining} events of the last one to come";
        }

        _batchRemaining = batchSize;
    }

    public void OnEvent(ref Tick data, long sequence, bool endOfBatch)
    {
        if (sequence != _nextSequence)
        {
            Fault ??= $"sequence {sequence} came where {_nextSequence} was due";
        }

        if (data.Index != _nextIndex[data.Producer])
        {
            Fault ??= $"event {data.Index} of producer {data.Producer} came at {sequence} where {_nextIndex[data.Producer]} was due";
        }

        if (endOfBatch != (--_batchRemaining == 0))
        {
            Fault ??= $"endOfBatch was {endOfBatch} at {sequence} with {_batchRemaining} events of the batch to come";
        }

        for (int before = 0; before < link; before++)
        {
            if (data.Stamps[before] != Stamp(sequence, before))
            {
                Fault ??= $"link {link} saw event {sequence} before link {before} had processed it";
            }
        }

        if (stamps)
        {
            data.Stamps[link] = Stamp(sequence, link);
        }

        _nextIndex[data.Producer]++;
        Volatile.Write(ref _nextSequence, sequence + 1);
        if (sequence == expected - 1)
        {
            Done.Set();
        }
    }
}
