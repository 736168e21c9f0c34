using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Opens a ledger for writing: takes the lock, checks the log against everything that was signed, cuts a damaged unsigned end, and
/// hands a writer over. Nothing is changed before the check has passed.
/// </summary>
internal sealed class LedgerOpener(LedgerOptions options, ISigner signer, ILedgerStorage storage)
{
    private const int MaxSessionBytes = 256;

    private readonly LedgerPaths _paths = options.Validate();

    public LedgerWriter Open()
    {
        storage.CreateFolder(_paths.Segments, ownerOnly: false);
        storage.CreateFolder(_paths.StateDirectory, ownerOnly: true);
        IDisposable held = storage.TryLock(_paths.Lock)
            ?? throw new LedgerLockedException($"{_paths.Directory}: another writer holds the lock; a ledger has one writer at a time");
        try
        {
            return OpenLocked(held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private LedgerWriter OpenLocked(IDisposable held)
    {
        GenesisEntry? genesis = LedgerWalk.ReadGenesis(storage, _paths);
        if (genesis is not null && genesis.Key.ToString() != signer.VerifierKey.ToString())
        {
            throw new LedgerKeyException(
                $"{_paths.Directory}: the ledger belongs to the key {genesis.Key}; it was opened with {signer.VerifierKey}");
        }

        SignedHeads heads = SignedHeads.Read(storage, _paths, signer.VerifierKey);
        if (heads is { Checkpoint: null, HighWater: null } && genesis is null && IsUnfinishedCreation())
        {
            return new LedgerCreator(_paths, options.SegmentBytes, signer, storage).Create(held);
        }

        if (heads is { Checkpoint: not null, HighWater: null } && !options.AllowMissingHighWater)
        {
            throw new LedgerCorruptException(
                $"{_paths.HighWater}: the high-water mark is missing, so nothing tells whether this is the newest copy of the ledger. "
                + "Restore the state folder, or set AllowMissingHighWater where no newer copy can exist");
        }

        TreeHead? durable = HeadMark.Read(storage, _paths.Durable);
        TreeHead? unsynced = HeadMark.Read(storage, _paths.Unsynced);
        LedgerWalk walk = LedgerWalk.Run(
            storage, _paths, [heads.Checkpoint?.Size ?? 0, heads.HighWater?.Size ?? 0, durable?.Size ?? 0, unsynced?.Size ?? 0]);
        RefuseDamage(walk, heads);
        ulong signed = Math.Max(heads.Floor.Size, 1);
        ulong vouched = durable is { } mark && Has(walk, mark) ? Math.Max(mark.Size, signed) : signed;
        bool doubtful = storage.BootIdentity is string now && ReadSession() != now;
        return Reopen(held, walk, heads, vouched, doubtful || (unsynced is { } lost && !Has(walk, lost)));
    }

    /// <summary>Whether the folder holds no more than a creation that did not get as far as its genesis entry.</summary>
    private bool IsUnfinishedCreation()
    {
        SegmentCatalog catalog = SegmentCatalog.Read(storage, _paths);
        if (catalog.Problem is not null || catalog.Count > 2)
        {
            return false;
        }

        const int GenesisReach = LedgerLimits.SegmentHeaderBytes + LedgerLimits.LengthPrefixBytes + LedgerLimits.MaxEntryBytes;
        using SegmentWindow window = new();
        for (int segment = 0; segment < catalog.Count; segment++)
        {
            window.Open(storage.OpenRead(_paths.Segment((uint)segment))!);
            if (window.FindNonZero(segment == 0 ? GenesisReach : 0) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private void RefuseDamage(LedgerWalk walk, SignedHeads heads)
    {
        if (heads is { Checkpoint: null, HighWater: null } && walk.Size != 1)
        {
            throw new LedgerCorruptException(
                $"{_paths.Directory}: the log holds {walk.Size} whole entries, but neither checkpoint nor high-water mark exists, which no crash leaves behind");
        }

        foreach ((TreeHead? head, string path) in new[] { (heads.Checkpoint, _paths.Checkpoint), (heads.HighWater, _paths.HighWater) })
        {
            if (head is { } signed && walk.Contradicts(signed, out LedgerProblem? problem))
            {
                throw new LedgerCorruptException(
                    $"{_paths.Directory}: {problem.Message} (signed: {signed.Size} entries, says {path})", problem.FirstEntry);
            }
        }

        if (walk.Problem is { Foreign: true } foreign)
        {
            throw new LedgerCorruptException($"{_paths.Directory}: {foreign.Message}", foreign.FirstEntry);
        }
    }

    /// <summary>Goes on with the log, whose end is cut first where need be.</summary>
    /// <param name="held">The lock.</param>
    /// <param name="walk">The log.</param>
    /// <param name="heads">What was signed.</param>
    /// <param name="vouched">Entries that signatures or the durable mark vouch for.</param>
    /// <param name="doubtful">Whether unsynced pages may be missing.</param>
    private LedgerWriter Reopen(IDisposable held, LedgerWalk walk, SignedHeads heads, ulong vouched, bool doubtful)
    {
        int segmentBytes = (int)walk.Genesis!.SegmentBytes;
        TailCutter cutter = new(storage, _paths);
        (RecoveryReason reason, ulong keep, string? what) = Judge(walk, vouched, doubtful);
        if (reason != RecoveryReason.None)
        {
            Cut(cutter, keep, segmentBytes);
            walk = LedgerWalk.Run(storage, _paths, []);
            if (walk.Problem is not null || walk.Size != keep)
            {
                throw new LedgerCorruptException($"{_paths.Directory}: the log does not read as expected after its end was cut: {walk.Problem?.Message}");
            }
        }

        (string Name, long Bytes)? side = cutter.FindSideFile(walk.Size);
        DeleteSpare(walk);
        MakeDurable(walk, Math.Max(heads.Floor.Size, 1), segmentBytes);
        WriteSession();

        OpenReport report = new()
        {
            Created = false,
            AppendedSize = walk.Size,
            SignedSize = heads.Floor.Size,
            Recovery = side is null ? RecoveryReason.None : reason == RecoveryReason.None ? RecoveryReason.DamagedTail : reason,
            Problem = what,
            CutBytes = side?.Bytes ?? 0,
            SideFile = side is null ? null : Path.Combine(_paths.Recovered, side.Value.Name),
            Republished = !heads.Agree,
        };
        IMappedSegment segment = storage.OpenSegment(_paths.Segment((uint)walk.EndSegment), segmentBytes);
        LedgerWriter writer = Assemble(held, walk, heads, report, segment);
        try
        {
            Settle(writer, side, heads);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Brings what is not signed to disk, whatever an earlier process may have seen of it, and vouches for it from now on.</summary>
    private void MakeDurable(LedgerWalk walk, ulong signed, int segmentBytes)
    {
        SyncDoubt doubt = new(storage, _paths);
        TreeHead head = new(walk.Size, walk.Root);
        try
        {
            new TailSync(storage, _paths, segmentBytes).Run(signed, walk);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            doubt.Raise(head);
            throw;
        }

        if (walk.Size > signed)
        {
            // Also where the mark says so already: the process that wrote it may have ended before its name was on disk.
            using HeadMark mark = new(storage, _paths.Durable);
            mark.Write(head);
        }

        doubt.Settle();
    }

    private void Cut(TailCutter cutter, ulong keep, int segmentBytes)
    {
        try
        {
            cutter.Cut(keep, segmentBytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            new SyncDoubt(storage, _paths).RaiseBlindly();
            throw;
        }
    }

    private static bool Has(LedgerWalk walk, TreeHead head) => walk.TryGetRoot(head.Size, out Hash256 root) && root == head.Root;

    /// <summary>Whether the log keeps all it holds, and if not, why and how much; never less than what signatures or the mark vouch for.</summary>
    private static (RecoveryReason Reason, ulong Keep, string? What) Judge(LedgerWalk walk, ulong vouched, bool doubtful)
    {
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

    private void DeleteSpare(LedgerWalk walk)
    {
        storage.Delete(_paths.Segment((uint)walk.EndSegment + 1));
        storage.SyncFolder(_paths.Segments);
    }

    private LedgerWriter Assemble(IDisposable held, LedgerWalk walk, SignedHeads heads, OpenReport report, IMappedSegment segment)
    {
        LedgerState state = new() { Appended = walk.Size, Durable = walk.Size, Signed = heads.Floor.Size };
        UnsyncedSegments segments = new();
        segments.Add(segment, (int)walk.EndOffset);
        return new LedgerWriter(new LedgerParts
        {
            Storage = storage,
            Paths = _paths,
            Lock = held,
            State = state,
            Segments = segments,
            Publisher = new CheckpointPublisher(storage, _paths, signer, state, segments, heads.Floor, heads.Agree),
            Report = report,
            Tip = walk.Tip,
            Segment = segment,
            SegmentNumber = (uint)walk.EndSegment,
            Offset = (int)walk.EndOffset,
            BundleOffset = (int)walk.BundleOffset,
            Size = walk.Size,
        });
    }

    /// <summary>Records the recovery, and writes the notes anew where they do not agree.</summary>
    private static void Settle(LedgerWriter writer, (string Name, long Bytes)? side, SignedHeads heads)
    {
        if (side is (string name, long bytes))
        {
            RecoveryReason reason = writer.Report.Recovery;
            writer.AppendOwn(EntryKinds.Recovery, new RecoveryEntry(reason, bytes, writer.AppendedSize, name).Encode());
            writer.Report = writer.Report with { AppendedSize = writer.AppendedSize };
        }

        if (!heads.Agree)
        {
            writer.Publisher.Publish(writer.SealTip());
        }
    }

    private string? ReadSession()
    {
        byte[]? bytes = storage.ReadSmallFile(_paths.Session, MaxSessionBytes);
        return bytes is null ? null : Encoding.UTF8.GetString(bytes).Trim();
    }

    private void WriteSession()
    {
        if (storage.BootIdentity is string now && ReadSession() != now)
        {
            using IReplaceableFile session = storage.OpenReplaceable(_paths.Session);
            session.Replace(Encoding.UTF8.GetBytes(now + "\n"));
        }
    }
}
