using System.Security.Cryptography;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Makes what was appended durable and signs it, in the order that no crash can turn into two histories: data on disk, durable mark
/// written, signature made and verified, high-water mark written outside the ledger's folder, checkpoint published. May be used by one thread other
/// than the appender's; calls wait for each other. Allocates nothing per checkpoint on Linux as long as the signer does not.
/// </summary>
public sealed class CheckpointPublisher : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LedgerState _state;
    private readonly UnsyncedSegments _segments;
    private readonly CheckpointNoteWriter _notes;
    private readonly HeadMark _durable;
    private readonly SyncDoubt _doubt;
    private readonly IReplaceableFile _highWater;
    private readonly IReplaceableFile _checkpoint;
    private readonly byte[] _buffer;
    private TreeHead _signed;
    private bool _published;

    internal CheckpointPublisher(
        ILedgerStorage storage, LedgerPaths paths, ISigner signer, LedgerState state, UnsyncedSegments segments, TreeHead signed, bool published)
    {
        _state = state;
        _segments = segments;
        _notes = new CheckpointNoteWriter(signer);
        _buffer = new byte[_notes.MaxLength];
        _durable = new HeadMark(storage, paths.Durable);
        _doubt = new SyncDoubt(storage, paths);
        _highWater = storage.OpenReplaceable(paths.HighWater);
        _checkpoint = storage.OpenReplaceable(paths.Checkpoint);
        _signed = signed;
        _published = published;
    }

    /// <summary>Called on the publishing thread once that many entries are on disk; set it before the first publication.</summary>
    public Action<ulong>? Durable { get; set; }

    /// <summary>Called on the publishing thread once a checkpoint over that many entries is published; set it before the first publication.</summary>
    public Action<ulong>? Signed { get; set; }

    /// <summary>
    /// Makes the entries under <paramref name="head"/> durable and publishes a signed checkpoint over them. Does nothing where that
    /// very head was published before.
    /// </summary>
    /// <param name="head">What <see cref="LedgerWriter.SealTip"/> returned.</param>
    /// <exception cref="ArgumentException">The head covers more than was sealed.</exception>
    /// <exception cref="LedgerForkException">The head goes back behind what was signed, or has another root at the same size.</exception>
    /// <exception cref="LedgerPoisonedException">A sync, write or signature failed, now or earlier.</exception>
    public void Publish(TreeHead head)
    {
        lock (_gate)
        {
            if (_state.Poison is not null)
            {
                throw _state.Poisoned();
            }

            if (head.Size > _state.Sealed)
            {
                throw new ArgumentException($"the head covers {head.Size} entries, but only {_state.Sealed} were sealed", nameof(head));
            }

            RefuseFork(head);
            if (head.Size == _signed.Size && _published)
            {
                return;
            }

            SyncData(head);
            SignAndPublish(head);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _durable.Dispose();
            _highWater.Dispose();
            _checkpoint.Dispose();
        }
    }

    /// <summary>A publisher that goes on where this one stands, with another key; this one must not be used any more.</summary>
    internal CheckpointPublisher Successor(ILedgerStorage storage, LedgerPaths paths, ISigner signer)
    {
        lock (_gate)
        {
            return new CheckpointPublisher(storage, paths, signer, _state, _segments, _signed, _published) { Durable = Durable, Signed = Signed };
        }
    }

    private void RefuseFork(TreeHead head)
    {
        if (head.Size < _signed.Size)
        {
            throw new LedgerForkException($"a checkpoint over {_signed.Size} entries was signed; none over {head.Size} is signed after it");
        }

        if (head.Size == _signed.Size && head.Size > 0 && head.Root != _signed.Root)
        {
            LedgerForkException fork = new(
                $"root {_signed.Root.ToBase64()} was signed at size {head.Size}; root {head.Root.ToBase64()} at the same size is refused");
            _state.Fail(fork);
            throw fork;
        }
    }

    private void SyncData(TreeHead head)
    {
        bool more = head.Size > _state.Durable;
        try
        {
            SyncSegments(head);
            if (more)
            {
                // Before anybody hears of it: without the mark, reopening after a power cut could not tell these entries from lost ones.
                _durable.Write(head);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw _state.Fail(failure);
        }

        if (more)
        {
            _state.Durable = head.Size;
            Durable?.Invoke(head.Size);
        }
    }

    private void SyncSegments(TreeHead head)
    {
        try
        {
            _segments.Sync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _doubt.Raise(head);
            throw;
        }
    }

    private void SignAndPublish(TreeHead head)
    {
        try
        {
            int length = _notes.Write(head.Size, head.Root, _buffer);

            // From here on the head counts as signed, whatever becomes of the files: the note exists.
            _signed = head;
            _published = false;
            _highWater.Replace(_buffer.AsSpan(0, length));
            _checkpoint.Replace(_buffer.AsSpan(0, length));
            _published = true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw _state.Fail(failure);
        }

        _state.Signed = head.Size;
        Signed?.Invoke(head.Size);
    }
}
