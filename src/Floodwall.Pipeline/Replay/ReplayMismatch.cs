namespace Floodwall.Pipeline;

/// <summary>Something on record that the wall's own cores do not arrive at.</summary>
/// <param name="EntryIndex">The ledger entry.</param>
/// <param name="What">What it says, and what was expected.</param>
public sealed record ReplayMismatch(ulong EntryIndex, string What);

/// <summary>A composition of the gate that a replay met. It judged the decisions behind its entry, up to the next one.</summary>
/// <param name="EntryIndex">The ledger entry that completes it.</param>
/// <param name="Address">Its content address, see <see cref="GateComposition"/>.</param>
/// <param name="Policies">How many policies it has.</param>
/// <param name="Tick">The tick at which it was swapped in; null where a wall opened with it.</param>
/// <param name="Reason">Why it was swapped in; null where a wall opened with it.</param>
public sealed record ReplayedGate(ulong EntryIndex, Floodwall.Crypto.Hash256 Address, int Policies, ulong? Tick = null, string? Reason = null)
{
    internal const int Kept = 1000;
}

/// <summary>What a replay noticed. Of each kind the first ones are kept and all are counted.</summary>
internal sealed class ReplayFindings
{
    private const int Kept = 100;

    private readonly List<ReplayMismatch> _mismatches = [];
    private readonly List<string> _notes = [];

    public IReadOnlyList<ReplayMismatch> Mismatches => _mismatches;

    public IReadOnlyList<string> Notes => _notes;

    public ulong MismatchCount { get; private set; }

    public void Mismatch(ulong entry, string what)
    {
        MismatchCount++;
        if (_mismatches.Count < Kept)
        {
            _mismatches.Add(new ReplayMismatch(entry, what));
        }
    }

    public void Note(string text)
    {
        if (_notes.Count < Kept && !_notes.Contains(text))
        {
            _notes.Add(text);
        }
    }
}
