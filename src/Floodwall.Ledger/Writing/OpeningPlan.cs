using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// What opening a ledger for writing finds and would do: checks the whole log against everything that was signed, and changes
/// nothing. Opening carries the plan out; inspection shows it.
/// </summary>
internal sealed class OpeningPlan
{
    private const int MaxSessionBytes = 256;

    private OpeningPlan()
    {
    }

    /// <summary>The log, as far as it was read; null where it was not.</summary>
    public LedgerWalk? Walk { get; private set; }

    /// <summary>What was signed; null where the notes could not be read.</summary>
    public SignedHeads? Heads { get; private set; }

    /// <summary>Whether there is nothing yet but, at most, a creation that did not come to its end.</summary>
    public bool Creates { get; private set; }

    /// <summary>Why the ledger is not opened; null where it is.</summary>
    public LedgerException? Refusal { get; private set; }

    /// <summary>Why the end would be cut.</summary>
    public RecoveryReason Reason { get; private set; }

    /// <summary>Entries that stay.</summary>
    public ulong Keep { get; private set; }

    /// <summary>What is wrong with the end; null where nothing is.</summary>
    public string? What { get; private set; }

    /// <summary>Entries that the durable mark vouches for; 0 where there is none, or the log has another root at its size.</summary>
    public ulong Marked { get; private set; }

    /// <summary>Whether entries that were acknowledged as durable are not there: an older copy of the ledger, or a disk that lied.</summary>
    public bool LostDurable { get; private set; }

    /// <summary>The smallest size that recovery may cut to.</summary>
    public ulong Floor => Math.Max(Heads?.Floor.Size ?? 0, 1);

    /// <summary>Makes the plan.</summary>
    /// <param name="storage">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="options">Settings.</param>
    /// <param name="signer">The key it is to be opened with; null to leave that open.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static OpeningPlan Make(ILedgerStorage storage, LedgerPaths paths, LedgerOptions options, VerifierKey? signer)
    {
        OpeningPlan plan = new();
        try
        {
            plan.Inspect(storage, paths, options, signer);
        }
        catch (LedgerException refusal)
        {
            plan.Refusal = refusal;
        }

        return plan;
    }

    private void Inspect(ILedgerStorage storage, LedgerPaths paths, LedgerOptions options, VerifierKey? signer)
    {
        GenesisEntry? genesis = BundleScanner.GenesisOf(storage, paths);
        if (genesis is not null && signer is not null && signer.Name != genesis.Origin)
        {
            throw Stranger(paths, genesis.Key, signer);
        }

        Heads = SignedHeads.Read(storage, paths, genesis?.Origin ?? signer?.Name);
        if (Heads is { Checkpoint: null, HighWater: null } && genesis is null && IsUnfinishedCreation(storage, paths))
        {
            Creates = true;
            return;
        }

        TreeHead? durable = HeadMark.Read(storage, paths.Durable);
        TreeHead? unsynced = HeadMark.Read(storage, paths.Unsynced);
        ulong[] sizes = [Heads.Checkpoint?.Size ?? 0, Heads.HighWater?.Size ?? 0, durable?.Size ?? 0, unsynced?.Size ?? 0];
        Walk = LedgerWalk.Run(storage, paths, sizes, new WalkSettings { Threads = options.VerifyThreads, Progress = options.Progress });
        KeyChain? keys = Walk.Keys ?? (signer is null ? null : new KeyChain(signer));
        if (keys is not null)
        {
            Heads.CheckSignatures(keys, Walk.Size);
        }

        if (Heads is { Checkpoint: not null, HighWater: null } && !options.AllowMissingHighWater)
        {
            throw new LedgerCorruptException(
                $"{paths.HighWater}: the high-water mark is missing, so nothing tells whether this is the newest copy of the ledger. "
                + "Restore the state folder, say where it is (StateDirectory, --state DIR), or allow it to be missing (AllowMissingHighWater, "
                + "--allow-missing-high-water) where no newer copy can exist");
        }

        RefuseDamage(paths);
        Marked = durable is { } mark && Has(mark) ? mark.Size : 0;
        bool restarted = storage.BootIdentity is string now && ReadSession(storage, paths) != now;
        (Reason, Keep, What) = Judge(Math.Max(Marked, Floor), restarted || (unsynced is { } lost && !Has(lost)));
        if (durable is { } promised && !Has(promised))
        {
            LostDurable = true;
            What = $"{promised.Size} entries were acknowledged as durable, says {paths.Durable}, but the log, with {Walk.Size}, does not hold them"
                + (What is null ? "" : "; " + What);
        }
        if (signer is not null && keys is not null && !KeyChain.Same(keys.At(Keep), signer))
        {
            throw keys.Contains(signer, Keep)
                ? new LedgerKeyException(
                    $"{paths.Directory}: the ledger was opened with {signer}, which entry {keys.StatedAt(Keep)} retired: open it with {keys.At(Keep)}")
                : Stranger(paths, keys.At(Keep), signer);
        }
    }

    private static LedgerKeyException Stranger(LedgerPaths paths, VerifierKey due, VerifierKey signer) =>
        new($"{paths.Directory}: the ledger belongs to the key {due}; it was opened with {signer}");

    /// <summary>Whether the folder holds no more than a creation that did not get as far as its genesis entry.</summary>
    private static bool IsUnfinishedCreation(ILedgerFiles files, LedgerPaths paths)
    {
        SegmentCatalog catalog = SegmentCatalog.Read(files, paths);
        if (catalog.Problem is not null || catalog.Pruned is not null || catalog.PrunedProblem is not null || catalog.End > 2)
        {
            return false;
        }

        const int GenesisReach = LedgerLimits.SegmentHeaderBytes + LedgerLimits.LengthPrefixBytes + LedgerLimits.MaxEntryBytes;
        using SegmentWindow window = new();
        for (int segment = 0; segment < catalog.End; segment++)
        {
            window.Open(files.OpenRead(paths.Segment((uint)segment))!);
            if (window.FindNonZero(segment == 0 ? GenesisReach : 0) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private void RefuseDamage(LedgerPaths paths)
    {
        if (Heads is { Checkpoint: null, HighWater: null } && Walk!.Size != 1)
        {
            throw new LedgerCorruptException(
                $"{paths.Directory}: the log holds {Walk.Size} whole entries, but neither checkpoint nor high-water mark exists, which no crash leaves behind");
        }

        foreach ((TreeHead? head, string path) in new[] { (Heads!.Checkpoint, paths.Checkpoint), (Heads.HighWater, paths.HighWater) })
        {
            if (head is { } signed && HeadContradiction.Find(Walk!, signed) is { } problem)
            {
                RefuseOtherHistory(paths, signed);
                throw new LedgerCorruptException(
                    $"{paths.Directory}: {problem.Message} (signed: {signed.Size} entries, says {path})", problem.FirstEntry);
            }
        }

        if (Walk!.Problem is { Foreign: true } foreign)
        {
            throw new LedgerCorruptException($"{paths.Directory}: {foreign.Message}", foreign.FirstEntry);
        }
    }

    // Whole as far as it goes and as its own checkpoint says, but not what was signed: an older copy was put back, or another one.
    private void RefuseOtherHistory(LedgerPaths paths, TreeHead signed)
    {
        if (Walk!.Problem is not null || Heads!.Checkpoint is not { } own || own == signed || HeadContradiction.Find(Walk, own) is not null)
        {
            return;
        }

        if (Walk.Size < signed.Size)
        {
            throw new LedgerForkException(
                $"{paths.Directory}: the ledger holds {Walk.Size} entries, but {signed.Size} were signed, says {paths.HighWater}: it was rolled back");
        }

        if (Walk.TryGetRoot(signed.Size, out Hash256 root) && root != signed.Root)
        {
            throw new LedgerForkException(
                $"{paths.Directory}: the root over {signed.Size} entries is {root.ToBase64()}, but {signed.Root.ToBase64()} was signed, says "
                + $"{paths.HighWater}: it is another history"
                + (own.Size < signed.Size ? $", or entries from {own.Size} on, which the checkpoint does not cover, were changed" : ""));
        }
    }

    /// <summary>Whether the log keeps all it holds, and if not, why and how much.</summary>
    /// <param name="vouched">Entries that signatures or the durable mark vouch for; never less are kept.</param>
    /// <param name="doubtful">Whether unsynced pages may be missing.</param>
    private (RecoveryReason Reason, ulong Keep, string? What) Judge(ulong vouched, bool doubtful)
    {
        LedgerWalk walk = Walk!;
        ulong certain = Math.Max(vouched, walk.VouchedSize);
        if (doubtful && certain < walk.Size)
        {
            return (
                RecoveryReason.UnsyncedTail,
                certain,
                walk.Problem?.Message ?? $"entries {certain} to {walk.Size - 1} were never synced before the machine restarted or a sync failed");
        }

        return walk.Problem is null
            ? (RecoveryReason.None, walk.Size, null)
            : (RecoveryReason.DamagedTail, Math.Max(vouched, walk.Problem.FirstEntry), walk.Problem.Message);
    }

    private bool Has(TreeHead head) => Walk!.TryGetRoot(head.Size, out Hash256 root) && root == head.Root;

    /// <summary>The machine's run in which the ledger was last opened; null where that is not known.</summary>
    public static string? ReadSession(ILedgerFiles files, LedgerPaths paths)
    {
        byte[]? bytes = files.ReadSmallFile(paths.Session, MaxSessionBytes);
        return bytes is null ? null : Encoding.UTF8.GetString(bytes).Trim();
    }
}
