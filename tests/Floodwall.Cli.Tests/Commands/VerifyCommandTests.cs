using System.Globalization;

namespace Floodwall.Cli.Tests.Commands;

public sealed class VerifyCommandTests
{
    [Fact]
    public async Task Every_flipped_bit_of_a_sample_is_found_and_its_place_named()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        string[] files = [.. Directory.EnumerateFiles(tool.At("ledger"), "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0)];
        Assert.Equal(2, files.Length);
        foreach (string file in files)
        {
            byte[] good = File.ReadAllBytes(file);
            for (int bit = 0; bit < good.Length * 8; bit += 13)
            {
                byte[] bad = (byte[])good.Clone();
                bad[bit / 8] ^= (byte)(1 << (bit % 8));
                File.WriteAllBytes(file, bad);
                (int code, string output, _) = await tool.Verify(tool.At("ledger"));
                Assert.True(code is ExitCodes.IntegrityFailure or ExitCodes.UsageOrIo, $"{Path.GetFileName(file)} bit {bit}: exit {code} {output}");
                Assert.False(output.StartsWith("verified", StringComparison.Ordinal));
            }

            File.WriteAllBytes(file, good);
        }

        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Names_the_first_bad_entry()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        string segment = Directory.EnumerateFiles(tool.At("ledger"), "*.seg", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(segment);

        // Entry 3's own index, found by walking the frames.
        int at = 64;
        for (int i = 0; i < 3; i++)
        {
            at += 2 + ((bytes[at] << 8) | bytes[at + 1]);
        }

        bytes[at + 3] ^= 0x10;
        File.WriteAllBytes(segment, bytes);
        (int code, string output, _) = await tool.Verify(tool.At("ledger"));
        Assert.Equal(ExitCodes.IntegrityFailure, code);
        Assert.Contains("first bad entry: 3", output, StringComparison.Ordinal);
        Assert.Contains("0x" + at.ToString("x", CultureInfo.InvariantCulture), output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_trusted_key_nothing_is_verified()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        (_, string other, _) = await tool.Run("keygen", "--origin", "other.example", "--out", tool.At("key"));
        Assert.Equal(ExitCodes.NoTrustedKey, (await tool.Run("verify", tool.At("ledger"), "--vkey", other.Trim())).Code);
        Assert.Equal(ExitCodes.NoTrustedKey, (await tool.Run("verify", tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task A_ledger_put_back_from_an_older_copy_is_a_rollback()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        Directory.CreateDirectory(tool.At("old/segments"));
        foreach (string file in new[] { "checkpoint", "lock", "segments/00000000.seg" })
        {
            File.Copy(Path.Combine(tool.At("ledger"), file), Path.Combine(tool.At("old"), file));
        }

        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        Directory.Move(tool.At("ledger"), tool.At("new"));
        Directory.Move(tool.At("old"), tool.At("ledger"));
        (int code, string output, _) = await tool.Verify(tool.At("ledger"));
        Assert.Equal(ExitCodes.ForkOrRollback, code);
        Assert.Contains("rolled back", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"))).Code);

        // Without the mark nobody can tell, and the tool says so by asking for it.
        string vkey = File.ReadAllText(tool.At("ledger.state/vkey")).Trim();
        string key = tool.At("ledger.state/key");
        File.Move(tool.At("ledger.state/high-water"), tool.At("mark"));
        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", tool.At("ledger"), "--vkey", vkey)).Code);
        (code, _, string error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--key", key);
        Assert.NotEqual(ExitCodes.Good, code);
        Assert.Contains("--allow-missing-high-water", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_may_hold_several_keys_and_comments()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        (_, string other, _) = await tool.Run("keygen", "--origin", "other.example", "--out", tool.At("key"));
        string own = File.ReadAllText(tool.At("ledger.state/vkey"));
        string keys = tool.Write("keys", $"# whom we trust\n\n{other}{own}");
        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", tool.At("ledger"), "--vkey", "@" + keys)).Code);
        (int code, _, string error) = await tool.Run("verify", tool.At("ledger"), "--vkey", "@" + tool.Write("none", "# nobody\n"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("no vkey in it", error, StringComparison.Ordinal);
        (code, _, error) = await tool.Run("verify", tool.At("ledger"), "--vkey", "@" + tool.Write("bad", own + "--json\n"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("bad:2", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dump", "/no/such/ledger")]
    [InlineData("verify", "/no/such/ledger")]
    [InlineData("verify")]
    [InlineData("verify", ".", "--vkey", "junk")]
    [InlineData("verify", ".", "--vkey", "@/no/such/file")]
    [InlineData("dump", ".", "--count", "-1")]
    [InlineData("run", "--burst", "NaN", "--ledger", "x")]
    [InlineData("run", "--format", "yaml", "--ledger", "x")]
    [InlineData("run")]
    [InlineData("keygen", "--origin", "a+b", "--out", "x")]
    [InlineData("nonsense")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_2(params string[] args)
    {
        using ToolRunner tool = new();
        (int code, string output, string error) = await tool.Run(args);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.NotEmpty(output + error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_is_made_for_its_owner_alone_and_never_overwritten()
    {
        using ToolRunner tool = new();
        Assert.Equal(ExitCodes.Good, (await tool.Run("keygen", "--origin", "a.example", "--out", tool.At("key"))).Code);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(tool.At("key")));
        }

        string before = File.ReadAllText(tool.At("key"));
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("keygen", "--origin", "a.example", "--out", tool.At("key"))).Code);
        Assert.Equal(before, File.ReadAllText(tool.At("key")));
    }

    [Fact]
    public async Task Dump_pages_and_names_what_it_prints()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        (int code, string output, _) = await tool.Run("dump", tool.At("ledger"), "--from", "1000", "--count", "3");
        Assert.Equal(ExitCodes.Good, code);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("""{"index":1000,""", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("not defined", output, StringComparison.Ordinal);
        Assert.DoesNotContain("fault", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_says_what_each_command_is_for()
    {
        using ToolRunner tool = new();
        foreach (string command in new[] { "demo", "run", "verify", "dump", "replay", "keygen" })
        {
            (int code, string output, _) = await tool.Run(command, "--help");
            Assert.Equal(ExitCodes.Good, code);
            Assert.Contains("Usage:", output, StringComparison.Ordinal);
        }

        Assert.Contains("Exit codes", (await tool.Run("--help")).Output, StringComparison.Ordinal);
    }
}
