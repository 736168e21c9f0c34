using System.Security.Cryptography;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger.Native;

namespace Floodwall.Ledger;

/// <summary>Private keys in files that only their owner can read. The content is the private key text of Go's sumdb/note.</summary>
public static class KeyFile
{
    private const int MaxBytes = 4 << 10;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a new key file, mode 0600, synced with its name. An existing file is never overwritten.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written; none is left behind that was not there.</exception>
    public static void Create(string path, Ed25519Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        Create(path, signer.ExportPrivateKey());
    }

    /// <summary>The same for a witness's key, in a form that <see cref="LoadWitness"/> alone reads.</summary>
    /// <inheritdoc cref="Create(string, Ed25519Signer)"/>
    public static void CreateWitness(string path, Ed25519Signer signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        Create(path, signer.ExportWitnessKey());
    }

    private static void Create(string path, string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.GetFullPath(path);
        byte[] text = Encoding.UTF8.GetBytes(key + "\n");
        try
        {
            using (IFileWriter file = CreateOwnerOnly(path))
            {
                WriteOrDelete(file, path, text);
            }

            FileLedgerStorage.Instance.SyncFolder(Path.GetDirectoryName(path)!);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>
    /// Writes a key file, mode 0600, so that a crash leaves the old content or the new one: temporary file, rename, each synced. What is
    /// there is overwritten.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="signer">The key.</param>
    /// <param name="before">Called before each step with a name for it; or null.</param>
    /// <exception cref="IOException">A step failed; the file holds the old or the new content.</exception>
    internal static void Replace(string path, Ed25519Signer signer, Action<string>? before)
    {
        // Of an earlier attempt, which ended before the rename.
        string temporary = TemporaryOf(path);
        File.Delete(temporary);
        before?.Invoke($"write {Path.GetFileName(temporary)}");
        Create(temporary, signer);
        Move(temporary, path, before);
    }

    /// <summary>What <see cref="Replace"/> leaves behind where it ends early.</summary>
    internal static string TemporaryOf(string path) => path + ".tmp";

    /// <summary>Renames a key file over another one, and syncs the folder; both lie in the same.</summary>
    /// <exception cref="IOException">A step failed; either name may stand.</exception>
    internal static void Move(string from, string to, Action<string>? before)
    {
        before?.Invoke($"rename {Path.GetFileName(from)}");
        File.Move(from, to, overwrite: true);
        before?.Invoke($"sync the name {Path.GetFileName(to)}");
        FileLedgerStorage.Instance.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Reads a key file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It can be read or written by others than its owner, or not by this process.</exception>
    /// <exception cref="InvalidDataException">It holds no private key; the message never quotes the content.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    public static Ed25519Signer Load(string path) => Load(path, Ed25519Signer.ParsePrivateKey, "");

    /// <summary>Reads a witness's key file. One that holds a log's key is refused: a key that signs a log must cosign none.</summary>
    /// <inheritdoc cref="Load(string)"/>
    public static Ed25519Signer LoadWitness(string path) =>
        Load(path, Ed25519Signer.ParseWitnessKey, "; a key of a witness is expected, which 'floodwall witness keygen' makes, and none that signs a log");

    private static Ed25519Signer Load(string path, Func<string, Ed25519Signer> parse, string expected)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        path = Path.GetFullPath(path);
        using FileStream stream = Open(path);
        if (!OperatingSystem.IsWindows())
        {
            // Of the open file, not of the path: what is checked is what is read.
            UnixFileMode mode = File.GetUnixFileMode(stream.SafeFileHandle);
            if ((mode & Others) != 0)
            {
                throw new UnauthorizedAccessException(
                    $"{path}: a private key must be closed to everybody but its owner; its mode is 0{Convert.ToString((int)mode, 8)}, 0600 expected (chmod 600)");
            }
        }

        byte[] bytes = new byte[MaxBytes + 1];
        try
        {
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxBytes
                ? parse(Encoding.UTF8.GetString(bytes, 0, length))
                : throw new InvalidDataException($"{path}: longer than {MaxBytes} bytes; no private key is");
        }
        catch (FormatException malformed)
        {
            throw new InvalidDataException($"{path}: {malformed.Message}{expected}", malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: no such key file", path, absent);
        }
    }

    private static IFileWriter CreateOwnerOnly(string path) => OperatingSystem.IsLinux() && Environment.Is64BitProcess
        ? LinuxFileWriter.Create(path, Libc.ModeOwnerOnly)
        : new PortableFileWriter(path, ownerOnly: true);

    private static void WriteOrDelete(IFileWriter file, string path, byte[] text)
    {
        try
        {
            file.Write(text);
            file.Sync();
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }
}
