namespace Floodwall.Ledger;

/// <summary>The steps that <see cref="FaultLedgerStorage"/> tells apart: a boundary at which a power cut can fall, or a call can fail.</summary>
public enum StorageStep
{
    /// <summary>A folder is made.</summary>
    CreateFolder,

    /// <summary>The lock is taken, its file made where it is absent.</summary>
    Lock,

    /// <summary>A file is made, or an existing temporary one emptied.</summary>
    Create,

    /// <summary>An existing segment is opened for writing.</summary>
    Open,

    /// <summary>A segment file is given its blocks.</summary>
    Allocate,

    /// <summary>Bytes are appended to a file.</summary>
    Write,

    /// <summary>A file is cut.</summary>
    Truncate,

    /// <summary>A file, or a range of a map, is synced.</summary>
    Sync,

    /// <summary>A temporary file takes the place of another.</summary>
    Rename,

    /// <summary>A file is deleted.</summary>
    Delete,

    /// <summary>The names in a folder are synced.</summary>
    SyncFolder,

    /// <summary>A folder is listed.</summary>
    List,

    /// <summary>A file is opened for reading, or a small one read whole.</summary>
    OpenRead,

    /// <summary>A range of a file is read.</summary>
    Read,
}

/// <summary>One step of a storage.</summary>
/// <param name="Number">1 for the first step of the storage's life.</param>
/// <param name="Step">What was asked for.</param>
/// <param name="Path">The file or folder.</param>
public readonly record struct StorageCall(long Number, StorageStep Step, string Path);

/// <summary>How a storage call fails.</summary>
public enum StorageFault
{
    /// <summary>EIO: the device failed.</summary>
    InputOutput,

    /// <summary>ENOSPC: the disk is full.</summary>
    DiskFull,
}

/// <summary>What becomes of something that was not synced when the power goes.</summary>
public enum UnsyncedFate
{
    /// <summary>It had reached the disk by chance.</summary>
    Kept,

    /// <summary>The disk holds what it held before.</summary>
    Lost,

    /// <summary>A page is new in one part and old in the other; a name or length is kept.</summary>
    Torn,
}
