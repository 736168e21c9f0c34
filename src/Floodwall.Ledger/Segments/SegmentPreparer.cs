namespace Floodwall.Ledger;

/// <summary>
/// A helper thread that makes the next segment before it is needed and readies pages ahead of the writer. A full disk shows here,
/// where nothing has been decided yet, and not as a store that kills the process.
/// </summary>
internal sealed class SegmentPreparer : IDisposable
{
    /// <summary>
    /// How far pages are readied ahead of the writer; asked for anew at half of it, which is 14 ms of ten million small entries a
    /// second: time for this thread to get a core, or to fill the next segment. Where the disk makes it wait longer than that, the writer
    /// meets the page faults itself; the pages are there.
    /// </summary>
    public const int PopulateAhead = 16 << 20;

    /// <summary>How long a full disk is taken at its word at first; doubled with every further failure up to <see cref="LongestPause"/>.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(16);

    /// <summary>The longest time in which freed space goes unnoticed.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(512);

    private readonly SegmentSupply _supply;
    private readonly int _segmentBytes;
    private readonly object _gate = new();
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private bool _stopping;

    private uint? _wanted;
    private readonly Action? _threadStarted;
    private uint _number;
    private IMappedSegment? _ready;
    private Exception? _failure;
    private long _failedAt;
    private TimeSpan _pause;

    private IMappedSegment? _populate;
    private int _populateFrom;
    private int _populateTo;

    /// <param name="supply">Makes the segments.</param>
    /// <param name="segmentBytes">Bytes of a segment.</param>
    /// <param name="clock">Measures the pauses between attempts; null for the machine's.</param>
    /// <param name="threadStarted">Called first in the thread; or null.</param>
    public SegmentPreparer(SegmentSupply supply, int segmentBytes, TimeProvider? clock = null, Action? threadStarted = null)
    {
        _threadStarted = threadStarted;
        _clock = clock ?? TimeProvider.System;
        _supply = supply;
        _segmentBytes = segmentBytes;
        _thread = new Thread(Run) { IsBackground = true, Name = "floodwall-ledger-prepare" };
        _thread.Start();
    }

    /// <summary>Asks for a segment without waiting.</summary>
    public void Prepare(uint number)
    {
        lock (_gate)
        {
            if (_ready is null && _wanted is null)
            {
                _wanted = number;
                _failure = null;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>
    /// Waits for a segment that <see cref="Prepare"/> may have asked for already; a failed attempt is repeated. While the disk is full,
    /// attempts pause longer and longer, so that each of a flood of refused entries does not cost a file made and deleted.
    /// </summary>
    /// <param name="number">The segment's number.</param>
    /// <param name="atOnce">Whether a new attempt is made whatever the pause.</param>
    /// <returns>Null where it is ready, else why it is not.</returns>
    public Exception? Await(uint number, bool atOnce)
    {
        lock (_gate)
        {
            // Only what somebody was refused for counts: what failed ahead of time is tried again when it is needed.
            if (!atOnce && _failure is not null && _pause > TimeSpan.Zero && _clock.GetElapsedTime(_failedAt) < _pause)
            {
                return _failure;
            }

            Prepare(number);
            while (_ready is null && _failure is null)
            {
                Monitor.Wait(_gate);
            }

            _failedAt = _clock.GetTimestamp();
            _pause = _failure is not DiskFullException ? TimeSpan.Zero
                : _pause == TimeSpan.Zero ? FirstPause
                : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, LongestPause.Ticks));
            return _failure;
        }
    }

    /// <summary>Hands over the segment that <see cref="Await"/> found ready.</summary>
    public IMappedSegment Take()
    {
        lock (_gate)
        {
            IMappedSegment segment = _ready ?? throw new InvalidOperationException("no segment is ready");
            _ready = null;
            return segment;
        }
    }

    /// <summary>Asks for the pages of a range to be readied, without waiting; what was not begun yet of the same segment is taken along.</summary>
    public void Populate(IMappedSegment segment, int from, int to)
    {
        lock (_gate)
        {
            _populateFrom = ReferenceEquals(_populate, segment) ? Math.Min(_populateFrom, from) : from;
            _populate = segment;
            _populateTo = Math.Min(to, segment.Length);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Stops the thread and drops a segment that was made and not used; returns its number, so that its file can be deleted.</summary>
    public uint? Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        if (_ready is null)
        {
            return null;
        }

        _ready.Dispose();
        _ready = null;
        return _number;
    }

    public void Dispose() => Stop();

    private void Run()
    {
        _threadStarted?.Invoke();
        while (true)
        {
            uint? wanted;
            IMappedSegment? populate;
            int from, to;
            lock (_gate)
            {
                while (!_stopping && _wanted is null && _populate is null)
                {
                    Monitor.Wait(_gate);
                }

                if (_stopping)
                {
                    return;
                }

                wanted = _wanted;
                populate = _populate;
                (from, to) = (_populateFrom, _populateTo);
                _populate = null;
            }

            if (populate is not null && to > from)
            {
                TryPopulate(populate, from, to);
            }

            if (wanted is uint number)
            {
                Make(number);
            }
        }
    }

    private void Make(uint number)
    {
        IMappedSegment? made = null;
        Exception? failure = null;
        try
        {
            made = _supply.Make(number, _segmentBytes);
            made.Populate(0, Math.Min(PopulateAhead, made.Length));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            made?.Dispose();
            failure = problem;
        }

        lock (_gate)
        {
            _wanted = null;
            _number = number;
            _ready = failure is null ? made : null;
            _failure = failure;
            Monitor.PulseAll(_gate);
        }
    }

    private static void TryPopulate(IMappedSegment segment, int from, int to)
    {
        try
        {
            segment.Populate(from, to - from);
        }
        catch (IOException)
        {
            // The pages were allocated when the segment was made; readying them is a matter of speed alone.
        }
    }
}
