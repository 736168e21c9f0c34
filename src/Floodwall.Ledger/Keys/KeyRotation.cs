using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Hands a ledger over to another key.</summary>
public static class KeyRotation
{
    /// <summary>
    /// Opens a ledger with the key in force, appends a key entry that both keys sign, and closes the ledger with a checkpoint signed
    /// by the new key. The entry is on disk before the new key signs that checkpoint. Where it fails in between, the ledger belongs to
    /// the new key if the entry was appended, and to the old one if not; opening it says which.
    /// </summary>
    /// <param name="options">Where the ledger is.</param>
    /// <param name="current">The key in force.</param>
    /// <param name="next">The key to come; it has the name of the key in force, which is the ledger's origin, and was never in force here.</param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <returns>Index of the key entry.</returns>
    /// <exception cref="ArgumentException">The new key has another name or is the old one.</exception>
    /// <exception cref="LedgerKeyException">The ledger belongs to another key than <paramref name="current"/>, or had <paramref name="next"/> before.</exception>
    /// <exception cref="LedgerException">The ledger cannot be opened or written; the message says why.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Signing failed; nothing was appended.</exception>
    public static ulong Rotate(LedgerOptions options, ISigner current, ISigner next, ILedgerStorage? storage = null) =>
        Rotate(options, current, next, storage, prepare: null, adopt: null);

    /// <summary>The same, with what has to be done about key files at two moments, both under the writer's lock.</summary>
    /// <param name="options">Where the ledger is.</param>
    /// <param name="current">The key in force.</param>
    /// <param name="next">The key to come.</param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <param name="prepare">Called once nothing stands against the rotation any more, and before the entry is appended.</param>
    /// <param name="adopt">Called with the entry's index once the new key has signed a checkpoint that covers it.</param>
    internal static ulong Rotate(
        LedgerOptions options, ISigner current, ISigner next, ILedgerStorage? storage, Action? prepare, Action<ulong>? adopt)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentNullException.ThrowIfNull(next);
        if (next.Name != current.Name)
        {
            throw new ArgumentException(
                $"the new key is named '{next.Name}'; '{current.Name}', the ledger's origin, is expected", nameof(next));
        }

        if (KeyChain.Same(next.VerifierKey, current.VerifierKey))
        {
            throw new ArgumentException("the new key is the one in force", nameof(next));
        }

        storage ??= FileLedgerStorage.Instance;
        LedgerPaths paths = options.Validate();
        if (!storage.FolderExists(paths.Segments))
        {
            throw new LedgerCorruptException($"{paths.Directory}: no ledger; a folder 'segments' was expected in it");
        }

        using LedgerWriter writer = LedgerWriter.Open(options, current, storage);
        if (writer.Keys.Contains(next.VerifierKey, writer.AppendedSize))
        {
            throw new LedgerKeyException($"{paths.Directory}: the key {next.VerifierKey} was in force before; a key does not come back");
        }

        prepare?.Invoke();
        writer.Publisher.Publish(writer.SealTip());
        ulong index = writer.AppendKey(current, next);
        writer.Publisher.Publish(writer.SealTip());
        adopt?.Invoke(index);
        writer.Close();
        return index;
    }
}
