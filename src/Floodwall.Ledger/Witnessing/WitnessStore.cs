using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Keeps a ledger's cosigned checkpoints. <c>DIR/witnessed</c> is the latest one that meets the policy's quorum: it travels with the
/// ledger, and never gives way to a smaller one. <c>STATE/cosigning</c> is the one that cosignatures are being gathered for. Safe for
/// several threads, and for several processes at once.
/// </summary>
public sealed class WitnessStore
{
    private readonly Lock _gate = new();
    private readonly ILedgerStorage _storage;
    private readonly LedgerPaths _paths;
    private readonly TrustPolicy _policy;
    private readonly LogKeys _logs;
    private ulong _witnessedSize;

    /// <summary>The store of a ledger, on this machine's file system.</summary>
    /// <inheritdoc cref="WitnessStore(LedgerPaths, TrustPolicy, IReadOnlyList{VerifierKey}, ILedgerStorage)"/>
    public WitnessStore(LedgerPaths paths, TrustPolicy policy, IReadOnlyList<VerifierKey> logs)
        : this(paths, policy, logs, FileLedgerStorage.Instance)
    {
    }

    /// <summary>The store of a ledger.</summary>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="policy">Whose cosignatures count, and how many are enough.</param>
    /// <param name="logs">The keys whose signatures make a checkpoint this ledger's; so do those that its key entries lead to from them.</param>
    /// <param name="storage">The file system.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    public WitnessStore(LedgerPaths paths, TrustPolicy policy, IReadOnlyList<VerifierKey> logs, ILedgerStorage storage)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentNullException.ThrowIfNull(storage);
        _paths = paths;
        _policy = policy;
        _logs = new LogKeys(paths, logs, storage);
        _storage = storage;
        _witnessedSize = policy.NeedsWitnesses && Read(paths.Witnessed) is { Verdict: { IsMet: true, Checkpoint: { } checkpoint } } ? checkpoint.Size : 0;
    }

    /// <summary>Entries under the latest checkpoint kept that meets the quorum; 0 where the policy asks for no witness. Readable from any thread.</summary>
    public ulong WitnessedSize => Volatile.Read(ref _witnessedSize);

    /// <summary>Notes that a checkpoint goes to the witnesses, so that their answers are taken when they come, be it days later.</summary>
    /// <returns>What is known of it already: the same checkpoint with the cosignatures that were kept.</returns>
    /// <exception cref="LedgerForkException">A larger one was cosigned already, or another of the same size.</exception>
    /// <exception cref="LedgerKeyException">The note is not signed by the ledger's key.</exception>
    /// <exception cref="LedgerLockedException">Another process is writing here at this moment.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    public PolicyVerdict Expect(ReadOnlySpan<byte> note)
    {
        CosignedNote fresh = CosignedNote.TryRead(note, _policy, _logs, out string? error)
            ?? throw new LedgerKeyException($"the checkpoint cannot be sent to witnesses: {error}");
        lock (_gate)
        {
            using IDisposable held = Hold();
            CosignedNote? witnessed = Read(_paths.Witnessed);
            RefuseFork(witnessed, fresh);
            CosignedNote? gathering = Read(_paths.Cosigning);
            RefuseFork(gathering, fresh);
            RefuseUnknown(_paths.Witnessed, witnessed, fresh);
            RefuseUnknown(_paths.Cosigning, gathering, fresh);
            foreach (CosignedNote? kept in new[] { witnessed, gathering })
            {
                fresh = fresh.Merge(kept);
            }

            Keep(fresh, witnessed, gathering);
            return fresh.Verdict;
        }
    }

    /// <summary>Takes a witness's answer: verifies each line and keeps those of known witnesses.</summary>
    /// <param name="lines">Signature lines as C2SP tlog-witness has them in the body of an answer.</param>
    /// <returns>What the policy says of the checkpoint they cosign; null where no line is by a known witness.</returns>
    /// <exception cref="CosignatureException">The lines are malformed, or one that names a known witness does not verify; nothing was kept.</exception>
    /// <exception cref="LedgerLockedException">Another process is writing here at this moment.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    public PolicyVerdict? Apply(ReadOnlySpan<byte> lines)
    {
        if (!SignedNote.TryParseSignatures(lines, out IReadOnlyList<NoteSignature>? signatures, out string? error))
        {
            throw new CosignatureException($"no cosignature lines: {error}");
        }

        lock (_gate)
        {
            using IDisposable held = Hold();
            CosignedNote? witnessed = Read(_paths.Witnessed);
            CosignedNote? gathering = Read(_paths.Cosigning);
            CosignedNote?[] candidates = [gathering, Read(_paths.Checkpoint), witnessed];
            CosignedNote? cosigned = FindCosigned(candidates, signatures);
            if (cosigned is null)
            {
                return null;
            }

            foreach (CosignedNote? candidate in candidates)
            {
                cosigned = cosigned.Merge(candidate);
            }

            Keep(cosigned, witnessed, gathering);
            return cosigned.Verdict;
        }
    }

    /// <summary>
    /// What a policy says of a ledger's files: of <c>DIR/checkpoint</c> where that meets it, else of <c>DIR/witnessed</c>.
    /// </summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="logs">
    /// The keys that make a checkpoint the ledger's, and from which its key entries lead on; null for the policy's logs.
    /// </param>
    /// <param name="files">The file system; null for this machine's.</param>
    /// <exception cref="IOException">A file could not be read.</exception>
    /// <exception cref="InvalidDataException">A file is longer than any note.</exception>
    public static PolicyVerdict Judge(string directory, TrustPolicy policy, IReadOnlyList<VerifierKey>? logs = null, ILedgerFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        LedgerPaths paths = new(directory);
        files ??= FileLedgerStorage.Instance;

        // The witnessed one first: a live writer may replace either meanwhile, and the checkpoint is never the older of the two.
        byte[]? witnessed = files.ReadSmallFile(paths.Witnessed, LedgerLimits.MaxNoteBytes);
        byte[] published = files.ReadSmallFile(paths.Checkpoint, LedgerLimits.MaxNoteBytes) ?? [];
        LogKeys keys = new(paths, logs ?? [.. policy.Logs.Select(log => log.Key)], files);
        PolicyVerdict plain = Judge(policy, published, keys);
        return plain.IsMet || witnessed is null ? plain : Judge(policy, witnessed, keys);
    }

    private static PolicyVerdict Judge(TrustPolicy policy, byte[] bytes, LogKeys keys) =>
        SignedNote.TryParse(bytes, out SignedNote? note, out _) ? policy.Judge(note, keys.For(note)) : policy.Judge(bytes);

    private CosignedNote? FindCosigned(CosignedNote?[] candidates, IReadOnlyList<NoteSignature> signatures)
    {
        NoteSignature[] known = [.. signatures.Where(line => _policy.Witnesses.Any(witness => witness.Key.IsNamedBy(line)))];
        if (known.Length == 0)
        {
            return null;
        }

        string? error = null;
        foreach (CosignedNote candidate in candidates.OfType<CosignedNote>())
        {
            if (_policy.FindCosignatures(candidate.Note, known, out string? problem) is not null)
            {
                return candidate.WithCosignatures(known);
            }

            error ??= problem;
        }

        throw new CosignatureException(
            (error ?? "the ledger has no checkpoint signed by its key") + "; it is no cosignature of a checkpoint that was sent to witnesses");
    }

    private void Keep(CosignedNote note, CosignedNote? witnessed, CosignedNote? gathering)
    {
        RefuseFork(witnessed, note, smallerIsFine: true);
        RefuseUnknown(_paths.Witnessed, witnessed, note);

        // A policy that asks for no witness calls everything met; that is no reason to give up what witnesses did cosign.
        bool enough = note.Verdict.IsMet && _policy.NeedsWitnesses;
        if (enough && (witnessed is null || note.Size > witnessed.Size || note.Adds(witnessed)))
        {
            Replace(_paths.Witnessed, note);
        }
        else if (!enough && (gathering is null || note.Size > gathering.Size || note.Adds(gathering)))
        {
            Replace(_paths.Cosigning, note);
        }

        if (enough && note.Size > WitnessedSize)
        {
            Volatile.Write(ref _witnessedSize, note.Size);
        }
    }

    private static void RefuseFork(CosignedNote? known, CosignedNote fresh, bool smallerIsFine = false)
    {
        if (known is null)
        {
            return;
        }

        if (fresh.Size < known.Size && !smallerIsFine)
        {
            throw new LedgerForkException(
                $"a checkpoint over {known.Size} entries went to witnesses before; one over {fresh.Size} would be a rollback");
        }

        if (fresh.Size == known.Size && fresh.Root != known.Root)
        {
            throw new LedgerForkException(
                $"root {known.Root.ToBase64()} went to witnesses at size {known.Size}; root {fresh.Root.ToBase64()} at the same size is a fork");
        }
    }

    // A key that the ledger does not lead to any more tells of a ledger put back to before its rotation, so such a note is not just nothing.
    private void RefuseUnknown(string path, CosignedNote? read, CosignedNote fresh)
    {
        if (read is null
            && ReadBytes(path) is { } bytes
            && SignedNote.TryParse(bytes, out SignedNote? note, out _)
            && Checkpoint.TryParse(note.Text, out Checkpoint? known, out _)
            && known.Origin == fresh.Verdict.Checkpoint!.Origin
            && (known.Size > fresh.Size || (known.Size == fresh.Size && known.Root != fresh.Root)))
        {
            throw new LedgerForkException(
                $"{path}: a checkpoint over {known.Size} entries went to witnesses, signed by a key that the ledger, over {fresh.Size}, does not lead to: "
                + "it was rolled back or is another history");
        }
    }

    private CosignedNote? Read(string path) => ReadBytes(path) is { } bytes ? CosignedNote.TryRead(bytes, _policy, _logs, out _) : null;

    private byte[]? ReadBytes(string path)
    {
        try
        {
            return _storage.ReadSmallFile(path, LedgerLimits.MaxNoteBytes);
        }
        catch (InvalidDataException)
        {
            return null; // no note is that long
        }
    }

    private void Replace(string path, CosignedNote note)
    {
        using IReplaceableFile file = _storage.OpenReplaceable(path);
        file.Replace(note.Note.ToBytes());
    }

    private IDisposable Hold()
    {
        _storage.CreateFolder(_paths.StateDirectory, ownerOnly: true);
        return _storage.TryLock(_paths.CosigningLock)
            ?? throw new LedgerLockedException($"{_paths.CosigningLock}: another process is keeping cosignatures; try again");
    }
}
