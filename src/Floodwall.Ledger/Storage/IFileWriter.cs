namespace Floodwall.Ledger;

/// <summary>A new file that is being written from its start.</summary>
public interface IFileWriter : IDisposable
{
    /// <summary>Appends <paramref name="data"/>.</summary>
    /// <exception cref="IOException">The write failed.</exception>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Returns once everything written is on disk.</summary>
    /// <exception cref="IOException">The sync failed: the content of the file is unknown.</exception>
    void Sync();
}
