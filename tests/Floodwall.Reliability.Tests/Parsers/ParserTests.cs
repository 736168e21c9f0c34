using System.Globalization;
using Floodwall.Reliability.Child.Parsers;

namespace Floodwall.Reliability.Tests.Parsers;

/// <summary>
/// Every parser in a process of its own, fed with made and mutated inputs. A crash ends the process, a hang its heartbeat, and an
/// accepted input that does not come back from its encoding is told. <c>FLOODWALL_PARSER_INPUTS</c> sets the number of inputs.
/// </summary>
public sealed class ParserTests
{
    private const int InputsInCi = 100_000;

    /// <summary>No thousand inputs can take this long on a machine that makes any progress.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Names => [.. ParserCases.All.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task No_input_crashes_or_hangs_and_what_is_accepted_comes_back(string name)
    {
        int inputs = Figures.Setting("FLOODWALL_PARSER_INPUTS", InputsInCi);
        int seed = 1000 + name.Length;
        using ChildProcess child = ChildProcess.Start(
            "parse", name, seed.ToString(CultureInfo.InvariantCulture), inputs.ToString(CultureInfo.InvariantCulture));
        string last = "nothing";
        int heartbeats = 0;
        while (await child.ReadLineOrHang(Patience) is string line)
        {
            Assert.False(line.StartsWith("wrong", StringComparison.Ordinal), line);
            heartbeats += line.StartsWith("at ", StringComparison.Ordinal) ? 1 : 0;
            last = line;
        }

        Assert.True(child.WaitForExit() == 0, $"the child died after '{last}': {child.Errors()}");
        Assert.Equal((inputs + 999) / 1000, heartbeats);
        string accepted = last.Split(' ')[1];
        Assert.True(int.Parse(accepted, CultureInfo.InvariantCulture) >= inputs / 20, $"only {accepted} inputs were well-formed");
        Figures.Report($"Parser {name}", $"{Figures.Number(inputs)} inputs, {accepted} accepted, 0 crashes, 0 hangs, all accepted ones come back");
    }
}
