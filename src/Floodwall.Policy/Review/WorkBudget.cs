namespace Floodwall.Policy;

/// <summary>The work that one review may take up, so that a hostile bundle cannot keep it busy.</summary>
internal sealed class WorkBudget
{
    private const int Evaluations = 2_000_000;

    private int _left = Evaluations;

    /// <summary>Whether there was more to do than may be done.</summary>
    public bool IsSpent => _left < 0;

    /// <summary>Takes a unit; false where there is none left.</summary>
    public bool TryTake()
    {
        _left = Math.Max(_left - 1, -1);
        return _left >= 0;
    }
}
