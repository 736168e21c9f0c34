namespace Floodwall.Pipeline;

/// <summary>
/// What decisions and snapshots say about admission: which intents waited, which tokens were taken, and what is left of a tick's
/// releases.
/// </summary>
/// <param name="findings">Where to note what is noticed.</param>
internal sealed class TokenReplay(ReplayFindings findings)
{
    private readonly WaitedDebits _waited = new();

    /// <summary>An admitted intent was decided.</summary>
    /// <returns>Null, or why it is no entry of a wall's.</returns>
    public string? Decided(ulong index, in DecisionRecord record, PlaneState state)
    {
        if (Debit(index, in record, state) is { } excess)
        {
            return excess;
        }

        if (state.Settings.ReleasePerTick is not null)
        {
            if (record.Passage != Passage.Drained)
            {
                state.ReleasesLeft -= Math.Min(state.ReleasesLeft, 1);
            }

            state.ReleasesLeft = record.ReleasesLeft ?? state.ReleasesLeft;
        }

        return null;
    }

    /// <summary>A snapshot says that intents wait, whose tokens are gone.</summary>
    public void Waiting(ulong index, PlaneState recorded, PlaneState state)
    {
        foreach (PendingIntent pending in recorded.Pending.Where(p => !state.IsPending(p.Intent.Agent, p.Intent.Id)))
        {
            _waited.Add(pending.Intent.Agent, pending.AdmittedTick, index);
        }
    }

    /// <summary>No older token can come any more: takes those of the intents that waited.</summary>
    public void Settle(PlaneState state) => _waited.Apply(state, (entry, agent, tick) => Missing(entry, agent, tick, state));

    /// <summary>The state goes on from elsewhere: forgets the tokens of those that waited.</summary>
    public void Forget() => _waited.Clear();

    private string? Debit(ulong index, in DecisionRecord record, PlaneState state)
    {
        ref readonly Intent intent = ref record.Intent;
        if (!state.Names.Symbols.ContainsKey(intent.Agent))
        {
            return $"the decision's agent, symbol {intent.Agent.Id}, is not defined before it";
        }

        if (state.RemovePending(intent.Agent, intent.Id, out PendingIntent? pending))
        {
            // Its token is gone already in the snapshot that says it waits.
            if (pending.AdmittedTick != record.AdmittedTick || pending.Intent != intent)
            {
                findings.Mismatch(index, $"the intent differs from the one that waits since tick {pending.AdmittedTick} on record");
            }

            return null;
        }

        if (record.Passage != Passage.Straight || record.DecidedTick != record.AdmittedTick)
        {
            _waited.Add(intent.Agent, record.AdmittedTick, index);
            return _waited.IsFull ? $"more than {WaitedDebits.Max} intents waited between two snapshots" : null;
        }

        // It passed straight through, so nothing waited any more.
        if (!_waited.IsEmpty)
        {
            Settle(state);
        }

        if (state.Queued != 0)
        {
            findings.Note($"{state.Queued} intents that waited on record were never decided on record, before entry {index}");
            state.ClearPending();
        }

        if (state.Take(intent.Agent, record.AdmittedTick).IsRefused)
        {
            Missing(index, intent.Agent, record.AdmittedTick, state);
        }

        return null;
    }

    private void Missing(ulong entry, Symbol agent, ulong tick, PlaneState state) => findings.Mismatch(
        entry, $"agent '{state.Names.NameOf(agent)}' had no token at tick {tick}; the intent could not have been admitted");
}
