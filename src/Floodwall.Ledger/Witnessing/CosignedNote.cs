using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>A checkpoint of the ledger with the cosignatures known of it: at most one line of each log key and each witness.</summary>
internal sealed class CosignedNote
{
    private readonly TrustPolicy _policy;
    private readonly IReadOnlyList<VerifierKey> _logs;

    private CosignedNote(SignedNote note, PolicyVerdict verdict, TrustPolicy policy, IReadOnlyList<VerifierKey> logs)
    {
        Note = note;
        Verdict = verdict;
        _policy = policy;
        _logs = logs;
    }

    public SignedNote Note { get; }

    /// <summary>What the policy says of it: met, or quorum not met.</summary>
    public PolicyVerdict Verdict { get; }

    public ulong Size => Verdict.Checkpoint!.Size;

    public Hash256 Root => Verdict.Checkpoint!.Root;

    /// <summary>Reads a note; null where it is none of the ledger's, or where a known key's line in it does not verify.</summary>
    public static CosignedNote? TryRead(ReadOnlySpan<byte> bytes, TrustPolicy policy, LogKeys keys, out string? error)
    {
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out error))
        {
            return null;
        }

        IReadOnlyList<VerifierKey> logs = keys.For(note);
        PolicyVerdict verdict = policy.Judge(note, logs);
        error = verdict.Message;
        return verdict.Checkpoint is null ? null : new CosignedNote(note, verdict, policy, logs);
    }

    /// <summary>The same checkpoint with further cosignatures, all of which must verify. Of one witness the latest is kept.</summary>
    public CosignedNote WithCosignatures(IEnumerable<NoteSignature> lines)
    {
        IEnumerable<NoteSignature> own = _logs
            .Select(key => Note.Signatures.FirstOrDefault(line => line.IsBy(key)))
            .OfType<NoteSignature>()
            .Take(SignedNote.MaxSignatures - TrustPolicy.MaxOfEach);
        NoteSignature[] all = [.. Note.Signatures, .. lines];
        IEnumerable<NoteSignature> cosigned = _policy.Witnesses
            .Select(witness => all.Where(witness.Key.IsNamedBy).MaxBy(line => TimeOf(witness.Key, line)))
            .OfType<NoteSignature>();
        SignedNote note = Note.WithSignatures([.. own, .. cosigned]);
        return new CosignedNote(note, _policy.Judge(note, _logs), _policy, _logs);
    }

    /// <summary>Takes over the cosignatures of another copy of the same checkpoint; itself where the other is of another one.</summary>
    public CosignedNote Merge(CosignedNote? other) =>
        other is not null && other.Note.Text == Note.Text ? WithCosignatures(other.Note.Signatures) : this;

    /// <summary>Whether this is the same checkpoint with a cosignature that the other lacks or has in an older form.</summary>
    public bool Adds(CosignedNote other) =>
        other.Note.Text == Note.Text && !Verdict.Cosignatures.SequenceEqual(other.Verdict.Cosignatures);

    private ulong TimeOf(CosignatureKey key, NoteSignature line) =>
        key.Verify(Note.Utf8Text.Span, line.Signature.Span, out ulong timestamp) ? timestamp : 0;
}
