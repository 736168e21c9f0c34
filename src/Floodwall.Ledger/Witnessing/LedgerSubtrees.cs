using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// The subtree hashes of a ledger that grows, for proofs over it. Keeps the root of every full bundle (32 bytes for 256 entries); what
/// lies below is read and hashed again where it is asked for. Not thread-safe.
/// </summary>
internal sealed class LedgerSubtrees(LedgerReader reader) : ISubtreeReader
{
    private const int BundleHeight = BundleHasher.Height;

    private readonly BundleHasher _hasher = new();
    private readonly List<Hash256> _bundles = [];
    private readonly byte[] _bytes = new byte[LedgerLimits.MaxBundleBytes];
    private readonly Hash256[] _leaves = new Hash256[LedgerLimits.EntriesPerBundle];
    private ulong _leavesOf = ulong.MaxValue;
    private int _leafCount;

    /// <summary>The root over the first <paramref name="size"/> entries, which are read as far as they were not before.</summary>
    /// <exception cref="LedgerCorruptException">The ledger holds fewer entries.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public Hash256 Root(ulong size)
    {
        Extend(size);
        return MerkleProof.Root(size, this);
    }

    /// <summary>The consistency proof from one size to another; empty from 0.</summary>
    /// <inheritdoc cref="Root"/>
    public Hash256[] Consistency(ulong from, ulong to)
    {
        Extend(to);
        return from == 0 ? [] : MerkleProof.Consistency(from, to, this);
    }

    /// <inheritdoc/>
    public Hash256 ReadSubtree(int level, ulong index)
    {
        if (level < BundleHeight)
        {
            ulong first = index << level;
            ReadLeaves(first >> BundleHeight, (int)(first & 0xFF) + (1 << level));
            return _hasher.Root(_leaves.AsSpan((int)(first & 0xFF), 1 << level));
        }

        int count = 1 << (level - BundleHeight);
        Hash256[] row = [.. _bundles.GetRange((int)index * count, count)];
        for (; count > 1; count /= 2)
        {
            for (int i = 0; i < count / 2; i++)
            {
                row[i] = MerkleHash.Node(row[2 * i], row[(2 * i) + 1]);
            }
        }

        return row[0];
    }

    private void Extend(ulong size)
    {
        ulong full = size / LedgerLimits.EntriesPerBundle;
        ulong have = (ulong)_bundles.Count;
        if (have >= full)
        {
            return;
        }

        using EntryCursor cursor = reader.ReadFrom(have * LedgerLimits.EntriesPerBundle);
        for (int filled = 0, count = 0; have < full;)
        {
            if (!cursor.MoveNext())
            {
                throw TooShort(size, cursor.Problem);
            }

            ReadOnlySpan<byte> entry = cursor.Current.Bytes;
            System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(filled), (ushort)entry.Length);
            entry.CopyTo(_bytes.AsSpan(filled + LedgerLimits.LengthPrefixBytes));
            filled += LedgerLimits.LengthPrefixBytes + entry.Length;
            if (++count == LedgerLimits.EntriesPerBundle)
            {
                _bundles.Add(_hasher.HashFullBundle(_bytes.AsSpan(0, filled), out _));
                have++;
                filled = count = 0;
            }
        }
    }

    private void ReadLeaves(ulong bundle, int count)
    {
        if (_leavesOf == bundle && _leafCount >= count)
        {
            return;
        }

        int bytes = reader.ReadBundle(bundle, _bytes, out int found);
        if (found < count)
        {
            throw TooShort((bundle * LedgerLimits.EntriesPerBundle) + (ulong)count, null);
        }

        // No more than asked for: what lies behind may be under no signature yet, and be cut and written anew.
        _hasher.HashLeaves(_bytes.AsSpan(0, bytes), count, _leaves);
        _leavesOf = bundle;
        _leafCount = count;
    }

    private static LedgerCorruptException TooShort(ulong size, string? problem) =>
        new($"the ledger ends before entry {size - 1}, which its checkpoint covers{(problem is null ? "" : $": {problem}")}");
}
