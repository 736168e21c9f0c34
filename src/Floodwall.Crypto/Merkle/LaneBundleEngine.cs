using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Crypto;

/// <summary>Hashes a bundle with as many messages side by side as a vector has elements.</summary>
internal sealed unsafe class LaneBundleEngine<TVector, TOps> : BundleEngine
    where TVector : unmanaged
    where TOps : struct, ILaneOps<TVector>
{
    private const int WordsPerState = 8;
    private const int Alignment = 64;
    private const int BatchGroups = 2 * BundleHasher.BatchSize;

    // Below this many nodes the serial function is faster than a vector of mostly idle lanes.
    private static readonly int SerialBelow = (TOps.Lanes / 4) + 1;

    private readonly LaneHasher<TVector, TOps> _hasher = new();
    private readonly byte[] _memory;
    private readonly TVector* _states;
    private readonly Hash256* _hashes;
    private readonly TVector* _batch;

    public LaneBundleEngine()
    {
        Debug.Assert(BundleHasher.MaxEntries % (4 * TOps.Lanes) == 0, "the levels of a full bundle go up four groups of lanes at a time");
        const int All = BundleHasher.MaxEntries * Hash256.Size;
        int batch = BatchGroups * WordsPerState * sizeof(TVector);
        _memory = GC.AllocateArray<byte>(All + All + batch + Alignment, pinned: true);
        nint start = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        _states = (TVector*)((start + Alignment - 1) & ~(nint)(Alignment - 1));
        _hashes = (Hash256*)((byte*)_states + All);
        _batch = (TVector*)((byte*)_hashes + All);
    }

    /// <inheritdoc/>
    public override void HashLeaves(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames, Span<Hash256> leaves)
    {
        fixed (byte* data = bundle)
        fixed (MessageFrame* frame = frames)
        fixed (Hash256* leaf = leaves)
        {
            int done = 0;
            for (; frames.Length - done >= 2 * TOps.Lanes; done += 2 * TOps.Lanes)
            {
                _hasher.HashLeafPair(data, bundle.Length, frame + done, _states);
                TOps.StoreHashes(_states, leaf + done);
                TOps.StoreHashes(_states + WordsPerState, leaf + done + TOps.Lanes);
            }

            for (; frames.Length - done >= TOps.Lanes; done += TOps.Lanes)
            {
                _hasher.HashMessages(data, bundle.Length, frame + done, 1, _states);
                TOps.StoreHashes(_states, leaf + done);
            }

            int rest = frames.Length - done;
            if (rest >= SerialBelow)
            {
                MessageFrame* padded = stackalloc MessageFrame[TOps.Lanes];
                for (int lane = 0; lane < TOps.Lanes; lane++)
                {
                    padded[lane] = frame[lane < rest ? done + lane : done];
                }

                _hasher.HashMessages(data, bundle.Length, padded, 1, _states);
                TOps.StoreHashes(_states, _hashes);
                new ReadOnlySpan<Hash256>(_hashes, rest).CopyTo(leaves[done..]);
                return;
            }

            for (; done < frames.Length; done++)
            {
                leaves[done] = MerkleHash.Leaf(bundle.Slice(frames[done].Offset, frames[done].Length));
            }
        }
    }

    /// <inheritdoc/>
    public override Hash256 Root(Span<Hash256> level)
    {
        Debug.Assert(level.Length is > 0 and <= BundleHasher.MaxEntries, "checked by the hasher");
        Span<Hash256> hashes = new(_hashes, BundleHasher.MaxEntries);
        level.CopyTo(hashes);
        level = hashes[..level.Length];
        while (level.Length / 2 >= SerialBelow)
        {
            // Lanes behind the last pair hash what lies there; their result stands behind the row and is overwritten.
            for (int pair = 0; pair < level.Length / 2; pair += TOps.Lanes)
            {
                Debug.Assert(2 * (pair + TOps.Lanes) <= BundleHasher.MaxEntries, "idle lanes read behind the scratch memory");
                _hasher.HashPairs(_hashes + (2 * pair), _states);
                TOps.StoreHashes(_states, (Hash256*)(_states + WordsPerState));
                int count = Math.Min(TOps.Lanes, (level.Length / 2) - pair);
                new ReadOnlySpan<Hash256>(_states + WordsPerState, count).CopyTo(level[pair..]);
            }

            level = CarryUp(level);
        }

        return FoldSerially(level);
    }

    /// <inheritdoc/>
    public override Hash256 HashFull(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames)
    {
        HashToTwoGroups(bundle, frames, _states);
        _hasher.HashNodes(_states, _states + WordsPerState, _states);

        // One vector of nodes is left. Halving it once more leaves lanes idle but still beats the serial function.
        int nodes = TOps.Lanes;
        if (nodes / 2 >= SerialBelow)
        {
            _hasher.HashNodes(_states, _states, _states);
            nodes /= 2;
        }

        TOps.StoreHashes(_states, _hashes);
        return FoldSerially(new Span<Hash256>(_hashes, nodes));
    }

    /// <inheritdoc/>
    public override void AddToBatch(int slot, ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames)
    {
        Debug.Assert((uint)slot < BundleHasher.BatchSize, "checked by the hasher");
        HashToTwoGroups(bundle, frames, _batch + (2 * slot * WordsPerState));
    }

    /// <inheritdoc/>
    public override void FinishBatch(Span<Hash256> roots)
    {
        Debug.Assert(roots.Length <= BundleHasher.BatchSize, "more roots than slots");

        // The bundles stand one behind the other, so they go up together as one row; slots that were not filled cost nothing more.
        int perBundle = 2 * TOps.Lanes;
        int groups = BatchGroups;
        for (; groups >= 4 && perBundle > 1; groups /= 2, perBundle /= 2)
        {
            for (int group = 0; group < groups; group += 4)
            {
                _hasher.HashNodePair(_batch + (group * WordsPerState), _batch + (group / 2 * WordsPerState));
            }
        }

        for (; perBundle > 1; groups = 1, perBundle /= 2)
        {
            _hasher.HashNodes(_batch, groups == 2 ? _batch + WordsPerState : _batch, _batch);
        }

        for (int group = 0; group < groups; group++)
        {
            TOps.StoreHashes(_batch + (group * WordsPerState), _hashes + (group * TOps.Lanes));
        }

        new ReadOnlySpan<Hash256>(_hashes, roots.Length).CopyTo(roots);
    }

    /// <summary>Hashes leaves and nodes of a full bundle until two groups of nodes are left; up to there every vector is full.</summary>
    private void HashToTwoGroups(ReadOnlySpan<byte> bundle, ReadOnlySpan<MessageFrame> frames, TVector* result)
    {
        Debug.Assert(frames.Length == BundleHasher.MaxEntries, "not a full bundle: frames would be read behind the last");
        int groups = BundleHasher.MaxEntries / TOps.Lanes;
        fixed (byte* data = bundle)
        fixed (MessageFrame* frame = frames)
        {
            for (int group = 0; group < groups; group += 2)
            {
                _hasher.HashLeafPair(data, bundle.Length, frame + (group * TOps.Lanes), _states + (group * WordsPerState));
            }
        }

        // States stay word by word: neighbouring lanes are paired without moving digests back into a row.
        for (; groups > 4; groups /= 2)
        {
            for (int group = 0; group < groups; group += 4)
            {
                _hasher.HashNodePair(_states + (group * WordsPerState), _states + (group / 2 * WordsPerState));
            }
        }

        _hasher.HashNodePair(_states, result);
    }
}
