namespace Floodwall.Crypto;

/// <summary>What a policy says about a note.</summary>
public enum PolicyStatus
{
    /// <summary>A known log signed it and the quorum cosigned it.</summary>
    Met,

    /// <summary>A known log signed it; too few witnesses did.</summary>
    QuorumNotMet,

    /// <summary>No known log signed it; its text must be ignored.</summary>
    NoKnownLog,

    /// <summary>A signature that names a known log or witness does not verify; the whole note is rejected.</summary>
    BadSignature,

    /// <summary>The bytes are no signed checkpoint.</summary>
    Malformed,
}

/// <summary>What a policy says about a note, and why.</summary>
public sealed class PolicyVerdict
{
    internal PolicyVerdict(
        PolicyStatus status, Checkpoint? checkpoint, IReadOnlyList<VerifierKey> logs, IReadOnlyList<PolicyCosignature> cosignatures, string message)
    {
        Status = status;
        Checkpoint = checkpoint;
        Logs = logs;
        Cosignatures = cosignatures;
        Message = message;
    }

    /// <summary>The verdict.</summary>
    public PolicyStatus Status { get; }

    /// <summary>Whether the checkpoint may be believed as the policy asks.</summary>
    public bool IsMet => Status == PolicyStatus.Met;

    /// <summary>The checkpoint, signed by a known log; null where the status is neither <see cref="PolicyStatus.Met"/> nor <see cref="PolicyStatus.QuorumNotMet"/>.</summary>
    public Checkpoint? Checkpoint { get; }

    /// <summary>The keys of the known logs that signed.</summary>
    public IReadOnlyList<VerifierKey> Logs { get; }

    /// <summary>The cosignatures that verified, one for each witness, in the policy's order.</summary>
    public IReadOnlyList<PolicyCosignature> Cosignatures { get; }

    /// <summary>The verdict in words.</summary>
    public string Message { get; }
}
