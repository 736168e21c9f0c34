using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>Builds add-checkpoint requests for a ledger's published checkpoint, and notes that it goes to witnesses.</summary>
public sealed class WitnessRequestBuilder
{
    private readonly LedgerSubtrees _tree;

    /// <summary>Reads the checkpoint, and the entries it covers: their root must be the one signed.</summary>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="policy">
    /// Its logs are the keys that the checkpoint must be signed by, or that the ledger's key entries lead on from; null, or none, for the
    /// key that the ledger declares.
    /// </param>
    /// <param name="storage">The file system; null for this machine's.</param>
    /// <exception cref="LedgerCorruptException">There is no ledger, or its entries are not those that the checkpoint covers.</exception>
    /// <exception cref="LedgerKeyException">The checkpoint is not signed by the ledger's key.</exception>
    /// <exception cref="LedgerForkException">A larger checkpoint went to witnesses before, or another of the same size.</exception>
    /// <exception cref="LedgerLockedException">Another process is keeping cosignatures at this moment.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    public WitnessRequestBuilder(LedgerPaths paths, TrustPolicy? policy = null, ILedgerStorage? storage = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        storage ??= FileLedgerStorage.Instance;
        policy ??= NoPolicy;
        LedgerReader reader = LedgerReader.Open(paths.Directory, storage);
        Note = storage.ReadSmallFile(paths.Checkpoint, LedgerLimits.MaxNoteBytes)
            ?? throw new LedgerCorruptException($"{paths.Checkpoint}: the checkpoint is missing");
        LogKeys = policy.Logs.Count > 0 ? [.. policy.Logs.Select(log => log.Key)] : [reader.Genesis.Key];
        PolicyVerdict expected = new WitnessStore(paths, policy, LogKeys, storage).Expect(Note.Span);
        Size = expected.Checkpoint!.Size;
        _tree = new LedgerSubtrees(reader);
        Hash256 root = _tree.Root(Size);
        if (root != expected.Checkpoint.Root)
        {
            throw new LedgerCorruptException(
                $"the root over {Size} entries is {root.ToBase64()}, but the checkpoint states {expected.Checkpoint.Root.ToBase64()}");
        }
    }

    /// <summary>The checkpoint's note.</summary>
    public ReadOnlyMemory<byte> Note { get; }

    /// <summary>Entries that it covers.</summary>
    public ulong Size { get; }

    /// <summary>The keys that make a checkpoint this ledger's; so do those that its key entries lead to from them.</summary>
    public IReadOnlyList<VerifierKey> LogKeys { get; }

    private static TrustPolicy NoPolicy { get; } = TrustPolicy.Parse("quorum none\n"u8, "none");

    /// <summary>The consistency proof from an older size; empty from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="from"/> is larger than <see cref="Size"/>.</exception>
    public IReadOnlyList<Hash256> Proof(ulong from)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, Size);
        return _tree.Consistency(from, Size);
    }

    /// <summary>The request to a witness that cosigned <paramref name="oldSize"/> entries last.</summary>
    /// <inheritdoc cref="Proof"/>
    public AddCheckpointRequest Build(ulong oldSize) => new(oldSize, Proof(oldSize), Note);
}
