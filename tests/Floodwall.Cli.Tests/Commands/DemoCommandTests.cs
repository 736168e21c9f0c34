using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Prints_the_counts_and_verifies()
    {
        using ToolRunner tool = new();
        (int code, string output, _) = await tool.Run("demo", "--ledger", tool.At("ledger"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("backpressure 3037, rate-limited 451", output, StringComparison.Ordinal);
        Assert.Contains("decided: admitted 207, deferred 120, rejected 185", output, StringComparison.Ordinal);
        Assert.Contains("\nverified: ", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Appends_to_a_ledger_that_is_there()
    {
        using ToolRunner tool = new();
        JsonElement first = await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        JsonElement second = await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        Assert.Equal(first.GetProperty("vkey").GetString(), second.GetProperty("vkey").GetString());
        Assert.True(second.GetProperty("verified").GetBoolean());
        Assert.Equal(first.GetProperty("gate").GetRawText(), second.GetProperty("gate").GetRawText());
        Assert.True(second.GetProperty("ledger").GetProperty("signed").GetInt64() > first.GetProperty("ledger").GetProperty("signed").GetInt64());
    }
}
