namespace Floodwall.Crypto;

/// <summary>What opening a signed note with a set of known keys found.</summary>
public enum NoteStatus
{
    /// <summary>At least one known key signed it, and no signature by a known key fails.</summary>
    Good,

    /// <summary>No signature is by a known key; the text must be ignored.</summary>
    NoKnownKey,

    /// <summary>A signature that names a known key does not verify; the whole note is rejected.</summary>
    BadSignature,

    /// <summary>The bytes are no signed note.</summary>
    Malformed,
}

/// <summary>The result of opening a signed note: the status, and the note where its bytes could be read.</summary>
public sealed class NoteVerification
{
    internal NoteVerification(NoteStatus status, SignedNote? note, IReadOnlyList<VerifierKey> verifiedBy, string? error)
    {
        Status = status;
        Note = note;
        VerifiedBy = verifiedBy;
        Error = error;
    }

    /// <summary>What was found.</summary>
    public NoteStatus Status { get; }

    /// <summary>Whether the text may be used.</summary>
    public bool IsGood => Status == NoteStatus.Good;

    /// <summary>The note, whatever its signatures are worth; null where the bytes are malformed.</summary>
    public SignedNote? Note { get; }

    /// <summary>The known keys whose signatures verified, each once; empty unless <see cref="IsGood"/>.</summary>
    public IReadOnlyList<VerifierKey> VerifiedBy { get; }

    /// <summary>What is wrong; null where <see cref="IsGood"/>.</summary>
    public string? Error { get; }
}
