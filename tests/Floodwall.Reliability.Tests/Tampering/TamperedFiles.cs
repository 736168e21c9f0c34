using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Tampering;

/// <summary>A sealed ledger's files with some of them replaced; for one thread at a time.</summary>
internal sealed class TamperedFiles(SealedLedger ledger) : ILedgerFiles
{
    private readonly Dictionary<string, byte[]> _files = new(ledger.Files);

    public byte[] this[string path]
    {
        get => _files[path];
        set => _files[path] = value;
    }

    public void Remove(string path) => _files.Remove(path);

    public void Restore()
    {
        _files.Clear();
        foreach ((string path, byte[] content) in ledger.Files)
        {
            _files.Add(path, content);
        }
    }

    /// <summary>Whether verification calls the files good.</summary>
    public bool Verifies(out VerificationReport report)
    {
        report = LedgerVerifier.Verify(LedgerLife.Folder, RecordingSigner.Verifier, new VerifyOptions { Files = this, Threads = 1 });
        return report.Status is VerificationStatus.Good or VerificationStatus.NoTrustedKey;
    }

    public bool FolderExists(string path) => true;

    public IReadOnlyList<StoredFile> List(string folder) =>
        [.. from file in _files
            where Path.GetDirectoryName(file.Key) == folder
            select new StoredFile(Path.GetFileName(file.Key), file.Value.Length)];

    public byte[]? ReadSmallFile(string path, int maxBytes) => !_files.TryGetValue(path, out byte[]? content) ? null
        : content.Length <= maxBytes ? content
        : throw new InvalidDataException($"{path}: too long");

    public IFileReader? OpenRead(string path) => _files.TryGetValue(path, out byte[]? content) ? new Reader(content) : null;

    private sealed class Reader(byte[] content) : IFileReader
    {
        public long Length => content.Length;

        public int Read(long offset, Span<byte> buffer)
        {
            int from = (int)Math.Min(offset, content.Length);
            int taken = Math.Min(buffer.Length, content.Length - from);
            content.AsSpan(from, taken).CopyTo(buffer);
            return taken;
        }

        public void Dispose()
        {
        }
    }
}
