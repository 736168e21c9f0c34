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
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(signer);
        path = Path.GetFullPath(path);
        byte[] text = Encoding.UTF8.GetBytes(signer.ExportPrivateKey() + "\n");
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

    /// <summary>Reads a key file.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="UnauthorizedAccessException">It can be read or written by others than its owner, or not by this process.</exception>
    /// <exception cref="InvalidDataException">It holds no private key; the message never quotes the content.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    public static Ed25519Signer Load(string path)
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
                ? Ed25519Signer.ParsePrivateKey(Encoding.UTF8.GetString(bytes, 0, length))
                : throw new InvalidDataException($"{path}: longer than {MaxBytes} bytes; no private key is");
        }
        catch (FormatException malformed)
        {
            throw new InvalidDataException($"{path}: {malformed.Message}", malformed);
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
