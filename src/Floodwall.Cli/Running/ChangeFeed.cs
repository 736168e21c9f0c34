using System.Globalization;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>
/// Reads the inputs and hands their changes to a wall, on a thread of its own: a read from a quiet pipe cannot be interrupted,
/// so the run leaves it behind instead.
/// </summary>
internal sealed class ChangeFeed(RunRequest request, RunTally tally, ProgressLine progress)
{
    // A thread that does not come back from a read within this time is left behind; the process ends without it.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly List<(string File, ReadReport Report)> _read = [];
    private ChangeSource? _first;
    private volatile bool _stop;

    /// <summary>The inputs opened so far and what was found in them.</summary>
    public IReadOnlyList<(string File, ReadReport Report)> Read => _read;

    /// <summary>Why reading ended early; null when it did not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Opens the first input and settles its format, so that nothing is made for one that cannot be read at all.</summary>
    /// <exception cref="InputException">It cannot be opened or told.</exception>
    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public void OpenFirst(CancellationToken cancellation) =>
        OnThread(() => _first = ChangeSource.OpenFile(request.Files[0], request.Input), cancellation);

    /// <summary>Submits every change. Returns when the inputs end, one cannot be read, the ledger fails, or the run is interrupted.</summary>
    public void Pump(FloodwallPipeline pipeline, CancellationToken cancellation)
    {
        try
        {
            OnThread(() => SubmitAll(pipeline), cancellation);
        }
        catch (Exception exception) when (exception is InputException or IOException or SymbolTableFullException
            or AttributeTableFullException or FactTableFullException or OperationCanceledException)
        {
            Failure = exception;
        }
        finally
        {
            progress.Clear();
        }
    }

    private void OnThread(Action action, CancellationToken cancellation)
    {
        Task task = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            task.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            _stop = true;
            _ = Task.WaitAny([task], Patience);
            throw;
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerException!);
        }
    }

    private void ReadFacts(string file, FloodwallPipeline pipeline, IntentMapper mapper)
    {
        using ChangeSource source = ChangeSource.OpenFile(file, request.Input with { Format = InputFormat.Intents });
        _read.Add((source.File, source.Report));
        source.OnFact = record => pipeline.AcceptFact(mapper.Map(record));
        if (source.Read().FirstOrDefault() is { } change)
        {
            throw new InputException(change.Position, "expected facts alone in a file of --facts, got an intent");
        }
    }

    private void SubmitAll(FloodwallPipeline pipeline)
    {
        IntentMapper mapper = new(pipeline.Vocabulary);
        foreach (string file in request.Facts)
        {
            ReadFacts(file, pipeline, mapper);
        }

        long submitted = 0;
        foreach (string file in request.Files)
        {
            using ChangeSource source = _first ?? ChangeSource.OpenFile(file, request.Input);
            _first = null;
            _read.Add((source.File, source.Report));
            source.OnFact = record => pipeline.AcceptFact(mapper.Map(record));
            foreach (ChangeRecord record in source.Read())
            {
                // What the ledger cannot record is refused one by one; there is no use in reading on.
                if (_stop || tally.All[RefusalKind.LedgerUnavailable] != 0)
                {
                    return;
                }

                Intent intent = mapper.Map(record);
                pipeline.Submit(in intent);
                submitted++;
                progress.Report(() => string.Create(CultureInfo.InvariantCulture, $"{source.File}: {submitted:N0} intents"));
            }
        }
    }
}
