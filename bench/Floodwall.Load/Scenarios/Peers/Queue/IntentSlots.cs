using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Queue;

/// <summary>
/// Intents that wait, each in a slot until its turn comes, so that a heap moves a slot's number and not the 128 bytes behind it.
/// </summary>
internal sealed class IntentSlots
{
    private readonly Intent[] _intents;
    private readonly int[] _free;
    private int _left;

    public IntentSlots(int capacity)
    {
        _intents = new Intent[capacity];
        _free = [.. Enumerable.Range(0, capacity)];
        _left = capacity;
    }

    /// <summary>Puts one into a free slot; returns the slot. There has to be one.</summary>
    public int Put(in Intent intent)
    {
        int slot = _free[--_left];
        _intents[slot] = intent;
        return slot;
    }

    /// <summary>Frees a slot; what is in it stays until another is put.</summary>
    public ref readonly Intent Take(int slot)
    {
        _free[_left++] = slot;
        return ref _intents[slot];
    }
}
