namespace Floodwall.Pipeline;

/// <summary>
/// The facts as the gate knows them, the latest of each key by the order in which they came. Policies read it while they judge.
/// </summary>
/// <remarks>
/// For one thread at a time: the gate's. Reading neither locks nor allocates, nor does writing a key that is known; nothing is removed.
/// How many keys there may be is decided at the edge, so that a fact that was accepted always has its place.
/// </remarks>
public sealed class FactTable
{
    /// <summary>The default bound on keys.</summary>
    public const int DefaultCapacity = 1 << 16;

    /// <summary>The highest bound on keys.</summary>
    public const int MaxCapacity = 1 << 20;

    // At most half full, so that a search ends soon. A slot holds a fact's place plus one.
    private readonly Comparison<int> _byKey;
    private int[] _slots = new int[16];
    private Fact[] _facts = new Fact[8];
    private int[] _sorted = new int[8];
    private int _sortedCount;

    /// <summary>An empty table.</summary>
    public FactTable() => _byKey = (left, right) => _facts[left].Key.CompareTo(_facts[right].Key);

    /// <summary>The number of facts.</summary>
    public int Count { get; private set; }

    /// <summary>The facts, by kind, subject and name.</summary>
    public IEnumerable<Fact> All
    {
        get
        {
            for (int place = -1; Next(ref place, out Fact fact);)
            {
                yield return fact;
            }
        }
    }

    /// <summary>Looks a fact up. Neither locks nor allocates.</summary>
    /// <param name="kind">What it is about.</param>
    /// <param name="subject">Of whom.</param>
    /// <param name="name">What of it.</param>
    /// <param name="reading">Its value, and as of when it is valid; a value of kind None where it is absent.</param>
    /// <returns>Whether it is known.</returns>
    public bool TryGet(FactKind kind, Symbol subject, Symbol name, out FactReading reading)
    {
        int place = _slots[SlotOf(new FactKey(kind, subject, name))] - 1;
        reading = place < 0 ? default : new FactReading(_facts[place].Value, _facts[place].Tick);
        return place >= 0;
    }

    /// <summary>Takes a fact in, in place of what was known. A wall does this itself; for policies that are tried without one.</summary>
    public void Set(in Fact fact)
    {
        int slot = SlotOf(fact.Key);
        if (_slots[slot] == 0)
        {
            if (Count == _facts.Length)
            {
                Grow();
                slot = SlotOf(fact.Key);
            }

            _slots[slot] = ++Count;
        }

        _facts[_slots[slot] - 1] = fact;
    }

    /// <summary>The next fact by kind, subject and name; begin with -1.</summary>
    internal bool Next(ref int place, out Fact fact)
    {
        Sort();
        bool found = ++place < Count;
        fact = found ? _facts[_sorted[place]] : default;
        return found;
    }

    // Facts are only ever added, so the count tells whether the order is current.
    private void Sort()
    {
        if (_sortedCount == Count)
        {
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            _sorted[i] = i;
        }

        _sorted.AsSpan(0, Count).Sort(_byKey);
        _sortedCount = Count;
    }

    private int SlotOf(FactKey key)
    {
        int mask = _slots.Length - 1;
        int slot = Hash(key) & mask;
        while (_slots[slot] is not 0 and int place && _facts[place - 1].Key != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    // Subject and name fill 64 bits; the multiplication spreads them upwards and the shift takes them from there.
    private static int Hash(FactKey key)
    {
        ulong bits = ((ulong)key.Subject.Id << 32) | key.Name.Id;
        return (int)(((bits ^ ((ulong)key.Kind << 56)) * 0x9E37_79B9_7F4A_7C15UL) >> 33);
    }

    private void Grow()
    {
        Array.Resize(ref _facts, _facts.Length * 2);
        _sorted = new int[_facts.Length];
        _sortedCount = 0;
        _slots = new int[_slots.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            _slots[SlotOf(_facts[i].Key)] = i + 1;
        }
    }
}
