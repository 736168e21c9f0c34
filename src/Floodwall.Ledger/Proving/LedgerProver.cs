using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Makes inclusion and consistency proofs and roots from a ledger's files, under its published checkpoint. Each call reads the log once,
/// hashes only the bundles in question, and hands nothing out before the hashes it used gave the signed root. Takes no lock, needs no
/// more than a few MiB, and may be used while a writer is at work.
/// </summary>
public sealed class LedgerProver
{
    private readonly ILedgerFiles _files;
    private readonly LedgerPaths _paths;
    private readonly byte[] _note;

    private LedgerProver(ILedgerFiles files, LedgerPaths paths, GenesisEntry genesis, byte[] note, TreeHead head)
    {
        _files = files;
        _paths = paths;
        Genesis = genesis;
        _note = note;
        Head = head;
    }

    /// <summary>The ledger's folder, a full path.</summary>
    public string Directory => _paths.Directory;

    /// <summary>What the ledger says it is.</summary>
    public GenesisEntry Genesis { get; }

    /// <summary>Size and root of the published checkpoint.</summary>
    public TreeHead Head { get; }

    /// <summary>The published checkpoint, a signed note.</summary>
    public ReadOnlyMemory<byte> Note => _note;

    /// <summary>Opens a ledger and checks its checkpoint's signature.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="trusted">The trusted keys; where there is none, the key that the ledger declares itself. What is proven is then for
    /// others to trust, with keys they have from elsewhere.</param>
    /// <param name="files">The file system; null for this machine's.</param>
    /// <exception cref="LedgerCorruptException">There is no ledger, its first entry or checkpoint cannot be read, or a signature fails.</exception>
    /// <exception cref="LedgerKeyException">The checkpoint is signed by no trusted key.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public static LedgerProver Open(string directory, IReadOnlyList<VerifierKey> trusted, ILedgerFiles? files = null)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        files ??= FileLedgerStorage.Instance;
        LedgerPaths paths = new(directory);

        // The checkpoint first: whatever it covers is in the files by then, also while a writer is at work.
        byte[]? note = files.ReadSmallFile(paths.Checkpoint, LedgerLimits.MaxNoteBytes);
        GenesisEntry genesis = LedgerReader.Open(directory, files).Genesis;
        if (note is null)
        {
            throw new LedgerCorruptException($"{paths.Checkpoint}: the checkpoint is missing");
        }

        IReadOnlyList<VerifierKey> keys = trusted.Count == 0 ? [genesis.Key] : trusted;
        CheckpointTrust trust = CheckpointTrust.Judge(note, keys, genesis);
        if (trust is { MayFollow: true, Head: { } stated } && LogKeys.Read(files, paths, stated.Size).Chain is { } chain)
        {
            trust = trust.Follow(note, keys, chain);
        }

        return trust switch
        {
            { Status: VerificationStatus.Good, Head: { } head } => new LedgerProver(files, paths, genesis, note, head),
            { Status: VerificationStatus.NoTrustedKey } => throw new LedgerKeyException($"{paths.Checkpoint}: {trust.Message}"),
            _ => throw new LedgerCorruptException($"{paths.Checkpoint}: {trust.Message}"),
        };
    }

    /// <summary>The tlog-proof of an entry under the published checkpoint.</summary>
    /// <param name="index">Below <see cref="TreeHead.Size"/> of <see cref="Head"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not covered.</exception>
    /// <inheritdoc cref="Read{T}(Func{ISubtreeReader, T})" path="/exception"/>
    public TlogProof Prove(ulong index) => TlogProof.Create(index, Inclusion(index), _note);

    /// <summary>RFC 9162 section 2.1.3.1: the inclusion proof of an entry in the tree of the published checkpoint.</summary>
    /// <inheritdoc cref="Prove"/>
    public Hash256[] Inclusion(ulong index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Head.Size);
        (Hash256[] proof, Hash256 leaf) = Read(tree => (MerkleProof.Inclusion(index, Head.Size, tree), tree.ReadSubtree(0, index)));

        // A faulty machine: a proof that nobody can verify must not leave the process.
        return MerkleProof.VerifyInclusion(index, Head.Size, leaf, proof, Head.Root)
            ? proof
            : throw new LedgerCorruptException($"the proof just made of entry {index} does not verify; it is withheld", index);
    }

    /// <summary>RFC 9162 section 2.1.4.1: the proof that the tree of <paramref name="to"/> entries continues that of <paramref name="from"/>.</summary>
    /// <param name="from">1 to <paramref name="to"/>.</param>
    /// <param name="to">At most the size of <see cref="Head"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    /// <inheritdoc cref="Read{T}(Func{ISubtreeReader, T})" path="/exception"/>
    public Hash256[] Consistency(ulong from, ulong to)
    {
        RequireCovered(to, nameof(to));
        ArgumentOutOfRangeException.ThrowIfZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        return Read(tree => MerkleProof.Consistency(from, to, tree));
    }

    /// <summary>The root over the first <paramref name="size"/> entries.</summary>
    /// <param name="size">At most the size of <see cref="Head"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is not covered.</exception>
    /// <inheritdoc cref="Read{T}(Func{ISubtreeReader, T})" path="/exception"/>
    public Hash256 Root(ulong size)
    {
        RequireCovered(size, nameof(size));
        return Read(tree => MerkleProof.Root(size, tree));
    }

    /// <summary>Computes anything that follows from subtree hashes, such as several proofs, in one reading of the log.</summary>
    /// <typeparam name="T">What is computed.</typeparam>
    /// <param name="compute">
    /// Reads subtrees wholly within the published checkpoint's tree. It is called twice, the first time on meaningless hashes: which
    /// subtrees it asks for must not depend on them, and it must have no side effects.
    /// </param>
    /// <exception cref="LedgerCorruptException">The log is not the one that was signed, as far as this showed.</exception>
    /// <exception cref="IOException">A file could not be read.</exception>
    public T Read<T>(Func<ISubtreeReader, T> compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        SubtreeRequests requests = new(Head.Size);
        MerkleProof.Root(Head.Size, requests);
        compute(requests);
        using BundleScanner scanner = NewScanner();
        SubtreePass tree = SubtreePass.Run(scanner, Head.Size, requests);
        Hash256 root = MerkleProof.Root(Head.Size, tree);
        return root == Head.Root
            ? compute(tree)
            : throw new LedgerCorruptException(
                $"the links and the last entries give the root {root.ToBase64()} over {Head.Size} entries, but {Head.Root.ToBase64()} was "
                + "signed; verifying the ledger tells where it was changed");
    }

    /// <summary>A scan of the whole log.</summary>
    internal BundleScanner NewScanner() => new(_files, _paths, SegmentCatalog.Read(_files, _paths));

    private void RequireCovered(ulong size, string parameter) => ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Head.Size, parameter);
}
