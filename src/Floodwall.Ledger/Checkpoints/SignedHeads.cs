using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>What the ledger's own keys have signed so far, as checkpoint and high-water mark tell it.</summary>
/// <param name="Checkpoint">The published checkpoint; null where there is none.</param>
/// <param name="HighWater">The high-water mark; null where there is none.</param>
internal sealed record SignedHeads(TreeHead? Checkpoint, TreeHead? HighWater)
{
    private readonly List<(string Path, TreeHead Head, SignedNote Note)> _notes = [];

    /// <summary>The larger of the two: what the log must still hold.</summary>
    public TreeHead Floor => Checkpoint is { } published && !(HighWater is { } mark && mark.Size >= published.Size)
        ? published
        : HighWater ?? new TreeHead(0, MerkleHash.EmptyRoot);

    /// <summary>Whether both are there and say the same.</summary>
    public bool Agree => Checkpoint is not null && Checkpoint == HighWater;

    /// <summary>Reads both notes. Who signed them is for <see cref="CheckSignatures"/> to say, once the log's keys are known.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="origin">The origin that both must state; null where it is not known.</param>
    /// <exception cref="LedgerCorruptException">A note is malformed, or of another log.</exception>
    public static SignedHeads Read(ILedgerFiles files, LedgerPaths paths, string? origin)
    {
        List<(string, TreeHead, SignedNote)> notes = [];
        SignedHeads heads = new(ReadNote(files, paths.Checkpoint, origin, notes), ReadNote(files, paths.HighWater, origin, notes));
        heads._notes.AddRange(notes);
        return heads;
    }

    /// <summary>The size that a note states, whatever else may be wrong with it; null where none can be read. For reports.</summary>
    public static ulong? Peek(ILedgerFiles files, string path)
    {
        try
        {
            return ReadNote(files, path, origin: null, [])?.Size;
        }
        catch (LedgerCorruptException)
        {
            return null;
        }
    }

    /// <summary>Checks that each note is signed by the key in force at its size.</summary>
    /// <param name="keys">The keys as far as the log could be read.</param>
    /// <param name="readTo">How far that is: of a note over more entries, any of the keys may be the one.</param>
    /// <exception cref="LedgerCorruptException">A signature is missing or wrong.</exception>
    public void CheckSignatures(KeyChain keys, ulong readTo)
    {
        foreach ((string path, TreeHead head, SignedNote note) in _notes)
        {
            VerifierKey due = keys.At(head.Size);
            NoteVerification opened = note.Open(head.Size <= readTo ? [due] : [.. keys.Keys]);
            if (!opened.IsGood)
            {
                throw new LedgerCorruptException($"{path}: no checkpoint signed by {due}: {opened.Error}");
            }
        }
    }

    private static TreeHead? ReadNote(ILedgerFiles files, string path, string? origin, List<(string, TreeHead, SignedNote)> notes)
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

        if (!SignedNote.TryParse(bytes, out SignedNote? note, out string? error)
            || !Crypto.Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out error))
        {
            throw new LedgerCorruptException($"{path}: {error}");
        }

        if (origin is not null && checkpoint.Origin != origin)
        {
            throw new LedgerCorruptException($"{path}: a checkpoint of '{checkpoint.Origin}'; '{origin}' expected");
        }

        TreeHead head = new(checkpoint.Size, checkpoint.Root);
        notes.Add((path, head, note));
        return head;
    }
}
