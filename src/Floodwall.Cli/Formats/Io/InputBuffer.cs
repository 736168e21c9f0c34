namespace Floodwall.Cli.Formats.Io;

/// <summary>A stream behind a buffer that can be looked at before it is consumed, so that one pass over standard input serves detection and reading.</summary>
internal sealed class InputBuffer(Stream stream) : IDisposable
{
    private const int FirstSize = 64 << 10;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;

    /// <summary>True once the stream has no more bytes to give.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The bytes read and not yet consumed; valid until the next <see cref="Grow"/>.</summary>
    public ReadOnlyMemory<byte> Available => _buffer.AsMemory(_start, _end - _start);

    /// <summary>Reads more bytes behind <see cref="Available"/>.</summary>
    /// <param name="limit">How many bytes <see cref="Available"/> may hold.</param>
    /// <returns>False at the end of the stream, or where <paramref name="limit"/> bytes are already available.</returns>
    public bool Grow(int limit)
    {
        int held = _end - _start;
        if (AtEnd || held >= limit)
        {
            return false;
        }

        MakeRoom(held, limit);
        int read = stream.Read(_buffer, _end, Math.Min(_buffer.Length - _end, limit - held));
        AtEnd = read == 0;
        _end += read;
        return read > 0;
    }

    /// <summary>Consumes the first <paramref name="count"/> bytes of <see cref="Available"/>.</summary>
    public void Consume(int count) => _start += count;

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void MakeRoom(int held, int limit)
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        if (held <= _buffer.Length / 2)
        {
            _buffer.AsSpan(_start, held).CopyTo(_buffer);
        }
        else
        {
            byte[] larger = new byte[(int)Math.Min(Math.Max((long)_buffer.Length * 2, FirstSize), Math.Max(limit, _buffer.Length + 1L))];
            _buffer.AsSpan(_start, held).CopyTo(larger);
            _buffer = larger;
        }

        _start = 0;
        _end = held;
    }
}
