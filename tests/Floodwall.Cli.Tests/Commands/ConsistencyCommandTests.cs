using System.Globalization;
using Floodwall.Crypto;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>Checkpoints printed, continued, and pinned.</summary>
public sealed class ConsistencyCommandTests : IDisposable
{
    private readonly ToolRunner _tool = new();

    private string Ledger => _tool.At("ledger");

    private string Key => "@" + Ledger + ".state/vkey";

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task A_grown_ledger_continues_the_checkpoint_that_was_kept()
    {
        Checkpoint before = await Grow("before");
        Checkpoint after = await Grow("after");
        Assert.True(after.Size > before.Size);

        (int code, string output, string error) = await _tool.Run("consistency", Ledger, "--from", _tool.At("before"), "--vkey", Key);
        Assert.True(code == ExitCodes.Good, error);
        string[] lines = output.Split('\n');
        Assert.Equal($"old {before.Size.ToString(CultureInfo.InvariantCulture)}", lines[0]);
        int blank = Array.IndexOf(lines, "");
        Hash256[] proof = [.. lines[1..blank].Select(line => Hash256.TryParseBase64(line, out Hash256 hash) ? hash : throw new FormatException(line))];
        Assert.True(MerkleProof.VerifyConsistency(before.Size, after.Size, proof, before.Root, after.Root));
        Assert.Equal(File.ReadAllText(_tool.At("after")), string.Join('\n', lines[(blank + 1)..]));

        (code, output, _) = await _tool.Run("consistency", Ledger, "--from", _tool.At("after"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.Equal($"old {after.Size.ToString(CultureInfo.InvariantCulture)}\n\n" + File.ReadAllText(_tool.At("after")), output);

        await AssertExit(ExitCodes.Good, "verified", "verify", Ledger, "--vkey", Key, "--pinned", _tool.At("before"));
        await AssertExit(ExitCodes.Good, "verified", "verify", Ledger, "--vkey", Key, "--pinned", _tool.At("after"));
        await AssertExit(ExitCodes.NoTrustedKey, "NOT TRUSTED", "verify", Ledger, "--pinned", _tool.At("before"));
    }

    [Fact]
    public async Task A_rolled_back_ledger_is_exit_3()
    {
        await Grow("before");
        CopyFolder(Ledger, _tool.At("old"));
        await Grow("after");
        string[] key = ["--vkey", Key];
        await AssertExit(ExitCodes.ForkOrRollback, "rolled back", ["consistency", _tool.At("old"), "--from", _tool.At("after"), .. key]);
        await AssertExit(ExitCodes.ForkOrRollback, "rolled back", ["verify", _tool.At("old"), "--pinned", _tool.At("after"), .. key]);
        await AssertExit(ExitCodes.Good, "exported", ["export", "tiles", Ledger, _tool.At("tiles"), .. key]);
        await AssertExit(ExitCodes.ForkOrRollback, "rolled back", ["export", "tiles", _tool.At("old"), _tool.At("tiles"), .. key]);
    }

    [Fact]
    public async Task Another_history_by_the_same_key_is_exit_3()
    {
        await _tool.Run("keygen", "--origin", "wall.example", "--out", _tool.At("key"));
        string[] ledgers = [_tool.At("one"), _tool.At("two")];
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledgers[0], "--key", _tool.At("key"), "--burst", "50");
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", ledgers[1], "--key", _tool.At("key"), "--burst", "60");
        await SaveCheckpoint(ledgers[0], "pin");
        await AssertExit(ExitCodes.ForkOrRollback, "another history", "consistency", ledgers[1], "--from", _tool.At("pin"));
        await AssertExit(ExitCodes.ForkOrRollback, "another history", "verify", ledgers[1], "--pinned", _tool.At("pin"));
        await AssertExit(ExitCodes.Good, "exported", "export", "tiles", ledgers[0], _tool.At("tiles"));
        await AssertExit(ExitCodes.ForkOrRollback, "another history", "export", "tiles", ledgers[1], _tool.At("tiles"));
    }

    [Fact]
    public async Task A_checkpoint_that_says_nothing_about_the_ledger_is_told_from_a_fork()
    {
        await Grow("own");
        await _tool.RunJson("demo", "--ledger", _tool.At("demo"));
        await SaveCheckpoint(_tool.At("demo"), "foreign");
        string demoKey = "@" + _tool.At("demo") + ".state/vkey";

        await AssertExit(ExitCodes.NoTrustedKey, "no trusted key", "consistency", Ledger, "--from", _tool.At("foreign"));
        await AssertExit(ExitCodes.NoTrustedKey, "no trusted key", "verify", Ledger, "--pinned", _tool.At("foreign"), "--vkey", Key);
        await AssertExit(ExitCodes.UsageOrIo, "checkpoint of", "consistency", Ledger, "--from", _tool.At("foreign"), "--vkey", Key, "--vkey", demoKey);
        await AssertExit(ExitCodes.UsageOrIo, "checkpoint of", "verify", Ledger, "--pinned", _tool.At("foreign"), "--vkey", Key, "--vkey", demoKey);

        string note = File.ReadAllText(_tool.At("own"));
        string forged = note.Replace("\n\n", "\nextension\n\n", StringComparison.Ordinal);
        foreach ((string text, string says) in new[] { (forged, "not what was signed"), ("junk\n", "no signed checkpoint"), ("", "no signed checkpoint") })
        {
            string file = _tool.Write("bad", text);
            await AssertExit(ExitCodes.UsageOrIo, says, "consistency", Ledger, "--from", file);
            await AssertExit(ExitCodes.UsageOrIo, says, "verify", Ledger, "--pinned", file, "--vkey", Key);
        }

        await AssertExit(ExitCodes.UsageOrIo, "no such file", "consistency", Ledger, "--from", _tool.At("none"));
    }

    [Fact]
    public async Task The_checkpoint_printed_is_the_one_in_the_ledger()
    {
        await Grow("note");
        Assert.Equal(File.ReadAllText(Path.Combine(Ledger, "checkpoint")), File.ReadAllText(_tool.At("note")));
        await AssertExit(ExitCodes.Good, "floodwall.local/ledger\n", "checkpoint", Ledger, "--vkey", Key);
        File.WriteAllText(Path.Combine(Ledger, "checkpoint"), "gone\n");
        await AssertExit(ExitCodes.IntegrityFailure, "cannot be read", "checkpoint", Ledger);
        await AssertExit(ExitCodes.UsageOrIo, "no ledger", "checkpoint", _tool.At("nowhere"));
    }

    private async Task<Checkpoint> Grow(string file)
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        return await SaveCheckpoint(Ledger, file);
    }

    private async Task<Checkpoint> SaveCheckpoint(string ledger, string file)
    {
        (int code, string output, string error) = await _tool.Run("checkpoint", ledger);
        Assert.True(code == ExitCodes.Good, error);
        _tool.Write(file, output);
        Assert.True(Checkpoint.TryParse(output[..(output.IndexOf("\n\n", StringComparison.Ordinal) + 1)], out Checkpoint? checkpoint, out _));
        return checkpoint;
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private async Task AssertExit(int expected, string says, params string[] args)
    {
        (int code, string output, string error) = await _tool.Run(args);
        Assert.True(code == expected, $"exit {code}: {output}{error}");
        Assert.Contains(says, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
