namespace Floodwall.Ledger;

/// <summary>A small file that is only ever replaced as a whole, so that a reader or a crash sees the old or the new content.</summary>
public interface IReplaceableFile : IDisposable
{
    /// <summary>
    /// Writes a temporary file, syncs it, renames it over the old one and syncs the folder. Allocates nothing on Linux.
    /// </summary>
    /// <exception cref="IOException">A step failed: the file holds the old or the new content, and a power cut may undo the new. The temporary file is gone, unless the
    /// process ended.</exception>
    void Replace(ReadOnlySpan<byte> content);
}
