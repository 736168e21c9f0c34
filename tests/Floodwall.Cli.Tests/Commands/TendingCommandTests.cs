using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Tests.Commands;

/// <summary><c>fsck</c>, <c>repair</c>, <c>prune</c> and <c>keys rotate</c>, end to end.</summary>
public sealed class TendingCommandTests
{
    [Fact]
    public async Task Fsck_says_what_is_wrong_and_changes_nothing()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        JsonElement clean = await tool.RunJson("fsck", ledger);
        Assert.Equal("clean", clean.GetProperty("verdict").GetString());
        ulong signed = clean.GetProperty("signed").GetUInt64();
        Assert.Equal(signed, clean.GetProperty("appended").GetUInt64());
        Assert.StartsWith("clean", (await tool.Run("fsck", ledger)).Output, StringComparison.Ordinal);

        // A torn append behind the last entry is cut; the dry run leaves it.
        string segment = Directory.GetFiles(Path.Combine(ledger, "segments")).Single();
        byte[] good = File.ReadAllBytes(segment);
        File.WriteAllBytes(segment, [.. good, 0, 20, 0x13, 1]);
        JsonElement torn = await tool.RunJson("fsck", ledger);
        Assert.Equal("recoverable", torn.GetProperty("verdict").GetString());
        Assert.Equal((4UL, signed), (torn.GetProperty("would_cut_bytes").GetUInt64(), torn.GetProperty("would_keep").GetUInt64()));
        (int code, string output, _) = await tool.Run("repair", ledger, "--dry-run");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("would cut: 4 bytes", output, StringComparison.Ordinal);
        Assert.Equal(good.Length + 4, new FileInfo(segment).Length);

        (code, output, string error) = await tool.Run("repair", ledger, "--apply");
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains("repaired: 4 bytes were cut", output, StringComparison.Ordinal);
        JsonElement repaired = await tool.RunJson("fsck", ledger);
        Assert.Equal("clean", repaired.GetProperty("verdict").GetString());
        Assert.Equal(signed + 1, repaired.GetProperty("signed").GetUInt64());
        Assert.Equal(ExitCodes.Good, (await tool.Verify(ledger)).Code);
        Assert.Contains("\"recovery\"", (await tool.Run("dump", ledger)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fsck_says_how_many_links_opening_would_fill_in()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string key = tool.At("key");
        await tool.Run("keygen", "--origin", "open.example", "--out", key);
        using (Ed25519Signer signer = KeyFile.Load(key))
        using (LedgerWriter writer = LedgerWriter.Open(new LedgerOptions { Directory = ledger, HashInBackground = true }, signer))
        {
            // Let go of as by the end of the process, before anything is hashed.
            for (int i = 0; i < 600; i++)
            {
                writer.Begin(0x20, 8, out _);
                writer.Commit();
            }
        }

        JsonElement plan = await tool.RunJson("fsck", ledger);
        Assert.Equal(("recoverable", 2), (plan.GetProperty("verdict").GetString(), plan.GetProperty("would_fill_links").GetInt32()));
        Assert.Contains("would fill in: 2 links", (await tool.Run("fsck", ledger)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Run("repair", ledger, "--key", key, "--apply")).Code);
        Assert.Equal("clean", (await tool.RunJson("fsck", ledger)).GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Damage_below_the_signed_size_is_explained_and_never_touched()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        string segment = Directory.GetFiles(Path.Combine(ledger, "segments")).Single();
        byte[] bad = File.ReadAllBytes(segment);
        int second = 64 + 2 + ((bad[64] << 8) | bad[65]);
        bad[second + 3] ^= 1; // entry 1 states another index
        File.WriteAllBytes(segment, bad);
        foreach (string[] command in new string[][] { ["fsck"], ["repair", "--dry-run"], ["repair", "--apply"] })
        {
            (int code, string output, string error) = await tool.Run([command[0], ledger, .. command[1..]]);
            Assert.Equal(ExitCodes.IntegrityFailure, code);
            Assert.Contains("first bad entry: 1", output, StringComparison.Ordinal);
            Assert.Equal(command[0] == "repair", error.Contains("nothing was changed", StringComparison.Ordinal));
            Assert.Equal(bad, File.ReadAllBytes(segment));
        }

        (int jsonCode, string json, _) = await tool.Run("fsck", ledger, "--json");
        Assert.Equal(ExitCodes.IntegrityFailure, jsonCode);
        Assert.Equal("refused", JsonDocument.Parse(json).RootElement.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_pruned_ledger_verifies_and_dumps_and_wants_a_snapshot_to_go_on()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string key = tool.At("key");
        string vkey = (await tool.Run("keygen", "--origin", "prune.example", "--out", key)).Output.Trim();
        using (Ed25519Signer signer = KeyFile.Load(key))
        using (LedgerWriter writer = LedgerWriter.Open(new LedgerOptions { Directory = ledger, SegmentBytes = LedgerLimits.MinSegmentBytes }, signer))
        {
            for (int i = 0; i < 4000; i++)
            {
                writer.Begin(0x13, 4000, out _);
                writer.Commit();
                if (i == 3000)
                {
                    writer.Publisher.Publish(writer.SealTip());
                    File.Copy(Path.Combine(ledger, "checkpoint"), tool.At("retained"));
                }
            }

            writer.Close();
        }

        int segments = Directory.GetFiles(Path.Combine(ledger, "segments")).Length;
        (int refused, _, string why) = await tool.Run("prune", ledger, "--before", tool.At("retained"), "--apply");
        Assert.Equal(ExitCodes.UsageOrIo, refused);
        Assert.Contains("no snapshot", why, StringComparison.Ordinal);
        JsonElement dry = await tool.RunJson("prune", ledger, "--before", tool.At("retained"), "--dry-run", "--allow-no-snapshot");
        Assert.False(dry.GetProperty("applied").GetBoolean());
        Assert.Equal(segments, Directory.GetFiles(Path.Combine(ledger, "segments")).Length);
        (int code, string output, string error) = await tool.Run("prune", ledger, "--before", tool.At("retained"), "--apply", "--allow-no-snapshot");
        Assert.True(code == ExitCodes.Good, error);
        Assert.StartsWith("pruned: ", output, StringComparison.Ordinal);
        Assert.Equal(segments - dry.GetProperty("segments").GetInt32(), Directory.GetFiles(Path.Combine(ledger, "segments")).Length);
        ulong pruned = dry.GetProperty("pruned").GetUInt64();

        (code, output, _) = await tool.Run("verify", ledger, "--vkey", vkey, "--threads", "2");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains($"entries 0 to {pruned - 1} pruned, vouched for by the frontier", output, StringComparison.Ordinal);
        Assert.Equal(pruned, (await tool.RunJson("verify", ledger, "--vkey", vkey)).GetProperty("pruned").GetUInt64());
        (code, output, _) = await tool.Run("dump", ledger, "--count", "2");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("\"index\":0,\"kind\":\"genesis\"", output, StringComparison.Ordinal);
        Assert.Contains($"\"index\":{pruned},\"kind\":\"link\"", output, StringComparison.Ordinal);

        // What is gone is said to be gone, and nothing else is given for it.
        (code, _, error) = await tool.Run("export", "entry", ledger, "--index", "10", "--out", tool.At("entry"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("entry 10 was pruned", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("export", "tiles", ledger, tool.At("tiles"))).Code);
        Assert.False(File.Exists(tool.At("entry")) || Directory.Exists(tool.At("tiles")));
        Assert.Equal(ExitCodes.Good, (await tool.Run("export", "entry", ledger, "--index", "0", "--out", tool.At("entry"))).Code);
        (code, _, error) = await tool.Run("prove", ledger, "--index", "10");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("which was pruned", error, StringComparison.Ordinal);

        // A pruning that ended between its file and the segments.
        File.WriteAllBytes(Path.Combine(ledger, "segments", "00000000.seg"), new byte[100]);
        (code, output, _) = await tool.Run("fsck", ledger);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("left over: segment files of a pruning that did not come to its end (1)", output, StringComparison.Ordinal);
        Assert.StartsWith("would delete: segment files", (await tool.Run("prune", ledger, "--keep-from", "10", "--dry-run")).Output, StringComparison.Ordinal);
        Assert.StartsWith("deleted: segment files", (await tool.Run("prune", ledger, "--keep-from", "10", "--apply")).Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(ledger, "segments", "00000000.seg")));

        // As it was said: no wall without the state that went.
        (code, _, error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--key", key);
        Assert.NotEqual(ExitCodes.Good, code);
        Assert.Contains("no snapshot follows", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", ledger, "--vkey", vkey)).Code);
        Assert.StartsWith("nothing to prune", (await tool.Run("prune", ledger, "--keep-from", "10", "--apply")).Output, StringComparison.Ordinal);

        byte[] file = File.ReadAllBytes(Path.Combine(ledger, "pruned"));
        file[^40] ^= 1;
        File.WriteAllBytes(Path.Combine(ledger, "pruned"), file);
        Assert.Equal(ExitCodes.IntegrityFailure, (await tool.Run("verify", ledger, "--vkey", vkey)).Code);
    }

    [Fact]
    public async Task Durable_entries_that_are_gone_are_told_and_a_rollback_is_a_rollback()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        Directory.CreateDirectory(tool.At("old/segments"));
        foreach (string file in new[] { "checkpoint", "lock", "segments/00000000.seg" })
        {
            File.Copy(Path.Combine(ledger, file), Path.Combine(tool.At("old"), file));
        }

        File.Copy(Path.Combine(ledger + ".state", "high-water"), tool.At("mark"));
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        Directory.Delete(ledger, recursive: true);
        Directory.Move(tool.At("old"), ledger);
        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Run("fsck", ledger)).Code);

        // With the older mark put back too, only the durable mark remembers.
        File.Copy(tool.At("mark"), Path.Combine(ledger + ".state", "high-water"), overwrite: true);
        (int code, string output, _) = await tool.Run("fsck", ledger);
        Assert.Equal(ExitCodes.IntegrityFailure, code);
        Assert.Contains("acknowledged as durable", output, StringComparison.Ordinal);
        (code, output, _) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("On opening: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rotated_key_is_followed_and_the_retired_one_refused()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--origin", "wall.example");
        string newKey = (await tool.Run("keygen", "--origin", "wall.example", "--out", tool.At("new"))).Output.Trim();
        await tool.Run("keygen", "--origin", "else.example", "--out", tool.At("else"));
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("keys", "rotate", ledger, "--new-key", tool.At("else"))).Code);
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("keys", "rotate", ledger, "--new-key", tool.At("new"), "--key", tool.At("else"))).Code);
        await tool.Run("keygen", "--origin", "wall.example", "--out", tool.At("stranger"));
        Assert.Equal(ExitCodes.NoTrustedKey, (await tool.Run("keys", "rotate", ledger, "--new-key", tool.At("new"), "--key", tool.At("stranger"))).Code);

        (int code, string output, string error) = await tool.Run("keys", "rotate", ledger, "--new-key", tool.At("new"));
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains("hands the ledger over", output, StringComparison.Ordinal);
        (code, output, _) = await tool.Verify(ledger); // with the vkey of the first key
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains($"key in force: {newKey}", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", ledger, "--vkey", newKey)).Code);
        Assert.Contains("\"kind\":\"key\",\"new_key\":\"" + newKey, (await tool.Run("dump", ledger)).Output, StringComparison.Ordinal);

        // The state folder's key is the new one now; the retired one opens nothing.
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledger);
        string retired = Directory.GetFiles(ledger + ".state").Single(file => Path.GetFileName(file).StartsWith("key.", StringComparison.Ordinal));
        (code, _, error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--key", retired);
        Assert.Equal(ExitCodes.NoTrustedKey, code);
        Assert.Contains("retired", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(ledger)).Code);
    }

    [Theory]
    [InlineData("fsck", "/no/such/ledger")]
    [InlineData("repair", "/no/such/ledger", "--apply")]
    [InlineData("repair", ".")]
    [InlineData("repair", ".", "--apply", "--dry-run")]
    [InlineData("prune", ".", "--apply")]
    [InlineData("prune", ".", "--keep-from", "1")]
    [InlineData("prune", ".", "--keep-from", "1", "--before", "x", "--apply")]
    [InlineData("prune", ".", "--before", "/no/such/file", "--apply")]
    [InlineData("keys")]
    [InlineData("keys", "rotate", ".")]
    [InlineData("keys", "rotate", ".", "--new-key", "/no/such/file")]
    [InlineData("verify", ".", "--threads", "0")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_2(params string[] args)
    {
        using ToolRunner tool = new();
        (int code, string output, string error) = await tool.Run(args);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.NotEmpty(output + error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_progress_line_tells_entries_speed_and_what_is_left()
    {
        string line = CheckingProgress.Describe(new VerifyProgress(30_000_000, 1_500_000_000, 6_000_000_000), TimeSpan.FromSeconds(2));
        Assert.Equal("30,000,000 entries checked, 15.0 M/s, 750 MB/s, 6 s left", line);
        Assert.Contains("0 s left", CheckingProgress.Describe(default, TimeSpan.Zero), StringComparison.Ordinal);
    }
}
