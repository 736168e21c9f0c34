using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>The options that say where a ledger's state folder is, and what to do where it is lost.</summary>
public sealed class StateFolderTests
{
    [Theory]
    [InlineData(true, "run")]
    [InlineData(true, "demo")]
    [InlineData(true, "keys", "rotate")]
    [InlineData(true, "fsck")]
    [InlineData(true, "repair")]
    [InlineData(true, "prune")]
    [InlineData(false, "verify")]
    [InlineData(false, "dump")]
    [InlineData(false, "replay")]
    [InlineData(false, "checkpoint")]
    [InlineData(false, "prove")]
    [InlineData(false, "consistency")]
    [InlineData(false, "export", "tiles")]
    [InlineData(false, "export", "entry")]
    [InlineData(false, "witness", "request")]
    [InlineData(false, "witness", "apply")]
    public async Task Every_command_on_a_ledger_takes_its_state_folder_and_those_that_open_it_a_lost_mark(bool opens, params string[] command)
    {
        using ToolRunner tool = new();
        string help = (await tool.Run([.. command, "--help"])).Output;
        Assert.Contains("--state <DIR>", help, StringComparison.Ordinal);
        Assert.Equal(opens, help.Contains("--allow-missing-high-water", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_state_folder_elsewhere_serves_every_command()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string state = tool.At("far/away");
        string intents = TestData.Example("intents.jsonl");
        await tool.RunJson("run", intents, "--ledger", ledger, "--state", state, "--origin", "state.example");
        Assert.True(File.Exists(Path.Combine(state, "high-water")) && File.Exists(Path.Combine(state, "key")));
        await tool.Run("keygen", "--origin", "state.example", "--out", tool.At("next"));
        await tool.Run("checkpoint", ledger);
        File.Copy(Path.Combine(ledger, "checkpoint"), tool.At("kept"));
        foreach (string[] command in new string[][]
        {
            ["run", intents, "--ledger", ledger],
            ["verify", ledger, "--vkey", "@" + Path.Combine(state, "vkey")],
            ["fsck", ledger],
            ["repair", ledger, "--apply"],
            ["prune", ledger, "--keep-from", "5", "--dry-run"],
            ["dump", ledger],
            ["replay", ledger],
            ["checkpoint", ledger],
            ["consistency", ledger, "--from", tool.At("kept")],
            ["prove", ledger, "--index", "3", "--out", tool.At("proof")],
            ["export", "entry", ledger, "--index", "3", "--out", tool.At("entry")],
            ["export", "tiles", ledger, tool.At("tiles")],
            ["witness", "request", ledger],
            ["keys", "rotate", ledger, "--new-key", tool.At("next")],
            ["run", intents, "--ledger", ledger],
        })
        {
            (int code, string output, string error) = await tool.Run([.. command, "--state", state]);
            Assert.True(code == ExitCodes.Good, $"{string.Join(' ', command)}: {code} {error}{output}");
        }

        Assert.False(Directory.Exists(ledger + ".state"));

        // Without it the mark is missing, and the messages say which options help.
        foreach (string[] command in new string[][] { ["fsck", ledger], ["repair", ledger, "--apply"] })
        {
            (int code, string output, _) = await tool.Run(command);
            Assert.Equal(ExitCodes.IntegrityFailure, code);
            Assert.Contains("--state DIR", output, StringComparison.Ordinal);
            Assert.Contains("--allow-missing-high-water", output, StringComparison.Ordinal);
        }

        (int keyless, _, string why) = await tool.Run("run", intents, "--ledger", ledger);
        Assert.Equal(ExitCodes.UsageOrIo, keyless);
        Assert.Contains("--state DIR", why, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ledger + ".state"));
    }

    [Fact]
    public async Task A_lost_mark_is_allowed_by_every_command_that_opens()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string key = Path.Combine(tool.At("ledger.state"), "key");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--origin", "lost.example");
        await tool.Run("keygen", "--origin", "lost.example", "--out", tool.At("next"));
        foreach (string[] command in new string[][]
        {
            ["fsck", ledger],
            ["prune", ledger, "--keep-from", "5", "--dry-run"],
            ["repair", ledger, "--apply"],
            ["run", TestData.Example("intents.jsonl"), "--ledger", ledger],
            ["keys", "rotate", ledger, "--new-key", tool.At("next")],
        })
        {
            File.Delete(Path.Combine(ledger + ".state", "high-water"));
            Assert.Equal(ExitCodes.IntegrityFailure, (await tool.Run(command)).Code);
            (int code, _, string error) = await tool.Run([.. command, "--allow-missing-high-water"]);
            Assert.True(code == ExitCodes.Good, $"{string.Join(' ', command)}: {error}");
        }

        Assert.True(File.Exists(key));
    }

    [Fact]
    public async Task Reading_an_older_copy_is_noticed_where_the_state_folder_is_given()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        Directory.CreateDirectory(tool.At("old/segments"));
        foreach (string file in new[] { "checkpoint", "segments/00000000.seg" })
        {
            File.Copy(Path.Combine(ledger, file), Path.Combine(tool.At("old"), file));
        }

        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        foreach (string[] command in new string[][]
        {
            ["dump", tool.At("old")],
            ["replay", tool.At("old")],
            ["checkpoint", tool.At("old")],
            ["consistency", tool.At("old"), "--from", Path.Combine(tool.At("old"), "checkpoint")],
            ["prove", tool.At("old"), "--index", "3"],
            ["export", "entry", tool.At("old"), "--index", "3", "--out", tool.At("entry")],
            ["export", "tiles", tool.At("old"), tool.At("tiles")],
            ["verify", tool.At("old"), "--vkey", "@" + ledger + ".state/vkey"],
            ["fsck", tool.At("old")],
            ["repair", tool.At("old"), "--dry-run"],
            ["repair", tool.At("old"), "--apply"],
        })
        {
            (int code, string output, string error) = await tool.Run([.. command, "--state", ledger + ".state"]);
            Assert.True(code == ExitCodes.ForkOrRollback, $"{string.Join(' ', command)}: {code} {error}{output}");
            Assert.Contains("rolled back", output + error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(tool.At("entry")) || Directory.Exists(tool.At("tiles")));
    }

    [Theory]
    [InlineData("fsck")]
    [InlineData("dump")]
    [InlineData("verify")]
    [InlineData("repair", "--apply")]
    [InlineData("prune", "--keep-from", "1", "--dry-run")]
    public async Task A_state_folder_that_is_none_is_wrong_usage(string command, params string[] rest)
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        Directory.CreateDirectory(Path.Combine(ledger, "inside"));
        foreach (string wrong in new[] { tool.At("mistyped"), tool.Write("file", "x"), "", Path.Combine(ledger, "inside") })
        {
            (int code, _, string error) = await tool.Run([command, ledger, .. rest, "--state", wrong]);
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains("--state", error, StringComparison.Ordinal);
        }

        (int run, _, _) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--state", tool.At("mistyped"));
        Assert.Equal(ExitCodes.UsageOrIo, run);
        Assert.False(Directory.Exists(tool.At("mistyped")));
    }

    [Fact]
    public async Task Fsck_tells_three_sizes_with_the_checkpoint_gone_or_the_log_damaged()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        ulong all = (await tool.RunJson("fsck", ledger)).GetProperty("signed").GetUInt64();
        string checkpoint = Path.Combine(ledger, "checkpoint");
        File.Move(checkpoint, tool.At("kept"));
        (int code, string output, _) = await tool.Run("fsck", ledger);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains($"sizes: {all} appended, {all} durable, {all} signed", output, StringComparison.Ordinal);
        Assert.Contains($"the checkpoint: missing or unreadable; the high-water mark: {all}", output, StringComparison.Ordinal);
        JsonElement json = await tool.RunJson("fsck", ledger);
        Assert.Equal(all, json.GetProperty("signed").GetUInt64());
        Assert.False(json.TryGetProperty("checkpoint", out _));

        File.Move(tool.At("kept"), checkpoint);
        string segment = Directory.GetFiles(Path.Combine(ledger, "segments")).Single();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[^3] ^= 1; // the last entry's payload
        File.WriteAllBytes(segment, bytes);
        (code, output, _) = await tool.Run("fsck", ledger);
        Assert.Equal(ExitCodes.IntegrityFailure, code);
        Assert.Contains($"sizes: {all} appended, {all} durable, {all} signed", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fsck_and_repair_tell_a_fork_and_what_is_gone_by_their_exit_codes()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string intents = TestData.Example("intents.jsonl");
        await tool.RunJson("run", intents, "--ledger", ledger);
        Directory.CreateDirectory(tool.At("other/segments"));
        Directory.CreateDirectory(tool.At("other.state"));
        foreach (string file in new[] { "ledger/checkpoint", "ledger/segments/00000000.seg", "ledger.state/high-water", "ledger.state/key" })
        {
            File.Copy(tool.At(file), tool.At(file.Replace("ledger", "other", StringComparison.Ordinal)));
        }

        // Two histories of one size and one key; the mark of the one beside the other.
        await tool.RunJson("run", intents, "--ledger", ledger, "--agent", "one");
        string[] lines = File.ReadAllLines(intents);
        await tool.RunJson("run", tool.Write("reversed.jsonl", string.Join('\n', lines.Reverse()) + "\n"), "--ledger", tool.At("other"));
        File.Copy(tool.At("other.state/high-water"), tool.At("ledger.state/high-water"), overwrite: true);
        foreach (string[] command in new string[][] { ["fsck"], ["repair", "--dry-run"], ["repair", "--apply"] })
        {
            (int code, string output, _) = await tool.Run([command[0], ledger, .. command[1..]]);
            Assert.Equal(ExitCodes.ForkOrRollback, code);
            Assert.Contains("another history", output, StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Verify(ledger)).Code);

        // Durable entries gone: repaired once, and the command that did it does not call that good.
        string durable = tool.At("other.state/durable");
        string[] mark = File.ReadAllLines(durable);
        File.WriteAllText(durable, $"{ulong.Parse(mark[0], System.Globalization.CultureInfo.InvariantCulture) + 10}\n{mark[1]}\n");
        Assert.Equal(ExitCodes.IntegrityFailure, (await tool.Run("repair", tool.At("other"), "--dry-run")).Code);
        (int applied, string told, _) = await tool.Run("repair", tool.At("other"), "--apply");
        Assert.Equal(ExitCodes.IntegrityFailure, applied);
        Assert.Contains("missing: ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_of_fsck_and_repair_names_their_exit_codes()
    {
        using ToolRunner tool = new();
        foreach (string command in new[] { "fsck", "repair" })
        {
            string help = string.Join(' ', (await tool.Run(command, "--help")).Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            Assert.Contains("Exit codes: 0 where", help, StringComparison.Ordinal);
            Assert.Contains("3 where", help, StringComparison.Ordinal);
        }
    }
}
