namespace Floodwall.Ledger.Tests;

/// <summary>A storage that can be told to fail one of its steps; the rest goes to the storage beneath.</summary>
internal sealed class FaultyStorage(ILedgerStorage inner) : ILedgerStorage
{
    /// <summary>Called before each step with its name and path; throws to make it fail.</summary>
    public Action<string, string>? Before { get; set; }

    /// <summary>Whether no old file can be made a segment.</summary>
    public bool RefusesReuse { get; set; }

    public string? BootIdentity => inner.BootIdentity;

    public bool FolderExists(string path) => inner.FolderExists(path);

    public IReadOnlyList<StoredFile> List(string folder) => inner.List(folder);

    public byte[]? ReadSmallFile(string path, int maxBytes) => inner.ReadSmallFile(path, maxBytes);

    public IFileReader? OpenRead(string path) => inner.OpenRead(path);

    public void CreateFolder(string path, bool ownerOnly) => inner.CreateFolder(path, ownerOnly);

    public IDisposable? TryLock(string path) => inner.TryLock(path);

    public IMappedSegment CreateSegment(string path, int length)
    {
        Step("create", path);
        return new Segment(this, path, inner.CreateSegment(path, length));
    }

    public IMappedSegment OpenSegment(string path, int length)
    {
        Step("open", path);
        return new Segment(this, path, inner.OpenSegment(path, length));
    }

    public IMappedSegment? ReuseSegment(string old, string path, int length)
    {
        Step("reuse", path);
        return !RefusesReuse && inner.ReuseSegment(old, path, length) is { } segment ? new Segment(this, path, segment) : null;
    }

    public void Move(string from, string to)
    {
        Step("move", from);
        inner.Move(from, to);
    }

    public void Trim(string path, int length)
    {
        Step("trim", path);
        inner.Trim(path, length);
    }

    public IReplaceableFile OpenReplaceable(string path) => new Replaceable(this, path, inner.OpenReplaceable(path));

    public IFileWriter CreateFile(string path)
    {
        Step("create", path);
        return inner.CreateFile(path);
    }

    public void Delete(string path)
    {
        Step("delete", path);
        inner.Delete(path);
    }

    public void SyncFolder(string path)
    {
        Step("sync-folder", path);
        inner.SyncFolder(path);
    }

    private void Step(string step, string path) => Before?.Invoke(step, path);

    private sealed class Segment(FaultyStorage owner, string path, IMappedSegment inner) : IMappedSegment
    {
        public nint Address => inner.Address;

        public int Length => inner.Length;

        public void Sync(int offset, int length)
        {
            owner.Step("sync", path);
            inner.Sync(offset, length);
        }

        public void Populate(int offset, int length) => inner.Populate(offset, length);

        public void Dispose() => inner.Dispose();
    }

    private sealed class Replaceable(FaultyStorage owner, string path, IReplaceableFile inner) : IReplaceableFile
    {
        public void Replace(ReadOnlySpan<byte> content)
        {
            owner.Step("replace", path);
            inner.Replace(content);
        }

        public void Dispose() => inner.Dispose();
    }
}
