namespace Floodwall.Ledger;

/// <summary>Says what opening a ledger for writing would do, without doing it. Opening it is what does it.</summary>
public static class LedgerRecovery
{
    /// <summary>
    /// Checks a ledger as opening it would, and changes nothing. It takes no lock: while a writer is at work, what it finds behind the
    /// signed entries may be an append that is going on.
    /// </summary>
    /// <param name="options">Where the ledger is, and how it would be opened.</param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static RecoveryPlan Inspect(LedgerOptions options, ILedgerStorage? storage = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        storage ??= FileLedgerStorage.Instance;
        LedgerPaths paths = options.Validate();
        if (!storage.FolderExists(paths.Segments))
        {
            throw new FileNotFoundException($"{paths.Directory}: no ledger; a folder 'segments' was expected in it");
        }

        OpeningPlan plan = OpeningPlan.Make(storage, paths, options, signer: null);
        LedgerWalk? walk = plan.Walk;
        ulong? checkpoint = plan.Heads is null ? SignedHeads.Peek(storage, paths.Checkpoint) : plan.Heads.Checkpoint?.Size;
        ulong? highWater = plan.Heads is null ? SignedHeads.Peek(storage, paths.HighWater) : plan.Heads.HighWater?.Size;
        ulong signed = Math.Max(checkpoint ?? 0, highWater ?? 0);
        RecoveryPlan found = new()
        {
            Refusal = plan.Refusal?.Message,
            IsRollback = plan.Refusal is LedgerForkException,
            FirstBadEntry = (plan.Refusal as LedgerCorruptException)?.FirstBadEntry,
            IsUnfinishedCreation = plan.Creates,
            AppendedSize = walk is null || (plan.Refusal is LedgerCorruptException && walk.Problem is not null) ? EntryCount.Of(storage, paths) : walk.Size,
            DurableSize = Math.Max(signed, HeadMark.Read(storage, paths.Durable)?.Size ?? 0),
            SignedSize = signed,
            CheckpointSize = checkpoint,
            HighWaterSize = highWater,
            PrunedSize = walk?.PrunedSize ?? 0,
            LeftoverSegments = walk?.LeftoverSegments ?? 0,
            Origin = walk?.Genesis?.Origin,
            KeyInForce = walk?.Keys?.At(plan.Reason == RecoveryReason.None ? walk.Size : plan.Keep).ToString(),
        };
        return plan.Refusal is null && walk is not null ? Foresee(found, plan, new TailCutter(storage, paths), paths) : found;
    }

    private static RecoveryPlan Foresee(RecoveryPlan found, OpeningPlan plan, TailCutter cutter, LedgerPaths paths)
    {
        found = found with
        {
            Reason = plan.Reason,
            Problem = plan.What,
            LostDurable = plan.LostDurable,
            KeptSize = plan.Keep,
            OpenLinks = plan.Walk!.OpenLinks.Count(link => link.Index < plan.Keep),
            Republishes = !plan.Heads!.Agree,
        };
        if (plan.Reason == RecoveryReason.None)
        {
            return cutter.FindSideFile(plan.Keep) is (string earlier, _)
                ? found with { UnrecordedSideFile = Path.Combine(paths.Recovered, earlier) }
                : found;
        }

        (string name, long bytes) = cutter.Measure(plan.Keep);
        return found with { CutBytes = bytes, SideFile = Path.Combine(paths.Recovered, name) };
    }
}
