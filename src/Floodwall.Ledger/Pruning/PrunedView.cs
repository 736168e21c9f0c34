namespace Floodwall.Ledger;

/// <summary>A ledger's files as they will be once a new file <c>pruned</c> is in place.</summary>
internal sealed class PrunedView(ILedgerFiles inner, LedgerPaths paths, byte[] pruned) : ILedgerFiles
{
    public bool FolderExists(string path) => inner.FolderExists(path);

    public IReadOnlyList<StoredFile> List(string folder) => inner.List(folder);

    public byte[]? ReadSmallFile(string path, int maxBytes) => path == paths.Pruned ? pruned : inner.ReadSmallFile(path, maxBytes);

    public IFileReader? OpenRead(string path) => inner.OpenRead(path);
}
