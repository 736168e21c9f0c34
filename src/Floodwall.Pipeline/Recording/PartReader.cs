using System.Buffers;
using System.Buffers.Binary;

namespace Floodwall.Pipeline;

/// <summary>Puts together what <see cref="PartWriter"/> wrote. A sequence that breaks off counts for nothing.</summary>
/// <param name="maxBytes">The longest content that is read.</param>
internal sealed class PartReader(int maxBytes)
{
    private readonly ArrayBufferWriter<byte> _content = new();
    private uint _next;

    /// <summary>The content, once <see cref="Add"/> has said that it is whole; until the next call.</summary>
    public ReadOnlySpan<byte> Content => _content.WrittenSpan;

    /// <summary>Something else came in between: what was begun is given up.</summary>
    public void Break()
    {
        _next = 0;
        _content.ResetWrittenCount();
    }

    /// <summary>Takes the next part in.</summary>
    /// <param name="payload">The entry's payload.</param>
    /// <param name="whole">Whether the content is whole now.</param>
    /// <returns>Null, or what is wrong with the part.</returns>
    public string? Add(ReadOnlySpan<byte> payload, out bool whole)
    {
        whole = false;
        if (payload.Length < PartWriter.HeaderBytes || payload[0] > (PartWriter.First | PartWriter.Last))
        {
            return $"a part has {payload.Length} bytes, expected at least {PartWriter.HeaderBytes} and flags of 0 to 3";
        }

        uint number = BinaryPrimitives.ReadUInt32LittleEndian(payload[1..]);
        bool first = (payload[0] & PartWriter.First) != 0;
        if (first != (number == 0))
        {
            return $"part {number} has flags {payload[0]}";
        }

        if (first)
        {
            Break();
        }
        else if (number != _next || _next == 0)
        {
            return $"part {number} follows where part {_next} is due";
        }

        ReadOnlySpan<byte> content = payload[PartWriter.HeaderBytes..];
        if (content.Length > maxBytes - _content.WrittenCount)
        {
            return $"the parts together exceed {maxBytes} bytes";
        }

        _content.Write(content);
        whole = (payload[0] & PartWriter.Last) != 0;
        _next = whole ? 0 : number + 1;
        return null;
    }
}
