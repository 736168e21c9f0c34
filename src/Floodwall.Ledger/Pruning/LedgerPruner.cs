using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Drops the oldest segments of a ledger. What they held stays under the signed tree: a file of hashes and of the entries that define
/// what later ones mean takes their place, and the signed root vouches for it.
/// </summary>
public static class LedgerPruner
{
    /// <summary>Drops whole segments, all of whose entries come before a signed checkpoint that was kept elsewhere.</summary>
    /// <inheritdoc cref="PruneBefore(LedgerOptions, ulong, Func{byte, bool}, bool, ILedgerStorage?)"/>
    /// <param name="options">Where the ledger is.</param>
    /// <param name="checkpoint">The checkpoint's note.</param>
    /// <param name="keep">Says of a caller's kind of entry (0x10 and above) whether pruned entries of it are kept.</param>
    /// <param name="apply">False to say only what would be done.</param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <exception cref="LedgerForkException">The ledger does not continue that checkpoint.</exception>
    public static PruneReport PruneBefore(
        LedgerOptions options, ReadOnlySpan<byte> checkpoint, Func<byte, bool> keep, bool apply, ILedgerStorage? storage = null)
    {
        if (!SignedNote.TryParse(checkpoint, out SignedNote? note, out string? error)
            || !Checkpoint.TryParse(note.Text, out Checkpoint? parsed, out error))
        {
            throw new InvalidDataException($"the retained checkpoint cannot be read: {error}");
        }

        return Prune(options, parsed.Size, (note, parsed), keep, apply, storage);
    }

    /// <summary>Drops whole segments, all of whose entries come before an index that is signed. The whole ledger is verified first.</summary>
    /// <param name="options">Where the ledger is.</param>
    /// <param name="index">Entries from this index on stay, and the rest of the segment that the one before it stands in.</param>
    /// <param name="keep">Says of a caller's kind of entry (0x10 and above) whether pruned entries of it are kept.</param>
    /// <param name="apply">False to say only what would be done.</param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <exception cref="ArgumentException">The index lies behind what is signed.</exception>
    /// <exception cref="LedgerCorruptException">The ledger is damaged, or its end needs recovery first; nothing was changed.</exception>
    /// <exception cref="LedgerLockedException">A writer has it open.</exception>
    /// <exception cref="LedgerFullException">More entries would have to be kept than the file that holds them can.</exception>
    /// <exception cref="IOException">A file could not be read or written. What was begun is finished by pruning again.</exception>
    public static PruneReport PruneBefore(
        LedgerOptions options, ulong index, Func<byte, bool> keep, bool apply, ILedgerStorage? storage = null) =>
        Prune(options, index, null, keep, apply, storage);

    private static PruneReport Prune(
        LedgerOptions options, ulong limit, (SignedNote Note, Checkpoint Parsed)? retained, Func<byte, bool> keep, bool apply, ILedgerStorage? storage)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(keep);
        storage ??= FileLedgerStorage.Instance;
        LedgerPaths paths = options.Validate();
        if (!storage.FolderExists(paths.Segments))
        {
            throw new LedgerCorruptException($"{paths.Directory}: no ledger; a folder 'segments' was expected in it");
        }

        using IDisposable? held = apply
            ? storage.TryLock(paths.Lock)
                ?? throw new LedgerLockedException($"{paths.Directory}: a writer holds the lock; a ledger is pruned while nobody writes to it")
            : null;
        OpeningPlan plan = OpeningPlan.Make(storage, paths, options, signer: null);
        RequireSound(plan, paths);
        TreeHead signed = plan.Heads!.Checkpoint ?? throw new LedgerCorruptException($"{paths.Checkpoint}: the checkpoint is missing");
        if (retained is { } given)
        {
            RequireOwn(given, plan, signed);
        }

        if (limit > signed.Size)
        {
            throw new ArgumentException($"only {signed.Size} entries are signed; nothing before entry {limit} can be pruned yet", nameof(limit));
        }

        SegmentCatalog catalog = SegmentCatalog.Read(storage, paths);
        (int first, ulong size) = Choose(storage, paths, catalog, limit);
        PrunedPrefix? prefix = first == catalog.First
            ? catalog.Pruned
            : new PrunedPrefixBuilder(keep).Build(storage, paths, catalog, first, size);
        byte[] file = prefix is null ? [] : PrunedFile.Encode(prefix);
        CheckWhatIsLeft(storage, paths, options, file, plan.Heads, retained?.Parsed);
        int recycled = apply && prefix is not null
            ? Apply(storage, SegmentSupply.Open(storage, paths, options), paths, (catalog.First, first), file)
            : 0;

        return new PruneReport
        {
            PrunedSize = size,
            PrunedBefore = catalog.Pruned?.Size ?? 0,
            Segments = first - catalog.First,
            Bytes = Enumerable.Range(catalog.First, first - catalog.First).Sum(catalog.LengthOf),
            KeptEntries = prefix?.Kept.Count() ?? 0,
            FileBytes = file.Length,
            Leftovers = catalog.Leftovers,
            Recycled = recycled,
            Applied = apply,
        };
    }

    private static void RequireSound(OpeningPlan plan, LedgerPaths paths)
    {
        if (plan.Refusal is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(plan.Refusal);
        }

        if (plan.Creates || plan.Walk!.Genesis is null)
        {
            throw new LedgerCorruptException($"{paths.Directory}: the ledger holds no entry yet");
        }

        if (plan.Reason != RecoveryReason.None)
        {
            throw new LedgerCorruptException($"{paths.Directory}: the unsigned end of the ledger needs recovery (floodwall repair) before anything is pruned: {plan.What}");
        }
    }

    private static void RequireOwn((SignedNote Note, Checkpoint Parsed) retained, OpeningPlan plan, TreeHead signed)
    {
        KeyChain keys = plan.Walk!.Keys!;
        VerifierKey due = keys.At(retained.Parsed.Size);
        NoteVerification opened = retained.Note.Open([due]);
        if (retained.Parsed.Origin != due.Name || !opened.IsGood)
        {
            throw new LedgerKeyException($"the retained checkpoint, of '{retained.Parsed.Origin}', is not signed by {due}: {opened.Error}");
        }

        if (retained.Parsed.Size > signed.Size)
        {
            throw new LedgerForkException(
                $"the ledger's checkpoint covers {signed.Size} entries, but the retained one {retained.Parsed.Size}: it was rolled back");
        }
    }

    /// <summary>The last segment that begins before the limit, and the entry it begins with.</summary>
    private static (int Segment, ulong Size) Choose(ILedgerFiles files, LedgerPaths paths, SegmentCatalog catalog, ulong limit)
    {
        (int Segment, ulong Size) chosen = (catalog.First, catalog.Pruned?.Size ?? 0);
        byte[] bytes = new byte[LedgerLimits.SegmentHeaderBytes];
        for (int segment = catalog.First + 1; segment < catalog.End; segment++)
        {
            using IFileReader? reader = files.OpenRead(paths.Segment((uint)segment));
            if (reader is null
                || reader.Read(0, bytes) < bytes.Length
                || SegmentHeader.Decode(bytes, out SegmentHeader header) is not null
                || header.FirstIndex >= limit)
            {
                break;
            }

            chosen = (segment, header.FirstIndex);
        }

        return chosen;
    }

    /// <summary>Verifies the ledger as it will be, before anything is changed.</summary>
    private static void CheckWhatIsLeft(
        ILedgerStorage storage, LedgerPaths paths, LedgerOptions options, byte[] file, SignedHeads heads, Checkpoint? retained)
    {
        ILedgerFiles view = file.Length == 0 ? storage : new PrunedView(storage, paths, file);
        ulong[] sizes = [heads.Checkpoint!.Value.Size, heads.HighWater?.Size ?? 0, retained?.Size ?? 0];
        LedgerWalk walk = LedgerWalk.Run(view, paths, sizes, new WalkSettings { Threads = options.VerifyThreads });
        foreach (TreeHead? head in new[] { heads.Checkpoint, heads.HighWater })
        {
            if (head is { } signed && HeadContradiction.Find(walk, signed) is { } problem)
            {
                throw new LedgerCorruptException($"{paths.Directory}: nothing was pruned, as what would be left does not verify: {problem.Message}");
            }
        }

        if (retained is not null && walk.TryGetRoot(retained.Size, out Hash256 root) && root != retained.Root)
        {
            throw new LedgerForkException(
                $"the root over {retained.Size} entries is {root.ToBase64()}, but the retained checkpoint states {retained.Root.ToBase64()}: it is another history");
        }
    }

    /// <summary>The file first, durably; then the segments, in any order: what a crash leaves of them counts no more.</summary>
    /// <returns>How many segments went to the folder of old ones.</returns>
    private static int Apply(ILedgerStorage storage, SegmentSupply supply, LedgerPaths paths, (int From, int To) dropped, byte[] file)
    {
        if (dropped.From != dropped.To)
        {
            using IReplaceableFile pruned = storage.OpenReplaceable(paths.Pruned);
            pruned.Replace(file);
        }

        List<uint> needless = [];
        foreach (StoredFile leftover in storage.List(paths.Segments))
        {
            if (!LedgerPaths.TryParseSegmentName(leftover.Name, out uint number) || number >= dropped.To)
            {
                continue;
            }

            if (number < dropped.From)
            {
                // From before a crash, of which nobody knows whether it came to another name already.
                storage.Delete(paths.Segment(number));
            }
            else
            {
                needless.Add(number);
            }
        }

        int recycled = supply.Drop(needless);
        storage.SyncFolder(paths.Segments);
        return recycled;
    }
}
