namespace Floodwall.Ledger.Native;

/// <summary>A new file, written and synced by checked system calls.</summary>
internal sealed class LinuxFileWriter : IFileWriter
{
    private readonly string _path;
    private int _descriptor;

    private LinuxFileWriter(string path, int descriptor)
    {
        _path = path;
        _descriptor = descriptor;
    }

    public static LinuxFileWriter Create(string path, int mode = Libc.ModeShared) =>
        new(path, LinuxFile.Open(path, Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenExclusive, mode, "create"));

    public void Write(ReadOnlySpan<byte> data)
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        if (!LinuxFile.TryWriteAll(_descriptor, data))
        {
            throw NativeFailure.Last("write", _path);
        }
    }

    public void Sync()
    {
        ObjectDisposedException.ThrowIf(_descriptor < 0, this);
        LinuxFile.Sync(_descriptor, _path);
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }
}
