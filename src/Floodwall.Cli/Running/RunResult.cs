using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>What a run came to, once the wall is closed: the summary, what went wrong, and the exit code.</summary>
internal sealed class RunResult(
    RunRequest request,
    ChangeFeed feed,
    RunTally tally,
    FloodwallPipeline pipeline,
    Ed25519Signer signer,
    LedgerPaths paths,
    Exception? decisionsFailure,
    BundlePolicy? policy)
{
    /// <summary>Every reason why the run is not what was asked for; empty when it is.</summary>
    private List<string> Problems { get; } = [.. FindProblems(feed, tally, pipeline, decisionsFailure)];

    public int ExitCode => Problems.Count == 0 ? ExitCodes.Good : ExitCodes.UsageOrIo;

    public void Print(TextWriter output, TextWriter error)
    {
        foreach (InputException skipped in feed.Read.SelectMany(read => read.Report.FirstErrors).Where(e => !ReferenceEquals(e, feed.Failure)))
        {
            error.WriteLine($"floodwall: skipped: {skipped.Message}");
        }

        Summary summary = new(tally, pipeline.Vocabulary, pipeline.Sizes, pipeline.Opened, pipeline.Resumed);
        if (request.Json)
        {
            PrintJson(output, summary);
        }
        else
        {
            PrintText(output, summary);
        }

        foreach (string problem in Problems)
        {
            error.WriteLine($"floodwall: {problem}");
        }

        LedgerSizes sizes = pipeline.Sizes;
        if (Problems.Count != 0 && pipeline.Fault is null && sizes.Signed == sizes.Appended)
        {
            error.WriteLine("floodwall: everything decided before that is recorded and signed.");
        }
    }

    private static IEnumerable<string> FindProblems(ChangeFeed feed, RunTally tally, FloodwallPipeline pipeline, Exception? decisionsFailure)
    {
        if (feed.Failure is { } failure)
        {
            yield return failure is OperationCanceledException ? "interrupted" : failure.Message;
        }

        if (pipeline.Fault is { } fault)
        {
            yield return $"the ledger failed: {fault.Message}";
        }

        if (tally.All[RefusalKind.LedgerUnavailable] is > 0 and long unavailable)
        {
            yield return pipeline.Fault is null
                ? $"the disk is full: {unavailable} intents were not decided, and what follows them was not read"
                : $"{unavailable} intents were not decided";
        }

        if (decisionsFailure is not null)
        {
            yield return $"the decisions are incomplete: {decisionsFailure.Message}";
        }

        if (pipeline.Counters.HandlerFaults is > 0 and ulong faults)
        {
            yield return $"{faults} decisions could not be counted or written out";
        }

        if (pipeline.LastPolicyException is { } thrown)
        {
            yield return $"a policy failed on {pipeline.Counters.PolicyFaults} intents, which were rejected: {thrown.Message}";
        }
    }

    private void PrintText(TextWriter output, Summary summary)
    {
        foreach ((string file, ReadReport report) in feed.Read)
        {
            output.WriteLine(Describe(file, report));
            foreach (string note in report.Notes)
            {
                output.WriteLine($"  {Printable.Text(note)}");
            }
        }

        output.WriteLine();
        summary.Print(output);
        new Observations(policy).Print(output);
        output.WriteLine();
        output.WriteLine($"ledger  {paths.Directory}");
        output.WriteLine($"vkey    {signer.VerifierKey}");
    }

    private void PrintJson(TextWriter output, Summary summary) => JsonResult.WriteLine(output, JsonResult.Indented, json =>
    {
        json.WriteStartArray("inputs");
        foreach ((string file, ReadReport report) in feed.Read)
        {
            WriteInput(json, file, report);
        }

        json.WriteEndArray();
        summary.WriteJson(json);
        new Observations(policy).WriteJson(json);
        json.WriteString("ledger_directory", paths.Directory);
        json.WriteString("vkey", signer.VerifierKey.ToString());
        json.WriteStartArray("problems");
        Problems.ForEach(json.WriteStringValue);
        json.WriteEndArray();
    });

    private static string Describe(string file, ReadReport report)
    {
        string skipped = report.Skipped == 0 ? "" : $"; no change: {Printable.Text(report.DescribeSkipped())}";
        string facts = report.Facts == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; facts: {report.Facts}");
        string errors = report.Errors == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; unreadable: {report.Errors}");
        return string.Create(CultureInfo.InvariantCulture, $"{file}: {report.Records} {(report.Records == 1 ? "change" : "changes")}{facts}{skipped}{errors}");
    }

    private static void WriteInput(Utf8JsonWriter json, string file, ReadReport report)
    {
        json.WriteStartObject();
        json.WriteString("file", file);
        json.WriteNumber("changes", report.Records);
        json.WriteNumber("facts", report.Facts);
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
}
