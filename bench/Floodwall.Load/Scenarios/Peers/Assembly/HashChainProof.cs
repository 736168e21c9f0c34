using System.Buffers.Binary;
using System.Security.Cryptography;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>Reads a closed <see cref="HashChainLog"/> back and works its head out anew.</summary>
internal static class HashChainProof
{
    private const int MostBytes = 1 << 20;

    public delegate void OnPayload(ReadOnlySpan<byte> payload);

    /// <summary>Where a log's head stands.</summary>
    public static string HeadOf(string path) => path + ".head";

    /// <returns>Records and head, as text.</returns>
    /// <exception cref="WrongAnswerException">The file is cut short, an index is wrong, or the head is not the one of these records.</exception>
    public static string Read(string path, OnPayload each)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, MostBytes);
        byte[] message = new byte[SHA256.HashSizeInBytes + sizeof(ushort) + ushort.MaxValue];
        byte[] head = new byte[SHA256.HashSizeInBytes];
        ulong count = 0;
        Span<byte> length = message.AsSpan(SHA256.HashSizeInBytes, sizeof(ushort));
        for (int read; (read = file.ReadAtLeast(length, sizeof(ushort), throwOnEndOfStream: false)) > 0; count++)
        {
            int recordLength = read == sizeof(ushort) ? BinaryPrimitives.ReadUInt16BigEndian(length) : ushort.MaxValue;
            Span<byte> record = message.AsSpan(SHA256.HashSizeInBytes + sizeof(ushort), recordLength);
            WrongAnswerException.ThrowUnless(
                recordLength > HashChainLog.HeaderBytes && file.ReadAtLeast(record, recordLength, throwOnEndOfStream: false) == recordLength,
                $"{path}: record {count} is cut short");
            ulong index = BinaryPrimitives.ReadUInt64LittleEndian(record) << 8 >> 16;
            WrongAnswerException.ThrowUnlessEqual(count, index, $"{path}: index of a record");
            each(record[HashChainLog.HeaderBytes..]);
            SHA256.HashData(message.AsSpan(0, SHA256.HashSizeInBytes + sizeof(ushort) + recordLength), head);
            head.CopyTo(message, 0);
        }

        WrongAnswerException.ThrowUnless(head.AsSpan().SequenceEqual(File.ReadAllBytes(HeadOf(path))), $"{path}: the head is not that of its {count} records");
        return $"{count} records, head {Convert.ToBase64String(head)}";
    }
}
