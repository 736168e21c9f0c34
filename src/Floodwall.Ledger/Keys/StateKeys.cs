using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// The key files of a ledger's state folder: <c>key</c>, the private key in force; during a rotation <c>key.next</c>, the one to come;
/// <c>key.ID</c>, retired ones; and <c>vkey</c>, the public keys. Whenever a rotation ends before its time, the key that the ledger
/// belongs to is one of the first two, and <see cref="Load"/> finds it.
/// </summary>
/// <param name="paths">The ledger's paths.</param>
/// <param name="storage">The ledger's file system; null for this machine's, which key files are always on.</param>
public sealed class StateKeys(LedgerPaths paths, ILedgerStorage? storage = null)
{
    private const int MaxVerifierKeysBytes = 1 << 20;

    private readonly ILedgerStorage _storage = storage ?? FileLedgerStorage.Instance;

    /// <summary>Called before each step that changes a key file, with a name for it; for tests.</summary>
    internal Action<string>? Before { get; init; }

    /// <summary>Whether the state folder keeps a private key.</summary>
    public bool Exist => File.Exists(paths.PrivateKey) || File.Exists(paths.NextPrivateKey);

    /// <summary>
    /// The private key to open the ledger with. That is <c>key</c>, unless a rotation ended early: then the ledger says whether it was
    /// handed over to <c>key.next</c>. No file is changed: once the ledger is open, see <see cref="Settle"/>.
    /// </summary>
    /// <param name="note">What the user should know of a rotation that ended early; null where there was none.</param>
    /// <exception cref="FileNotFoundException">There is no key.</exception>
    /// <exception cref="UnauthorizedAccessException">A key file is open to others.</exception>
    /// <exception cref="InvalidDataException">A key file holds no key.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public Ed25519Signer Load(out string? note)
    {
        note = null;
        if (!File.Exists(paths.NextPrivateKey))
        {
            return KeyFile.Load(paths.PrivateKey);
        }

        using Ed25519Signer next = KeyFile.Load(paths.NextPrivateKey);
        bool handedOver = KeyInForce() == next.VerifierKey.ToString();
        note = handedOver
            ? $"a rotation ended early: the ledger was handed over to {next.VerifierKey}, and {paths.NextPrivateKey} now takes the place of {paths.PrivateKey}"
            : $"a rotation ended early: the ledger was not handed over to {next.VerifierKey}, and {paths.PrivateKey} stays the key; "
                + $"{paths.NextPrivateKey} is of no use, and the next rotation overwrites it";
        return KeyFile.Load(handedOver ? paths.NextPrivateKey : paths.PrivateKey);
    }

    /// <summary>Where the private part of a retired key is kept.</summary>
    public string RetiredPath(ISigner retired)
    {
        ArgumentNullException.ThrowIfNull(retired);
        return $"{paths.PrivateKey}.{retired.KeyId:x8}";
    }

    /// <summary>
    /// Brings the files in line with the key that the ledger was opened with: <c>key.next</c> becomes <c>key</c> where it is that one, and
    /// the vkey is added to <c>vkey</c>. To be called while the ledger is open for writing, which keeps other processes out.
    /// </summary>
    /// <param name="opened">The key that opened the ledger, or that it was just handed over to.</param>
    /// <exception cref="IOException">A file could not be written; a later call completes it.</exception>
    public void Settle(VerifierKey opened)
    {
        ArgumentNullException.ThrowIfNull(opened);
        if (File.Exists(paths.NextPrivateKey))
        {
            Adopt(opened);
        }

        // Half a private key, of a rotation that ended while it was being written.
        File.Delete(KeyFile.TemporaryOf(paths.NextPrivateKey));
        Publish(opened);
    }

    /// <summary>Completes a rotation that ended after the ledger was handed over, by opening it with the key that <see cref="Load"/> found.</summary>
    /// <inheritdoc cref="LedgerWriter.Open(LedgerOptions, ISigner, ILedgerStorage)" path="/exception"/>
    public void Complete(LedgerOptions options, Ed25519Signer current)
    {
        ArgumentNullException.ThrowIfNull(current);
        using LedgerWriter writer = LedgerWriter.Open(options, current, _storage);
        Settle(current.VerifierKey);
        writer.Close();
    }

    /// <summary>Hands the ledger over, and has the new key take the place of the old one in the state folder.</summary>
    /// <param name="options">Where the ledger is; its state folder is the one of these keys.</param>
    /// <param name="current">The key in force, from <see cref="Load"/>.</param>
    /// <param name="next">The key to come.</param>
    /// <returns>Index of the key entry.</returns>
    /// <exception cref="IOException">
    /// A file could not be read or written. Where the ledger was handed over already, the message says so, and the next start completes
    /// the rest.
    /// </exception>
    /// <inheritdoc cref="KeyRotation.Rotate(LedgerOptions, ISigner, ISigner, ILedgerStorage?)" path="/exception"/>
    public ulong Rotate(LedgerOptions options, Ed25519Signer current, Ed25519Signer next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return KeyRotation.Rotate(options, current, next, _storage, Prepare, Adopted);

        void Prepare()
        {
            // The ledger was opened with the key that Load found, so this one is it; only then may key.next be overwritten.
            Settle(current.VerifierKey);
            KeyFile.Replace(paths.NextPrivateKey, next, Before);
            Before?.Invoke("append the key entry");
        }

        void Adopted(ulong index)
        {
            try
            {
                Settle(next.VerifierKey);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new IOException(
                    $"entry {index} hands the ledger over to {next.VerifierKey}, but its key file could not be put in place, which the next start does: {failure.Message}",
                    failure);
            }
        }
    }

    /// <summary>Which key the ledger has to be opened with; null where it cannot be read.</summary>
    private string? KeyInForce() => _storage.FolderExists(paths.Segments)
        ? LedgerRecovery.Inspect(
            new LedgerOptions { Directory = paths.Directory, StateDirectory = paths.StateDirectory, AllowMissingHighWater = true }, _storage).KeyInForce
        : null;

    private void Adopt(VerifierKey opened)
    {
        using Ed25519Signer next = KeyFile.Load(paths.NextPrivateKey);
        if (!KeyChain.Same(next.VerifierKey, opened))
        {
            return;
        }

        if (File.Exists(paths.PrivateKey))
        {
            using Ed25519Signer retired = KeyFile.Load(paths.PrivateKey);
            if (!KeyChain.Same(retired.VerifierKey, opened))
            {
                KeyFile.Replace(RetiredPath(retired), retired, Before);
            }
        }

        KeyFile.Move(paths.NextPrivateKey, paths.PrivateKey, Before);
    }

    private void Publish(VerifierKey current)
    {
        string text = current.ToString();
        byte[]? present = _storage.ReadSmallFile(paths.VerifierKeys, MaxVerifierKeysBytes);
        if (present is not null && Encoding.UTF8.GetString(present).TrimEnd().Split('\n')[^1].Trim() == text)
        {
            return;
        }

        IEnumerable<string> before = LogKeys.InForce(paths, _storage).Select(key => key.ToString()).Where(key => key != text);
        Before?.Invoke("write vkey");
        using IReplaceableFile file = _storage.OpenReplaceable(paths.VerifierKeys);
        file.Replace(Encoding.UTF8.GetBytes(string.Concat(before.Append(text).Select(key => key + "\n"))));
    }
}
