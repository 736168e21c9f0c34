using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Verifies a ledger from its files alone: the form of every entry, every link, the tree over all entries, the checkpoint's signature.
/// Reads through file handles in bounded memory and takes no lock.
/// </summary>
public static class LedgerVerifier
{
    /// <summary>Verifies against one trusted key.</summary>
    /// <inheritdoc cref="Verify(string, IReadOnlyList{VerifierKey}, VerifyOptions?)"/>
    public static VerificationReport Verify(string directory, VerifierKey trusted, VerifyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        return Verify(directory, [trusted], options);
    }

    /// <summary>Verifies a ledger. Whatever the files hold, the result is a report and not an exception.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="trusted">
    /// The trusted keys. Where the list is empty the ledger is checked against the key it declares itself, and the best verdict is
    /// <see cref="VerificationStatus.NoTrustedKey"/>.
    /// </param>
    /// <param name="options">Settings, or null.</param>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is no path.</exception>
    public static VerificationReport Verify(string directory, IReadOnlyList<VerifierKey> trusted, VerifyOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        LedgerPaths paths = new(directory);
        VerifyOptions settings = options ?? new VerifyOptions();
        try
        {
            return VerifyFiles(settings.Files ?? FileLedgerStorage.Instance, paths, trusted, settings);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return new VerificationReport { Status = VerificationStatus.Unreadable, Message = failure.Message };
        }
    }

    private static VerificationReport VerifyFiles(
        ILedgerFiles files, LedgerPaths paths, IReadOnlyList<VerifierKey> trusted, VerifyOptions options)
    {
        if (!files.FolderExists(paths.Segments))
        {
            return new VerificationReport
            {
                Status = VerificationStatus.Unreadable,
                Message = $"{paths.Directory}: no ledger; a folder 'segments' was expected in it",
            };
        }

        // The checkpoint first: whatever it covers is in the files by then, also while a writer is at work.
        byte[]? note = files.ReadSmallFile(paths.Checkpoint, LedgerLimits.MaxNoteBytes);
        GenesisEntry? genesis = BundleScanner.GenesisOf(files, paths);
        VerificationReport report = new()
        {
            Status = VerificationStatus.IntegrityFailure,
            Message = $"{paths.Checkpoint}: the checkpoint is missing",
            Origin = genesis?.Origin,
            DeclaredKey = genesis?.Key.ToString(),
        };
        if (note is null)
        {
            return report;
        }

        IReadOnlyList<VerifierKey> keys = trusted.Count == 0 && genesis is not null ? [genesis.Key] : trusted;
        CheckpointTrust trust = CheckpointTrust.Judge(note, keys, genesis);
        report = report with
        {
            Status = trust.Status,
            Message = trust.Message,
            SignedSize = trust.Head?.Size ?? 0,
            Root = trust.Head?.Root,
            KeyNames = trusted.Count == 0 ? [] : trust.KeyNames,
        };
        return trust.Head is { } head && (trust.MayFollow || trust.Status == VerificationStatus.Good)
            ? VerifyLog(new Inputs(files, paths, note, keys, options), trusted.Count > 0, report, trust, head)
            : report;
    }

    private static VerificationReport VerifyLog(
        Inputs inputs, bool anyTrusted, VerificationReport report, CheckpointTrust trust, TreeHead head)
    {
        IReadOnlyList<TreeHead> pinned = inputs.Options.Pinned;
        WalkSettings settings = new() { Threads = inputs.Options.Threads, Progress = inputs.Options.Progress, PieceBytes = inputs.Options.PieceBytes };
        LedgerWalk walk = LedgerWalk.Run(inputs.Files, inputs.Paths, [head.Size, .. pinned.Select(known => known.Size)], settings);
        report = report with { AppendedSize = walk.Size, PrunedSize = walk.PrunedSize, KeyInForce = walk.Keys?.At(head.Size).ToString() };
        LedgerProblem? problem = HeadContradiction.Find(walk, head);

        // Which key had to sign is known only where the log could be read that far.
        if (walk.Keys is { } keys && (trust.Status != VerificationStatus.Good || problem is null || problem.DetectedAt >= head.Size))
        {
            trust = trust.Follow(inputs.Note, inputs.Keys, keys);
            report = report with { Status = trust.Status, Message = trust.Message, KeyNames = anyTrusted ? trust.KeyNames : [] };
        }

        bool ours = trust.Status is VerificationStatus.Good or VerificationStatus.IntegrityFailure;
        if (problem is not null && ours && (trust.Status == VerificationStatus.Good || problem.DetectedAt < head.Size))
        {
            return report with
            {
                Status = VerificationStatus.IntegrityFailure,
                Message = problem!.Message,
                FirstBadEntry = problem.FirstEntry,
                LastBadEntry = problem.LastEntry,
            };
        }

        return trust.Status != VerificationStatus.Good ? report
            : pinned.Select(known => CheckPinned(walk, known)).FirstOrDefault(found => found is not null) is (VerificationStatus status, string fork)
                ? report with { Status = status, Message = fork }
                : Conclude(report, walk, head, anyTrusted);
    }

    private static VerificationReport Conclude(VerificationReport report, LedgerWalk walk, TreeHead head, bool anyTrusted)
    {
        ulong unsigned = walk.Size - head.Size;
        string found = $"{head.Size} entries are as they were signed"
            + (walk.PrunedSize > 0 ? $"; entries 0 to {walk.PrunedSize - 1} were pruned, vouched for by the frontier" : "")
            + (unsigned > 0 ? $"; {unsigned} more are under no signature yet" : "");
        report = report with { UnsignedTail = walk.Problem?.Message };
        return anyTrusted
            ? report with { Status = VerificationStatus.Good, Message = found }
            : report with
            {
                Status = VerificationStatus.NoTrustedKey,
                Message = $"{found}, by the key that the ledger declares itself ({report.DeclaredKey}); no trusted key was given",
            };
    }

    // A pinned head may be ahead of the checkpoint that was read: a writer marks a size before it publishes the checkpoint. What
    // counts is whether the log holds what was signed.
    private static (VerificationStatus Status, string Message)? CheckPinned(LedgerWalk walk, TreeHead pinned)
    {
        if (pinned.Size > walk.Size)
        {
            return (
                VerificationStatus.RollbackOrFork,
                $"the ledger holds {walk.Size} entries, but a checkpoint over {pinned.Size} is known: it was rolled back");
        }

        if (walk.OpenLinks is [OpenLink open, ..] && open.Index < pinned.Size)
        {
            return (
                VerificationStatus.IntegrityFailure,
                $"entry {open.Index} is a link without its digest, but a checkpoint over {pinned.Size} is known");
        }

        if (!walk.TryGetRoot(pinned.Size, out Hash256 root))
        {
            // The walk came past it: it lies among the pruned entries.
            return (
                VerificationStatus.Unreadable,
                $"the known checkpoint covers {pinned.Size} entries, but the first {walk.PrunedSize} were pruned, so the two cannot be compared");
        }

        return root == pinned.Root
            ? null
            : (VerificationStatus.RollbackOrFork,
                $"the root over {pinned.Size} entries is {root.ToBase64()}, but {pinned.Root.ToBase64()} is known: it is another history");
    }

    private readonly record struct Inputs(ILedgerFiles Files, LedgerPaths Paths, byte[] Note, IReadOnlyList<VerifierKey> Keys, VerifyOptions Options);
}
