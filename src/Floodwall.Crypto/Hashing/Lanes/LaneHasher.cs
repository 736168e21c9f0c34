using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Crypto;

/// <summary>
/// Hashes as many messages side by side as a vector has elements. States lie word by word (8 vectors for each group of
/// messages) and stay so from leaves to nodes. Owns its scratch memory; not thread-safe.
/// </summary>
internal sealed unsafe class LaneHasher<TVector, TOps>
    where TVector : unmanaged
    where TOps : struct, ILaneOps<TVector>
{
    private const int Alignment = 64;
    private const int WordsPerBlock = 16;
    private const int WordsPerState = 8;

    // Below this many unfinished messages the serial function is faster than a vector of mostly idle lanes.
    private static readonly int SerialBelow = (TOps.Lanes / 4) + 1;

    private readonly byte[] _memory;
    private readonly byte* _tables;
    private readonly byte* _rows;
    private readonly TVector* _words;
    private readonly TVector* _running;
    private readonly uint* _k;

    public LaneHasher()
    {
        int rows = TOps.Lanes * Sha256Constants.BlockSize;
        int running = TOps.Lanes * Hash256.Size;
        int tables = AlignUp(MessageBlocks.TableSize);
        int k = 64 * sizeof(uint);

        // The pinned heap does not move, so the pointers hold for as long as this object does and nothing is to be freed.
        _memory = GC.AllocateArray<byte>(tables + rows + rows + running + k + Alignment, pinned: true);
        byte* at = (byte*)AlignUp((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)));
        _tables = at;
        _rows = at += tables;
        _words = (TVector*)(at += rows);
        _running = (TVector*)(at += rows);
        _k = (uint*)(at += running);
        MessageBlocks.FillTables(_tables);
        Sha256Constants.K.CopyTo(new Span<uint>(_k, 64));
    }

    /// <summary>Computes the states (which are the digests) of one group of messages.</summary>
    /// <param name="data">The buffer that the frames speak of.</param>
    /// <param name="size">Length of the buffer.</param>
    /// <param name="frames">One message for each lane.</param>
    /// <param name="prefix">1 where each message stands behind a zero byte (a leaf), else 0.</param>
    /// <param name="states">Receives 8 vectors.</param>
    public void HashMessages(byte* data, int size, MessageFrame* frames, int prefix, TVector* states)
    {
        int longest = 0;
        int end = 0;
        int start = int.MaxValue;
        for (int lane = 0; lane < TOps.Lanes; lane++)
        {
            longest = Math.Max(longest, frames[lane].Length);
            end = Math.Max(end, frames[lane].Offset);
            start = Math.Min(start, frames[lane].Offset);
        }

        bool isShort = prefix == 1 && longest <= MessageBlocks.MaxShortLeaf && start > 0 && end - 1 + Sha256Constants.BlockSize <= size;
        if (!isShort)
        {
            HashBlockByBlock(data, frames, prefix, MessageBlocks.Count(prefix, longest), states);
            return;
        }

        for (int lane = 0; lane < TOps.Lanes; lane++)
        {
            MessageBlocks.WriteShortLeaf(
                data + frames[lane].Offset, frames[lane].Length, _tables, _rows + (lane * Sha256Constants.BlockSize));
        }

        TOps.LoadWords(_rows, _words);
        Initialize(states);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
    }

    /// <summary>
    /// Computes SHA-256(0x01 ‖ left ‖ right) in each lane. <paramref name="left"/> and <paramref name="right"/> are 8 vectors each;
    /// <paramref name="states"/> receives 8 and may be the same memory as either.
    /// </summary>
    public void HashNodes(TVector* left, TVector* right, TVector* states)
    {
        // 65 bytes: the prefix moves every word back by one byte, and the last byte falls into a second block.
        TVector* w = _words;
        w[0] = TOps.ShiftByte(TOps.Broadcast(MerkleHash.NodePrefix), left[0]);
        w[8] = TOps.ShiftByte(left[7], right[0]);
        for (int i = 1; i < WordsPerState; i++)
        {
            w[i] = TOps.ShiftByte(left[i - 1], left[i]);
            w[8 + i] = TOps.ShiftByte(right[i - 1], right[i]);
        }

        TVector last = TOps.ShiftByte(right[7], TOps.Broadcast(0x80000000));
        Initialize(states);
        LaneKernel<TVector, TOps>.Compress(states, w, _k);
        w[0] = last;
        TVector zero = default;
        for (int i = 1; i < WordsPerBlock - 1; i++)
        {
            w[i] = zero;
        }

        w[15] = TOps.Broadcast(65 * 8);
        LaneKernel<TVector, TOps>.Compress(states, w, _k);
    }

    /// <summary>As <see cref="HashNodes(TVector*, TVector*, TVector*)"/>, where each lane's left and right digest lie one behind the other in <paramref name="pairs"/>.</summary>
    public void HashPairs(Hash256* pairs, TVector* states)
    {
        new ReadOnlySpan<byte>(pairs, TOps.Lanes * Sha256Constants.BlockSize).CopyTo(new Span<byte>(_rows, TOps.Lanes * Sha256Constants.BlockSize));
        TVector* both = stackalloc TVector[WordsPerBlock];
        TOps.LoadWords(_rows, both);
        HashNodes(both, both + WordsPerState, states);
    }

    private void HashBlockByBlock(byte* data, MessageFrame* frames, int prefix, int mostBlocks, TVector* states)
    {
        Initialize(_running);
        for (int block = 0; block < mostBlocks; block++)
        {
            int unfinished = 0;
            for (int lane = 0; lane < TOps.Lanes; lane++)
            {
                unfinished += MessageBlocks.Count(prefix, frames[lane].Length) > block ? 1 : 0;
            }

            if (block > 0 && unfinished < SerialBelow)
            {
                FinishSerially(data, frames, prefix, block, states);
                return;
            }

            for (int lane = 0; lane < TOps.Lanes; lane++)
            {
                // Lanes of finished messages go on with whatever lies in their row; their digest was taken before.
                if (MessageBlocks.Count(prefix, frames[lane].Length) > block)
                {
                    MessageBlocks.Write(data, frames[lane], prefix, block, _rows + (lane * Sha256Constants.BlockSize));
                }
            }

            TOps.LoadWords(_rows, _words);
            LaneKernel<TVector, TOps>.Compress(_running, _words, _k);
            for (int lane = 0; lane < TOps.Lanes; lane++)
            {
                if (MessageBlocks.Count(prefix, frames[lane].Length) == block + 1)
                {
                    for (int word = 0; word < WordsPerState; word++)
                    {
                        ((uint*)states)[(word * TOps.Lanes) + lane] = ((uint*)_running)[(word * TOps.Lanes) + lane];
                    }
                }
            }
        }
    }

    private void FinishSerially(byte* data, MessageFrame* frames, int prefix, int block, TVector* states)
    {
        Span<byte> last = stackalloc byte[Sha256Constants.BlockSize];
        for (int lane = 0; lane < TOps.Lanes; lane++)
        {
            int blocks = MessageBlocks.Count(prefix, frames[lane].Length);
            if (blocks <= block)
            {
                continue;
            }

            Sha256State state = default;
            for (int word = 0; word < WordsPerState; word++)
            {
                state[word] = ((uint*)_running)[(word * TOps.Lanes) + lane];
            }

            // Blocks that hold message bytes only are read where they lie; the padded ones (one or two) are laid out.
            int done = (block * Sha256Constants.BlockSize) - prefix;
            int whole = Math.Max(0, frames[lane].Length - done) & ~(Sha256Constants.BlockSize - 1);
            Sha256.Compress(ref state, new ReadOnlySpan<byte>(data + frames[lane].Offset + done, whole));
            for (int next = block + (whole / Sha256Constants.BlockSize); next < blocks; next++)
            {
                fixed (byte* row = last)
                {
                    MessageBlocks.Write(data, frames[lane], prefix, next, row);
                }

                Sha256.Compress(ref state, last);
            }

            for (int word = 0; word < WordsPerState; word++)
            {
                ((uint*)states)[(word * TOps.Lanes) + lane] = state[word];
            }
        }
    }

    private static void Initialize(TVector* states)
    {
        for (int word = 0; word < WordsPerState; word++)
        {
            states[word] = TOps.Broadcast(Sha256Constants.InitialState[word]);
        }
    }

    private static int AlignUp(int size) => (size + Alignment - 1) & ~(Alignment - 1);

    private static nint AlignUp(nint address) => (address + Alignment - 1) & ~(nint)(Alignment - 1);
}
