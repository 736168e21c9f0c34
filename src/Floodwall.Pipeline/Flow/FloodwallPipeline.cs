using System.Diagnostics;
using System.Runtime.CompilerServices;
using Disruptor;
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
/// With <see cref="Topology.Direct"/>, <see cref="Thread.Interrupt"/> on a submitting thread may reach the stages: the wall then fails
/// closed where it cannot go on safely.
/// </remarks>
public sealed class FloodwallPipeline : IDisposable
{
    private readonly WallCore _core;
    private readonly StageThreads _threads;
    private readonly ValueRingBuffer<WallCommand> _ring;
    private readonly DirectRun? _direct;
    private readonly SymbolTable _symbols;
    private readonly AttributeTable _attributes;
    private readonly PendingTable _waits;
    private readonly CheckpointWorker? _checkpoints;
    private readonly WitnessWorker? _witness;
    private bool _closing;
    private bool _drainPosted;
    private bool _closed;

    private FloodwallPipeline(
        WallCore core, PendingTable waits, Acknowledger acknowledger, WallOptions wall, PipelineOptions options, int[] cores)
    {
        _core = core;
        _waits = waits;
        _symbols = core.Vocabulary.Symbols;
        _attributes = core.Vocabulary.Attributes;
        CheckpointCadence? cadence = null;
        if (core.Ledger is { } ledger)
        {
            _witness = wall.Witness is { } witness ? new WitnessWorker(witness, ledger, wall, waits, options.MaxPending) : null;
            _checkpoints = new CheckpointWorker(
                ledger, core.Registrar, waits, wall.Checkpoints.Interval, TryRequestCheckpoint, options.MaxPending, _witness);
            acknowledger.Worker = _checkpoints;
            cadence = new CheckpointCadence(ledger, _checkpoints, core.Registrar, wall.Checkpoints.EveryEntries);
        }

        _threads = StageThreads.Lay(core, cadence, options, cores);
        _ring = _threads.Ingress;
        _direct = _threads.Direct;
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
        WallCore core = WallCore.Open(wall, acknowledger);
        try
        {
            FloodwallPipeline pipeline = new(core, waits, acknowledger, wall, options, CoreAffinity.Allowed());
            pipeline.PostResume();
            pipeline._threads.Start();
            pipeline._checkpoints?.Start();
            pipeline._witness?.Start();
            return pipeline;
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
    public Topology Topology => _threads.Topology;

    /// <summary>How many stage threads are pinned to a core.</summary>
    public int PinnedThreads => _threads.Pinned;

    /// <summary>What each stage's thread allocated in all, the last stage's first; known once the pipeline is closed.</summary>
    internal IReadOnlyList<long> StageBytes => _threads.AllocatedBytes;

    /// <summary>Why the ledger can no longer record, or null. From then on everything is refused.</summary>
    public Exception? Fault => _core.Registrar.Fault;

    /// <summary>What a policy threw last; null when none did. <see cref="WallCounters.PolicyFaults"/> counts.</summary>
    public Exception? LastPolicyException => _core.Gate.LastException;

    /// <summary>What was found when the ledger was opened, and what was done about it; null without a ledger.</summary>
    public OpenReport? Opened => _core.Ledger?.Report;

    /// <summary>The state that an existing ledger brought back; null without a ledger.</summary>
    public ResumeReport? Resumed => _core.Resumed;

    /// <summary>The entries appended, durable, signed and witnessed; all 0 without a ledger.</summary>
    public LedgerSizes Sizes => LedgerSizes.Of(_core.Ledger) with { Witnessed = _witness?.WitnessedSize ?? 0 };

    /// <summary>
    /// Why the latest checkpoint that went to the witnesses is not witnessed; null where it is, or none went. A later one is tried again,
    /// and the wall goes on meanwhile.
    /// </summary>
    public Exception? WitnessFault => _witness?.Fault;

    /// <summary>Hands an intent to the wall if there is room now. Its outcome goes to the decision handler.</summary>
    /// <returns>False when the ingress ring is full or the pipeline is closing: nothing was accepted.</returns>
    /// <exception cref="ArgumentException">A field is out of range; nothing was accepted.</exception>
    public bool TrySubmit(in Intent intent)
    {
        IntentCheck.Require(in intent, _symbols, _attributes);
        return TryPost(in intent, ticket: 0);
    }

    /// <summary>Hands an intent to the wall, waiting for room.</summary>
    /// <exception cref="ArgumentException">A field is out of range; nothing was accepted.</exception>
    /// <exception cref="ObjectDisposedException">The pipeline is closing; nothing was accepted.</exception>
    public void Submit(in Intent intent)
    {
        IntentCheck.Require(in intent, _symbols, _attributes);
        if (_direct is { } direct && direct.TrySubmit(in intent, ticket: 0))
        {
            return;
        }

        ObjectDisposedException.ThrowIf(!Claim(out long sequence), this);

        ref WallCommand slot = ref _ring[sequence];
        slot.Kind = CommandKind.Submit;
        slot.Ticket = 0;
        slot.Intent = intent;
        _ring.Publish(sequence);
        _direct?.Published(sequence);
    }

    /// <summary>Submits an intent and waits until its decision has reached a tier.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="tier">What the decision shall survive. Without a ledger none is reached.</param>
    /// <returns>
    /// The decision and the tier reached. A refusal completes at once: also <see cref="RefusalKind.Backpressure"/> when the ring
    /// or the table of waiting callers is full, and <see cref="RefusalKind.Closed"/> when the pipeline is closing; these two never
    /// entered the wall, and neither the handler nor the counters know of them.
    /// Fails with the ledger's exception when the decision is appended but its tier can no longer be reached, and with
    /// <see cref="NotWitnessedException"/> when it is signed and the wall closed before enough witnesses had cosigned.
    /// Await the task, once: a wait that nobody awaits never goes back to the table of <see cref="PipelineOptions.MaxPending"/>.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// A field is out of range, or Witnessed is asked of a wall without <see cref="WallOptions.Witness"/>; nothing was accepted.
    /// </exception>
    public ValueTask<Decision> SubmitAsync(in Intent intent, AckTier tier = AckTier.Appended)
    {
        if (tier > AckTier.Witnessed)
        {
            throw new ArgumentOutOfRangeException(nameof(tier), tier, "Expected None, Appended, Durable, Signed or Witnessed.");
        }

        if (tier == AckTier.Witnessed && _witness is null)
        {
            throw new ArgumentException("The tier Witnessed needs a wall that was opened with WallOptions.Witness; this one has no witness.", nameof(tier));
        }

        IntentCheck.Require(in intent, _symbols, _attributes);

        if (!_waits.TryRent(out PendingDecision? pending))
        {
            return ValueTask.FromResult(NotAccepted(in intent));
        }

        ValueTask<Decision> task = pending.Start(_checkpoints is null ? AckTier.None : tier);
        if (TryPost(in intent, pending.Ticket))
        {
            return task;
        }

        _waits.Return(pending);
        return ValueTask.FromResult(NotAccepted(in intent));
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
        if (_direct is { } direct && direct.TryRun(new WallCommand { Kind = CommandKind.Fact, Fact = fact }))
        {
            return;
        }

        ObjectDisposedException.ThrowIf(!Claim(out long sequence), this);

        ref WallCommand slot = ref _ring[sequence];
        slot.Kind = CommandKind.Fact;
        slot.Fact = fact;
        _ring.Publish(sequence);
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
            if (_direct is { } direct && direct.TryRun(new WallCommand { Kind = CommandKind.Swap, Ticket = ticket }))
            {
                posted = true;
                return swap.Address;
            }

            posted = Claim(out long sequence);
            ObjectDisposedException.ThrowIf(!posted, this);
            ref WallCommand slot = ref _ring[sequence];
            slot.Kind = CommandKind.Swap;
            slot.Ticket = ticket;
            _ring.Publish(sequence);
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
    public void AdvanceTo(ulong tick) => Post(CommandKind.Advance, tick);

    /// <summary>Lets everything out that waits in the queue.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is closing.</exception>
    public void Drain() => Post(CommandKind.Drain, 0);

    /// <summary>Asks for a signed checkpoint over everything submitted before.</summary>
    /// <exception cref="ObjectDisposedException">The pipeline is closing.</exception>
    public void RequestCheckpoint() => Post(CommandKind.Checkpoint, 0);

    /// <summary>
    /// Decides everything accepted, signs the last checkpoint, ends the threads and closes the ledger. A wall whose ledger failed
    /// before (<see cref="Fault"/>) only lets go of it, and fails whoever waits for a tier. Waits for a policy or a handler that
    /// does not return; <see cref="Close(TimeSpan)"/> gives up on it.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called by a policy or the decision handler, which run on the wall's threads.</exception>
    /// <exception cref="LedgerException">The last checkpoint could not be signed; the ledger was let go of all the same.</exception>
    public void Close() => Close(Timeout.InfiniteTimeSpan);

    /// <summary>As <see cref="Close()"/>; the stages have to finish within a time, to which the last checkpoint's comes on top.</summary>
    /// <exception cref="TimeoutException">A stage did not finish in time; nothing was closed, and closing can be tried again.</exception>
    /// <exception cref="LedgerException">The ledger could not be closed cleanly.</exception>
    public void Close(TimeSpan timeout)
    {
        if (_closed)
        {
            return;
        }

        RefuseStageThreads();
        long start = Stopwatch.GetTimestamp();
        PostClosingDrain(timeout);
        TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? timeout : timeout - Stopwatch.GetElapsedTime(start);
        _threads.Shutdown(timeout != Timeout.InfiniteTimeSpan && left < TimeSpan.Zero ? TimeSpan.Zero : left);
        _closed = true;
        try
        {
            Finish();
        }
        finally
        {
            _core.Dispose();
            _witness?.Stop();
            _witness?.Dispose();
            _checkpoints?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    // Whoever claims a slot after the flag is set sees it and hands in nothing; whoever claimed before stands in front of the
    // drain command. So behind the drain nothing is left undecided.
    private void PostClosingDrain(TimeSpan timeout)
    {
        if (_drainPosted)
        {
            return;
        }

        long start = Stopwatch.GetTimestamp();
        if (_direct?.TryClose(timeout) == false)
        {
            throw new TimeoutException("An intent stayed in a submitter's hands; a stage does not finish.");
        }

        Volatile.Write(ref _closing, true);
        Interlocked.MemoryBarrier();
        long sequence;
        SpinWait spin = default;
        while (!_ring.TryNext(out sequence))
        {
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > timeout)
            {
                throw new TimeoutException("The ingress ring stayed full; a stage behind it does not finish.");
            }

            spin.SpinOnce();
        }

        _ring[sequence].Kind = CommandKind.Close;
        _ring.Publish(sequence);
        _drainPosted = true;
    }

    // The first command of all, while the ring is empty.
    private void PostResume()
    {
        if (_core.Intake.Queued == 0)
        {
            return;
        }

        long sequence = _ring.Next();
        _ring[sequence].Kind = CommandKind.Resume;
        _ring.Publish(sequence);
    }

    private void Finish()
    {
        if (_core.Ledger is not { } ledger)
        {
            return;
        }

        _checkpoints!.Stop();
        if (Fault is { } before)
        {
            _checkpoints.Fail(before);
            return;
        }

        if (ledger.AppendedSize > ledger.SignedSize)
        {
            ledger.BeginSeal();
            _checkpoints.Publish();
        }

        if (Fault is { } fault)
        {
            throw new LedgerPoisonedException("The ledger could not sign its last checkpoint.", fault);
        }

        ledger.Close();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPost(in Intent intent, uint ticket)
    {
        if (_direct is { } direct && direct.TrySubmit(in intent, ticket))
        {
            return true;
        }

        if (Volatile.Read(ref _closing) || !_ring.TryNext(out long sequence))
        {
            return false;
        }

        ref WallCommand slot = ref _ring[sequence];

        // Read again after the claim, which is a full fence: a claim that does not see the closing stands before the closing drain.
        if (Volatile.Read(ref _closing))
        {
            slot.Kind = CommandKind.None;
            _ring.Publish(sequence);
            return false;
        }

        slot.Kind = CommandKind.Submit;
        slot.Ticket = ticket;
        slot.Intent = intent;
        _ring.Publish(sequence);
        return true;
    }

    private bool Claim(out long sequence)
    {
        sequence = -1;
        if (Volatile.Read(ref _closing))
        {
            return false;
        }

        if (!_ring.TryNext(out sequence))
        {
            RefuseStageThreads();
            sequence = _ring.Next();
        }

        if (!Volatile.Read(ref _closing))
        {
            return true;
        }

        _ring[sequence].Kind = CommandKind.None;
        _ring.Publish(sequence);
        return false;
    }

    // A stage that waits for its own ring waits for ever.
    private void RefuseStageThreads()
    {
        if (_threads.IsStageThread)
        {
            throw new InvalidOperationException(
                "A policy or decision handler must not wait for the wall that calls it: use TrySubmit there, and close from another thread.");
        }
    }

    private void Post(CommandKind kind, ulong tick)
    {
        if (_direct is { } direct && direct.TryRun(new WallCommand { Kind = kind, Tick = tick }))
        {
            return;
        }

        ObjectDisposedException.ThrowIf(!Claim(out long sequence), this);

        ref WallCommand slot = ref _ring[sequence];
        slot.Kind = kind;
        slot.Tick = tick;
        _ring.Publish(sequence);
    }

    private bool TryRequestCheckpoint()
    {
        if (_direct is { } direct)
        {
            return direct.TryCheckpoint();
        }

        if (Volatile.Read(ref _closing) || !_ring.TryNext(out long sequence))
        {
            return false;
        }

        _ring[sequence].Kind = CommandKind.Checkpoint;
        _ring.Publish(sequence);
        return true;
    }

    private Decision NotAccepted(in Intent intent) => new()
    {
        IntentId = intent.Id,
        Agent = intent.Agent,
        Outcome = Outcome.Refused,
        Refusal = new Refusal(0, Volatile.Read(ref _closing) ? RefusalKind.Closed : RefusalKind.Backpressure),
        EntryIndex = Decision.NoEntry,
    };
}
