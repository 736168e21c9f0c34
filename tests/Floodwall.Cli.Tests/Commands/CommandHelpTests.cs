namespace Floodwall.Cli.Tests.Commands;

/// <summary>Groups of commands list what is in them, a line each.</summary>
public sealed class CommandHelpTests
{
    [Theory]
    [InlineData("policy", "check", "test", "simulate", "explain", "sign", "snapshots", "diff")]
    [InlineData("witness", "keygen", "serve")]
    [InlineData("export", "tiles")]
    [InlineData("keys")]
    public async Task A_group_alone_lists_its_commands_shortly(string group, params string[] commands)
    {
        using ToolRunner tool = new();
        (int code, _, string error) = await tool.Run(group);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("Commands:\n", error, StringComparison.Ordinal);
        Assert.All(commands, command => Assert.Matches($"(?m)^  {command} +\\S.{{10,140}}$", error));
        Assert.All(error.Split('\n'), line => Assert.True(line.Length < 180, line));

        (code, string help, _) = await tool.Run(group, "--help");
        Assert.Equal(ExitCodes.Good, code);
        Assert.All(commands, command => Assert.Matches($"(?m)^  {command}\\b", help));
    }

    [Fact]
    public async Task The_help_of_a_command_begins_with_one_short_sentence()
    {
        using ToolRunner tool = new();
        (_, string help, _) = await tool.Run("policy", "check", "--help");
        Assert.Contains("  Say what is wrong with policy bundles, one finding a line.\n", help, StringComparison.Ordinal);
        Assert.Contains("Exits with 0 when the bundles can be used", help.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("6 hexadecimal digits", System.Text.RegularExpressions.Regex.Replace((await tool.Run("run", "--help")).Output, "\\s+", " "), StringComparison.Ordinal);
    }
}
