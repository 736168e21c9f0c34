namespace Disruptor;

/// <summary>Sizes that keep a hot field apart from its neighbours.</summary>
internal static class CacheLine
{
    /// <summary>
    /// Bytes left free on either side of a hot field: two 64-byte lines, because x86 prefetches lines in pairs and some ARM64 cores
    /// have 128-byte lines.
    /// </summary>
    public const int Padding = 128;

    /// <summary>Alignment, in bytes, of the first event slot.</summary>
    public const int Alignment = 64;
}
