namespace Floodwall.Policy;

/// <summary>The work that one review may take up, so that a hostile bundle cannot keep it busy.</summary>
internal sealed class WorkBudget
{
    private const int Units = 16_000_000;

    private int _left = Units;

    /// <summary>Units that are left; below 0 where there was more to do than may be done.</summary>
    public int Left => _left;

    /// <summary>Whether there was more to do than may be done.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Takes units, each the evaluation of one operation; false where there are none left.</summary>
    public bool TryTake(int units)
    {
        _left = Math.Max(_left - units, -1);
        return _left >= 0;
    }
}
