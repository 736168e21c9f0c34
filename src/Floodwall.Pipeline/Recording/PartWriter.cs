using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>
/// Writes something longer than an entry as parts, one entry each: u8 flags (1: the first part, 2: the last), u32 number of the
/// part from 0 on, then content. Little-endian. No other entry of the wall's stands between the parts.
/// </summary>
/// <remarks>Allocates nothing after construction. One thread at a time: the ledger's.</remarks>
internal sealed class PartWriter(RecordingStage recording)
{
    /// <summary>Bytes in front of the content.</summary>
    public const int HeaderBytes = 5;

    /// <summary>A whole part: 4 KiB with everything around it.</summary>
    public const int PartBytes = 4087;

    public const byte First = 1;
    public const byte Last = 2;

    private readonly byte[] _part = new byte[PartBytes];
    private byte _kind;
    private uint _number;
    private int _filled;

    /// <summary>Bytes of content since <see cref="Begin"/>.</summary>
    public ulong ContentBytes { get; private set; }

    /// <summary>Begins a sequence of entries of that kind.</summary>
    public void Begin(byte kind)
    {
        _kind = kind;
        _number = 0;
        _filled = HeaderBytes;
        ContentBytes = 0;
    }

    /// <summary>Adds content.</summary>
    public void Write(scoped ReadOnlySpan<byte> content)
    {
        ContentBytes += (ulong)content.Length;
        while (content.Length > PartBytes - _filled)
        {
            int fits = PartBytes - _filled;
            content[..fits].CopyTo(_part.AsSpan(_filled));
            content = content[fits..];
            _filled = PartBytes;
            Flush(0);
        }

        content.CopyTo(_part.AsSpan(_filled));
        _filled += content.Length;
    }

    /// <summary>Ends the sequence; from here on a reader takes it for whole.</summary>
    public void End() => Flush(Last);

    private void Flush(byte flags)
    {
        _part[0] = (byte)(flags | (_number == 0 ? First : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(_part.AsSpan(1), _number++);
        recording.Part(_kind, _part.AsSpan(0, _filled));
        _filled = HeaderBytes;
    }
}
