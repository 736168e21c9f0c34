namespace Floodwall.Crypto;

/// <summary>
/// Hashes entry bundles as C2SP tlog-tiles lays them out: up to 256 entries, each <c>uint16 big-endian length ‖ entry</c>.
/// Several entries are hashed side by side where the CPU has wide vectors; an entry of at most 54 bytes takes one block.
/// Owns its scratch memory and allocates nothing after construction. Not thread-safe.
/// </summary>
public sealed class BundleHasher
{
    /// <summary>Entries in a full bundle, and leaves under a full tile.</summary>
    public const int MaxEntries = 256;

    /// <summary>Height of the subtree above a full bundle.</summary>
    public const int Height = 8;

    /// <summary>The most bundles that a batch holds.</summary>
    public const int BatchSize = 8;

    private readonly BundleEngine _engine;
    private readonly MessageFrame[] _frames = new MessageFrame[MaxEntries];
    private readonly Hash256[] _level = new Hash256[MaxEntries];
    private int _waiting;

    /// <summary>A hasher on the widest vectors of this CPU.</summary>
    public BundleHasher()
        : this(BundleEngine.Best)
    {
    }

    /// <summary>What new instances hash on, with the number of entries side by side: "avx512-16", "avx512vl-8", "avx2-8", "vector128-4" or "serial".</summary>
    public static string Backend => BundleEngine.Best switch
    {
        LaneSet.Avx512 => "avx512-16",
        LaneSet.Avx512Vl => "avx512vl-8",
        LaneSet.Avx2 => "avx2-8",
        LaneSet.Vector128 => "vector128-4",
        _ => "serial",
    };

    internal BundleHasher(LaneSet lanes) => _engine = BundleEngine.Create(lanes);

    /// <summary>Computes the RFC 6962 leaf hash of each entry.</summary>
    /// <param name="bundle">The framed entries; bytes behind the last are left alone.</param>
    /// <param name="count">Entries to hash, 0 to 256.</param>
    /// <param name="leaves">Receives <paramref name="count"/> hashes.</param>
    /// <returns>Bytes of <paramref name="bundle"/> that the entries take.</returns>
    /// <exception cref="ArgumentException"><paramref name="count"/> is out of range or <paramref name="leaves"/> too short.</exception>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>.</exception>
    public int HashLeaves(ReadOnlySpan<byte> bundle, int count, Span<Hash256> leaves)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxEntries);
        if (leaves.Length < count)
        {
            throw new ArgumentException($"{count} leaf hashes do not fit {leaves.Length}", nameof(leaves));
        }

        Span<MessageFrame> frames = _frames.AsSpan(0, count);
        int bytes = BundleFraming.Parse(bundle, frames);
        _engine.HashLeaves(bundle, frames, leaves[..count]);
        return bytes;
    }

    /// <summary>The RFC 6962 Merkle tree hash of 1 to 256 leaves.</summary>
    /// <exception cref="ArgumentException">No leaf, or more than 256.</exception>
    public Hash256 Root(ReadOnlySpan<Hash256> leaves)
    {
        if (leaves.Length is 0 or > MaxEntries)
        {
            throw new ArgumentException($"1 to {MaxEntries} leaves expected, got {leaves.Length}", nameof(leaves));
        }

        leaves.CopyTo(_level);
        return _engine.Root(_level.AsSpan(0, leaves.Length));
    }

    /// <summary>The root above the 256 entries of a full bundle.</summary>
    /// <param name="bundle">The framed entries; bytes behind the last are left alone.</param>
    /// <param name="bytes">Bytes of <paramref name="bundle"/> that the entries take.</param>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>.</exception>
    public Hash256 HashFullBundle(ReadOnlySpan<byte> bundle, out int bytes)
    {
        bytes = BundleFraming.Parse(bundle, _frames);
        return _engine.HashFull(bundle, _frames);
    }

    /// <summary>
    /// Adds a full bundle to the batch. The upper levels of its tree, too narrow to fill vectors by themselves, are hashed together
    /// with those of the other bundles by <see cref="FinishBatch"/>. The bundle's bytes are not needed after the call.
    /// </summary>
    /// <param name="bundle">The framed entries; bytes behind the last are left alone.</param>
    /// <returns>Bundles in the batch, 1 to <see cref="BatchSize"/>.</returns>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    /// <exception cref="InvalidDataException">The framing runs past the end of <paramref name="bundle"/>; the batch is as before.</exception>
    public int AddToBatch(ReadOnlySpan<byte> bundle)
    {
        if (_waiting == BatchSize)
        {
            throw new InvalidOperationException($"the batch holds {BatchSize} bundles already");
        }

        BundleFraming.Parse(bundle, _frames);
        _engine.AddToBatch(_waiting, bundle, _frames);
        return ++_waiting;
    }

    /// <summary>Writes the roots above the bundles of the batch, in the order in which they were added, and empties it.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="ArgumentException"><paramref name="roots"/> is too short.</exception>
    public int FinishBatch(Span<Hash256> roots)
    {
        int count = _waiting;
        if (roots.Length < count)
        {
            throw new ArgumentException($"{count} roots do not fit {roots.Length}", nameof(roots));
        }

        if (count > 0)
        {
            _engine.FinishBatch(roots[..count]);
            _waiting = 0;
        }

        return count;
    }
}
