namespace Floodwall.Ledger;

/// <summary>How far checking a ledger has come.</summary>
/// <param name="Entries">Entries checked.</param>
/// <param name="Bytes">Bytes of segment files checked.</param>
/// <param name="TotalBytes">Bytes of all segment files, what was allocated ahead included.</param>
public readonly record struct VerifyProgress(ulong Entries, long Bytes, long TotalBytes);
