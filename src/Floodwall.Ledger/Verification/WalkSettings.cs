namespace Floodwall.Ledger;

/// <summary>How a log is walked.</summary>
internal sealed record WalkSettings
{
    /// <summary>The most threads that are made: each needs up to 2 MiB.</summary>
    public const int MaxThreads = 48;

    /// <summary>Bytes of a segment that one thread checks at a time.</summary>
    public const int UsualPieceBytes = 16 << 20;

    public static WalkSettings Default { get; } = new();

    /// <summary>Threads that check; 1 walks the log in the caller's thread alone; 0 for one on each core.</summary>
    public int Threads { get; init; }

    /// <summary>How a log is cut for the threads; as a rule more than a bundle can take.</summary>
    public int PieceBytes { get; init; } = UsualPieceBytes;

    /// <summary>Called in the caller's thread now and then; or null.</summary>
    public Action<VerifyProgress>? Progress { get; init; }

    /// <summary>The threads that are really made.</summary>
    public int EffectiveThreads => Math.Min(Threads > 0 ? Threads : Environment.ProcessorCount, MaxThreads);
}
