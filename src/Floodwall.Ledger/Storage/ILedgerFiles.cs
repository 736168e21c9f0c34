namespace Floodwall.Ledger;

/// <summary>
/// What reading and verifying need of a file system. Paths are those that <see cref="LedgerPaths"/> makes. Anything but a file or
/// folder that is absent is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
public interface ILedgerFiles
{
    /// <summary>Whether a folder of this path exists.</summary>
    bool FolderExists(string path);

    /// <summary>The files (not folders) in a folder, in no particular order; none where the folder is absent.</summary>
    IReadOnlyList<StoredFile> List(string folder);

    /// <summary>The whole of a file, or null where there is none.</summary>
    /// <exception cref="InvalidDataException">The file is longer than <paramref name="maxBytes"/>.</exception>
    byte[]? ReadSmallFile(string path, int maxBytes);

    /// <summary>Opens a file for reading at any offset, or null where there is none. Writers are not kept out.</summary>
    IFileReader? OpenRead(string path);
}
