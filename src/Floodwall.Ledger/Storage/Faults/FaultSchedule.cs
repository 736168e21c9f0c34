namespace Floodwall.Ledger;

/// <summary>Counts and tells the steps of a <see cref="FaultDisk"/>, and fails those that are to fail. Thread-safe.</summary>
internal sealed class FaultSchedule
{
    private long _calls;
    private long _failAt = -1;
    private bool _failAfter;
    private StorageFault _fault;

    /// <summary>Called before each step takes effect; null for nothing.</summary>
    public Action<StorageCall>? Before { get; set; }

    /// <summary>Steps made so far, failed ones included.</summary>
    public long CallCount => Interlocked.Read(ref _calls);

    /// <summary>Whether the step that <see cref="FailCall"/> named has come.</summary>
    public bool HasFailed => _failAt > 0 && CallCount >= _failAt;

    /// <summary>Makes one step fail, or that one and all behind it; 0 for none.</summary>
    public void FailCall(long number, StorageFault fault, bool forGood) => (_failAt, _fault, _failAfter) = (number > 0 ? number : -1, fault, forGood);

    /// <summary>A step is about to be made.</summary>
    /// <exception cref="IOException">It is to fail.</exception>
    public void Step(StorageStep step, string path)
    {
        long number = Interlocked.Increment(ref _calls);
        Before?.Invoke(new StorageCall(number, step, path));
        if (number == _failAt || (_failAfter && _failAt > 0 && number > _failAt))
        {
            throw _fault == StorageFault.DiskFull
                ? new DiskFullException($"{path}: {step} failed: no space left on device (injected at call {number})", 28)
                : new IOException($"{path}: {step} failed: input/output error (injected at call {number})", 5);
        }
    }
}
