namespace Floodwall.Ledger.Native;

/// <summary>
/// The kernel's exclusive lock on an open file, which dies with the process. Given back by name, not by closing alone: a child that was
/// forked at that moment and has not begun its own program yet still holds the open file.
/// </summary>
internal sealed class LinuxFileLock(int descriptor) : IDisposable
{
    private int _descriptor = descriptor;

    public void Dispose()
    {
        int held = Interlocked.Exchange(ref _descriptor, -1);
        if (held >= 0)
        {
            _ = Libc.FLock(held, Libc.LockRelease);
            _ = Libc.Close(held);
        }
    }
}
