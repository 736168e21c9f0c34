using System.Diagnostics;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The thread that hands the latest published checkpoint to the witnesses and completes the callers who wait for Witnessed. It alone
/// waits for them: ledger and checkpoint threads only set a flag. A failed attempt costs nothing but time.
/// </summary>
internal sealed class WitnessWorker : IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly ICheckpointWitness _witness;
    private readonly LedgerWriter _ledger;
    private readonly WitnessSettings _settings;
    private readonly LedgerPaths _paths;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private ulong _witnessedSize;
    private Exception? _fault;
    private bool _started;
    private bool _stopping;

    public WitnessWorker(ICheckpointWitness witness, LedgerWriter ledger, WallOptions wall, PendingTable waits, int maxPending)
    {
        _witness = witness;
        _ledger = ledger;
        _settings = wall.Witnessing;
        _paths = new LedgerPaths(wall.Ledger!.Directory, wall.Ledger.StateDirectory);
        Waiters = new WaiterQueue(waits, maxPending);
        _thread = new Thread(Run) { IsBackground = true, Name = "floodwall-witness" };
    }

    /// <summary>Callers whose decision is signed and who wait for more.</summary>
    public WaiterQueue Waiters { get; }

    /// <summary>Entries that are known to be witnessed. Readable from any thread.</summary>
    public ulong WitnessedSize => Volatile.Read(ref _witnessedSize);

    /// <summary>Why the latest attempt did not succeed; null where it did. Readable from any thread.</summary>
    public Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Starts with the checkpoint that is there: an earlier run may have closed before it was witnessed.</summary>
    public void Start()
    {
        _started = true;
        _thread.Start();
    }

    /// <summary>A checkpoint was published. Never waits.</summary>
    public void Post() => _wake.Set();

    /// <summary>
    /// Makes a last attempt, within the time that the settings allow, and fails whoever still waits. After the last checkpoint was
    /// published, or will never be.
    /// </summary>
    public void Stop()
    {
        if (_started)
        {
            _stop.CancelAfter(_settings.Closing);
            Volatile.Write(ref _stopping, true);
            _wake.Set();

            // A witness that does not heed the cancellation is left to the end of the process; it holds nothing of the wall's.
            _thread.Join(_settings.Closing + TimeSpan.FromSeconds(1));
        }

        Exception? fault = Fault;
        Waiters.Fail(decision => new NotWitnessedException(decision, fault));
    }

    public void Dispose()
    {
        if (!_thread.IsAlive)
        {
            _wake.Dispose();
            _stop.Dispose();
        }
    }

    private void Run()
    {
        TimeSpan pause = TimeSpan.Zero;
        TimeSpan failurePause = _settings.Interval;
        while (true)
        {
            bool last = Volatile.Read(ref _stopping);

            // Those who came to wait while the attempt that covered them was under way.
            Waiters.Complete(WitnessedSize, AckTier.Witnessed);
            if (_ledger.SignedSize > WitnessedSize && !_stop.IsCancellationRequested)
            {
                bool done = Attempt();
                failurePause = done ? _settings.Interval : Longer(failurePause);
                pause = done ? _settings.Interval : failurePause;
            }

            if (last)
            {
                return;
            }

            WaitForWork(pause);
        }
    }

    /// <summary>Returns once there is something to do and the pause is over, or at once when the wall is closing.</summary>
    private void WaitForWork(TimeSpan pause)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Volatile.Read(ref _stopping))
        {
            TimeSpan left = pause - Stopwatch.GetElapsedTime(start);
            bool behind = _ledger.SignedSize > WitnessedSize;
            if (behind && left <= TimeSpan.Zero)
            {
                return;
            }

            _wake.WaitOne(behind ? left : Timeout.InfiniteTimeSpan);
            Waiters.Complete(WitnessedSize, AckTier.Witnessed);
        }
    }

    private bool Attempt()
    {
        try
        {
            byte[] note = FileLedgerStorage.Instance.ReadSmallFile(_paths.Checkpoint, LedgerLimits.MaxNoteBytes)
                ?? throw new FileNotFoundException($"{_paths.Checkpoint}: the checkpoint is missing", _paths.Checkpoint);
            if (!Crypto.SignedNote.TryParse(note, out Crypto.SignedNote? signed, out string? error)
                || !Crypto.Checkpoint.TryParse(signed.Text, out Crypto.Checkpoint? checkpoint, out error))
            {
                throw new InvalidDataException($"{_paths.Checkpoint}: {error}");
            }

            if (!_witness.Witness(note, _stop.Token))
            {
                Volatile.Write(ref _fault, new IOException($"too few witnesses have cosigned the checkpoint over {checkpoint.Size} entries"));
                return false;
            }

            Volatile.Write(ref _fault, null);
            Volatile.Write(ref _witnessedSize, Math.Max(checkpoint.Size, WitnessedSize));
            Waiters.Complete(WitnessedSize, AckTier.Witnessed);
            return true;
        }
#pragma warning disable CA1031 // whatever a witness throws, the wall goes on and a later checkpoint is tried again
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _fault, exception);
            return false;
        }
    }

    private static TimeSpan Longer(TimeSpan pause)
    {
        TimeSpan doubled = (pause * 2) + TimeSpan.FromMilliseconds(10);
        return doubled < LongestPause ? doubled : LongestPause;
    }
}
