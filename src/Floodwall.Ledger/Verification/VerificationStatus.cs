namespace Floodwall.Ledger;

/// <summary>What verifying a ledger came to.</summary>
public enum VerificationStatus
{
    /// <summary>Everything under the signed size is as it was signed, by a trusted key.</summary>
    Good,

    /// <summary>Something is missing, was changed, or is not signed as it should be.</summary>
    IntegrityFailure,

    /// <summary>The files could not be read, or are no ledger.</summary>
    Unreadable,

    /// <summary>The ledger belongs to a key that is not among the trusted ones.</summary>
    NoTrustedKey,

    /// <summary>The ledger does not continue a checkpoint that the caller knows.</summary>
    RollbackOrFork,
}
