using System.Globalization;
using System.Text;
using Floodwall.Load.Scenarios;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadOptions
{
    private const string DefaultOut = "perf-reports";
    private const string OptionNames =
        "--seconds, --runs, --producers, --agents, --topology, --only, --minutes, --entries, --out, --compare, --temp, --json, --smoke, --help";

    /// <summary>A scenario's name, or all.</summary>
    public string Scenario { get; init; } = "";

    /// <summary>Seconds of one counted run; null for the scenario's own choice.</summary>
    public double? Seconds { get; init; }

    /// <summary>Counted runs; one more warms up.</summary>
    public int Runs { get; init; } = 5;

    /// <summary>Submitting threads; null for the scenario's own choice.</summary>
    public int? Producers { get; init; }

    public int Agents { get; init; } = 1000;

    /// <summary>Minutes that the soak lasts.</summary>
    public double Minutes { get; init; } = 2;

    /// <summary>Entries of the largest ledger that is made: by scale; by verify as many at most.</summary>
    public long Entries { get; init; } = 300_000_000;

    /// <summary>Counted runs, of which a smoke makes one.</summary>
    public int CountedRuns => Smoke ? 1 : Runs;

    /// <summary>The only topology to run; null for every one.</summary>
    public Topology? Topology { get; init; }

    /// <summary>A part of the names of the only rows to run; null for all of them.</summary>
    public string? Only { get; init; }

    public string Out { get; init; } = DefaultOut;

    /// <summary>An older report.json to compare with; null for the one that stands in <see cref="Out"/>.</summary>
    public string? Compare { get; init; }

    /// <summary>Where ledgers are written; null for the machine's folder for temporary files.</summary>
    public string? Temp { get; init; }

    public bool Json { get; init; }

    public bool Smoke { get; init; }

    /// <exception cref="ArgumentException">An option is unknown or its value out of range; the message names it.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> args)
    {
        LoadOptions options = new();
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            string Value() => ++i < args.Count ? args[i] : throw new ArgumentException($"{name} needs a value");
            options = name switch
            {
                "--seconds" => options with { Seconds = Number(name, Value(), 0.01, 86_400) },
                "--runs" => options with { Runs = (int)Number(name, Value(), 1, 1000) },
                "--producers" => options with { Producers = (int)Number(name, Value(), 1, 64) },
                "--minutes" => options with { Minutes = Number(name, Value(), 0.01, 10_080) },
                "--entries" => options with { Entries = (long)Number(name, Value(), 100_000, 10_000_000_000) },
                "--agents" => options with { Agents = (int)Number(name, Value(), 1, 10_000_000) },
                "--topology" => options with { Topology = TopologyOf(Value()) },
                "--only" => options with { Only = Value() },
                "--out" => options with { Out = Value() },
                "--compare" => options with { Compare = Value() },
                "--temp" => options with { Temp = Value() },
                "--json" => options with { Json = true },
                "--smoke" => options with { Smoke = true },
                _ when name.StartsWith('-') => throw new ArgumentException($"unknown option {name}; expected one of {OptionNames} (see --help)"),
                _ when options.Scenario.Length == 0 => options with { Scenario = name },
                _ => throw new ArgumentException($"one scenario expected, got '{options.Scenario}' and '{name}'"),
            };
        }

        if (options.Scenario.Length == 0)
        {
            throw new ArgumentException("no scenario named; see --help");
        }

        if (options.Only is not null && (options.Scenario != EndToEndScenario.ScenarioName || (options.Out == DefaultOut && !options.Smoke)))
        {
            throw new ArgumentException($"--only is for {EndToEndScenario.ScenarioName}, and needs --out, so that a report of some rows does not take the place of the whole one");
        }

        return options.Out == DefaultOut ? options with { Out = BesideSolution(DefaultOut) } : options;
    }

    public static string Usage(IEnumerable<IScenario> scenarios)
    {
        StringBuilder text = new();
        text.AppendLine("""
            Usage: Floodwall.Load SCENARIO [options]

            Measures the wall, proves from its answers that the work was done, and writes a report (JSON, Markdown, SVG) to a folder
            of the scenario's name, and an index over all reports. Every scenario warms up, makes at least five counted runs unless
            told otherwise, and gives all of them with median and spread. A wrong answer ends it with exit code 1; a slow one never.

              --seconds N     seconds of one counted run (each scenario has its own default)
              --runs N        counted runs, after one that warms up (5)
              --producers N   submitting threads (end-to-end: 1, and then 4; scale: 1 to 8; the others have one)
              --agents N      agents in the flood (1000; scale has its own)
              --topology T    only this topology: Direct, Fused, Paired or Split (the default for the cores; end-to-end: all four)
              --only TEXT     only rows whose name contains TEXT, such as "Direct: Appended" (end-to-end; needs --out)
              --minutes N     minutes of the soak (2); its rate is lowered so that its ledger fits the disk
              --entries N     entries of scale's largest ledger (300000000, which takes 17 GB and three minutes); scaled down, and
                              said so, where the disk has no room for twice that
              --out DIR       where reports go (perf-reports beside the solution)
              --compare FILE  the report.json to compare a single scenario with (the one in --out)
              --temp DIR      where ledgers are written, and deleted afterwards
              --json          print the report as JSON
              --smoke         seconds in place of minutes; only answers count, no report is written
              --help          this text

            Scenarios:
            """);
        foreach (IScenario scenario in scenarios)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {scenario.Name,-14}  {scenario.Summary}");
        }

        return text.AppendLine("  all             every one of them; under 30 minutes on two cores with the defaults").ToString();
    }

    private static double Number(string name, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{name} is '{value}'; a number from {least} to {most} expected");

    private static Topology TopologyOf(string value) =>
        Enum.TryParse(value, ignoreCase: true, out Topology topology) && Enum.IsDefined(topology) && topology != Pipeline.Topology.Auto
            ? topology
            : throw new ArgumentException($"--topology is '{value}'; Direct, Fused, Paired or Split expected");

    private static string BesideSolution(string folder)
    {
        for (DirectoryInfo? at = new(Environment.CurrentDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Floodwall.sln")))
            {
                return Path.Combine(at.FullName, folder);
            }
        }

        return Path.GetFullPath(folder);
    }
}
