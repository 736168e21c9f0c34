using System.Diagnostics;

namespace Floodwall.Pipeline;

/// <summary>
/// How many intents may still leave the queue in this tick. Renewed when the clock advances: every tick that passes brings its
/// share for what waits, but shares that nobody used do not add up to a burst.
/// </summary>
/// <param name="perTick">A tick's share; null for no bound.</param>
/// <param name="left">What is left of the running tick's.</param>
internal struct ReleaseBudget(uint? perTick, uint left)
{
    private readonly ulong _perTick = perTick ?? 0;
    private ulong _left = left;

    /// <summary>Without a bound nothing ever waits.</summary>
    public bool IsUnlimited { get; } = perTick is null;

    /// <summary>How many may still leave in this tick; 0 without a bound.</summary>
    public readonly uint Left => (uint)_left;

    /// <summary>Whether something may leave now.</summary>
    public readonly bool HasRoom => IsUnlimited || _left != 0;

    /// <summary>Whether ticks to come bring room.</summary>
    public readonly bool Renews => IsUnlimited || _perTick != 0;

    /// <summary>Counts one that leaves.</summary>
    public void Spend()
    {
        Debug.Assert(HasRoom, "checked by the caller");
        if (!IsUnlimited)
        {
            _left--;
        }
    }

    /// <summary>The clock went on by <paramref name="ticks"/>: how many of <paramref name="waiting"/> intents leave now.</summary>
    public int Renew(ulong ticks, int waiting)
    {
        if (IsUnlimited)
        {
            return waiting;
        }

        ulong high = Math.BigMul(ticks, _perTick, out ulong share);
        ulong leaving = high != 0 ? (ulong)waiting : Math.Min((ulong)waiting, share);
        _left = high != 0 ? _perTick : Math.Min(_perTick, share - leaving);
        Debug.Assert(leaving <= (ulong)waiting && _left <= _perTick, "more than wait, or shares that add up");
        return (int)leaving;
    }
}
