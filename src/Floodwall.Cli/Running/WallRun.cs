using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Commands;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>
/// One run over files: reads, submits, closes, sums up. Whatever goes wrong with the input, what was submitted before is decided,
/// recorded and signed.
/// </summary>
internal static class WallRun
{
    public static int Execute(RunRequest request, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        RequireFiles(request.Files);
        LedgerPaths paths = new(request.Ledger);
        RunTally tally = new();
        using DecisionLines? lines = Lines(request.Decisions);
        using Ed25519Signer signer = Keys.ForLedger(paths, request.KeyFile, request.Origin);
        FloodwallPipeline pipeline = FloodwallPipeline.Open(new WallOptions
        {
            Admission = request.Admission,
            Refusals = request.Refusals,
            Policies = vocabulary => Policies(vocabulary, request.Allowed),
            Ledger = new LedgerOptions { Directory = request.Ledger },
            Signer = signer,
            Handler = lines is null ? tally : new Both(tally, lines),
        });

        List<(string File, ReadReport Report)> read = [];
        Exception? failure = null;
        using (pipeline)
        {
            if (lines is not null)
            {
                lines.Names = pipeline.Vocabulary;
            }

            try
            {
                Submit(request, pipeline, read, ProgressLine.For(error), cancellation);
            }
            catch (Exception exception) when (exception is InputException or IOException or SymbolTableFullException or OperationCanceledException)
            {
                failure = exception;
            }
        }

        lines?.Dispose();
        failure ??= pipeline.Fault ?? lines?.Failure;
        Summary summary = new(tally, pipeline.Vocabulary, pipeline.Sizes, pipeline.Opened);
        Print(request, summary, read, signer, paths, failure, request.Decisions == "-" ? error : output, error);
        return failure is null ? ExitCodes.Good : ExitCodes.UsageOrIo;
    }

    // A misspelt name shall not leave a new ledger and a new key behind.
    private static void RequireFiles(IEnumerable<string> files)
    {
        if (files.FirstOrDefault(file => file != "-" && !File.Exists(file)) is { } missing)
        {
            throw new UsageException(Directory.Exists(missing) ? $"{missing}: expected a file, got a folder." : $"{missing}: no such file.");
        }
    }

    private static IEnumerable<IPolicy> Policies(Vocabulary vocabulary, IReadOnlyList<string>? allowed)
    {
        yield return new NoGlobalDestroy(vocabulary);
        yield return new BlastNeedsPriority(vocabulary);
        if (allowed is not null)
        {
            yield return new ResourceAllowlist(vocabulary, allowed);
        }

        yield return new DeadlineNotPassed(vocabulary);
    }

    private static DecisionLines? Lines(string? destination) => destination switch
    {
        null => null,
        "-" => new DecisionLines(Console.OpenStandardOutput()),
        _ => new DecisionLines(new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0)),
    };

    private static void Submit(
        RunRequest request,
        FloodwallPipeline pipeline,
        List<(string File, ReadReport Report)> read,
        ProgressLine progress,
        CancellationToken cancellation)
    {
        IntentMapper mapper = new(pipeline.Vocabulary.Symbols);
        long submitted = 0;
        try
        {
            foreach (string file in request.Files)
            {
                using ChangeSource source = ChangeSource.OpenFile(file, request.Input);
                read.Add((source.File, source.Report));
                foreach (ChangeRecord record in source.Read())
                {
                    cancellation.ThrowIfCancellationRequested();
                    Intent intent = mapper.Map(record);
                    pipeline.Submit(in intent);
                    submitted++;
                    progress.Report(() => string.Create(CultureInfo.InvariantCulture, $"{source.File}: {submitted:N0} intents"));
                }
            }
        }
        finally
        {
            progress.Clear();
        }
    }

    private static void Print(
        RunRequest request,
        Summary summary,
        List<(string File, ReadReport Report)> read,
        Ed25519Signer signer,
        LedgerPaths paths,
        Exception? failure,
        TextWriter output,
        TextWriter error)
    {
        foreach ((string file, ReadReport report) in read)
        {
            // The error that stopped the run is printed last, on its own.
            foreach (InputException skipped in report.FirstErrors.Where(e => !ReferenceEquals(e, failure)))
            {
                error.WriteLine($"floodwall: skipped: {skipped.Message}");
            }
        }

        if (request.Json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, json =>
            {
                WriteInputs(json, read);
                summary.WriteJson(json);
                json.WriteString("ledger_directory", paths.Directory);
                json.WriteString("vkey", signer.VerifierKey.ToString());
                json.WriteString("error", failure?.Message);
            });
        }
        else
        {
            foreach ((string file, ReadReport report) in read)
            {
                output.WriteLine(Describe(file, report));
                foreach (string note in report.Notes)
                {
                    output.WriteLine($"  {note}");
                }
            }

            output.WriteLine();
            summary.Print(output);
            output.WriteLine();
            output.WriteLine($"ledger  {paths.Directory}");
            output.WriteLine($"vkey    {signer.VerifierKey}");
        }

        if (failure is not null)
        {
            string what = failure is OperationCanceledException ? "interrupted" : failure.Message;
            error.WriteLine($"floodwall: {what}");
            error.WriteLine("floodwall: everything submitted before that is decided, recorded and signed.");
        }
    }

    private static string Describe(string file, ReadReport report)
    {
        string skipped = report.Skipped == 0 ? "" : $"; no change: {report.DescribeSkipped()}";
        string errors = report.Errors == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; unreadable: {report.Errors}");
        return string.Create(CultureInfo.InvariantCulture, $"{file}: {report.Records} {(report.Records == 1 ? "change" : "changes")}{skipped}{errors}");
    }

    private static void WriteInputs(Utf8JsonWriter json, List<(string File, ReadReport Report)> read)
    {
        json.WriteStartArray("inputs");
        foreach ((string file, ReadReport report) in read)
        {
            json.WriteStartObject();
            json.WriteString("file", file);
            json.WriteNumber("changes", report.Records);
            json.WriteNumber("unreadable", report.Errors);
            json.WriteStartObject("no_change");
            foreach ((string kind, long count) in report.SkippedCounts)
            {
                json.WriteNumber(kind, count);
            }

            json.WriteEndObject();
            json.WriteStartArray("notes");
            foreach (string note in report.Notes)
            {
                json.WriteStringValue(note);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Tells two handlers.</summary>
    private sealed class Both(IDecisionHandler first, IDecisionHandler second) : IDecisionHandler
    {
        public void OnDecision(in Intent intent, in Decision decision)
        {
            first.OnDecision(in intent, in decision);
            second.OnDecision(in intent, in decision);
        }
    }
}
