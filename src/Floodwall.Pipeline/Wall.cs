using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The wall without threads: each call runs the stages to completion and returns. The same cores as
/// <see cref="FloodwallPipeline"/>, the same decisions, the same ledger bytes. For tests, replay and small embedders.
/// </summary>
/// <remarks>Not safe for several threads at once.</remarks>
public sealed class Wall : IDisposable
{
    private readonly WallCore _core;
    private readonly CheckpointSettings _checkpoints;
    private AnsweringSink _sink;
    private bool _closed;

    private Wall(WallCore core, CheckpointSettings checkpoints)
    {
        _core = core;
        _checkpoints = checkpoints;
        _sink = new AnsweringSink(core.Gate, core.Registrar, core.Snapshots);
    }

    /// <summary>Opens a wall, and its ledger where it has one.</summary>
    /// <exception cref="ArgumentException">The options are inconsistent.</exception>
    /// <exception cref="LedgerException">The ledger cannot be opened; the message says why.</exception>
    /// <exception cref="IOException">The file system failed.</exception>
    public static Wall Open(WallOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Wall wall = new(WallCore.Open(options, acknowledger: null), options.Checkpoints);
        if (wall.Queued != 0)
        {
            wall.Run(new WallCommand { Kind = CommandKind.Resume });
        }

        return wall;
    }

    /// <summary>The wall's names and rules.</summary>
    public Vocabulary Vocabulary => _core.Vocabulary;

    /// <summary>The counters now.</summary>
    public WallCounters Counters => _core.Registrar.Counters;

    /// <summary>The wall's logical time.</summary>
    public ulong Clock => _core.Intake.Clock;

    /// <summary>Intents that wait in the queue.</summary>
    public int Queued => _core.Intake.Queued;

    /// <summary>Why the ledger can no longer record, or null. From then on everything is refused.</summary>
    public Exception? Fault => _core.Registrar.Fault;

    /// <summary>What a policy threw last; null when none did. <see cref="WallCounters.PolicyFaults"/> counts.</summary>
    public Exception? LastPolicyException => _core.Gate.LastException;

    /// <summary>The entries appended, durable and signed; all 0 without a ledger.</summary>
    public LedgerSizes Sizes => LedgerSizes.Of(_core.Ledger);

    /// <summary>What an existing ledger brought back when the wall was opened; null without a ledger.</summary>
    public ResumeReport? Resumed => _core.Resumed;

    /// <summary>Submits one intent.</summary>
    /// <returns>Its decision, its refusal, or that it waits in the queue; then the handler learns the rest.</returns>
    /// <exception cref="ArgumentException">A field is out of range; nothing was submitted.</exception>
    /// <exception cref="ObjectDisposedException">The wall is closed.</exception>
    public Decision Submit(in Intent intent)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        IntentCheck.Require(in intent, _core.Vocabulary.Symbols, _core.Vocabulary.Attributes);

        // What is judged, recorded and told is one thing, whatever the caller's other threads do to theirs meanwhile.
        Intent held = intent;
        bool waits = CommandRunner.RunSubmit(_core.Intake, in held, ticket: 0, ref _sink, _core.Vocabulary.Rules.StageFault);
        CheckpointIfDue();
        if (waits)
        {
            return new Decision
            {
                IntentId = intent.Id,
                Agent = intent.Agent,
                Outcome = Outcome.Queued,
                Tick = Clock,
                EntryIndex = Decision.NoEntry,
            };
        }

        return _sink.Latest;
    }

    /// <summary>Moves the clock; an earlier tick changes nothing.</summary>
    /// <exception cref="ObjectDisposedException">The wall is closed.</exception>
    public void AdvanceTo(ulong tick)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        Run(new WallCommand { Kind = CommandKind.Advance, Tick = tick });
    }

    /// <summary>Lets the gate know a fact, in place of what it knew under the same key.</summary>
    /// <exception cref="ArgumentException">A field is out of range; the fact was not taken in.</exception>
    /// <exception cref="FactTableFullException">The fact is new and the gate knows as many as it may; it was not taken in.</exception>
    /// <exception cref="ObjectDisposedException">The wall is closed.</exception>
    public void AcceptFact(in Fact fact)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _core.Facts.Require(in fact);
        Run(new WallCommand { Kind = CommandKind.Fact, Fact = fact });
    }

    /// <summary>
    /// Has every intent from here on judged by other policies; what waits in the queue is judged by those that hold when it leaves. A wall
    /// that opens again begins with the policies of its options.
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
    /// <exception cref="ObjectDisposedException">The wall is closed.</exception>
    public Hash256 SwapPolicies(IReadOnlyList<IPolicy> policies, string reason)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        GateSwap swap = GateSwap.Prepare(policies, reason, _core.Context);
        Run(new WallCommand { Kind = CommandKind.Swap, Ticket = _core.Gate.Swaps.Rent(swap) });
        return swap.Address;
    }

    /// <summary>Decides everything that waits.</summary>
    /// <exception cref="ObjectDisposedException">The wall is closed.</exception>
    public void Drain()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        Run(new WallCommand { Kind = CommandKind.Drain });
    }

    /// <summary>Syncs the ledger and signs a checkpoint over everything appended. Nothing to do without a ledger.</summary>
    /// <exception cref="LedgerException">It failed; the wall refuses everything from now on.</exception>
    public void Checkpoint()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_core.Ledger is not { } ledger)
        {
            return;
        }

        CheckpointOrFail(ledger);
        if (Fault is { } fault)
        {
            throw new LedgerPoisonedException("The checkpoint could not be signed.", fault);
        }
    }

    /// <summary>
    /// SHA-256 over the state (<see cref="PlaneState.Digest"/>) as the wall holds it; after <see cref="Drain"/> the one that a
    /// replay of the ledger gives, as long as every decision could be recorded.
    /// </summary>
    /// <exception cref="InvalidOperationException">The wall has no ledger.</exception>
    public Hash256 ComputeStateDigest()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _core.Snapshots is { } snapshots
            ? StateDigest.Of(snapshots.State)
            : throw new InvalidOperationException("Only the state of a wall with a ledger has a digest.");
    }

    /// <summary>
    /// Decides everything that waits, signs the last checkpoint and closes the ledger. A wall whose ledger failed before
    /// (<see cref="Fault"/>) only lets go of it.
    /// </summary>
    /// <exception cref="LedgerException">The last checkpoint could not be signed; the ledger was let go of all the same.</exception>
    public void Close()
    {
        if (_closed)
        {
            return;
        }

        try
        {
            Run(new WallCommand { Kind = CommandKind.Close });
            if (Fault is null)
            {
                _core.Ledger?.Close();
            }
        }
        finally
        {
            _closed = true;
            _core.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    // As in the pipeline: the decision at hand stands, and everything from now on is refused.
    private void CheckpointOrFail(LedgerWriter ledger)
    {
        try
        {
            ledger.Publisher.Publish(ledger.SealTip());
        }
#pragma warning disable CA1031 // whatever happened, nothing more may go through
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _core.Registrar.Fail(exception);
        }
    }

    private void Run(in WallCommand command)
    {
        CommandRunner.Run(_core.Intake, in command, ref _sink, _core.Vocabulary.Rules.StageFault);
        CheckpointIfDue();
    }

    private void CheckpointIfDue()
    {
        if (_core.Ledger is { } ledger && Fault is null && ledger.AppendedSize - ledger.SignedSize >= _checkpoints.EveryEntries)
        {
            CheckpointOrFail(ledger);
        }
    }
}

/// <summary>How far a ledger is, in entries.</summary>
/// <param name="Appended">Written: survives kill -9.</param>
/// <param name="Durable">Synced: survives a power cut.</param>
/// <param name="Signed">Covered by the published checkpoint.</param>
/// <param name="Witnessed">Covered by a checkpoint that enough witnesses cosigned since the wall was opened; 0 without witnesses.</param>
public readonly record struct LedgerSizes(ulong Appended, ulong Durable, ulong Signed, ulong Witnessed = 0)
{
    internal static LedgerSizes Of(LedgerWriter? ledger) =>
        ledger is null ? default : new LedgerSizes(ledger.AppendedSize, ledger.DurableSize, ledger.SignedSize);
}
