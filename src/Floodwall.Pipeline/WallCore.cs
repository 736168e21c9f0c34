using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The stages of one wall, put together from its options: what the synchronous wall and the pipeline share. Opening a ledger
/// again brings its state back before any policy is made.
/// </summary>
internal sealed class WallCore : IDisposable
{
    private WallCore(
        Vocabulary vocabulary, Intake intake, GateStage gate, Registrar registrar, LedgerWriter? ledger, SnapshotWriter? snapshots)
    {
        Vocabulary = vocabulary;
        Intake = intake;
        Gate = gate;
        Registrar = registrar;
        Ledger = ledger;
        Snapshots = snapshots;
    }

    public Vocabulary Vocabulary { get; }

    public Intake Intake { get; }

    public GateStage Gate { get; }

    public Registrar Registrar { get; }

    public LedgerWriter? Ledger { get; }

    /// <summary>Writes the state down; null without a ledger.</summary>
    public SnapshotWriter? Snapshots { get; }

    /// <summary>What an existing ledger brought back; null without a ledger.</summary>
    public ResumeReport? Resumed { get; private init; }

    public static WallCore Open(WallOptions options, IAcknowledger? acknowledger)
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

        LedgerWriter ledger = LedgerWriter.Open(options.Ledger, options.Signer);
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
        Vocabulary vocabulary = new(options.SymbolCapacity);
        return new WallCore(
            vocabulary,
            new Intake(options.Admission, vocabulary.Symbols.Capacity, RefusalRecording.None),
            new GateStage(options.Policies(vocabulary), vocabulary.Rules),
            new Registrar(recording: null, options.Handler, acknowledger, vocabulary.Rules),
            ledger: null,
            snapshots: null);
    }

    private static WallCore WithLedger(WallOptions options, LedgerWriter ledger, IAcknowledger? acknowledger)
    {
        (PlaneReplay replay, ResumeReport resumed) = LedgerReplay.Resume(options.Ledger!.Directory, ledger.AppendedSize);
        PlaneState state = replay.State;
        Vocabulary vocabulary = state.Names.ToVocabulary(options.SymbolCapacity);
        GateStage gate = new(options.Policies(vocabulary), vocabulary.Rules);
        RecordingStage recording = new(ledger, state.Names, vocabulary, options.Refusals);

        // From here on the state is what a replay has behind these entries.
        SettingsEntry settings = SettingsEntry.Of(options.Admission, options.Refusals, gate.Count);
        recording.Settings(settings);
        byte[] composition = Compose(gate);
        if (!state.Gate.SequenceEqual(composition))
        {
            PartWriter parts = new(recording);
            parts.Begin(WallEntryKinds.Gate);
            parts.Write(composition);
            parts.End();
        }

        state.Adopt(settings);
        Registrar registrar = new(recording, options.Handler, acknowledger, vocabulary.Rules);
        registrar.Restore(state);
        SnapshotCadence cadence = new(options.Snapshots.EveryEntries, replay.SinceSnapshot, replay.LastSnapshotBytes);
        Intake intake = new(options.Admission, vocabulary.Symbols.Capacity, options.Refusals, cadence, state);
        LiveState live = new(intake, registrar, recording, settings, composition);
        return new WallCore(vocabulary, intake, gate, registrar, ledger, new SnapshotWriter(recording, registrar, live))
        {
            Resumed = resumed,
        };
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
