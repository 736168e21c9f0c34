using Floodwall.Ledger;

namespace Floodwall.Pipeline;

/// <summary>
/// The stages of one wall, put together from its options: what the synchronous wall and the pipeline share. Opening a ledger
/// again brings its vocabulary back before any policy is made.
/// </summary>
internal sealed class WallCore : IDisposable
{
    private WallCore(
        Vocabulary vocabulary, Intake intake, GateStage gate, Registrar registrar, LedgerWriter? ledger)
    {
        Vocabulary = vocabulary;
        Intake = intake;
        Gate = gate;
        Registrar = registrar;
        Ledger = ledger;
    }

    public Vocabulary Vocabulary { get; }

    public Intake Intake { get; }

    public GateStage Gate { get; }

    public Registrar Registrar { get; }

    public LedgerWriter? Ledger { get; }

    public static WallCore Open(WallOptions options, IAcknowledger? acknowledger)
    {
        if (options.Ledger is null)
        {
            if (options.Witness is not null)
            {
                throw new ArgumentException("A wall with WallOptions.Witness needs WallOptions.Ledger: its checkpoints are what is witnessed.", nameof(options));
            }

            return Assemble(options, ledger: null, new RecordedVocabulary(), acknowledger);
        }

        if (options.Signer is null)
        {
            throw new ArgumentException("A wall with a ledger needs WallOptions.Signer: the key that signs its checkpoints.", nameof(options));
        }

        LedgerWriter ledger = LedgerWriter.Open(options.Ledger, options.Signer);
        try
        {
            return Assemble(options, ledger, Recall(ledger, options.Ledger.Directory), acknowledger);
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    public void Dispose() => Ledger?.Dispose();

    private static WallCore Assemble(
        WallOptions options, LedgerWriter? ledger, RecordedVocabulary recorded, IAcknowledger? acknowledger)
    {
        Vocabulary vocabulary = recorded.ToVocabulary(options.SymbolCapacity);
        GateStage gate = new(options.Policies(vocabulary), vocabulary.Rules);
        RecordingStage? recording = null;
        if (ledger is not null)
        {
            recording = new RecordingStage(ledger, recorded, vocabulary, options.Refusals);
            recording.Settings(SettingsEntry.Of(options.Admission, options.Refusals, gate.Count));
        }

        RefusalRecording refusals = ledger is null ? RefusalRecording.None : options.Refusals;
        return new WallCore(
            vocabulary,
            new Intake(options.Admission, vocabulary.Symbols.Capacity, refusals),
            gate,
            new Registrar(recording, options.Handler, acknowledger, vocabulary.Rules),
            ledger);
    }

    private static RecordedVocabulary Recall(LedgerWriter ledger, string directory)
    {
        RecordedVocabulary recorded = new();
        using EntryCursor cursor = LedgerReader.Open(directory).ReadFrom(0);
        for (ulong next = 0; next < ledger.AppendedSize;)
        {
            if (!cursor.MoveNext())
            {
                throw new LedgerCorruptException($"{directory}: entry {next} cannot be read back: {cursor.Problem ?? "the log ends"}.", next);
            }

            // Of pruned entries, which opening verified, there are only those that define something.
            LedgerEntry entry = cursor.Current;
            next = entry.Index + 1;
            if (recorded.Observe(entry.Kind, entry.Payload) is { } fault)
            {
                throw new LedgerCorruptException($"{directory}: entry {entry.Index}: {fault}.", entry.Index);
            }
        }

        return recorded;
    }
}
