using Floodwall.Cli.Formats;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Commands;

/// <summary>Reads and writes the small files that commands take and make: checkpoints, proofs, entries.</summary>
internal static class SmallFiles
{
    /// <summary>The whole of a file.</summary>
    /// <exception cref="InputException">It is absent, or longer than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] Read(string path, int maxBytes, string what)
    {
        try
        {
            return FileLedgerStorage.Instance.ReadSmallFile(path, maxBytes)
                ?? throw new InputException(new SourcePosition(path, 0), $"no such file; {what} was expected");
        }
        catch (InvalidDataException)
        {
            throw new InputException(new SourcePosition(path, 0), $"longer than the {maxBytes} bytes that {what} can have");
        }
    }

    /// <summary>Writes a file, replacing it only as a whole; a failure leaves nothing behind.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw new UsageException($"{path} is a folder; a file to write was expected.");
        }

        // The folder is the caller's own: no name in it may be taken for granted.
        string temporary = $"{full}.{Guid.NewGuid():n}.tmp";
        try
        {
            using (IFileWriter file = FileLedgerStorage.Instance.CreateFile(temporary))
            {
                file.Write(content);
                file.Sync();
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        FileLedgerStorage.Instance.SyncFolder(Path.GetDirectoryName(full)!);
    }

    // What went wrong before matters more than what goes wrong here.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It stays.
        }
    }

    /// <summary>
    /// A checkpoint that the caller kept. With trusted keys it must be signed by one of them, or by another key that was in force in the
    /// same ledger; without, the caller vouches for the file.
    /// </summary>
    /// <exception cref="InputException">The file is no signed checkpoint, or a trusted key's signature in it fails.</exception>
    /// <exception cref="LedgerKeyException">No trusted key signed it.</exception>
    public static Checkpoint ReadCheckpoint(string path, LogKeys keys)
    {
        SourcePosition position = new(path, 0);
        byte[] bytes = Read(path, LedgerLimits.MaxNoteBytes, "a checkpoint");
        if (!SignedNote.TryParse(bytes, out SignedNote? note, out string? error) || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out error))
        {
            throw new InputException(position, $"no signed checkpoint: {error}");
        }

        NoteVerification opened = note.Open(keys.ForKept(note));
        return (keys.Trusted.Count, opened.Status) switch
        {
            (0, _) or (_, NoteStatus.Good) => checkpoint,
            (_, NoteStatus.NoKnownKey) => throw new LedgerKeyException($"{path}: this checkpoint is signed by no trusted key, and by none that the ledger's rotations connect with one"),
            _ => throw new InputException(position, $"this checkpoint is not what was signed: {opened.Error}"),
        };
    }

    /// <summary>
    /// The high-water mark of a ledger's state folder; null where there is none, or where it is another log's. One whose key the ledger does
    /// not lead to is taken as it is: such a mark is left beside a ledger that was put back to before a rotation.
    /// </summary>
    /// <exception cref="InputException">It is required and absent.</exception>
    /// <exception cref="LedgerCorruptException">It is no signed checkpoint, or a trusted key's signature in it fails.</exception>
    public static Checkpoint? TryReadHighWater(LedgerPaths paths, bool required, LogKeys keys)
    {
        if (!File.Exists(paths.HighWater))
        {
            return required ? throw new InputException(new SourcePosition(paths.HighWater, 0), "no such file; a high-water mark was expected") : null;
        }

        try
        {
            return ReadCheckpoint(paths.HighWater, keys);
        }
        catch (LedgerKeyException)
        {
            Checkpoint mark = ReadCheckpoint(paths.HighWater, new LogKeys(paths, []));
            return keys.Trusted.Any(key => key.Name == mark.Origin) ? mark : null;
        }
        catch (InputException exception)
        {
            throw new LedgerCorruptException($"the high-water mark is damaged: {exception.Message}", exception);
        }
    }
}
