namespace Disruptor;

/// <summary>
/// The consumers that hold back the producers. The array is replaced, never changed, so that producers read it without a lock.
/// </summary>
internal sealed class GatingSequences
{
    private Sequence[] _sequences = [];

    /// <summary>The slowest of the gating sequences, or <paramref name="whenNone"/> where nothing gates.</summary>
    public long Minimum(long whenNone)
    {
        long minimum = whenNone;
        foreach (Sequence sequence in Volatile.Read(ref _sequences))
        {
            minimum = Math.Min(minimum, sequence.Value);
        }

        return minimum;
    }

    /// <summary>Adds consumers at the cursor: they see what is published from now on.</summary>
    public void Add(ICursored cursored, Sequence[] added)
    {
        Sequence[] current;
        Sequence[] updated;
        do
        {
            current = Volatile.Read(ref _sequences);
            updated = [.. current, .. added];
            MoveTo(added, cursored.Cursor);
        }
        while (Interlocked.CompareExchange(ref _sequences, updated, current) != current);

        // a producer that did not see them yet may have moved on meanwhile
        MoveTo(added, cursored.Cursor);
    }

    public bool Remove(Sequence removed)
    {
        while (true)
        {
            Sequence[] current = Volatile.Read(ref _sequences);
            Sequence[] updated = Array.FindAll(current, sequence => sequence != removed);
            if (updated.Length == current.Length)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _sequences, updated, current) == current)
            {
                return true;
            }
        }
    }

    private static void MoveTo(Sequence[] sequences, long value)
    {
        foreach (Sequence sequence in sequences)
        {
            sequence.SetValue(value);
        }
    }
}
