using System.Buffers.Binary;

namespace Floodwall.Ledger;

/// <summary>Moves over the entries of a ledger in order. Holds one segment file open and at most 2 MiB of it.</summary>
public sealed class EntryCursor : IDisposable
{
    private readonly BundleScanner _scanner;
    private readonly ulong _from;
    private int _inBundle;
    private int _at;
    private int _length;
    private readonly IEnumerator<(ulong Index, byte[] Entry)> _kept;
    private bool _atKept;
    private bool _ended;

    internal EntryCursor(BundleScanner scanner, ulong from, IEnumerable<(ulong Index, byte[] Entry)> kept)
    {
        _scanner = scanner;
        _from = from;
        _kept = kept.GetEnumerator();
    }

    /// <summary>The present entry.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands before the first entry or behind the last.</exception>
    public LedgerEntry Current => _atKept ? new LedgerEntry(_kept.Current.Index, _kept.Current.Entry)
        : _length > 0
        ? new LedgerEntry(_scanner.FirstIndex + (ulong)_inBundle - 1, _scanner.Bytes.Slice(_at - _length, _length))
        : throw new InvalidOperationException("the cursor stands at no entry");

    /// <summary>
    /// Why the entries end where they do: null at the ordinary end of the log, else the place and nature of what follows. With a live
    /// writer at work that may be an entry that is just being written.
    /// </summary>
    public string? Problem => _scanner.Problem?.Message;

    /// <summary>Moves to the next entry; false behind the last one that has the right form.</summary>
    /// <exception cref="IOException">Reading failed.</exception>
    public bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        if (_length == 0 && (_atKept = _kept.MoveNext()))
        {
            return true;
        }

        do
        {
            if (_inBundle >= _scanner.Count)
            {
                _inBundle = _at = _length = 0;
                if (!_scanner.Next())
                {
                    _ended = true;
                    return false;
                }
            }

            ReadOnlySpan<byte> bytes = _scanner.Bytes;
            _length = BinaryPrimitives.ReadUInt16BigEndian(bytes[_at..]);
            _at += LedgerLimits.LengthPrefixBytes + _length;
            _inBundle++;
        }
        while (_scanner.FirstIndex + (ulong)_inBundle - 1 < _from);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kept.Dispose();
        _scanner.Dispose();
    }
}
