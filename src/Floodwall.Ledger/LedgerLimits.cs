namespace Floodwall.Ledger;

/// <summary>The fixed sizes of the ledger format, version 1. Several follow from one another; the relations stand beside them.</summary>
public static class LedgerLimits
{
    /// <summary>Version of the format that this library reads and writes.</summary>
    public const uint FormatVersion = 1;

    /// <summary>Entries in a full bundle (C2SP tlog-tiles).</summary>
    public const int EntriesPerBundle = 256;

    /// <summary>Bytes of the big-endian length in front of each entry.</summary>
    public const int LengthPrefixBytes = 2;

    /// <summary>Bytes at the start of every entry: its kind (1) and its own index (6, little-endian).</summary>
    public const int EntryHeaderBytes = 7;

    /// <summary>The longest entry: with its length it takes 4096 bytes.</summary>
    public const int MaxEntryBytes = 4094;

    /// <summary>The longest payload of an entry.</summary>
    public const int MaxPayloadBytes = MaxEntryBytes - EntryHeaderBytes;

    /// <summary>The most a full bundle can take: 1 MiB. A bundle starts only where this much of the segment is left.</summary>
    public const int MaxBundleBytes = EntriesPerBundle * (LengthPrefixBytes + MaxEntryBytes);

    /// <summary>The largest index an entry can state (48 bits).</summary>
    public const ulong MaxIndex = (1UL << 48) - 1;

    /// <summary>Bytes of the header of a segment file.</summary>
    public const int SegmentHeaderBytes = 64;

    /// <summary>The smallest segment: 4 MiB.</summary>
    public const long MinSegmentBytes = 4L << 20;

    /// <summary>The largest segment: 1 GiB.</summary>
    public const long MaxSegmentBytes = 1L << 30;

    /// <summary>Segment sizes are multiples of this (64 KiB), so that they are whole pages on every machine.</summary>
    public const long SegmentGranule = 64L << 10;

    /// <summary>The segment size where none is chosen: 64 MiB.</summary>
    public const long DefaultSegmentBytes = 64L << 20;

    /// <summary>The largest number a segment can have; file names hold eight digits.</summary>
    public const uint MaxSegmentNumber = 99_999_999;

    /// <summary>The longest checkpoint or high-water note that is read.</summary>
    public const int MaxNoteBytes = 64 << 10;

    /// <summary>Kinds below this belong to the ledger itself; a caller's entries start here.</summary>
    public const byte FirstCallerKind = 0x10;
}
