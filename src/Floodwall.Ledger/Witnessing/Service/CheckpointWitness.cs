using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// A witness (C2SP tlog-witness) without its network: cosigns a log's checkpoint where a consistency proof shows that it continues the
/// one cosigned before. Safe for several threads; requests for one log wait for each other.
/// </summary>
public sealed class CheckpointWitness : IDisposable
{
    private readonly IDisposable _lock;
    private readonly Dictionary<string, WitnessedLog> _logs;

    private CheckpointWitness(CosignatureKey key, IDisposable held, Dictionary<string, WitnessedLog> logs)
    {
        Key = key;
        _lock = held;
        _logs = logs;
    }

    /// <summary>The key that verifies this witness's cosignatures.</summary>
    public CosignatureKey Key { get; }

    /// <summary>The origins of the logs that it knows, in ordinal order.</summary>
    public IReadOnlyList<string> Origins => [.. _logs.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens a witness on this machine's file system and clock.</summary>
    /// <inheritdoc cref="Open(CosignatureSigner, IReadOnlyList{VerifierKey}, string, ILedgerStorage, TimeProvider)"/>
    public static CheckpointWitness Open(CosignatureSigner signer, IReadOnlyList<VerifierKey> logs, string stateDirectory) =>
        Open(signer, logs, stateDirectory, FileLedgerStorage.Instance, TimeProvider.System);

    /// <summary>Opens a witness and reads what it cosigned before.</summary>
    /// <param name="signer">Makes the cosignatures; must stay usable until the witness is disposed.</param>
    /// <param name="logs">The keys of the logs that it serves; several of one name are several keys of one log.</param>
    /// <param name="stateDirectory">
    /// The folder that keeps the last checkpoint of each log. Whoever loses it loses the memory that makes a witness one: the next
    /// checkpoint of each log is believed as the first was.
    /// </param>
    /// <param name="storage">The file system.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">There is no log, or a log's key is the witness's own.</exception>
    /// <exception cref="LedgerLockedException">Another witness works in that folder.</exception>
    /// <exception cref="LedgerCorruptException">A file in that folder is none that this witness wrote.</exception>
    /// <exception cref="IOException">A file could not be read or made.</exception>
    public static CheckpointWitness Open(
        CosignatureSigner signer, IReadOnlyList<VerifierKey> logs, string stateDirectory, ILedgerStorage storage, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(logs);
        ArgumentException.ThrowIfNullOrWhiteSpace(stateDirectory);
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(time);
        if (logs.Count == 0)
        {
            throw new ArgumentException("a witness needs the key of at least one log", nameof(logs));
        }

        if (logs.FirstOrDefault(log => log.PublicKey.Span.SequenceEqual(signer.Key.PublicKey.Span)) is { } own)
        {
            throw new ArgumentException($"the witness's key is the one that signs the log {own}; a witness needs a key of its own", nameof(signer));
        }

        string folder = Path.GetFullPath(stateDirectory);
        storage.CreateFolder(folder, ownerOnly: true);
        IDisposable held = storage.TryLock(Path.Combine(folder, "lock"))
            ?? throw new LedgerLockedException($"{folder}: another witness works here");
        Dictionary<string, WitnessedLog> opened = new(StringComparer.Ordinal);
        try
        {
            foreach (IGrouping<string, VerifierKey> log in logs.GroupBy(key => key.Name, StringComparer.Ordinal))
            {
                opened.Add(log.Key, WitnessedLog.Open([.. log], signer, time, storage, Path.Combine(folder, FileName(log.Key))));
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }

        return new CheckpointWitness(signer.Key, held, opened);
    }

    /// <summary>The last checkpoint cosigned of a log; size 0 where there is none yet, null where the log is unknown.</summary>
    public TreeHead? Latest(string origin) => _logs.TryGetValue(origin, out WitnessedLog? log) ? log.Latest : null;

    /// <summary>Answers the body of an add-checkpoint request. Whatever the bytes are, the result is an answer and not an exception.</summary>
    public WitnessResponse AddCheckpoint(ReadOnlySpan<byte> body)
    {
        if (!AddCheckpointRequest.TryParse(body, out AddCheckpointRequest? request, out string? error))
        {
            return WitnessResponse.Refuse(400, error);
        }

        if (request.Note.Length > LedgerLimits.MaxNoteBytes)
        {
            return WitnessResponse.Refuse(400, $"the checkpoint is longer than {LedgerLimits.MaxNoteBytes} bytes");
        }

        if (!SignedNote.TryParse(request.Note.Span, out SignedNote? note, out error)
            || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out error))
        {
            return WitnessResponse.Refuse(400, error);
        }

        return _logs.TryGetValue(checkpoint.Origin, out WitnessedLog? log)
            ? log.Add(request, note, checkpoint)
            : WitnessResponse.Refuse(404, "this witness does not know that log");
    }

    /// <summary>Lets go of the state folder.</summary>
    public void Dispose()
    {
        foreach (WitnessedLog log in _logs.Values)
        {
            log.Dispose();
        }

        _lock.Dispose();
    }

    // Origins may hold what file names may not.
    private static string FileName(string origin) => Sha256.Hash(Encoding.UTF8.GetBytes(origin)).ToHex() + ".checkpoint";
}
