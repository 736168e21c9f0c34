namespace Floodwall.Ledger;

/// <summary>
/// Everything the writing side does to a disk, and nothing else: the seam where memory, or faults, can stand in for it. Whatever
/// is not synced (the ranges of a segment, a new file, a folder's list of names) may be lost in a power cut, whole or in part.
/// </summary>
public interface ILedgerStorage : ILedgerFiles
{
    /// <summary>
    /// Names the present run of the machine, or null where that is unknown. While it stays the same, what a killed process wrote
    /// is still there as it was written; once it has changed, unsynced pages may be missing.
    /// </summary>
    string? BootIdentity { get; }

    /// <summary>Creates a folder, and those above it, durably; does nothing where it exists.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="ownerOnly">Whether others are kept out (Unix mode 0700).</param>
    void CreateFolder(string path, bool ownerOnly);

    /// <summary>Takes the exclusive lock on a file, creating it; null where another holder has it. The lock dies with the process.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Creates a segment file of zeros, allocated and synced (but for its name: <see cref="SyncFolder"/>), and maps it.</summary>
    /// <exception cref="DiskFullException">There is no room for it; no file is left behind.</exception>
    IMappedSegment CreateSegment(string path, int length);

    /// <summary>Maps an existing segment file, which is first extended with zeros to <paramref name="length"/> and allocated.</summary>
    /// <exception cref="DiskFullException">There is no room to extend it.</exception>
    IMappedSegment OpenSegment(string path, int length);

    /// <summary>
    /// Makes a segment file, under a new name, of one that is not needed any more: of zeros, allocated and synced (but for its name), in
    /// the blocks that it has. Only then it gets the name, so that what it held is never seen under it.
    /// </summary>
    /// <param name="old">The file; nobody else uses it.</param>
    /// <param name="path">The segment's name; there is no file of that name.</param>
    /// <param name="length">Bytes of the segment.</param>
    /// <returns>Null where that cannot be done without harm or loss: the file is longer, or goes by another name too, or files cannot be
    /// emptied in place here. It is then as it was.</returns>
    /// <exception cref="DiskFullException">There is no room to extend it.</exception>
    IMappedSegment? ReuseSegment(string old, string path, int length);

    /// <summary>Gives a file another name on the same file system, in place of any file of that name; durable once both folders are synced.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be renamed, as where the new name is on another file system.</exception>
    void Move(string from, string to);

    /// <summary>Cuts a file to <paramref name="length"/> bytes and syncs it. It must not be mapped.</summary>
    void Trim(string path, int length);

    /// <summary>Prepares to replace a small file again and again; no file is made yet.</summary>
    IReplaceableFile OpenReplaceable(string path);

    /// <summary>Creates a file.</summary>
    /// <exception cref="IOException">It exists, or cannot be made.</exception>
    IFileWriter CreateFile(string path);

    /// <summary>Deletes a file; does nothing where it is absent.</summary>
    void Delete(string path);

    /// <summary>Returns once the names in a folder are on disk as they are now.</summary>
    /// <exception cref="IOException">The sync failed.</exception>
    void SyncFolder(string path);
}
