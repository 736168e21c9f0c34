using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>Replaces a file by temporary file, fsync, rename, fsync of the folder. Paths are encoded once, so a replacement allocates nothing.</summary>
internal sealed unsafe class LinuxReplaceableFile : IReplaceableFile
{
    private readonly string _path;
    private readonly string _folder;
    private byte* _name;
    private byte* _temporary;
    private byte* _folderName;

    public LinuxReplaceableFile(string path)
    {
        _path = path;
        _folder = Path.GetDirectoryName(path) ?? throw new ArgumentException($"'{path}' names no file", nameof(path));
        _name = LinuxFile.EncodePath(path);
        _temporary = LinuxFile.EncodePath(path + ".tmp");
        _folderName = LinuxFile.EncodePath(_folder);
    }

    public void Replace(ReadOnlySpan<byte> content)
    {
        ObjectDisposedException.ThrowIf(_name is null, this);
        try
        {
            WriteTemporary(content);
            Check(Libc.Rename(_temporary, _name), "rename over");
        }
        catch
        {
            // Whoever made the file for others to find shall not leave them half of one. Where even this fails, the next one overwrites it.
            _ = Libc.Unlink(_temporary);
            throw;
        }

        int folder = Check(LinuxFile.Retry(_folderName, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0), "open the folder of");
        try
        {
            Check(Libc.FSync(folder), "fsync the folder of");
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_name);
        NativeMemory.Free(_temporary);
        NativeMemory.Free(_folderName);
        _name = _temporary = _folderName = null;
    }

    private void WriteTemporary(ReadOnlySpan<byte> content)
    {
        const int Flags = Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenTruncate | Libc.OpenCloseOnExec;
        int file = Check(LinuxFile.Retry(_temporary, Flags, Libc.ModeShared), "create the temporary file of");
        try
        {
            Check(LinuxFile.TryWriteAll(file, content) ? 0 : -1, "write the temporary file of");
            Check(Libc.FSync(file), "fsync the temporary file of");
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    private int Check(int result, string step) => result >= 0 ? result : throw NativeFailure.Last(step, _path);
}
