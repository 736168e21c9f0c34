using Floodwall.Ledger.Native;

namespace Floodwall.Ledger;

/// <summary>A ledger on a real disk. On Linux every sync is checked by its own system call; elsewhere .NET's portable means serve.</summary>
public sealed class FileLedgerStorage : ILedgerStorage
{
    private const string BootIdentityFile = "/proc/sys/kernel/random/boot_id";

    private readonly bool _linux;

    /// <param name="linux">Whether Linux's own system calls are used; the portable means work on Linux too, unchecked syncs aside.</param>
    internal FileLedgerStorage(bool linux) => _linux = linux;

    /// <summary>The file system of this machine.</summary>
    public static FileLedgerStorage Instance { get; } = new(OperatingSystem.IsLinux() && Environment.Is64BitProcess);

    /// <inheritdoc/>
    public string? BootIdentity { get; } = ReadBootIdentity();

    /// <inheritdoc/>
    public bool FolderExists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public IReadOnlyList<StoredFile> List(string folder)
    {
        DirectoryInfo info = new(folder);
        if (!info.Exists)
        {
            return [];
        }

        List<StoredFile> files = [];
        foreach (FileInfo file in info.EnumerateFiles())
        {
            try
            {
                files.Add(new StoredFile(file.Name, file.Length));
            }
            catch (FileNotFoundException)
            {
                // A live writer deletes its spare segment when it closes.
            }
        }

        return files;
    }

    /// <inheritdoc/>
    public byte[]? ReadSmallFile(string path, int maxBytes)
    {
        using IFileReader? reader = OpenRead(path);
        if (reader is null)
        {
            return null;
        }

        // The length is not trusted: devices and /proc state none. One byte more than allowed tells "longer".
        byte[] buffer = new byte[(int)Math.Min(Math.Max(reader.Length, 256), maxBytes) + 1];
        int filled = 0;
        while (true)
        {
            int read = reader.Read(filled, buffer.AsSpan(filled));
            filled += read;
            if (filled > maxBytes)
            {
                throw new InvalidDataException($"{path}: longer than the {maxBytes} bytes that such a file can have");
            }

            if (read == 0)
            {
                return buffer.AsSpan(0, filled).ToArray();
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxBytes + 1));
            }
        }
    }

    /// <inheritdoc/>
    public IFileReader? OpenRead(string path) => FileReader.TryOpen(path);

    /// <inheritdoc/>
    public void CreateFolder(string path, bool ownerOnly)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        if (File.Exists(path))
        {
            throw new IOException($"{path}: a folder is to be made here, but there is a file of that name");
        }

        string? parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            CreateFolder(parent, ownerOnly: false);
        }

        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        else
        {
            Directory.CreateDirectory(path);
        }

        if (!string.IsNullOrEmpty(parent))
        {
            SyncFolder(parent);
        }
    }

    /// <inheritdoc/>
    public IDisposable? TryLock(string path) => _linux ? LinuxFile.TryLock(path) : PortableFile.TryLock(path);

    /// <inheritdoc/>
    public IMappedSegment CreateSegment(string path, int length) =>
        _linux ? LinuxMappedSegment.Create(path, length) : PortableMappedSegment.Create(path, length);

    /// <inheritdoc/>
    public IMappedSegment OpenSegment(string path, int length) =>
        _linux ? LinuxMappedSegment.Open(path, length) : PortableMappedSegment.Open(path, length);

    /// <inheritdoc/>
    public IMappedSegment? ReuseSegment(string old, string path, int length) => _linux ? LinuxMappedSegment.TryReuse(old, path, length) : null;

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        if (_linux)
        {
            LinuxFile.Rename(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Trim(string path, int length)
    {
        if (_linux)
        {
            LinuxFile.Trim(path, length);
        }
        else
        {
            PortableFile.Trim(path, length);
        }
    }

    /// <inheritdoc/>
    public IReplaceableFile OpenReplaceable(string path) =>
        _linux ? new LinuxReplaceableFile(path) : new PortableReplaceableFile(path);

    /// <inheritdoc/>
    public IFileWriter CreateFile(string path) => _linux ? LinuxFileWriter.Create(path) : new PortableFileWriter(path);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public void SyncFolder(string path)
    {
        // Elsewhere there is no such call: NTFS journals names, and macOS offers no more than the sync of the file itself.
        if (_linux)
        {
            LinuxFile.SyncFolder(path);
        }
    }

    private static string? ReadBootIdentity()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(BootIdentityFile).Trim() : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
