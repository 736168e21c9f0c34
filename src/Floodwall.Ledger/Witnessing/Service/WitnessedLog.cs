using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// What a witness knows of one log: the last checkpoint that it cosigned, kept with its own cosignature, which is how it recognises the
/// file as its own. One request at a time.
/// </summary>
internal sealed class WitnessedLog : IDisposable
{
    // The longest note that is taken, and the cosignature put behind it.
    private const int MaxStateBytes = LedgerLimits.MaxNoteBytes + 1024;

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<VerifierKey> _keys;
    private readonly CosignatureSigner _signer;
    private readonly TimeProvider _time;
    private readonly IReplaceableFile _file;
    private TreeHead _latest;

    private WitnessedLog(IReadOnlyList<VerifierKey> keys, CosignatureSigner signer, TimeProvider time, IReplaceableFile file, TreeHead latest)
    {
        _keys = keys;
        _signer = signer;
        _time = time;
        _file = file;
        _latest = latest;
    }

    /// <summary>What was cosigned last.</summary>
    public TreeHead Latest
    {
        get
        {
            lock (_gate)
            {
                return _latest;
            }
        }
    }

    /// <param name="keys">The log's keys, all of the same name: the log's origin.</param>
    /// <param name="signer">The witness's key.</param>
    /// <param name="time">The clock.</param>
    /// <param name="storage">The file system.</param>
    /// <param name="path">Where the last cosigned checkpoint is kept.</param>
    /// <exception cref="LedgerCorruptException">The file there is none that this witness wrote for this log.</exception>
    public static WitnessedLog Open(
        IReadOnlyList<VerifierKey> keys, CosignatureSigner signer, TimeProvider time, ILedgerStorage storage, string path)
    {
        TreeHead latest = new(0, MerkleHash.EmptyRoot);
        if (storage.ReadSmallFile(path, MaxStateBytes) is { } bytes)
        {
            // To take an unreadable file for none would be to forget, and so to cosign a second history.
            latest = Recall(bytes, keys[0].Name, signer.Key, out string? error)
                ?? throw new LedgerCorruptException($"{path}: not what this witness keeps of '{keys[0].Name}': {error}");
        }

        return new WitnessedLog(keys, signer, time, storage.OpenReplaceable(path), latest);
    }

    /// <summary>Decides about a checkpoint of this log; whatever is cosigned is on disk before the answer is returned.</summary>
    public WitnessResponse Add(AddCheckpointRequest request, SignedNote note, Checkpoint checkpoint)
    {
        NoteVerification opened = note.Open(_keys);
        if (!opened.IsGood)
        {
            // The key ids tell the operator which vkey is missing after the log's key was rotated.
            string signers = string.Join(", ", note.Signatures.Where(line => line.Name == checkpoint.Origin).Take(3).Select(line => $"{line.KeyId:x8}"));
            return WitnessResponse.Refuse(
                403,
                opened.Status == NoteStatus.BadSignature || signers.Length == 0
                    ? $"no valid signature by a key that is trusted for '{checkpoint.Origin}'"
                    : $"no signature by a key that is trusted for '{checkpoint.Origin}', but one by key {signers}; if the log's key was rotated, this witness needs the new vkey");
        }

        if (request.OldSize > checkpoint.Size)
        {
            return WitnessResponse.Refuse(400, $"the old size {request.OldSize} is larger than the checkpoint's, {checkpoint.Size}");
        }

        lock (_gate)
        {
            if (request.OldSize != _latest.Size)
            {
                return WitnessResponse.KnowsSize(_latest.Size);
            }

            return CheckContinuation(request, checkpoint) ?? Cosign(note, checkpoint);
        }
    }

    public void Dispose() => _file.Dispose();

    private static TreeHead? Recall(byte[] bytes, string origin, CosignatureKey own, out string? error)
    {
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out error) || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out error))
        {
            return null;
        }

        if (checkpoint.Origin != origin)
        {
            error = $"it is a checkpoint of '{checkpoint.Origin}'";
            return null;
        }

        if (!note.Signatures.Any(line => own.IsNamedBy(line) && own.Verify(note.Utf8Text.Span, line.Signature.Span, out _)))
        {
            error = $"it is not cosigned by {own}";
            return null;
        }

        return new TreeHead(checkpoint.Size, checkpoint.Root);
    }

    private WitnessResponse? CheckContinuation(AddCheckpointRequest request, Checkpoint checkpoint)
    {
        if (checkpoint.Size == _latest.Size && checkpoint.Root != _latest.Root)
        {
            // Told in words and not as a size: asking again would not help.
            return WitnessResponse.Refuse(409, $"another root was cosigned over {_latest.Size} entries: {_latest.Root.ToBase64()}");
        }

        Hash256[] proof = [.. request.Proof];
        bool continues = _latest.Size == 0
            ? proof.Length == 0
            : MerkleProof.VerifyConsistency(_latest.Size, checkpoint.Size, proof, _latest.Root, checkpoint.Root);
        return continues
            ? null
            : WitnessResponse.Refuse(422, $"the proof does not show that {checkpoint.Size} entries continue the {_latest.Size} cosigned before");
    }

    private WitnessResponse Cosign(SignedNote note, Checkpoint checkpoint)
    {
        NoteSignature cosignature = _signer.Sign(note.Utf8Text.Span, (ulong)Math.Max(0, _time.GetUtcNow().ToUnixTimeSeconds()));

        // From here on it counts as cosigned, whatever becomes of the file: the cosignature exists.
        _latest = new TreeHead(checkpoint.Size, checkpoint.Root);
        IEnumerable<NoteSignature> log = _keys.Select(key => note.Signatures.FirstOrDefault(line => line.IsBy(key))).OfType<NoteSignature>();
        try
        {
            _file.Replace(note.WithSignatures([.. log.Take(SignedNote.MaxSignatures - 1), cosignature]).ToBytes());
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return WitnessResponse.Refuse(503, "the checkpoint could not be kept, so it is not cosigned");
        }

        return WitnessResponse.Cosigned(cosignature.ToLine());
    }
}
