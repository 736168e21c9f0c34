namespace Floodwall.Pipeline;

/// <summary>
/// Records what the gate judges with besides intents: facts and its policies. The gate goes by them whether or not they could be recorded,
/// so what could not be is owed, and nothing is decided until it is on record.
/// </summary>
/// <remarks>One thread at a time: the ledger's. Exceptions of the ledger pass through.</remarks>
/// <param name="recording">Writes entries.</param>
/// <param name="composition">The gate's composition on record.</param>
internal sealed class ChangeLog(RecordingStage recording, byte[] composition)
{
    private readonly PartWriter _parts = new(recording);

    // Of each key only the latest matters to what is decided later, so this is bounded as the facts are. So it is with gates.
    private readonly Dictionary<FactKey, Fact> _owed = [];
    private (GateSwap Swap, ulong Tick)? _owedSwap;

    /// <summary>The gate's composition on record.</summary>
    public byte[] Composition { get; private set; } = composition;

    /// <summary>Records a fact, or owes it.</summary>
    public void Record(in Fact fact)
    {
        if (_owed.Count != 0 || _owedSwap is not null)
        {
            _owed[fact.Key] = fact;
            Settle();
            return;
        }

        try
        {
            recording.Fact(in fact);
        }
        catch
        {
            _owed[fact.Key] = fact;
            throw;
        }
    }

    /// <summary>Records that the gate has other policies, or owes it.</summary>
    public void Record(GateSwap swap, ulong tick)
    {
        _owedSwap = (swap, tick);
        Settle();
    }

    /// <summary>Records a composition that holds from here on, without a reason: a wall opens with it.</summary>
    public void Record(byte[] opened)
    {
        WriteParts(opened);
        Composition = opened;
    }

    /// <summary>Records what is owed.</summary>
    public void Settle()
    {
        if (_owedSwap is { } owed)
        {
            WriteParts(owed.Swap.Composition);
            Composition = owed.Swap.Composition;
            recording.GateChange(owed.Tick, owed.Swap);
            _owedSwap = null;
        }

        if (_owed.Count == 0)
        {
            return;
        }

        foreach (Fact fact in _owed.Values)
        {
            recording.Fact(in fact);
        }

        _owed.Clear();
        _owed.TrimExcess();
    }

    private void WriteParts(byte[] content)
    {
        _parts.Begin(WallEntryKinds.Gate);
        _parts.Write(content);
        _parts.End();
    }
}
