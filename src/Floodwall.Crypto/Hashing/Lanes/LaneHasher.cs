using System.Diagnostics;
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
    private readonly TVector* _otherWords;
    private readonly TVector* _children;
    private readonly TVector* _running;
    private readonly uint* _k;

    public LaneHasher()
    {
        Debug.Assert(TOps.Lanes == sizeof(TVector) / sizeof(uint), "a lane is a 32-bit element");
        int rows = TOps.Lanes * Sha256Constants.BlockSize;
        int schedule = LanePairKernel<TVector, TOps>.ScheduleLength * sizeof(TVector);
        int running = TOps.Lanes * Hash256.Size;
        int tables = AlignUp(MessageBlocks.TableSize);
        int k = 64 * sizeof(uint);

        // The pinned heap does not move, so the pointers hold for as long as this object does and nothing is to be freed.
        _memory = GC.AllocateArray<byte>(tables + rows + (2 * schedule) + rows + running + k + Alignment, pinned: true);
        byte* at = (byte*)AlignUp((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory)));
        _tables = at;
        _rows = at += tables;
        _words = (TVector*)(at += rows);
        _otherWords = (TVector*)(at += schedule);
        _children = (TVector*)(at += schedule);
        _running = (TVector*)(at += rows);
        _k = (uint*)(at += running);
        Debug.Assert(
            (((nint)_tables | (nint)_rows | (nint)_words | (nint)_otherWords | (nint)_children | (nint)_running | (nint)_k) & (Alignment - 1)) == 0,
            "a vector would lie across two cache lines, and an aligned load of it would end the process");
        MessageBlocks.FillTables(_tables);
        Sha256Constants.K.CopyTo(new Span<uint>(_k, 64));
    }

    /// <summary>Computes the states (which are the digests) of one group of messages.</summary>
    /// <param name="data">The buffer that the frames speak of.</param>
    /// <param name="size">Length of the buffer.</param>
    /// <param name="frames">One message for each lane.</param>
    /// <param name="prefix">1 where each message is hashed behind a zero byte (a leaf), else 0. With 1, no message may begin at
    /// the very start of the buffer: the byte before it is read.</param>
    /// <param name="states">Receives 8 vectors.</param>
    public void HashMessages(byte* data, int size, MessageFrame* frames, int prefix, TVector* states)
    {
        Debug.Assert(prefix is 0 or 1, "a leaf has one byte before it, anything else none");
        Debug.Assert(MessageBlocks.AreInside(frames, TOps.Lanes, size, prefix), "a message lies outside the buffer");
        if (prefix != 1 || !AreShort(frames, TOps.Lanes))
        {
            HashBlockByBlock(data, frames, prefix, states);
            return;
        }

        LoadShortLeaves(data, size, frames, _words);
        Initialize(states);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
    }

    /// <summary>As <see cref="HashMessages"/> for the leaves of two groups; <paramref name="states"/> receives 16 vectors.</summary>
    public void HashLeafPair(byte* data, int size, MessageFrame* frames, TVector* states)
    {
        if (!AreShort(frames, 2 * TOps.Lanes))
        {
            HashMessages(data, size, frames, 1, states);
            HashMessages(data, size, frames + TOps.Lanes, 1, states + WordsPerState);
            return;
        }

        Debug.Assert(MessageBlocks.AreInside(frames, 2 * TOps.Lanes, size, prefix: 1), "a message lies outside the buffer");
        LoadShortLeaves(data, size, frames, _words);
        LoadShortLeaves(data, size, frames + TOps.Lanes, _otherWords);
        Initialize(states);
        Initialize(states + WordsPerState);
        CompressPair(states);
    }

    /// <summary>
    /// Computes the nodes above two groups of states: each two neighbouring lanes are the children of one node, first those
    /// of <paramref name="low"/>, then those of <paramref name="high"/>. The result may go where either came from.
    /// </summary>
    public void HashNodes(TVector* low, TVector* high, TVector* states)
    {
        TVector last = LoadNodes(low, high, _words);
        Initialize(states);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
        LoadLastBlock(last, _words);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
    }

    /// <summary>The nodes above four groups of states that lie one behind the other; <paramref name="states"/> receives two groups.</summary>
    public void HashNodePair(TVector* children, TVector* states)
    {
        TVector last = LoadNodes(children, children + WordsPerState, _words);
        TVector otherLast = LoadNodes(children + (2 * WordsPerState), children + (3 * WordsPerState), _otherWords);
        Initialize(states);
        Initialize(states + WordsPerState);
        CompressPair(states);
        LoadLastBlock(last, _words);
        LoadLastBlock(otherLast, _otherWords);
        CompressPair(states);
    }

    /// <summary>Computes one node in each lane, whose left and right child lie one behind the other in <paramref name="pairs"/>.</summary>
    public void HashPairs(Hash256* pairs, TVector* states)
    {
        int size = TOps.Lanes * Sha256Constants.BlockSize;
        new ReadOnlySpan<byte>(pairs, size).CopyTo(new Span<byte>(_rows, size));
        TOps.LoadWords(_rows, _children);
        TVector last = ShiftNodes(_children, _words);
        Initialize(states);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
        LoadLastBlock(last, _words);
        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
    }

    private static bool AreShort(MessageFrame* frames, int count)
    {
        int longest = 0;
        for (int lane = 0; lane < count; lane++)
        {
            longest = Math.Max(longest, frames[lane].Length);
        }

        return longest <= MessageBlocks.MaxShortLeaf;
    }

    private void LoadShortLeaves(byte* data, int size, MessageFrame* frames, TVector* words)
    {
        byte* row = _rows;
        for (int lane = 0; lane < TOps.Lanes; lane++, row += Sha256Constants.BlockSize)
        {
            MessageFrame frame = frames[lane];
            if (frame.Offset - 1 + Sha256Constants.BlockSize <= size)
            {
                MessageBlocks.WriteShortLeaf(data + frame.Offset, frame.Length, _tables, row);
            }
            else
            {
                MessageBlocks.Write(data, frame, 1, 0, row); // so near the end that 64 bytes cannot be read
            }
        }

        TOps.LoadWords(_rows, words);
    }

    private void CompressPair(TVector* states)
    {
        if (TOps.RunsPairs)
        {
            LanePairKernel<TVector, TOps>.Compress(states, _words, _otherWords, _k);
            return;
        }

        LaneKernel<TVector, TOps>.Compress(states, _words, _k);
        LaneKernel<TVector, TOps>.Compress(states + WordsPerState, _otherWords, _k);
    }

    /// <summary>Pairs neighbouring lanes and lays out the first block of their nodes; returns the first word of the second.</summary>
    private TVector LoadNodes(TVector* low, TVector* high, TVector* words)
    {
        for (int word = 0; word < WordsPerState; word++)
        {
            _children[word] = TOps.Even(low[word], high[word]);
            _children[WordsPerState + word] = TOps.Odd(low[word], high[word]);
        }

        return ShiftNodes(_children, words);
    }

    /// <summary>
    /// The first block of a node: the prefix moves every word of the children back by one byte. The last of the 65 bytes falls
    /// into a second block, whose first word is returned.
    /// </summary>
    private static TVector ShiftNodes(TVector* children, TVector* words)
    {
        words[0] = TOps.ShiftByte(TOps.Broadcast(MerkleHash.NodePrefix), children[0]);
        for (int word = 1; word < WordsPerBlock; word++)
        {
            words[word] = TOps.ShiftByte(children[word - 1], children[word]);
        }

        return TOps.ShiftByte(children[WordsPerBlock - 1], TOps.Broadcast(0x80000000));
    }

    private static void LoadLastBlock(TVector first, TVector* words)
    {
        words[0] = first;
        for (int word = 1; word < WordsPerBlock - 1; word++)
        {
            words[word] = default;
        }

        words[WordsPerBlock - 1] = TOps.Broadcast(65 * 8);
    }

    private void HashBlockByBlock(byte* data, MessageFrame* frames, int prefix, TVector* states)
    {
        int longest = 0;
        for (int lane = 0; lane < TOps.Lanes; lane++)
        {
            longest = Math.Max(longest, frames[lane].Length);
        }

        int mostBlocks = MessageBlocks.Count(prefix, longest);
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
