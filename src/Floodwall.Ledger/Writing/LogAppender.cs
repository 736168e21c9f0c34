using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Floodwall.Ledger;

/// <summary>
/// Lays entries into the mapped segments: frames, links at the starts of bundles, the change to the next segment, and the tree over
/// it all (by a <see cref="BundleSealer"/>). Belongs to one thread; allocates nothing, as long as the disk keeps up.
/// </summary>
internal sealed class LogAppender : IDisposable
{
    private readonly LedgerPaths _paths;
    private readonly LedgerState _state;
    private readonly UnsyncedSegments _segments;
    private readonly SegmentPreparer _preparer;
    private readonly BundleSealer _sealer;

    private IMappedSegment _segment;
    private nint _address;
    private int _bundleOffset;
    private int _count;
    private int _pending;
    private ulong _size;
    private int _populated;
    private bool _nextAskedFor;

    public LogAppender(LedgerParts parts)
    {
        _paths = parts.Paths;
        _state = parts.State;
        _segments = parts.Segments;
        _segment = parts.Segment;
        _address = _segment.Address;
        _bundleOffset = parts.BundleOffset;
        _size = parts.Size;
        SegmentNumber = parts.SegmentNumber;
        Offset = parts.Offset;

        // Behind a full bundle the next one is yet to be opened, with its link.
        _count = (int)(_size - parts.Tip.FullSize);
        if (_count == 0 && _size > 0)
        {
            _count = LedgerLimits.EntriesPerBundle;
        }

        _sealer = new BundleSealer(parts.Tip, _state, parts.HashesInBackground, parts.ThreadStarted);
        _preparer = new SegmentPreparer(parts.Supply, _segment.Length, threadStarted: parts.ThreadStarted);
        PopulateAhead();
    }

    /// <summary>Number of the segment that is written.</summary>
    public uint SegmentNumber { get; private set; }

    /// <summary>Bytes of that segment that are used.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether an entry was laid and neither committed nor abandoned.</summary>
    public bool IsPending => _pending != 0;

    /// <summary>Lays an entry's header and gives its payload; kind and length are checked by the caller.</summary>
    public Span<byte> Lay(byte kind, int payloadLength, out ulong index)
    {
        Debug.Assert(!IsPending, "the entry before is neither committed nor abandoned");
        Debug.Assert((uint)payloadLength <= LedgerLimits.MaxPayloadBytes, "checked by the caller");
        if (_count == LedgerLimits.EntriesPerBundle)
        {
            OpenBundle();
        }

        Debug.Assert(_count < LedgerLimits.EntriesPerBundle, "the bundle is full");
        Debug.Assert(
            Offset + EntryFrame.HeaderBytes + payloadLength <= _bundleOffset + LedgerLimits.MaxBundleBytes
            && _bundleOffset + LedgerLimits.MaxBundleBytes <= _segment.Length,
            "a bundle starts only where the largest has room");
        index = _size;
        _pending = EntryFrame.HeaderBytes + payloadLength;
        SegmentMemory.StoreWord(_address, Offset + LedgerLimits.LengthPrefixBytes, EntryFrame.HeaderWord(kind, index));
        return SegmentMemory.Slice(_address, Offset + EntryFrame.HeaderBytes, payloadLength);
    }

    /// <summary>Publishes the entry that was laid.</summary>
    public void Commit()
    {
        Debug.Assert(_pending >= EntryFrame.HeaderBytes, "no entry was laid");
        Debug.Assert(_pending <= LedgerLimits.LengthPrefixBytes + LedgerLimits.MaxEntryBytes, "longer than an entry can be");
        Debug.Assert(_size <= LedgerLimits.MaxIndex && _count < LedgerLimits.EntriesPerBundle, "an entry too many");
        SegmentMemory.PublishLength(_address, Offset, (ushort)(_pending - LedgerLimits.LengthPrefixBytes));
        Offset += _pending;
        _pending = 0;
        _size++;
        _state.Appended = _size;
        if (++_count == LedgerLimits.EntriesPerBundle)
        {
            Vouch(_address, _bundleOffset, Offset - _bundleOffset);
        }
    }

    /// <summary>Wipes the entry that was laid.</summary>
    public void Abandon()
    {
        Debug.Assert(IsPending, "no entry was laid");
        SegmentMemory.Slice(_address, Offset, _pending).Clear();
        _pending = 0;
    }

    /// <summary>Whether up to 256 entries of any length fit without meeting a full disk; may wait for the next segment.</summary>
    /// <param name="entries">0 to 256.</param>
    /// <param name="atOnce">Whether a disk that was full a moment ago is asked again.</param>
    public bool HasRoomFor(int entries, bool atOnce)
    {
        // The open bundle has its room for sure, and so has each next one, with 255 entries beside its link, that fits even where
        // every bundle before it is of the largest size.
        int openBundle = LedgerLimits.EntriesPerBundle - _count;
        int nextBundle = openBundle == 0 ? Offset : _bundleOffset + LedgerLimits.MaxBundleBytes;
        int room = (_segment.Length - nextBundle) / LedgerLimits.MaxBundleBytes;
        return entries <= openBundle + (room * (LedgerLimits.EntriesPerBundle - 1)) || _preparer.Await(SegmentNumber + 1, atOnce) is null;
    }

    /// <summary>Asks for the root over everything committed.</summary>
    /// <returns>The entries that it is going to cover.</returns>
    public ulong BeginSeal()
    {
        int length = _count < LedgerLimits.EntriesPerBundle ? Offset - _bundleOffset : 0;
        _sealer.BeginHead(_address, _bundleOffset, length, _size);
        _segments.BeginSeal(Offset);
        return _size;
    }

    /// <summary>
    /// The head that <see cref="BeginSeal"/> asked for; what it covers is then in the publisher's reach. May be called by another thread
    /// than the appender's.
    /// </summary>
    public TreeHead EndSeal()
    {
        TreeHead head = _sealer.EndHead();
        Debug.Assert(head.Size >= _state.Sealed && head.Size <= _state.Appended, "heads go forward, and no further than the log");
        _segments.EndSeal();
        _state.Sealed = head.Size;
        return head;
    }

    /// <summary>Ends the helper thread; returns the number of a segment that was prepared and not used.</summary>
    public uint? Stop() => _preparer.Stop();

    public void Dispose()
    {
        _sealer.Dispose();
        _preparer.Dispose();
    }

    // Whoever appends may be somebody's own thread and be interrupted where it waits. What is then half done cannot be done again, and a
    // bundle that the tree lacks must never be signed over: the ledger takes nothing more. Opening it finds all that was appended.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Vouch(nint segment, int offset, int length)
    {
        try
        {
            if (length > 0)
            {
                _sealer.Full(segment, offset, length);
            }
            else
            {
                _sealer.Link(segment, offset);
            }
        }
        catch (Exception failure) when (failure is not LedgerException)
        {
            throw _state.Fail(failure);
        }
    }

    private void OpenBundle()
    {
        if (_segment.Length - Offset < LedgerLimits.MaxBundleBytes)
        {
            Roll();
        }
        else if (!_nextAskedFor && Offset >= _segment.Length / 2)
        {
            _preparer.Prepare(SegmentNumber + 1);
            _nextAskedFor = true;
        }

        PopulateAhead();
        _bundleOffset = Offset;
        _count = 0;
        bool known = _sealer.IsDone;
        LinkEntry link = new(_size / LedgerLimits.EntriesPerBundle, known ? _sealer.Tip.ChainDigest : default);
        link.Encode(Lay(EntryKinds.Link, LinkEntry.PayloadBytes, out _));
        int digest = Offset + EntryFrame.HeaderBytes + LinkEntry.DigestOffset;
        Commit();
        if (!known)
        {
            Vouch(_address, digest, length: 0);
        }
    }

    private void Roll()
    {
        uint number = SegmentNumber + 1;
        if (number > LedgerLimits.MaxSegmentNumber)
        {
            throw new LedgerFullException($"{_paths.Segments}: a ledger has at most {LedgerLimits.MaxSegmentNumber + 1} segments");
        }

        if (_preparer.Await(number, atOnce: false) is Exception failure)
        {
            throw failure is DiskFullException
                ? new LedgerFullException($"there is no room for segment {number}: {failure.Message}", failure)
                : _state.Fail(failure);
        }

        try
        {
            ChangeTo(number);
        }
        catch (Exception broken) when (broken is not LedgerException)
        {
            throw _state.Fail(broken);
        }
    }

    private void ChangeTo(uint number)
    {
        IMappedSegment next = _preparer.Take();

        // It stays mapped until a head above it was computed, and so until all of it was hashed.
        _segments.Retire(Offset);
        new SegmentHeader(number, _size).Encode(SegmentMemory.Slice(next.Address, 0, LedgerLimits.SegmentHeaderBytes));
        _segment = next;
        _address = next.Address;
        SegmentNumber = number;
        Offset = LedgerLimits.SegmentHeaderBytes;
        _segments.Add(next, synced: 0);
        _populated = SegmentPreparer.PopulateAhead;
        _nextAskedFor = false;
    }

    private void PopulateAhead()
    {
        if (_populated < _segment.Length && Offset + (SegmentPreparer.PopulateAhead / 2) >= _populated)
        {
            int from = Math.Max(_populated, Offset);
            int to = (int)Math.Min((long)Offset + SegmentPreparer.PopulateAhead, _segment.Length);
            _preparer.Populate(_segment, from, to);
            _populated = to;
        }
    }
}
