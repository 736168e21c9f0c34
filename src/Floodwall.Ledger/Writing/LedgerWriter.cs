using System.Diagnostics.CodeAnalysis;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Appends entries to a ledger. All members but the sizes, <see cref="Publisher"/> and <see cref="EndSeal"/> belong to one thread. Appending allocates
/// nothing and makes no system call; a full segment is replaced by one that a helper thread prepared.
/// </summary>
/// <remarks>
/// <see cref="Close"/> signs what was appended and leaves a tidy folder. <see cref="Dispose"/> alone lets go of it as the end of the
/// process would: nothing appended is lost, but what came after the last checkpoint stays unsigned.
/// </remarks>
public sealed class LedgerWriter : IDisposable
{
    private readonly ILedgerStorage _storage;
    private readonly LedgerPaths _paths;
    private readonly SegmentSupply _supply;
    private readonly IDisposable _lock;
    private readonly LedgerState _state;
    private readonly UnsyncedSegments _segments;
    private readonly LogAppender _log;
    private bool _closed;

    internal LedgerWriter(LedgerParts parts)
    {
        _storage = parts.Storage;
        _paths = parts.Paths;
        _supply = parts.Supply;
        _lock = parts.Lock;
        _state = parts.State;
        _segments = parts.Segments;
        Keys = parts.Keys;
        Report = parts.Report;
        Publisher = parts.Publisher;
        _log = new LogAppender(parts);
    }

    /// <summary>What was found and done when the ledger was opened.</summary>
    public OpenReport Report { get; internal set; }

    /// <summary>Makes durable and signs what this writer seals; may be used by one other thread.</summary>
    public CheckpointPublisher Publisher { get; private set; }

    /// <summary>Entries appended; they survive the end of the process. Readable from any thread.</summary>
    public ulong AppendedSize => _state.Appended;

    /// <summary>Entries on disk; they survive a power cut. Readable from any thread.</summary>
    public ulong DurableSize => _state.Durable;

    /// <summary>Entries under the published checkpoint. Readable from any thread.</summary>
    public ulong SignedSize => _state.Signed;

    /// <summary>Whether an earlier failure closed the ledger to further entries. Readable from any thread.</summary>
    public bool IsPoisoned => _state.Poison is not null;

    /// <summary>Whether an entry was begun and neither committed nor abandoned.</summary>
    public bool HasBegun => _log.IsPending;

    /// <summary>The keys that were in force when the ledger was opened.</summary>
    internal KeyChain Keys { get; }

    /// <summary>Creates the ledger, or opens it, checks all of it and repairs its unsigned end, on this machine's file system.</summary>
    /// <inheritdoc cref="Open(LedgerOptions, ISigner, ILedgerStorage)"/>
    public static LedgerWriter Open(LedgerOptions options, ISigner signer) => Open(options, signer, FileLedgerStorage.Instance);

    /// <summary>Creates the ledger, or opens it, checks all of it and repairs its unsigned end.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="signer">Signs the checkpoints; must stay usable until the ledger is closed. Its name is the ledger's origin.</param>
    /// <param name="storage">The file system.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="LedgerLockedException">Another writer has it open.</exception>
    /// <exception cref="LedgerKeyException">It belongs to another key, or was handed over to one.</exception>
    /// <exception cref="LedgerCorruptException">It is damaged at or below the size that was signed; nothing was changed.</exception>
    /// <exception cref="LedgerForkException">It is older than what was signed, or another history; nothing was changed.</exception>
    /// <exception cref="LedgerPoisonedException">The first checkpoint could not be written.</exception>
    /// <exception cref="IOException">A file could not be read or written; <see cref="DiskFullException"/> for want of space.</exception>
    public static LedgerWriter Open(LedgerOptions options, ISigner signer, ILedgerStorage storage)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(storage);
        return new LedgerOpener(options, signer, storage).Open();
    }

    /// <summary>
    /// Begins an entry. Its index is laid already; the caller fills the payload, which lies in the map, and calls <see cref="Commit"/>.
    /// At the start of a bundle the link to the one before is appended first, so the index may skip one.
    /// </summary>
    /// <param name="kind">0x10 to 0xFF.</param>
    /// <param name="payloadLength">0 to 4087 bytes; the payload is zero until written.</param>
    /// <param name="index">The entry's index.</param>
    /// <exception cref="ArgumentOutOfRangeException">Kind or length is out of range.</exception>
    /// <exception cref="InvalidOperationException">The entry before was neither committed nor abandoned.</exception>
    /// <exception cref="LedgerFullException">No room for the next segment; nothing was changed. A call within half a second of space being freed may be refused too, unless
    /// <see cref="HasRoomFor"/> is asked in between.</exception>
    /// <exception cref="LedgerPoisonedException">An earlier sync or write failed.</exception>
    public Span<byte> Begin(byte kind, int payloadLength, out ulong index)
    {
        if (kind < LedgerLimits.FirstCallerKind || (uint)payloadLength > LedgerLimits.MaxPayloadBytes || _log.IsPending || _closed
            || _state.Poison is not null)
        {
            RefuseBegin(kind, payloadLength);
        }

        return _log.Lay(kind, payloadLength, out index);
    }

    /// <summary>Publishes the entry that <see cref="Begin"/> laid; from here on it survives the end of the process.</summary>
    /// <exception cref="InvalidOperationException">There is no such entry.</exception>
    public void Commit()
    {
        if (!_log.IsPending)
        {
            throw new InvalidOperationException("no entry was begun");
        }

        _log.Commit();
    }

    /// <summary>Takes back the entry that <see cref="Begin"/> laid and leaves no trace of it.</summary>
    /// <exception cref="InvalidOperationException">There is no such entry.</exception>
    public void Abandon()
    {
        if (!_log.IsPending)
        {
            throw new InvalidOperationException("no entry was begun");
        }

        _log.Abandon();
    }

    /// <summary>
    /// Whether that many entries of any length can be appended now without meeting a full disk; asked before something is decided
    /// that must be recorded. May wait for the next segment to be prepared.
    /// </summary>
    /// <param name="entries">0 to 256.</param>
    /// <param name="atOnce">
    /// Whether a disk that was full a moment ago is asked again. Without it, and in <see cref="Begin"/>, it is asked again after a pause,
    /// which grows with every failure up to half a second, so that asking for every entry stays cheap.
    /// </param>
    public bool HasRoomFor(int entries, bool atOnce = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(entries);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries, LedgerLimits.EntriesPerBundle);
        return !_closed && _state.Poison is null && _log.HasRoomFor(entries, atOnce);
    }

    /// <summary>
    /// The size of the log and the root over it, for <see cref="CheckpointPublisher.Publish"/>. Hashes what was not hashed yet:
    /// at most one bundle.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The ledger was closed.</exception>
    /// <exception cref="LedgerPoisonedException">An earlier failure, or one of hashing, closed the ledger.</exception>
    public TreeHead SealTip()
    {
        BeginSeal();
        return EndSeal();
    }

    /// <summary>
    /// Asks for what <see cref="SealTip"/> gives and does not wait for it: the hashing is left to the thread that hashes bundles, and to
    /// the one that calls <see cref="EndSeal"/>. Called again before that, it takes the place of the earlier call.
    /// </summary>
    /// <returns>The entries that the head is going to cover.</returns>
    /// <exception cref="ObjectDisposedException">The ledger was closed.</exception>
    public ulong BeginSeal()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _log.BeginSeal();
    }

    /// <summary>The head that <see cref="BeginSeal"/> asked for last. May be called by the one other thread that publishes.</summary>
    /// <exception cref="ObjectDisposedException">The ledger was closed.</exception>
    /// <exception cref="LedgerPoisonedException">An earlier failure, or one of hashing, closed the ledger.</exception>
    public TreeHead EndSeal()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _log.EndSeal();
    }

    /// <summary>
    /// Publishes a last checkpoint, cuts the last segment to what it holds, and lets go of the ledger. The publishing thread must have
    /// stopped. A poisoned ledger is only let go of. Does nothing where it was closed before.
    /// </summary>
    /// <exception cref="LedgerPoisonedException">The last checkpoint could not be published; the ledger was let go of all the same.</exception>
    /// <exception cref="IOException">The folder could not be tidied; everything is signed all the same.</exception>
    public void Close()
    {
        if (_closed)
        {
            return;
        }

        try
        {
            if (_state.Poison is null)
            {
                if (_log.IsPending)
                {
                    _log.Abandon();
                }

                Publisher.Publish(SealTip());
                Tidy();
            }
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Lets go of the ledger without signing; see the remarks.</summary>
    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _log.Dispose();
        Publisher.Dispose();
        _segments.Dispose();
        _lock.Dispose();
    }

    /// <summary>Appends an entry of the ledger's own.</summary>
    internal void AppendOwn(byte kind, ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_log.Lay(kind, payload.Length, out _));
        _log.Commit();
    }

    /// <summary>
    /// Appends a key entry signed by both keys; from then on this writer's checkpoints are signed by the new one. The publishing
    /// thread must have stopped. The first checkpoint, which the next publication makes, syncs the entry before it is signed.
    /// </summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Signing failed; nothing was appended.</exception>
    internal ulong AppendKey(ISigner oldKey, ISigner newKey)
    {
        Span<byte> payload = _log.Lay(EntryKinds.Key, KeyEntry.LengthOf(newKey.VerifierKey), out ulong index);
        try
        {
            KeyEntry.Sign(oldKey.Name, index, oldKey, newKey).Encode().CopyTo(payload);
        }
        catch
        {
            _log.Abandon();
            throw;
        }

        _log.Commit();
        CheckpointPublisher next = Publisher.Successor(_storage, _paths, newKey);
        Publisher.Dispose();
        Publisher = next;
        return index;
    }

    private void Tidy()
    {
        uint? spare = _log.Stop();
        _segments.Dispose();
        _storage.Trim(_paths.Segment(_log.SegmentNumber), _log.Offset);
        if (spare is uint unused)
        {
            _supply.Drop(unused);
        }

        _storage.SyncFolder(_paths.Segments);
    }

    [DoesNotReturn]
    private void RefuseBegin(byte kind, int payloadLength)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_state.Poison is not null)
        {
            throw _state.Poisoned();
        }

        if (_log.IsPending)
        {
            throw new InvalidOperationException("the entry that was begun before is neither committed nor abandoned");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(kind, LedgerLimits.FirstCallerKind);
        throw new ArgumentOutOfRangeException(
            nameof(payloadLength), payloadLength, $"a payload has 0 to {LedgerLimits.MaxPayloadBytes} bytes");
    }
}
