using System.Buffers.Binary;
using System.Security.Cryptography;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.Assembly;

/// <summary>
/// A log as one writes it with what the framework has: length-prefixed records through a buffered <see cref="FileStream"/>, and a chain of
/// SHA-256 over them, each head the hash of the head before and the record. The records are the ledger's entries byte for byte (7 bytes of
/// header in front of the payload); heads are not stored with them but once, at the end. No tree, no proofs, no signature, no sync.
/// </summary>
internal sealed class HashChainLog : IDisposable
{
    public const int HeaderBytes = 7;
    private const int LengthBytes = sizeof(ushort);

    private readonly FileStream _file;
    private readonly string _path;

    // Head ‖ length ‖ record in one piece, so that the hash takes one call and the file another.
    private readonly byte[] _message = new byte[SHA256.HashSizeInBytes + LengthBytes + HeaderBytes + DecisionEntry.MaxLength];
    private readonly byte[] _head = new byte[SHA256.HashSizeInBytes];
    private bool _closed;

    /// <param name="path">Its file. One that is there is written over, in its blocks: that is faster than a new one on many disks.</param>
    /// <param name="bufferBytes">Bytes that are held back at most.</param>
    public HashChainLog(string path, int bufferBytes)
    {
        _path = path;
        _file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            BufferSize = bufferBytes,
        });
    }

    /// <summary>Records so far.</summary>
    public ulong Count { get; private set; }

    /// <summary>Where the next record's payload is to be written, before <see cref="Commit"/>.</summary>
    public Span<byte> Payload(int length) => _message.AsSpan(SHA256.HashSizeInBytes + LengthBytes + HeaderBytes, length);

    /// <summary>Appends what was written to <see cref="Payload"/>.</summary>
    /// <returns>The record's index.</returns>
    public ulong Commit(byte kind, int payloadLength)
    {
        int recordLength = HeaderBytes + payloadLength;
        Span<byte> message = _message.AsSpan(0, SHA256.HashSizeInBytes + LengthBytes + recordLength);
        Span<byte> framed = message[SHA256.HashSizeInBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)recordLength);
        framed[LengthBytes] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(framed[(LengthBytes + 1)..], (uint)Count);
        BinaryPrimitives.WriteUInt16LittleEndian(framed[(LengthBytes + 5)..], (ushort)(Count >> 32));
        SHA256.HashData(message, _head);
        _head.CopyTo(message);
        _file.Write(framed);
        return Count++;
    }

    /// <summary>Hands what is buffered to the operating system: from then on it survives the process.</summary>
    public void Flush() => _file.Flush();

    /// <summary>Flushes, and writes the head beside the log.</summary>
    public void Close()
    {
        if (!_closed)
        {
            _closed = true;
            _file.SetLength(_file.Position);
            _file.Dispose();
            File.WriteAllBytes(HashChainProof.HeadOf(_path), _head);
        }
    }

    public void Dispose()
    {
        _closed = true;
        _file.Dispose();
    }
}
