namespace Floodwall.Disruptor.Tests.Sequencing;

/// <summary>
/// What a ring must do, in the plainest way: claims are counted, published sequences are a set, and the consumer follows the unbroken
/// run of them.
/// </summary>
internal sealed class RingModel(int size)
{
    private readonly SortedSet<long> _claimed = [];
    private readonly HashSet<long> _published = [];

    public long LastClaimed { get; private set; } = -1;

    public long Consumed { get; private set; } = -1;

    public IReadOnlyCollection<long> Unpublished => _claimed;

    public long Free => size - (LastClaimed - Consumed);

    public long LastOfRun
    {
        get
        {
            long last = Consumed;
            while (_published.Contains(last + 1))
            {
                last++;
            }

            return last;
        }
    }

    public bool TryClaim(int n)
    {
        if (n > Free)
        {
            return false;
        }

        for (int i = 0; i < n; i++)
        {
            _claimed.Add(++LastClaimed);
        }

        return true;
    }

    public void Publish(long sequence)
    {
        Assert.True(_claimed.Remove(sequence));
        _published.Add(sequence);
    }

    public void ConsumeTo(long sequence)
    {
        Assert.InRange(sequence, Consumed, LastOfRun);
        Consumed = sequence;
    }

    /// <summary>Published, and its slot not published again since.</summary>
    public bool IsAvailable(long sequence) => _published.Contains(sequence) && !_published.Contains(sequence + size);
}
