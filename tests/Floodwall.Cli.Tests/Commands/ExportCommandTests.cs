using System.Security.Cryptography;
using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands;

public sealed class ExportCommandTests : IDisposable
{
    private readonly ToolRunner _tool = new();

    private string Ledger => _tool.At("ledger");

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Tiles_hold_the_entries_and_exporting_twice_gives_the_same_tree()
    {
        await _tool.RunJson("demo", "--ledger", Ledger);
        JsonElement first = await _tool.RunJson("export", "tiles", Ledger, _tool.At("tiles"));
        Assert.Equal(1453, first.GetProperty("size").GetInt32());
        Assert.Equal(13, first.GetProperty("files_written").GetInt32());
        string[] before = Digests();
        JsonElement again = await _tool.RunJson("export", "tiles", Ledger, _tool.At("tiles"), "--compare-all");
        Assert.Equal(0, again.GetProperty("files_written").GetInt32());
        Assert.Equal(1453, again.GetProperty("previous_size").GetInt32());
        Assert.Equal(before, Digests());
        Assert.Equal(File.ReadAllText(Path.Combine(Ledger, "checkpoint")), File.ReadAllText(Path.Combine(_tool.At("tiles"), "checkpoint")));

        (int code, string output, _) = await _tool.Run("export", "tiles", Ledger, _tool.At("tiles"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.StartsWith("exported: 1,453 entries, root ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exported_entry_is_the_one_in_the_bundle()
    {
        await _tool.RunJson("demo", "--ledger", Ledger);
        await _tool.RunJson("export", "tiles", Ledger, _tool.At("tiles"));
        byte[] bundle = File.ReadAllBytes(Path.Combine(_tool.At("tiles"), "tile/entries/002"));
        int at = 0;
        for (int i = 512; i < 700; i++)
        {
            at += 2 + (bundle[at] << 8) + bundle[at + 1];
        }

        Assert.Equal(ExitCodes.Good, (await _tool.Run("export", "entry", Ledger, "--index", "700", "--out", _tool.At("entry"))).Code);
        Assert.Equal(bundle[(at + 2)..(at + 2 + (bundle[at] << 8) + bundle[at + 1])], File.ReadAllBytes(_tool.At("entry")));
    }

    [Theory]
    [InlineData("no entry 5000", "entry", "LEDGER", "--index", "5000", "--out", "OUT/entry")]
    [InlineData("--index", "entry", "LEDGER", "--out", "OUT/entry")]
    [InlineData("--out", "entry", "LEDGER", "--index", "5")]
    [InlineData("is a folder", "entry", "LEDGER", "--index", "5", "--out", "OUT")]
    [InlineData("OUT", "tiles", "LEDGER")]
    [InlineData("within the ledger", "tiles", "LEDGER", "LEDGER")]
    [InlineData("within the ledger", "tiles", "LEDGER/.", "LEDGER/tiles/")]
    [InlineData("floodwall export", "nonsense")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_2(string expected, params string[] args)
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        Directory.CreateDirectory(_tool.At("out"));
        (int code, string output, string error) = await _tool.Run(
            ["export", .. args.Select(arg => arg.Replace("LEDGER", Ledger, StringComparison.Ordinal).Replace("OUT", _tool.At("out"), StringComparison.Ordinal))]);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains(expected, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_other_tiles_is_left_alone()
    {
        await _tool.RunJson("demo", "--ledger", Ledger);
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", _tool.At("other"));
        await _tool.RunJson("export", "tiles", Ledger, _tool.At("tiles"));
        string[] before = Digests();
        (int code, _, string error) = await _tool.Run("export", "tiles", _tool.At("other"), _tool.At("tiles"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("floodwall.local/other", error, StringComparison.Ordinal);
        Assert.Equal(before, Digests());
    }

    [Fact]
    public async Task Help_says_what_each_command_is_for()
    {
        foreach (string command in new[] { "checkpoint", "prove", "verify-proof", "consistency", "export", "export tiles", "export entry" })
        {
            (int code, string output, _) = await _tool.Run([.. command.Split(' '), "--help"]);
            Assert.Equal(ExitCodes.Good, code);
            Assert.Contains("Usage:", output, StringComparison.Ordinal);
        }
    }

    private string[] Digests() =>
        [.. Directory.EnumerateFiles(_tool.At("tiles"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file} {File.GetLastWriteTimeUtc(file):O} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}")];
}
