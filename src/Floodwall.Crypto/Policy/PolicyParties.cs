namespace Floodwall.Crypto;

/// <summary>A log that a policy accepts.</summary>
/// <param name="Key">Its key; the key's name is the log's origin.</param>
/// <param name="Url">What the policy says to reach it by; null where it says nothing.</param>
public sealed record PolicyLog(VerifierKey Key, string? Url);

/// <summary>A witness that a policy knows.</summary>
/// <param name="Name">Its name within the policy.</param>
/// <param name="Key">Its key.</param>
/// <param name="Url">Its submission prefix; null where the policy states none.</param>
public sealed record PolicyWitness(string Name, CosignatureKey Key, string? Url);

/// <summary>A cosignature that verified.</summary>
/// <param name="Witness">Whose it is.</param>
/// <param name="Timestamp">When the witness made it, in POSIX seconds, by its own word; the latest where it made several.</param>
public sealed record PolicyCosignature(PolicyWitness Witness, ulong Timestamp);
