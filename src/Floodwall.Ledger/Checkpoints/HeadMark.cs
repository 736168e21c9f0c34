using System.Globalization;
using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// A size and root that the state folder remembers: <c>size ‖ \n ‖ base64(root) ‖ \n</c>, replaced as a whole. It says something only of
/// a log that has this root at this size, so it needs no signature.
/// </summary>
/// <remarks>
/// <see cref="LedgerPaths.Durable"/> is written after the sync of the data, and before anybody is told that the entries are durable and
/// before they are signed. After a power cut it tells entries that were synced from entries whose pages may be missing: the first are
/// kept, and a size that may have been signed is never given other entries. <see cref="LedgerPaths.Unsynced"/> is written when a sync
/// failed, see <see cref="SyncDoubt"/>.
/// </remarks>
internal sealed class HeadMark(ILedgerStorage storage, string path) : IDisposable
{
    private const int SizeDigits = 20;
    private const int MaxBytes = SizeDigits + 1 + Hash256.Base64Length + 1;

    private readonly IReplaceableFile _file = storage.OpenReplaceable(path);
    private readonly byte[] _buffer = new byte[MaxBytes];

    /// <summary>Replaces the mark; allocates nothing on Linux.</summary>
    /// <exception cref="IOException">The mark could not be written.</exception>
    public void Write(TreeHead head)
    {
        head.Size.TryFormat(_buffer, out int length, default, CultureInfo.InvariantCulture);
        _buffer[length++] = (byte)'\n';
        head.Root.WriteBase64(_buffer.AsSpan(length));
        length += Hash256.Base64Length;
        _buffer[length++] = (byte)'\n';
        _file.Replace(_buffer.AsSpan(0, length));
    }

    /// <summary>Reads the mark; null where there is none that can be read.</summary>
    public static TreeHead? Read(ILedgerFiles files, string path)
    {
        byte[]? bytes;
        try
        {
            bytes = files.ReadSmallFile(path, MaxBytes);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        string[] lines = bytes is null ? [] : Encoding.UTF8.GetString(bytes).Split('\n');
        return lines is [string size, string root, ""]
            && ulong.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out ulong entries)
            && Hash256.TryParseBase64(root, out Hash256 hash)
                ? new TreeHead(entries, hash)
                : null;
    }

    public void Dispose() => _file.Dispose();
}
