namespace Floodwall.Pipeline;

/// <summary>Something on record that the wall's own cores do not arrive at.</summary>
/// <param name="EntryIndex">The ledger entry.</param>
/// <param name="What">What it says, and what was expected.</param>
public sealed record ReplayMismatch(ulong EntryIndex, string What);

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
