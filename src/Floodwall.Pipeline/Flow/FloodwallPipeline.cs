using System.Diagnostics;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The wall on the lock-free pipeline: any number of producers, stages on threads of their own, zero bytes allocated per
/// intent on all of their threads.
/// </summary>
/// <remarks>
/// All members are safe for any number of threads, except that <see cref="Close()"/> and <see cref="Dispose"/> are to be called
/// by one. Every intent accepted by a submitting call is decided or explicitly refused, also when the pipeline closes under load.
/// Members that wait for room throw <see cref="InvalidOperationException"/>, and hand nothing in, where a policy or decision handler would
/// wait for the wall that calls it; two walls whose handlers wait for each other are not detected, see
/// <see cref="IDecisionHandler.OnDecision"/>.
/// With <see cref="Topology.Direct"/>, <see cref="Thread.Interrupt"/> on a submitting thread may reach the stages: the wall then fails
/// closed where it cannot go on safely.
/// </remarks>
public sealed class FloodwallPipeline : IDisposable
{
    private readonly WallCore _core;
    private readonly StageThreads _stages;
    private readonly TierThreads? _tiers;
    private readonly Ingress _ingress;
    private readonly SymbolTable _symbols;
    private readonly AttributeTable _attributes;
    private readonly PendingTable _waits;
    private bool _closed;

    private FloodwallPipeline(WallCore core, PendingTable waits, TierThreads? tiers, StageThreads stages, Ingress ingress)
    {
        _core = core;
        _waits = waits;
        _tiers = tiers;
        _stages = stages;
        _ingress = ingress;
        _symbols = core.Vocabulary.Symbols;
        _attributes = core.Vocabulary.Attributes;
    }

    /// <summary>Opens a wall, its ledger where it has one, and starts its threads.</summary>
    /// <exception cref="ArgumentException">The options are inconsistent.</exception>
    /// <exception cref="LedgerException">The ledger cannot be opened; the message says why.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static FloodwallPipeline Open(WallOptions wall, PipelineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(wall);
        options ??= new PipelineOptions();
        options.Validate();
        PendingTable waits = new(options.MaxPending);
        Acknowledger acknowledger = new(waits);
        CoreLayout layout = new(options, CoreAffinity.Allowed(), Environment.ProcessorCount);
        Action? pin = layout.Background is { } number ? () => CoreAffinity.TryPinCurrentThread(number) : null;
        WallCore core = WallCore.Open(wall, acknowledger, pin);
        try
        {
            TierThreads? tiers = core.Ledger is { } ledger ? new TierThreads(core, ledger, waits, acknowledger, wall, options.MaxPending) : null;
            StageThreads stages = StageThreads.Lay(core, tiers?.Cadence, options, layout);
            Ingress ingress = new(stages);
            if (core.Intake.Queued != 0)
            {
                ingress.PostResume();
            }

            stages.Start();
            tiers?.Start(ingress, pin);
            return new FloodwallPipeline(core, waits, tiers, stages, ingress);
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    /// <summary>The wall's names and rules.</summary>
    public Vocabulary Vocabulary => _core.Vocabulary;

    /// <summary>The counters now; other threads' latest intents may be missing.</summary>
    public WallCounters Counters => _core.Registrar.Counters;

    /// <summary>The topology in use.</summary>
    public Topology Topology => _stages.Topology;

    /// <summary>How many stage threads are pinned to a core.</summary>
    public int PinnedThreads => _stages.Pinned;

    /// <summary>What each stage's thread allocated in all, the last stage's first; known once the pipeline is closed.</summary>
    internal IReadOnlyList<long> StageBytes => _stages.AllocatedBytes;

    /// <summary>Why the ledger can no longer record, or null. From then on everything is refused.</summary>
    public Exception? Fault => _core.Registrar.Fault;

    /// <summary>What a policy threw last; null when none did. <see cref="WallCounters.PolicyFaults"/> counts.</summary>
    public Exception? LastPolicyException => _core.Gate.LastException;

    /// <summary>What was found when the ledger was opened, and what was done about it; null without a ledger.</summary>
    public OpenReport? Opened => _core.Ledger?.Report;

    /// <summary>The state that an existing ledger brought back; null without a ledger.</summary>
    public ResumeReport? Resumed => _core.Resumed;

    /// <summary>The entries appended, durable, signed and witnessed; all 0 without a ledger.</summary>
    public LedgerSizes Sizes => LedgerSizes.Of(_core.Ledger) with { Witnessed = _tiers?.WitnessedSize ?? 0 };

    /// <summary>
    /// Why the latest checkpoint that went to the witnesses is not witnessed; null where it is, or none went. A later one is tried again,
    /// and the wall goes on meanwhile.
    /// </summary>
    public Exception? WitnessFault => _tiers?.WitnessFault;

    /// <summary>Hands an intent to the wall if there is room now. Its outcome goes to the decision handler.</summary>
    /// <returns>False when the ingress ring is full or the pipeline is closing: nothing was accepted.</returns>
    /// <exception cref="ArgumentException">A field is out of range; nothing was accepted.</exception>
    public bool TrySubmit(in Intent intent)
    {
        IntentCheck.Require(in intent, _symbols, _attributes);
        return _ingress.TrySubmit(in intent, ticket: 0);
    }

    /// <summary>Hands an intent to the wall, waiting for room. Not from a decision handler, of this wall or another.</summary>
    /// <exception cref="ArgumentException">A field is out of range; nothing was accepted.</exception>
    /// <exception cref="InvalidOperationException">The ring is full and the calling thread runs a stage of this wall; nothing was accepted.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is closing; nothing was accepted.</exception>
    public void Submit(in Intent intent)
    {
        IntentCheck.Require(in intent, _symbols, _attributes);
        ObjectDisposedException.ThrowIf(!_ingress.Submit(in intent), this);
    }

    /// <summary>Submits an intent and waits until its decision has reached a tier.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="tier">What the decision shall survive. Without a ledger none is reached.</param>
    /// <param name="cancellationToken">
    /// Ends the wait, not the intent: what was accepted is decided, recorded and told to the handler all the same, and counts among
    /// <see cref="PipelineOptions.MaxPending"/> until then. One that is cancelled already hands nothing in.
    /// </param>
    /// <returns>
    /// The decision and the tier reached. A refusal completes at once: also <see cref="RefusalKind.Backpressure"/> when the ring
    /// or the table of waiting callers is full, and <see cref="RefusalKind.Closed"/> when the pipeline is closing; these two never
    /// entered the wall, and neither the handler nor the counters know of them.
    /// Fails with the ledger's exception when the decision is appended but its tier can no longer be reached, and with
    /// <see cref="NotWitnessedException"/> when it is signed and the wall closed before enough witnesses had cosigned.
    /// Await the task, once. One that nobody awaits keeps its place in the table of <see cref="PipelineOptions.MaxPending"/> until the
    /// place is needed; it can be awaited even then.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A field is out of range, or Witnessed is asked of a wall without <see cref="WallOptions.Witness"/>; nothing was accepted.
    /// </exception>
    /// <exception cref="OperationCanceledException">From the task: the wait was cancelled. Whether the intent was accepted is not known.</exception>
    public ValueTask<Decision> SubmitAsync(in Intent intent, AckTier tier = AckTier.Appended, CancellationToken cancellationToken = default)
    {
        if (tier > AckTier.Witnessed)
        {
            throw new ArgumentOutOfRangeException(nameof(tier), tier, "Expected None, Appended, Durable, Signed or Witnessed.");
        }

        if (tier == AckTier.Witnessed && _tiers is not { HasWitness: true })
        {
            throw new ArgumentException("The tier Witnessed needs a wall that was opened with WallOptions.Witness; this one has no witness.", nameof(tier));
        }

        IntentCheck.Require(in intent, _symbols, _attributes);

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Decision>(cancellationToken);
        }

        if (!_waits.TryRent(out PendingDecision? pending))
        {
            return ValueTask.FromResult(NotAccepted(in intent));
        }

        ValueTask<Decision> task = pending.Start(_tiers is null ? AckTier.None : tier, cancellationToken);
        return _ingress.TrySubmit(in intent, pending.Ticket) || !pending.TryTakeBack() ? task : ValueTask.FromResult(NotAccepted(in intent));
    }

    /// <summary>
    /// Lets the gate know a fact, in place of what it knew under the same key: intents that leave the queue from here on are judged with
    /// it. Waits for room.
    /// </summary>
    /// <exception cref="ArgumentException">A field is out of range; the fact was not taken in.</exception>
    /// <exception cref="FactTableFullException">The fact is new and the gate knows as many as it may; it was not taken in.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is closing; the fact was not taken in.</exception>
    public void AcceptFact(in Fact fact)
    {
        _core.Facts.Require(in fact);
        Run(new WallCommand { Kind = CommandKind.Fact, Fact = fact });
    }

    /// <summary>
    /// Has every intent submitted from here on judged by other policies; what waits in the queue is judged by those that hold when it
    /// leaves. Waits for room in the ring, not for the gate. A wall that opens again begins with the policies of its options.
    /// </summary>
    /// <param name="policies">
    /// In the order in which they speak, made with the wall's <see cref="Vocabulary"/>; <see cref="IContextPolicy.Attach"/> is called here.
    /// </param>
    /// <param name="reason">Why, for the ledger: 1 to 1024 bytes without control characters.</param>
    /// <returns>The content address of the new composition, see <see cref="GateComposition.AddressOf(IReadOnlyList{PolicyText})"/>.</returns>
    /// <exception cref="ArgumentException">
    /// A policy is null, there are more than 256, their descriptions together exceed 64 MiB, or the reason is not such a text; nothing was
    /// changed.
    /// </exception>
    /// <exception cref="InvalidOperationException">64 swaps are on their way to the gate; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is closing; nothing was changed.</exception>
    public Hash256 SwapPolicies(IReadOnlyList<IPolicy> policies, string reason)
    {
        GateSwap swap = GateSwap.Prepare(policies, reason, _core.Context);
        SwapTable swaps = _core.Gate.Swaps;
        uint ticket = swaps.Rent(swap);
        bool posted = false;
        try
        {
            posted = _ingress.Run(new WallCommand { Kind = CommandKind.Swap, Ticket = ticket });
            ObjectDisposedException.ThrowIf(!posted, this);
            return swap.Address;
        }
        finally
        {
            if (!posted)
            {
                swaps.Return(ticket);
            }
        }
    }

    /// <summary>Moves the wall's clock; an earlier tick changes nothing.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is closing.</exception>
    public void AdvanceTo(ulong tick) => Run(new WallCommand { Kind = CommandKind.Advance, Tick = tick });

    /// <summary>Lets everything out that waits in the queue.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is closing.</exception>
    public void Drain() => Run(new WallCommand { Kind = CommandKind.Drain });

    /// <summary>Asks for a signed checkpoint over everything submitted before.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is closing.</exception>
    public void RequestCheckpoint() => Run(new WallCommand { Kind = CommandKind.Checkpoint });

    /// <summary>
    /// Decides everything accepted, signs the last checkpoint, ends the threads and closes the ledger. A wall whose ledger failed
    /// before (<see cref="Fault"/>) only lets go of it, and fails whoever waits for a tier. Waits for a policy or a handler that
    /// does not return; <see cref="Close(TimeSpan)"/> gives up on it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called by a policy or the decision handler, which run on the wall's threads.</exception>
    /// <exception cref="LedgerException">The last checkpoint could not be signed; the ledger was let go of all the same.</exception>
    public void Close() => Close(Timeout.InfiniteTimeSpan);

    /// <summary>
    /// As <see cref="Close()"/>; the stages have to finish within a time, to which the last checkpoint's comes on top. Nothing is accepted
    /// from here on, whether or not they do.
    /// </summary>
    /// <exception cref="TimeoutException">
    /// A stage did not finish in time. The wall keeps closing: it accepts nothing, and decides what it accepted before as soon as the stage
    /// goes on. Its ledger and its threads are let go of only by a later call that succeeds.
    /// </exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Close()"/>.</exception>
    /// <exception cref="LedgerException">The ledger could not be closed cleanly.</exception>
    public void Close(TimeSpan timeout)
    {
        if (_closed)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        _ingress.Close(timeout);
        TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
        _stages.Shutdown(timeout != Timeout.InfiniteTimeSpan && left < TimeSpan.Zero ? TimeSpan.Zero : left);
        _closed = true;
        try
        {
            _tiers?.Finish();
        }
        finally
        {
            _core.Dispose();
            _tiers?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Run(in WallCommand command) => ObjectDisposedException.ThrowIf(!_ingress.Run(in command), this);

    private Decision NotAccepted(in Intent intent) => new()
    {
        IntentId = intent.Id,
        Agent = intent.Agent,
        Outcome = Outcome.Refused,
        Refusal = new Refusal(0, _ingress.IsClosing ? RefusalKind.Closed : RefusalKind.Backpressure),
        EntryIndex = Decision.NoEntry,
    };
}
