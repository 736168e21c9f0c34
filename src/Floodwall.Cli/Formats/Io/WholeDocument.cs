using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Io;

/// <summary>A whole input in memory, with line numbers for offsets into it.</summary>
internal sealed class WholeDocument
{
    private readonly string _file;
    private int _countedTo;
    private long _line = 1;

    private WholeDocument(string file, ReadOnlyMemory<byte> bytes)
    {
        _file = file;
        Bytes = bytes;
    }

    /// <summary>The bytes, without a byte order mark; strict UTF-8.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Reads the rest of <paramref name="input"/>.</summary>
    /// <exception cref="InputException">It is larger than <paramref name="limit"/> bytes, or not text.</exception>
    public static WholeDocument Load(InputBuffer input, string file, int limit)
    {
        while (input.Grow(limit + 1))
        {
        }

        ReadOnlyMemory<byte> bytes = input.Available;
        if (bytes.Length > limit)
        {
            throw new InputException(new SourcePosition(file, 0), $"expected at most {limit} bytes in one document, got more");
        }

        if (bytes.Span is [0xEF, 0xBB, 0xBF, ..])
        {
            bytes = bytes[3..];
        }

        JsonText.Check(bytes.Span, new SourcePosition(file, 1));
        return new WholeDocument(file, bytes);
    }

    /// <summary>The position of a byte. Asked with rising offsets, the whole document is counted once.</summary>
    public SourcePosition At(int offset, string? path = null)
    {
        if (offset < _countedTo)
        {
            _countedTo = 0;
            _line = 1;
        }

        _line += Bytes.Span[_countedTo..offset].Count((byte)'\n');
        _countedTo = offset;
        return new SourcePosition(_file, _line, path);
    }
}
