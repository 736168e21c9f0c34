using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios;

namespace Floodwall.Load;

/// <summary>The harness's command line: runs scenarios, writes their reports. Exit 0 good, 1 a wrong answer, 2 usage or I/O.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        if (args.Length == 0 || args.Contains("--help") || args.Contains("-h"))
        {
            Console.Out.Write(LoadOptions.Usage(ScenarioList.All));
            return args.Length == 0 ? 2 : 0;
        }

        try
        {
            LoadOptions options = LoadOptions.Parse(args);
            ReportWriter.RequireComparable(options);
            using LedgerShelf ledgers = new(options.Temp);
            foreach (IScenario scenario in ScenarioList.Named(options.Scenario))
            {
                RunOne(scenario, options, ledgers);
            }

            return 0;
        }
        catch (WrongAnswerException wrong)
        {
            Console.Error.WriteLine($"wrong answer: {wrong.Message}");
            return 1;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"floodwall-load: {failure.Message}");
            return 2;
        }
    }

    private static void RunOne(IScenario scenario, LoadOptions options, LedgerShelf ledgers)
    {
        using Progress progress = new(scenario.Name);
        LoadContext context = new(options, progress, ledgers);
        Report report = Conditions.Stated(scenario.Run(context), options);
        progress.Clear();
        ReportWriter writer = new(options);
        report = writer.Compared(report);
        if (!options.Smoke)
        {
            writer.Write(report);
        }

        Console.Out.Write(options.Json ? ReportJson.Text(report) : Summary.Of(report));
    }
}
