namespace Floodwall.Ledger;

/// <summary>
/// Threads that check the pieces of a log, and a bounded ring in which their results wait for their turn. Results come out in the
/// order of the log, whichever thread was faster.
/// </summary>
internal sealed class PieceQueue : IDisposable
{
    private const int AheadPerThread = 4;

    private readonly object _gate = new();
    private readonly SegmentCatalog _catalog;
    private readonly WalkSettings _settings;
    private readonly long _segmentBytes;
    private readonly LogPiece?[] _ring;
    private readonly Thread[] _threads;
    private int _segment;
    private int _part;
    private long _given;
    private long _taken;
    private bool _stopping;

    public PieceQueue(SegmentCatalog catalog, WalkSettings settings, GenesisEntry genesis, Func<PieceChecker> checkers)
    {
        _catalog = catalog;
        _settings = settings;
        _segmentBytes = genesis.SegmentBytes;
        _segment = catalog.First;
        _ring = new LogPiece?[settings.EffectiveThreads * AheadPerThread];
        _threads = new Thread[settings.EffectiveThreads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(() => Work(checkers)) { IsBackground = true, Name = $"floodwall-verify-{i}" };
            _threads[i].Start();
        }
    }

    /// <summary>The next piece of the log; null behind the last.</summary>
    public LogPiece? Take()
    {
        lock (_gate)
        {
            int slot = (int)(_taken % _ring.Length);
            while (_ring[slot] is null)
            {
                if (_segment >= _catalog.End && _taken == _given)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            LogPiece piece = _ring[slot]!;
            _ring[slot] = null;
            _taken++;
            Monitor.PulseAll(_gate);
            return piece;
        }
    }

    /// <summary>Stops the threads and waits for them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    private void Work(Func<PieceChecker> checkers)
    {
        using PieceChecker checker = checkers();
        while (TryClaim(out int segment, out int part, out long turn))
        {
            LogPiece piece = CheckSafely(checker, segment, part);
            lock (_gate)
            {
                _ring[turn % _ring.Length] = piece;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private LogPiece CheckSafely(PieceChecker checker, int segment, int part)
    {
        try
        {
            return checker.Check(segment, part, _settings.PieceBytes);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // Reading it again in order gives the same failure, at its place.
            return new LogPiece { Segment = segment, Odd = true };
        }
#pragma warning disable CA1031 // it must come up in the caller's thread, not end the process in this one
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return new LogPiece { Segment = segment, Odd = true, Failure = failure };
        }
    }

    private bool TryClaim(out int segment, out int part, out long turn)
    {
        lock (_gate)
        {
            while (!_stopping && _given - _taken >= _ring.Length)
            {
                Monitor.Wait(_gate);
            }

            (segment, part, turn) = (_segment, _part, _given);
            if (_stopping || _segment >= _catalog.End)
            {
                Monitor.PulseAll(_gate);
                return false;
            }

            _given++;

            // A file longer than a segment can be is refused by its first piece.
            long length = Math.Min(_catalog.LengthOf(segment), _segmentBytes);
            _part++;
            if ((long)_part * _settings.PieceBytes >= length)
            {
                _segment++;
                _part = 0;
            }

            return true;
        }
    }
}
