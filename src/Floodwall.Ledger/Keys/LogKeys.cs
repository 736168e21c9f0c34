using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Whose signature makes a checkpoint a ledger's: that of a trusted key, or of one that the ledger's key entries lead to from a trusted
/// one, which both keys of each entry signed. The ledger is read only for a checkpoint that no trusted key signed itself. One call at a
/// time.
/// </summary>
public sealed class LogKeys
{
    // Notes that no key was found for; files that stay as they are would have the ledger read again each time.
    private const int MaxUnknown = 16;

    private readonly LedgerPaths _paths;
    private readonly ILedgerFiles _files;
    private readonly HashSet<string> _unknown = [];
    private KeyChain? _chain;
    private ulong _readTo;

    /// <summary>The keys of a ledger.</summary>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="trusted">The keys to begin with; those of other logs do no harm.</param>
    /// <param name="files">The file system; null for this machine's.</param>
    public LogKeys(LedgerPaths paths, IReadOnlyList<VerifierKey> trusted, ILedgerFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(trusted);
        _paths = paths;
        _files = files ?? FileLedgerStorage.Instance;
        Trusted = trusted;
    }

    /// <summary>The keys to begin with.</summary>
    public IReadOnlyList<VerifierKey> Trusted { get; }

    /// <summary>
    /// The keys by which to judge a note: the trusted ones, and where none of them is named in it, the key that was due at the size it
    /// states, if a trusted key was in force there or before. Of a note over more entries than the ledger holds, any later key of the
    /// chain may be the one.
    /// </summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public IReadOnlyList<VerifierKey> For(SignedNote note) => Judging(note, backward: false);

    /// <summary>
    /// The same for a checkpoint that the caller kept: it may also be signed by a key that was in force before the trusted one. To
    /// compare the ledger with more checkpoints never makes it look better.
    /// </summary>
    /// <inheritdoc cref="For"/>
    public IReadOnlyList<VerifierKey> ForKept(SignedNote note) => Judging(note, backward: true);

    /// <summary>Every key that was in force in a ledger, oldest first; none where its first entry cannot be read.</summary>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static IReadOnlyList<VerifierKey> InForce(LedgerPaths paths, ILedgerFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return [.. Read(files ?? FileLedgerStorage.Instance, paths, ulong.MaxValue).Chain?.Keys ?? []];
    }

    /// <summary>The keys up to a size, and how far the log could be read; both signatures of each key entry are checked, hashes are not.</summary>
    internal static (KeyChain? Chain, ulong ReadTo) Read(ILedgerFiles files, LedgerPaths paths, ulong size)
    {
        using BundleScanner scanner = new(files, paths, SegmentCatalog.Read(files, paths));
        while (scanner.NextIndex < size && scanner.Next())
        {
        }

        return (scanner.Keys, scanner.NextIndex);
    }

    private IReadOnlyList<VerifierKey> Judging(SignedNote note, bool backward)
    {
        ArgumentNullException.ThrowIfNull(note);
        if (Names(note, Trusted) || Trusted.Count == 0 || !Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out _)
            || !Trusted.Any(key => key.Name == checkpoint.Origin))
        {
            return Trusted;
        }

        // What was read before serves a ledger that grew since, as long as its key stayed the same.
        VerifierKey[] due = Due(checkpoint.Size, backward);
        bool serves = checkpoint.Size <= _readTo || (_chain is not null && Names(note, [_chain.Current]));
        if ((!serves || !Names(note, due)) && !_unknown.Contains(note.Text))
        {
            (_chain, _readTo) = Read(_files, _paths, ulong.MaxValue);
            due = Due(checkpoint.Size, backward);
        }

        if (Names(note, due))
        {
            return [.. Trusted, .. due];
        }

        if (_unknown.Count == MaxUnknown)
        {
            _unknown.Clear();
        }

        _unknown.Add(note.Text);
        return Trusted;
    }

    private VerifierKey[] Due(ulong size, bool backward)
    {
        VerifierKey[] keys = [.. _chain?.Keys ?? []];
        int first = Array.FindIndex(keys, key => Trusted.Any(trusted => KeyChain.Same(trusted, key)));
        if (first < 0)
        {
            return [];
        }

        int from = backward ? 0 : first;
        return size > _readTo ? keys[from..] : [.. keys[from..].Where(key => KeyChain.Same(key, _chain!.At(size)))];
    }

    private static bool Names(SignedNote note, IReadOnlyList<VerifierKey> keys) => keys.Any(key => note.Signatures.Any(line => line.IsBy(key)));
}
