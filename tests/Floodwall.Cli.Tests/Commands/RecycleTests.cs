using System.Text.Json;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Tests.Commands;

/// <summary><c>--recycle</c> of <c>prune</c> and <c>run</c>.</summary>
public sealed class RecycleTests
{
    [Fact]
    public async Task What_prune_keeps_run_makes_segments_of()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger"), old = tool.At("old");
        Make(ledger, entries: 5000);
        JsonElement dry = await tool.RunJson("prune", ledger, "--keep-from", "3200", "--allow-no-snapshot", "--recycle", old, "--dry-run");
        Assert.Equal(0, dry.GetProperty("recycled").GetInt32());
        Assert.False(Directory.Exists(old));

        JsonElement pruned = await tool.RunJson("prune", ledger, "--keep-from", "3200", "--allow-no-snapshot", "--recycle", old, "--apply");
        int segments = pruned.GetProperty("segments").GetInt32();
        Assert.Equal(dry.GetProperty("segments").GetInt32(), segments);
        Assert.True(segments > 1);
        Assert.Equal(segments, pruned.GetProperty("recycled").GetInt32());
        Assert.Equal(segments, Directory.GetFiles(old).Length);
        (int code, string output, string error) = await tool.Run("prune", ledger, "--keep-from", "4900", "--allow-no-snapshot", "--recycle", old, "--apply");
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains($"recycled: 1 of 1 segment files went to {old}", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(ledger)).Code);
        Assert.Equal(ExitCodes.Good, (await tool.Run("fsck", ledger)).Code);

        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("next"), "--recycle", old);
        Assert.Equal(segments, Directory.GetFiles(old).Length);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("next"))).Code);
        Assert.DoesNotContain("recycled", Directory.GetFiles(Path.Combine(tool.At("next"), "segments")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("file", "expected a folder, got a file")]
    [InlineData("", "is empty")]
    [InlineData("ledger/old", "inside the ledger's folder")]
    [InlineData("ledger", "inside the ledger's folder")]
    [InlineData("ledger.state/old", "inside the ledger's folder or its state folder")]
    public async Task A_folder_that_cannot_serve_is_wrong_usage_and_nothing_is_made(string folder, string why)
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger"), given = folder.Length == 0 ? folder : tool.At(folder);
        tool.Write("file", "x");
        (int code, string output, string error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", ledger, "--recycle", given);
        Assert.Equal((ExitCodes.UsageOrIo, ""), (code, output));
        Assert.StartsWith($"floodwall: --recycle {given}", error, StringComparison.Ordinal);
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(ledger) || Directory.Exists(ledger + ".state"));

        Make(ledger, entries: 1500);
        string[] before = Directory.GetFileSystemEntries(ledger, "*", SearchOption.AllDirectories);
        (code, output, error) = await tool.Run("prune", ledger, "--keep-from", "1400", "--allow-no-snapshot", "--recycle", given, "--apply");
        Assert.Equal((ExitCodes.UsageOrIo, ""), (code, output));
        Assert.Contains(why, error, StringComparison.Ordinal);
        Assert.Equal(before.Order(), Directory.GetFileSystemEntries(ledger, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task A_folder_on_another_file_system_is_told_and_nothing_is_pruned()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"), "needs Linux and /dev/shm");
        using ToolRunner tool = new();
        string ledger = tool.At("ledger"), elsewhere = "/dev/shm/floodwall-" + Guid.NewGuid().ToString("N");
        Make(ledger, entries: 1500);
        try
        {
            (int code, _, string error) = await tool.Run("prune", ledger, "--keep-from", "1400", "--allow-no-snapshot", "--recycle", elsewhere, "--apply");
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains($"{elsewhere}: segments cannot be recycled here", error, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(elsewhere));
            Assert.False(File.Exists(Path.Combine(ledger, "pruned")));
            Assert.Equal(ExitCodes.Good, (await tool.Verify(ledger)).Code);
        }
        finally
        {
            Directory.Delete(elsewhere, recursive: true);
        }
    }

    private static void Make(string ledger, int entries)
    {
        using Ed25519Signer signer = Ed25519Signer.FromSeed("recycle.example", [.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        using LedgerWriter writer = LedgerWriter.Open(new LedgerOptions { Directory = ledger, SegmentBytes = LedgerLimits.MinSegmentBytes }, signer);
        File.WriteAllText(Path.Combine(ledger + ".state", "vkey"), signer.VerifierKey + "\n");
        for (int i = 0; i < entries; i++)
        {
            writer.Begin(0x13, 4000, out _);
            writer.Commit();
        }

        writer.Close();
    }
}
