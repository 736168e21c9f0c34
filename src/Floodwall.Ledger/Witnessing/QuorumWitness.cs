using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>
/// Has a ledger's checkpoints cosigned by the witnesses of a policy: asks all that are within reach at once, verifies and keeps what
/// they answer, and is done as soon as the quorum is met.
/// </summary>
public sealed class QuorumWitness : ICheckpointWitness, IDisposable
{
    private readonly Lock _gate = new();
    private readonly LedgerPaths _paths;
    private readonly TrustPolicy _policy;
    private readonly ILedgerStorage _storage;
    private readonly IReadOnlyDictionary<PolicyWitness, IWitnessTransport> _transports;
    private readonly Dictionary<PolicyWitness, WitnessClient> _clients;
    private LedgerSubtrees? _tree;
    private WitnessStore? _store;
    private IReadOnlyDictionary<PolicyWitness, WitnessReply> _replies = new Dictionary<PolicyWitness, WitnessReply>();

    /// <summary>Asks the witnesses over HTTP, at the URLs that the policy states.</summary>
    /// <param name="paths">The ledger's paths; the ledger itself is opened at the first checkpoint.</param>
    /// <param name="policy">
    /// The policy. Without logs in it, the key that the ledger declares is its log. The keys that the ledger was handed over to count as well.
    /// </param>
    /// <param name="timeout">How long a witness may take to answer; 10 seconds when null.</param>
    /// <exception cref="ArgumentException">A URL is none, or the witnesses that have one cannot be a quorum.</exception>
    public QuorumWitness(LedgerPaths paths, TrustPolicy policy, TimeSpan? timeout = null)
        : this(paths, policy, OverHttp(policy, timeout), FileLedgerStorage.Instance)
    {
    }

    /// <summary>Asks the witnesses over transports of the caller's.</summary>
    /// <param name="paths">The ledger's paths.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="transports">The way to each witness that is within reach; those that are disposable are disposed with this object.</param>
    /// <param name="storage">The file system.</param>
    /// <exception cref="ArgumentException">These witnesses cannot be a quorum.</exception>
    public QuorumWitness(
        LedgerPaths paths, TrustPolicy policy, IReadOnlyDictionary<PolicyWitness, IWitnessTransport> transports, ILedgerStorage storage)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(transports);
        ArgumentNullException.ThrowIfNull(storage);
        if (!policy.IsQuorum(transports.Keys))
        {
            throw new ArgumentException(
                $"the policy asks for {policy.Quorum}, which the {transports.Count} witnesses within reach cannot be", nameof(transports));
        }

        _paths = paths;
        _policy = policy;
        _transports = transports;
        _storage = storage;
        _clients = transports.ToDictionary(pair => pair.Key, pair => new WitnessClient(pair.Value));
    }

    /// <summary>Entries under the latest checkpoint that meets the quorum; 0 before the first attempt. Readable from any thread.</summary>
    public ulong WitnessedSize => Volatile.Read(ref _store)?.WitnessedSize ?? 0;

    /// <summary>What each witness that was asked at the latest attempt said, as far as it had by then. Readable from any thread.</summary>
    public IReadOnlyDictionary<PolicyWitness, WitnessReply> Replies => Volatile.Read(ref _replies);

    /// <inheritdoc/>
    /// <exception cref="LedgerForkException">A larger checkpoint was cosigned before, or another of the same size.</exception>
    /// <exception cref="LedgerCorruptException">The ledger's entries are not those that the checkpoint covers.</exception>
    /// <exception cref="IOException">A file could not be read or written.</exception>
    public bool Witness(ReadOnlyMemory<byte> note, CancellationToken cancellation)
    {
        OpenLedger();
        PolicyVerdict known = _store!.Expect(note.Span);
        Checkpoint checkpoint = known.Checkpoint!;
        if (known.IsMet)
        {
            return true;
        }

        RequireSameTree(checkpoint);
        return AskAsync(note, checkpoint.Size, known, cancellation).GetAwaiter().GetResult();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IDisposable transport in _transports.Values.OfType<IDisposable>())
        {
            transport.Dispose();
        }
    }

    private static Dictionary<PolicyWitness, IWitnessTransport> OverHttp(TrustPolicy policy, TimeSpan? timeout)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Witnesses
            .Where(witness => witness.Url is not null)
            .ToDictionary(witness => witness, IWitnessTransport (witness) => new HttpWitnessTransport(witness.Url!, timeout));
    }

    private void OpenLedger()
    {
        if (_store is not null)
        {
            return;
        }

        LedgerReader reader = LedgerReader.Open(_paths.Directory, _storage);
        _tree = new LedgerSubtrees(reader);
        IReadOnlyList<VerifierKey> logs = _policy.Logs.Count > 0 ? [.. _policy.Logs.Select(log => log.Key)] : [reader.Genesis.Key];
        Volatile.Write(ref _store, new WitnessStore(_paths, _policy, logs, _storage));
    }

    private void RequireSameTree(Checkpoint checkpoint)
    {
        Hash256 root = _tree!.Root(checkpoint.Size);
        if (root != checkpoint.Root)
        {
            throw new LedgerCorruptException(
                $"the root over {checkpoint.Size} entries is {root.ToBase64()}, but the checkpoint states {checkpoint.Root.ToBase64()}; it is sent to nobody");
        }
    }

    private async Task<bool> AskAsync(ReadOnlyMemory<byte> note, ulong size, PolicyVerdict known, CancellationToken cancellation)
    {
        Dictionary<PolicyWitness, WitnessReply> replies = [];
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        HashSet<PolicyWitness> done = [.. known.Cosignatures.Select(cosignature => cosignature.Witness)];
        Dictionary<Task<WitnessReply>, PolicyWitness> asked = _clients
            .Where(pair => !done.Contains(pair.Key))
            .ToDictionary(pair => Task.Run(() => pair.Value.AskAsync(note, size, from => Proof(from, size), enough.Token), enough.Token), pair => pair.Key);
        try
        {
            await foreach (Task<WitnessReply> answered in Task.WhenEach(asked.Keys).ConfigureAwait(false))
            {
                if (answered.IsCanceled && enough.IsCancellationRequested)
                {
                    continue;
                }

                replies[asked[answered]] = Take(ReplyOf(answered), size);
                if (_store!.WitnessedSize >= size)
                {
                    // The others need not be waited for; they are asked again at the next checkpoint.
                    await enough.CancelAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll((IEnumerable<Task>)asked.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _replies, replies);
        }

        cancellation.ThrowIfCancellationRequested();
        return _store!.WitnessedSize >= size;
    }

    // Whatever the way to one witness throws is that witness's failure: it says nothing about the others.
    private static WitnessReply ReplyOf(Task<WitnessReply> answered) => answered.IsCompletedSuccessfully
        ? answered.Result
        : new WitnessReply(
            WitnessOutcome.Failed, answered.Exception?.InnerException is { } failure ? $"{failure.GetType().Name}: {failure.Message}" : "it gave up", default);

    // One bad witness must not keep the others' cosignatures from counting. What fails here on this side concerns them all.
    private WitnessReply Take(WitnessReply reply, ulong size)
    {
        if (reply.Outcome != WitnessOutcome.Answered)
        {
            return reply;
        }

        try
        {
            return _store!.Apply(reply.Lines.Span) is { Checkpoint.Size: var covered } && covered == size
                ? reply
                : reply with { Outcome = WitnessOutcome.Failed, Message = "no line of the answer is its cosignature of this checkpoint" };
        }
        catch (Exception failure) when (failure is not (IOException or UnauthorizedAccessException or LedgerForkException))
        {
            return reply with { Outcome = WitnessOutcome.Failed, Message = failure.Message };
        }
    }

    private Hash256[] Proof(ulong from, ulong to)
    {
        lock (_gate)
        {
            return _tree!.Consistency(from, to);
        }
    }
}
