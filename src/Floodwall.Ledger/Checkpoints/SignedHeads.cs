using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>What the ledger's own key has signed so far, as checkpoint and high-water mark tell it.</summary>
/// <param name="Checkpoint">The published checkpoint; null where there is none.</param>
/// <param name="HighWater">The high-water mark; null where there is none.</param>
internal sealed record SignedHeads(TreeHead? Checkpoint, TreeHead? HighWater)
{
    /// <summary>The larger of the two: what the log must still hold.</summary>
    public TreeHead Floor => Checkpoint is { } published && !(HighWater is { } mark && mark.Size >= published.Size)
        ? published
        : HighWater ?? new TreeHead(0, MerkleHash.EmptyRoot);

    /// <summary>Whether both are there and say the same.</summary>
    public bool Agree => Checkpoint is not null && Checkpoint == HighWater;

    /// <summary>Reads both notes and verifies them with the ledger's own key.</summary>
    /// <exception cref="LedgerCorruptException">A note is malformed, of another log, or not signed by the key.</exception>
    public static SignedHeads Read(ILedgerFiles files, LedgerPaths paths, VerifierKey key) =>
        new(ReadNote(files, paths.Checkpoint, key), ReadNote(files, paths.HighWater, key));

    private static TreeHead? ReadNote(ILedgerFiles files, string path, VerifierKey key)
    {
        byte[]? bytes;
        try
        {
            bytes = files.ReadSmallFile(path, LedgerLimits.MaxNoteBytes);
        }
        catch (InvalidDataException tooLong)
        {
            throw new LedgerCorruptException(tooLong.Message, tooLong);
        }

        if (bytes is null)
        {
            return null;
        }

        NoteVerification note = SignedNote.Open(bytes, [key]);
        if (!note.IsGood)
        {
            throw new LedgerCorruptException($"{path}: no checkpoint signed by {key}: {note.Error}");
        }

        if (!Crypto.Checkpoint.TryParse(note.Note!.Text, out Checkpoint? checkpoint, out string? error))
        {
            throw new LedgerCorruptException($"{path}: {error}");
        }

        return checkpoint.Origin == key.Name
            ? new TreeHead(checkpoint.Size, checkpoint.Root)
            : throw new LedgerCorruptException($"{path}: a checkpoint of '{checkpoint.Origin}'; '{key.Name}' expected");
    }
}
