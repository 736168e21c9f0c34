namespace Floodwall.Crypto;

/// <summary>What checking a proof file against an entry and trusted keys came to.</summary>
public enum TlogProofStatus
{
    /// <summary>The entry is in the log, under a checkpoint that the log's trusted key signed.</summary>
    Good,

    /// <summary>Entry, index, hashes and root do not fit together.</summary>
    NotIncluded,

    /// <summary>A signature that names a trusted key does not verify.</summary>
    BadSignature,

    /// <summary>Entry and root fit, but no trusted key of that origin signed the checkpoint.</summary>
    NoKnownKey,
}

/// <summary>The result of checking a proof.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Message">The verdict in words.</param>
/// <param name="VerifiedBy">The trusted keys whose signatures verified; empty unless <paramref name="Status"/> is good.</param>
public sealed record TlogProofVerification(TlogProofStatus Status, string Message, IReadOnlyList<VerifierKey> VerifiedBy);

/// <summary>Where a proof file is malformed.</summary>
/// <param name="Line">The line, from 1; the first line of the checkpoint where the trouble lies within it; 0 for the file as a whole.</param>
/// <param name="Problem">What was expected and what was found.</param>
public sealed record TlogProofError(int Line, string Problem)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"line {Line}: {Problem}" : Problem;
}
