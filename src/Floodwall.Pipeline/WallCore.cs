using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The stages of one wall, put together from its options: what the synchronous wall and the pipeline share. Opening a ledger
/// again brings its state back before any policy is made.
/// </summary>
internal sealed class WallCore : IDisposable
{
    private WallCore(
        GateContext context, Intake intake, GateStage gate, Registrar registrar, LedgerWriter? ledger, SnapshotWriter? snapshots)
    {
        Context = context;
        Intake = intake;
        Gate = gate;
        Registrar = registrar;
        Ledger = ledger;
        Snapshots = snapshots;
    }

    public Vocabulary Vocabulary => Context.Vocabulary;

    /// <summary>What the gate's policies look at.</summary>
    public GateContext Context { get; }

    /// <summary>What refuses facts.</summary>
    public required FactEdge Facts { get; init; }

    public Intake Intake { get; }

    public GateStage Gate { get; }

    public Registrar Registrar { get; }

    public LedgerWriter? Ledger { get; }

    /// <summary>Writes the state down; null without a ledger.</summary>
    public SnapshotWriter? Snapshots { get; }

    /// <summary>What an existing ledger brought back; null without a ledger.</summary>
    public ResumeReport? Resumed { get; private init; }

    /// <param name="options">What it is made of.</param>
    /// <param name="acknowledger">Answers callers; null where nobody waits.</param>
    /// <param name="threadStarted">Called first in the ledger's threads, before the ledger's own <see cref="LedgerOptions.ThreadStarted"/>; or null.</param>
    public static WallCore Open(WallOptions options, IAcknowledger? acknowledger, Action? threadStarted = null)
    {
        if (options.Ledger is null)
        {
            return options.Witness is null
                ? WithoutLedger(options, acknowledger)
                : throw new ArgumentException("A wall with WallOptions.Witness needs WallOptions.Ledger: its checkpoints are what is witnessed.", nameof(options));
        }

        if (options.Signer is null)
        {
            throw new ArgumentException("A wall with a ledger needs WallOptions.Signer: the key that signs its checkpoints.", nameof(options));
        }

        LedgerWriter ledger = LedgerWriter.Open(
            options.Ledger with { ThreadStarted = threadStarted + options.Ledger.ThreadStarted }, options.Signer);
        try
        {
            return WithLedger(options, ledger, acknowledger);
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Ledger?.Dispose();
        Snapshots?.Dispose();
    }

    private static WallCore WithoutLedger(WallOptions options, IAcknowledger? acknowledger)
    {
        Vocabulary vocabulary = new(options.SymbolCapacity, options.AttributeCapacity);
        GateContext context = new(vocabulary, new FactTable());
        GateStage gate = new(options.Policies(vocabulary), context);
        return new WallCore(
            context,
            new Intake(options.Admission, vocabulary.Symbols.Capacity, RefusalRecording.None),
            gate,
            new Registrar(recording: null, options.Handler, acknowledger, vocabulary.Rules) { Swaps = gate.Swaps },
            ledger: null,
            snapshots: null)
        {
            Facts = new FactEdge(vocabulary.Symbols, options.FactCapacity, context.Facts),
        };
    }

    private static WallCore WithLedger(WallOptions options, LedgerWriter ledger, IAcknowledger? acknowledger)
    {
        (PlaneReplay replay, ResumeReport resumed) = LedgerReplay.Resume(options.Ledger!.Directory, ledger.AppendedSize);
        PlaneState state = replay.State;
        Vocabulary vocabulary = state.Names.ToVocabulary(options.SymbolCapacity, options.AttributeCapacity);
        GateContext context = new(vocabulary, state.Facts) { Uses = state.Uses };
        GateStage gate = new(options.Policies(vocabulary), context);
        RecordingStage recording = new(ledger, state.Names, vocabulary, options.Refusals);

        // From here on the state is what a replay has behind these entries.
        SettingsEntry settings = SettingsEntry.Of(options.Admission, options.Refusals, gate.Count);
        recording.Settings(settings);
        byte[] composition = Compose(gate);
        ChangeLog changes = new(recording, composition);
        if (!state.Gate.SequenceEqual(composition))
        {
            changes.Record(composition);
        }

        state.Adopt(settings);
        int givenUp = options.RequeueWaiting ? 0 : state.Queued;
        if (givenUp != 0)
        {
            state.ClearPending();
            resumed = resumed with { Queued = 0, GivenUp = givenUp };
        }

        Registrar registrar = new(recording, options.Handler, acknowledger, vocabulary.Rules)
        {
            Changes = changes,
            Swaps = gate.Swaps,
        };
        registrar.Restore(state);
        SnapshotCadence cadence = new(options.Snapshots.EveryEntries, replay.SinceSnapshot, replay.LastSnapshotBytes);
        Intake intake = new(options.Admission, vocabulary.Symbols.Capacity, options.Refusals, cadence, state);
        LiveState live = new(intake, registrar, recording, settings, changes, context);
        SnapshotWriter snapshots = new(recording, registrar, live, givenUp);
        if (givenUp != 0)
        {
            // Before anything is decided: a decision of an intent that is asked for again must not be taken for the old one's.
            intake.SnapshotTaken(WriteOrRefuse(snapshots, registrar, options.Ledger!.Directory));
        }

        return new WallCore(context, intake, gate, registrar, ledger, snapshots)
        {
            Facts = new FactEdge(vocabulary.Symbols, options.FactCapacity, context.Facts),
            Resumed = resumed,
        };
    }

    private static ulong WriteOrRefuse(SnapshotWriter snapshots, Registrar registrar, string directory)
    {
        ulong bytes = snapshots.Write();
        if (bytes == 0)
        {
            snapshots.Dispose();
            throw registrar.Fault ?? new LedgerFullException($"{directory}: there is no room to record that the intents which waited are given up");
        }

        return bytes;
    }

    // A composition too long to be recorded counts as policies that nobody described.
    private static byte[] Compose(GateStage gate)
    {
        IReadOnlyList<PolicyText> texts = GateComposition.Of(gate.Policies);
        return GateComposition.Encode(texts)
            ?? GateComposition.Encode([.. texts.Select((_, i) => new PolicyText(false, gate.Policies[i].GetType().Name))])
            ?? GateComposition.Encode([])!;
    }
}
