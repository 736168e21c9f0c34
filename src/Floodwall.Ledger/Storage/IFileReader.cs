namespace Floodwall.Ledger;

/// <summary>A file open for reading.</summary>
public interface IFileReader : IDisposable
{
    /// <summary>Length in bytes when it was opened.</summary>
    long Length { get; }

    /// <summary>Reads from <paramref name="offset"/>; returns how many bytes were read, 0 at the end of the file.</summary>
    /// <exception cref="IOException">The read failed.</exception>
    int Read(long offset, Span<byte> buffer);
}
