using System.Diagnostics.CodeAnalysis;

namespace Floodwall.Crypto;

/// <summary>
/// Which logs and which witnesses are trusted, and how many witnesses must have cosigned a checkpoint before it is believed
/// (C2SP tlog-policy).
/// </summary>
public sealed class TrustPolicy
{
    /// <summary>The longest policy file that is read, in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>The most logs, the most witnesses and the most groups of a policy (the specification asks for at least 32 of each).</summary>
    public const int MaxOfEach = 64;

    private readonly PolicyQuorum? _quorum;

    internal TrustPolicy(IReadOnlyList<PolicyLog> logs, IReadOnlyList<PolicyWitness> witnesses, PolicyQuorum? quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        _quorum = quorum;
    }

    /// <summary>The logs, in the file's order; may be empty, where the log is known otherwise.</summary>
    public IReadOnlyList<PolicyLog> Logs { get; }

    /// <summary>The witnesses, in the file's order.</summary>
    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>Whether any cosignature is asked for.</summary>
    public bool NeedsWitnesses => _quorum is not null;

    /// <summary>The quorum in words, as in "2 of (a, b, c)".</summary>
    public string Quorum => _quorum?.Describe() ?? "none";

    /// <summary>Parses a policy.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">What errors call it.</param>
    /// <exception cref="FormatException">It is no policy; the message begins with file and line.</exception>
    public static TrustPolicy Parse(ReadOnlySpan<byte> bytes, string file) =>
        TryParse(bytes, file, out TrustPolicy? policy, out string? error) ? policy : throw new FormatException(error);

    /// <summary>Parses a policy. Never throws; on failure <paramref name="error"/> begins with file and line.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">What errors call it.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="error">What is wrong, and where.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, string file, [NotNullWhen(true)] out TrustPolicy? policy, [NotNullWhen(false)] out string? error) =>
        TrustPolicyParser.TryParse(bytes, file, out policy, out error);

    /// <summary>Whether these witnesses together are a quorum.</summary>
    public bool IsQuorum(IEnumerable<PolicyWitness> witnesses)
    {
        ArgumentNullException.ThrowIfNull(witnesses);
        return _quorum is null || _quorum.IsMetBy(witnesses.ToHashSet());
    }

    /// <summary>Judges the bytes of a cosigned checkpoint.</summary>
    /// <inheritdoc cref="Judge(SignedNote, IReadOnlyList{VerifierKey}?)"/>
    public PolicyVerdict Judge(ReadOnlySpan<byte> note, IReadOnlyList<VerifierKey>? logs = null) =>
        SignedNote.TryParse(note, out SignedNote? parsed, out string? error) ? Judge(parsed, logs) : Refuse(PolicyStatus.Malformed, error);

    /// <summary>
    /// Judges a cosigned checkpoint. Lines of unknown keys are ignored; one line of a known key that does not verify rejects the note.
    /// The signing log's name must be the checkpoint's origin.
    /// </summary>
    /// <param name="note">The note.</param>
    /// <param name="logs">The keys of known logs, in place of the policy's; null for those of the policy.</param>
    public PolicyVerdict Judge(SignedNote note, IReadOnlyList<VerifierKey>? logs = null)
    {
        ArgumentNullException.ThrowIfNull(note);
        NoteVerification opened = note.Open(logs ?? [.. Logs.Select(log => log.Key)]);
        if (opened.Status == NoteStatus.BadSignature)
        {
            return Refuse(PolicyStatus.BadSignature, opened.Error!);
        }

        if (!Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out string? error))
        {
            return Refuse(PolicyStatus.Malformed, error);
        }

        VerifierKey[] signers = [.. opened.VerifiedBy.Where(key => key.Name == checkpoint.Origin)];
        if (signers.Length == 0)
        {
            return Refuse(PolicyStatus.NoKnownLog, $"no known log with the origin '{checkpoint.Origin}' signed the checkpoint");
        }

        if (FindCosignatures(note, note.Signatures, out error) is not { } cosignatures)
        {
            return Refuse(PolicyStatus.BadSignature, error!);
        }

        bool met = IsQuorum(cosignatures.Select(cosignature => cosignature.Witness));
        string by = cosignatures.Count == 0 ? "no known witness" : string.Join(", ", cosignatures.Select(cosignature => cosignature.Witness.Name));
        return new PolicyVerdict(
            met ? PolicyStatus.Met : PolicyStatus.QuorumNotMet,
            checkpoint,
            signers,
            cosignatures,
            $"the checkpoint over {checkpoint.Size} entries is cosigned by {by}; the quorum is {Quorum}");
    }

    /// <summary>
    /// The cosignatures of a note's text by known witnesses among signature lines; null where a line of a known witness does not verify.
    /// </summary>
    /// <param name="note">The note whose text is meant.</param>
    /// <param name="lines">The note's own lines, or a witness's answer.</param>
    /// <param name="error">Which line does not verify; null where all do.</param>
    public IReadOnlyList<PolicyCosignature>? FindCosignatures(SignedNote note, IEnumerable<NoteSignature> lines, out string? error)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(lines);
        error = null;
        Dictionary<PolicyWitness, ulong> found = [];
        foreach (NoteSignature line in lines)
        {
            foreach (PolicyWitness witness in Witnesses)
            {
                if (!witness.Key.IsNamedBy(line))
                {
                    continue;
                }

                if (!witness.Key.Verify(note.Utf8Text.Span, line.Signature.Span, out ulong timestamp))
                {
                    error = $"the cosignature by {line.Name}+{line.KeyId:x8} ({witness.Name}) does not verify";
                    return null;
                }

                found[witness] = Math.Max(timestamp, found.GetValueOrDefault(witness));
            }
        }

        return [.. Witnesses.Where(found.ContainsKey).Select(witness => new PolicyCosignature(witness, found[witness]))];
    }

    private static PolicyVerdict Refuse(PolicyStatus status, string message) => new(status, null, [], [], message);
}
