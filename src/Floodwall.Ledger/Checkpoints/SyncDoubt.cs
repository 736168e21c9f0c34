namespace Floodwall.Ledger;

/// <summary>
/// Remembers that a sync failed. The kernel then holds pages as clean that never reached the disk, and may drop them: what an entry
/// reads like afterwards is not what was appended, and on the same run of the machine nothing else would tell. So the state folder
/// keeps the head that was to be synced; a log that still has it lost nothing.
/// </summary>
internal sealed class SyncDoubt(ILedgerStorage storage, LedgerPaths paths)
{
    /// <summary>Notes that the entries under <paramref name="head"/> may be lost. Never throws: the disk is failing already.</summary>
    public void Raise(TreeHead head)
    {
        try
        {
            using HeadMark mark = new(storage, paths.Unsynced);
            mark.Write(head);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            RaiseBlindly();
        }
    }

    /// <summary>As <see cref="Raise"/> where no head is known: the next opening takes the machine to have restarted.</summary>
    public void RaiseBlindly()
    {
        try
        {
            storage.Delete(paths.Session);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file system that neither writes nor deletes opens no ledger either until it was mounted anew.
        }
    }

    /// <summary>Everything is on disk: whatever was noted no longer counts.</summary>
    /// <exception cref="IOException">The note could not be taken back.</exception>
    public void Settle()
    {
        if (HeadMark.Read(storage, paths.Unsynced) is not null)
        {
            storage.Delete(paths.Unsynced);
            storage.SyncFolder(paths.StateDirectory);
        }
    }
}
