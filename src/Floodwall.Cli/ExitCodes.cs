namespace Floodwall.Cli;

/// <summary>What the tool's exit codes mean; the same for every command.</summary>
internal static class ExitCodes
{
    public const int Good = 0;

    /// <summary>The ledger is not what was signed.</summary>
    public const int IntegrityFailure = 1;

    /// <summary>A policy bundle does not decide as one of its tests expects.</summary>
    public const int TestFailure = 1;

    /// <summary>Wrong usage, bad input, or the file system failed.</summary>
    public const int UsageOrIo = 2;

    /// <summary>Two histories: a fork, or a ledger older than what was seen before.</summary>
    public const int ForkOrRollback = 3;

    /// <summary>Nothing is signed by a key that the caller trusts.</summary>
    public const int NoTrustedKey = 4;
}
