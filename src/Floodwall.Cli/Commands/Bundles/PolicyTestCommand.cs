using System.CommandLine;
using System.Globalization;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Bundles.Tests;
using Floodwall.Cli.Formats;
using Floodwall.Cli.Output;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy test</c>: runs the tests that stand beside a bundle.</summary>
internal static class PolicyTestCommand
{
    private static readonly string[] Endings = [".test.yaml", ".test.yml", ".test.json"];

    public static Command Create()
    {
        Argument<string> directory = new("DIR")
        {
            Description = "A bundle's folder, or its file. Tests are *.test.yaml, *.test.yml and *.test.json beside it and in the folder tests there.",
        };
        Option<string?> policy = new("--policy") { HelpName = "FILE|DIR", Description = "The bundle to test, where it is not DIR itself." };
        Option<string?> junit = new("--junit") { HelpName = "FILE", Description = "Write the results as JUnit XML there; where bundle or tests cannot be read, what is wrong." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "test",
            "Run a bundle's tests. A test gives an intent in the fields of docs/intents.md, facts and a tick, and says what has to come of it: "
            + "the verdict, and where it matters the rule (POLICY/RULE) and the reason; docs/policies.md shows the format. "
            + "Exits with 0 when all pass, with 1 when one fails, with 2 when bundle or tests cannot be read or there are none.")
        {
            directory, policy, junit, json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddKeys(command);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(directory),
            parsed.GetValue(policy),
            trust.Read(parsed),
            parsed.GetValue(junit),
            parsed.GetValue(json),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error));
        return command;
    }

    private static int Run(string directory, string? policy, BundleTrust trust, string? junit, bool json, TextWriter output, TextWriter error)
    {
        List<string> problems = [];
        PolicyBundle? bundle = Collect(problems, () => BundleFile.Require(policy ?? directory, trust, warning => error.WriteLine($"floodwall: {warning}")));
        List<PolicyTest> tests = Read(directory, bundle, problems);
        if (bundle is null || problems.Count != 0)
        {
            // A report of an earlier run would say that all is well.
            if (junit is not null)
            {
                SmallFiles.Write(junit, JUnitReport.WriteErrors(directory, problems));
            }

            throw new UsageException(string.Join(BundleFile.NextError, problems));
        }

        PolicyTestRun run = new(bundle);
        List<PolicyTestResult> results = [.. tests.Select(run.Run)];
        string[] undecided = [.. run.Undecided];
        if (junit is not null)
        {
            SmallFiles.Write(junit, JUnitReport.Write(results));
        }

        if (json)
        {
            PrintJson(output, bundle, results, undecided);
        }
        else
        {
            Print(output, bundle, results, undecided);
        }

        return results.TrueForAll(result => result.Passed) ? ExitCodes.Good : ExitCodes.TestFailure;
    }

    /// <summary>The tests; whatever is wrong with any of them is added to what was found before.</summary>
    private static List<PolicyTest> Read(string path, PolicyBundle? bundle, List<string> problems)
    {
        // Beside a path that is not there lie somebody else's tests.
        if (!Path.Exists(path))
        {
            return [];
        }

        HashSet<string>? rules = bundle is null ? null : [.. bundle.Policies.SelectMany(one => one.Rules.Select(rule => $"{one.Id}/{rule.Id}"))];
        List<PolicyTest> tests = [];
        foreach (string file in Find(path))
        {
            IReadOnlyList<PolicyDiagnostic> found = [];
            tests.AddRange(Collect(problems, () =>
                PolicyTestReader.Read(new BundleSource(file, SmallFiles.Read(file, BundleLimits.MaxBytes, "a test file")), rules, out found)) ?? []);
            problems.AddRange(found.Select(one => one.ToString()));
        }

        if (tests.Count == 0 && problems.Count == 0)
        {
            problems.Add($"{path}: no tests; expected *.test.yaml or *.test.json with tests beside the bundle or in the folder tests there.");
        }

        return tests;
    }

    private static T? Collect<T>(List<string> problems, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is UsageException or InputException or IOException or UnauthorizedAccessException)
        {
            problems.AddRange(exception.Message.Split(BundleFile.NextError));
            return null;
        }
    }

    private static string[] Find(string path)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : ".";
        string[] folders = [folder, Path.Combine(folder, "tests")];
        return
        [
            .. folders.Where(Directory.Exists)
                .SelectMany(one => Directory.EnumerateFiles(one).Order(StringComparer.Ordinal))
                .Where(file => Array.Exists(Endings, ending => file.EndsWith(ending, StringComparison.Ordinal))),
        ];
    }

    private static void Print(TextWriter output, PolicyBundle bundle, List<PolicyTestResult> results, string[] undecided)
    {
        foreach (PolicyTestResult result in results.Where(result => !result.Passed))
        {
            output.WriteLine(Printable.Text($"FAILED {result.Test.Position}: {result.Test.Name}"));
            foreach (string line in result.Failure)
            {
                output.WriteLine($"    {Printable.Text(line)}");
            }
        }

        int failed = results.Count(result => !result.Passed);
        int files = results.Select(result => result.Test.File).Distinct(StringComparer.Ordinal).Count();
        output.WriteLine(Printable.Text(BundleFile.Describe(bundle)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{results.Count - failed} passed, {failed} failed in {files} {(files == 1 ? "file" : "files")}"));
        output.WriteLine(Printable.Text(undecided.Length == 0
            ? "every enforced rule decides in at least one test"
            : $"rules that decide in no test: {string.Join(", ", undecided)}"));
    }

    private static void PrintJson(TextWriter output, PolicyBundle bundle, List<PolicyTestResult> results, string[] undecided) =>
        JsonResult.WriteLine(output, JsonResult.Indented, json =>
        {
            BundleJson.WriteIdentity(json, bundle);
            json.WriteNumber("passed", results.Count(result => result.Passed));
            json.WriteNumber("failed", results.Count(result => !result.Passed));
            json.WriteStartArray("tests");
            foreach (PolicyTestResult result in results)
            {
                json.WriteStartObject();
                json.WriteString("file", result.Test.File);
                json.WriteNumber("line", result.Test.Position.Line);
                json.WriteString("name", result.Test.Name);
                json.WriteBoolean("passed", result.Passed);
                if (!result.Passed)
                {
                    json.WriteStartArray("failure");
                    foreach (string line in result.Failure)
                    {
                        json.WriteStringValue(line.TrimEnd());
                    }

                    json.WriteEndArray();
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("rules_that_decide_in_no_test");
            foreach (string rule in undecided)
            {
                json.WriteStringValue(rule);
            }

            json.WriteEndArray();
        });
}
