using System.Diagnostics;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>
/// The (agent, id) pairs that live in the wall: a bounded set without allocation, to recognise a live duplicate.
/// </summary>
/// <remarks>
/// Open addressing with linear probing, at most half full, deletion by shifting back. Ids are the agents' choice, so the
/// hash is XxHash3 under a random seed: nobody can aim their ids at one bucket. Membership does not depend on the seed.
/// </remarks>
public sealed class LiveIntents
{
    private readonly Key[] _slots;
    private readonly int _mask;
    private readonly int _capacity;
    private readonly long _seed;

    /// <param name="capacity">The most pairs at once, at least 1.</param>
    public LiveIntents(int capacity)
        : this(capacity, MemoryMarshal.Read<long>(System.Security.Cryptography.RandomNumberGenerator.GetBytes(sizeof(long))))
    {
    }

    internal LiveIntents(int capacity, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _slots = new Key[BitOperations.RoundUpToPowerOf2((uint)capacity * 2)];
        _mask = _slots.Length - 1;
        _seed = seed;
    }

    /// <summary>Pairs in the set.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the pair is in the set.</summary>
    public bool Contains(Symbol agent, ulong id) => Count != 0 && _slots[Find(new Key(id, agent.Id))].Agent != 0;

    /// <summary>Adds a pair that is not in the set.</summary>
    /// <exception cref="InvalidOperationException">The set is full.</exception>
    public void Add(Symbol agent, ulong id)
    {
        if (Count == _capacity)
        {
            throw new InvalidOperationException($"More than {_capacity} intents are live.");
        }

        Debug.Assert(!agent.IsNone, "agent 0 is an empty slot");
        Key key = new(id, agent.Id);
        int at = Find(key);
        Debug.Assert(_slots[at].Agent == 0, "added twice");
        _slots[at] = key;
        Count++;
    }

    /// <summary>Removes a pair; false when it was not there.</summary>
    public bool Remove(Symbol agent, ulong id)
    {
        int hole = Find(new Key(id, agent.Id));
        if (_slots[hole].Agent == 0)
        {
            return false;
        }

        // Close the gap: whoever probed past it moves back, unless its home lies behind the hole.
        for (int next = (hole + 1) & _mask; _slots[next].Agent != 0; next = (next + 1) & _mask)
        {
            int home = Home(_slots[next]);
            if (((next - home) & _mask) >= ((next - hole) & _mask))
            {
                _slots[hole] = _slots[next];
                hole = next;
            }
        }

        _slots[hole] = default;
        Count--;
        return true;
    }

    private int Find(in Key key)
    {
        int at = Home(key);
        while (_slots[at].Agent != 0 && _slots[at] != key)
        {
            at = (at + 1) & _mask;
        }

        return at;
    }

    private int Home(in Key key) =>
        (int)XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<Key>(in key)), _seed) & _mask;

    // 16 bytes without padding, so that it can be hashed as bytes. Agent 0 is an empty slot: no agent has symbol 0.
    private readonly record struct Key(ulong Id, ulong Agent);
}
