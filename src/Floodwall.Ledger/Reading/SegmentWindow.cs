using System.Buffers;

namespace Floodwall.Ledger;

/// <summary>A sliding view of one file in bounded memory. What the file gained after it was opened is not seen.</summary>
internal sealed class SegmentWindow : IDisposable
{
    private const int SmallestBuffer = 4 << 10;

    // What is read stays in a core's own cache until it is parsed and hashed. Only long bundles need more.
    private const int UsualBuffer = 512 << 10;
    private const int LargestBuffer = 2 * LedgerLimits.MaxBundleBytes;
    private const int SearchChunk = 128 << 10;

    private IFileReader? _reader;
    private byte[] _buffer = [];
    private long _start;
    private int _filled;

    /// <summary>Length of the file that is open.</summary>
    public long Length { get; private set; }

    /// <summary>Moves to another file, which this window then owns.</summary>
    public void Open(IFileReader reader)
    {
        _reader?.Dispose();
        _reader = reader;
        _start = 0;
        _filled = 0;
        Length = reader.Length;
        int wanted = (int)Math.Clamp(Length, SmallestBuffer, UsualBuffer);
        if (_buffer.Length < wanted)
        {
            // Opening a small ledger makes several windows: fresh memory of this size costs more than all else it does.
            ReturnBuffer();
            _buffer = ArrayPool<byte>.Shared.Rent(wanted);
        }
    }

    /// <summary>
    /// The bytes from <paramref name="offset"/>: at least <paramref name="wanted"/> (at most 1 MiB) unless the file ends before.
    /// Valid until the next call.
    /// </summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public ReadOnlySpan<byte> Peek(long offset, int wanted)
    {
        IFileReader reader = _reader ?? throw new ObjectDisposedException(nameof(SegmentWindow));
        wanted = (int)Math.Clamp(Length - offset, 0, wanted);
        if (offset < _start || offset > _start + _filled)
        {
            _start = offset;
            _filled = 0;
        }

        if (_start + _filled - offset < wanted)
        {
            int keep = (int)(_start + _filled - offset);
            byte[] room = wanted <= _buffer.Length ? _buffer : new byte[LargestBuffer];
            _buffer.AsSpan((int)(offset - _start), keep).CopyTo(room);
            _buffer = room;
            _start = offset;
            _filled = keep;
            while (_filled < wanted)
            {
                int more = (int)Math.Min(_buffer.Length - _filled, Length - _start - _filled);
                int read = reader.Read(_start + _filled, _buffer.AsSpan(_filled, more));
                if (read == 0)
                {
                    // The file shrank: it ends here.
                    Length = _start + _filled;
                    break;
                }

                _filled += read;
            }
        }

        return _buffer.AsSpan((int)(offset - _start), (int)(_start + _filled - offset));
    }

    /// <summary>Offset of the first byte from <paramref name="offset"/> on that is not zero; −1 where there is none.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public long FindNonZero(long offset)
    {
        while (offset < Length)
        {
            ReadOnlySpan<byte> bytes = Peek(offset, SearchChunk);
            int at = bytes.IndexOfAnyExcept((byte)0);
            if (at >= 0)
            {
                return offset + at;
            }

            offset += bytes.Length;
        }

        return -1;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
        ReturnBuffer();
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
