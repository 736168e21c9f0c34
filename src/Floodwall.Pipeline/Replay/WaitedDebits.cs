namespace Floodwall.Pipeline;

/// <summary>
/// The tokens of intents that waited. Decisions are recorded as they leave the queue, but tokens were taken as they entered, and where
/// a bucket is capped the order matters. So tokens of one agent are taken in the order of their ticks of admission, once it is known
/// that none of an earlier tick can still come: nothing waits, or a snapshot names what does. Within a tick all tokens are alike.
/// </summary>
internal sealed class WaitedDebits
{
    /// <summary>The most between two points where nothing older can come; <see cref="SnapshotSettings.MaxEntries"/> keeps far below.</summary>
    public const int Max = 32 << 20;

    private readonly List<Debit> _debits = [];

    public bool IsEmpty => _debits.Count == 0;

    /// <summary>Whether there is no room for more; no wall writes such a ledger.</summary>
    public bool IsFull => _debits.Count >= Max;

    /// <summary>Remembers one token.</summary>
    public void Add(Symbol agent, ulong admittedTick, ulong entry) => _debits.Add(new Debit(admittedTick, entry, agent));

    /// <summary>Forgets them all.</summary>
    public void Clear() => _debits.Clear();

    /// <summary>Takes them all.</summary>
    /// <param name="state">Whose buckets they are taken from.</param>
    /// <param name="missing">Told of each entry whose agent had no token.</param>
    public void Apply(PlaneState state, Action<ulong, Symbol, ulong> missing)
    {
        if (_debits.Count == 0)
        {
            return;
        }

        _debits.Sort();
        foreach (Debit debit in _debits)
        {
            if (state.Take(debit.Agent, debit.Tick).IsRefused)
            {
                missing(debit.Entry, debit.Agent, debit.Tick);
            }
        }

        _debits.Clear();
    }

    private readonly record struct Debit(ulong Tick, ulong Entry, Symbol Agent) : IComparable<Debit>
    {
        public int CompareTo(Debit other)
        {
            int byTick = Tick.CompareTo(other.Tick);
            return byTick != 0 ? byTick : Entry.CompareTo(other.Entry);
        }
    }
}
