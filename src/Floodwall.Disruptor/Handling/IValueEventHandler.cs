namespace Disruptor;

/// <summary>A consumer of events. All its methods run on one thread of its own.</summary>
/// <typeparam name="T">The event.</typeparam>
public interface IValueEventHandler<T>
    where T : struct
{
    /// <summary>Most events in one batch, at least 1; null for no limit. It is read once, when processing starts.</summary>
    int? MaxBatchSize => null;

    /// <summary>Processes one event.</summary>
    /// <param name="data">The event, in its slot; what is written here the consumers after this one see.</param>
    /// <param name="sequence">Its sequence: 0, 1, 2, … without gaps.</param>
    /// <param name="endOfBatch">True for the last event of a batch: what was collected is to be passed on now.</param>
    void OnEvent(ref T data, long sequence, bool endOfBatch);

    /// <summary>Called before the first event of each batch.</summary>
    /// <param name="batchSize">Number of events in the batch.</param>
    void OnBatchStart(long batchSize)
    {
    }

    /// <summary>Called once, before the first event.</summary>
    void OnStart()
    {
    }

    /// <summary>Called once, after the last event, whatever ended the processing.</summary>
    void OnShutdown()
    {
    }

    /// <summary>Called when the wait strategy timed out.</summary>
    /// <param name="sequence">The last processed sequence.</param>
    void OnTimeout(long sequence)
    {
    }
}
