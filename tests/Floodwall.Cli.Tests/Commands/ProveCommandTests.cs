using System.Globalization;
using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands;

public sealed class ProveCommandTests : IDisposable
{
    private readonly ToolRunner _tool = new();

    private string Ledger => _tool.At("ledger");

    private string Key => "@" + Ledger + ".state/vkey";

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Every_entry_is_proven_exported_and_verified_without_the_ledger()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        int entries = (await _tool.Run("dump", Ledger)).Output.Count(c => c == '\n');
        for (int i = 0; i < entries; i++)
        {
            (string proof, string entry) = await ProveEntry(i);
            string key = await MoveLedgerAway();
            (int code, string output, string error) = await _tool.Run("verify-proof", proof, "--entry", entry, "--vkey", key);
            Assert.True(code == ExitCodes.Good, output + error);
            Assert.StartsWith(FormattableString.Invariant($"verified: entry {i} of {entries}, root "), output, StringComparison.Ordinal);
            Directory.Move(_tool.At("away"), Ledger);
        }
    }

    [Fact]
    public async Task Wrong_entries_are_exit_1_and_wrong_keys_exit_4()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        (string proof, string entry) = await ProveEntry(6);
        (_, string other) = await ProveEntry(7);
        (_, string stranger, _) = await _tool.Run("keygen", "--origin", "other.example", "--out", _tool.At("key"));

        await AssertExit(ExitCodes.IntegrityFailure, "FAILED", "verify-proof", proof, "--entry", other, "--vkey", Key);
        await AssertExit(ExitCodes.IntegrityFailure, "FAILED", "verify-proof", proof, "--entry", other);
        await AssertExit(ExitCodes.NoTrustedKey, "NOT TRUSTED", "verify-proof", proof, "--entry", entry, "--vkey", stranger.Trim());
        await AssertExit(ExitCodes.NoTrustedKey, "NOT TRUSTED", "verify-proof", proof, "--entry", entry);

        byte[] bytes = File.ReadAllBytes(entry);
        bytes[^1] ^= 1;
        File.WriteAllBytes(entry, bytes);
        await AssertExit(ExitCodes.IntegrityFailure, "FAILED", "verify-proof", proof, "--entry", entry, "--vkey", Key);
        JsonElement json = JsonDocument.Parse((await _tool.Run("verify-proof", proof, "--entry", entry, "--json")).Output).RootElement;
        Assert.Equal("not-included", json.GetProperty("status").GetString());
        Assert.Equal(1, json.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task Malformed_proofs_are_exit_2_with_the_line()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        (string proof, string entry) = await ProveEntry(6);
        string good = File.ReadAllText(proof);
        foreach ((string bad, int line) in new[]
        {
            (good.Replace("@v1", "@v9", StringComparison.Ordinal), 1),
            (good.Replace("index 6", "index 06", StringComparison.Ordinal), 2),
            (good.Replace("index 6\n", "index 6\nAAAA\n", StringComparison.Ordinal), 3),
            (good[..60], 3),
            ("", 1),
        })
        {
            File.WriteAllText(proof, bad);
            (int code, _, string error) = await _tool.Run("verify-proof", proof, "--entry", entry, "--vkey", Key);
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{proof}:{line}: "), error, StringComparison.Ordinal);
        }

        File.WriteAllText(proof, good);
        await AssertExit(ExitCodes.UsageOrIo, "no such file", "verify-proof", proof, "--entry", _tool.At("none"), "--vkey", Key);
        File.WriteAllBytes(entry, new byte[70_000]);
        await AssertExit(ExitCodes.UsageOrIo, "longer than", "verify-proof", proof, "--entry", entry, "--vkey", Key);
    }

    [Fact]
    public async Task Mutated_proofs_never_verify()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        (string proof, string entry) = await ProveEntry(6);
        byte[] good = File.ReadAllBytes(proof);
        for (int bit = 0; bit < good.Length * 8; bit += 7)
        {
            byte[] bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(proof, bad);
            (int code, string output, _) = await _tool.Run("verify-proof", proof, "--entry", entry, "--vkey", Key);
            Assert.True(code is ExitCodes.IntegrityFailure or ExitCodes.UsageOrIo or ExitCodes.NoTrustedKey, $"bit {bit}: exit {code} {output}");
        }
    }

    [Fact]
    public async Task The_decision_of_an_intent_is_found_with_what_defines_its_names()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        JsonElement result = await _tool.RunJson("prove", Ledger, "--intent", "chaos-monkey/5");
        ulong index = result.GetProperty("index").GetUInt64();
        string entry = (await _tool.Run("dump", Ledger, "--from", index.ToString(CultureInfo.InvariantCulture), "--count", "1")).Output;
        JsonElement decision = JsonDocument.Parse(entry).RootElement;
        Assert.Equal(("decision", "chaos-monkey", 5), (
            decision.GetProperty("kind").GetString(), decision.GetProperty("agent").GetString(), decision.GetProperty("id").GetInt32()));
        Assert.Equal(1, result.GetProperty("decisions").GetInt32());

        Dictionary<string, string> names = result.GetProperty("definitions").EnumerateArray()
            .ToDictionary(d => d.GetProperty("name").GetString()!, d => d.GetProperty("kind").GetString()!);
        Assert.Equal(["api", "chaos-monkey", "compute", "no-global-destroy", "oncall", "shop", "sre"], names.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("rule", names["no-global-destroy"]);
        foreach (JsonElement definition in result.GetProperty("definitions").EnumerateArray())
        {
            string at = definition.GetProperty("index").GetRawText();
            Assert.Contains($"\"{definition.GetProperty("name").GetString()}\"", (await _tool.Run("dump", Ledger, "--from", at, "--count", "1")).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Of_several_decisions_the_latest_is_proven_and_the_others_are_named()
    {
        for (int i = 0; i < 3; i++)
        {
            await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        }

        ulong[] decisions = [.. (await _tool.Run("dump", Ledger)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(e => e.GetProperty("kind").GetString() == "decision" && e.GetProperty("agent").GetString() == "deployer" && e.GetProperty("id").GetInt32() == 3)
            .Select(e => e.GetProperty("index").GetUInt64())];
        Assert.Equal(3, decisions.Length);
        (int code, string output, string error) = await _tool.Run("prove", Ledger, "--intent", "deployer/3", "--out", _tool.At("p.tlog-proof"));
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains($"entry {decisions[2]} of ", output, StringComparison.Ordinal);
        Assert.Contains($"decided 3 times; this is the latest, the earlier ones are entries {decisions[0]}, {decisions[1]}\n", output, StringComparison.Ordinal);
        Assert.Contains($"index {decisions[2]}\n", File.ReadAllText(_tool.At("p.tlog-proof")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_file_standard_output_is_the_proof_and_nothing_else()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        (string proof, _) = await ProveEntry(3);
        (int code, string output, string error) = await _tool.Run("prove", Ledger, "--index", "3");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Equal(File.ReadAllText(proof), output);
        Assert.StartsWith("proved: entry 3 of ", error, StringComparison.Ordinal);
        Assert.Equal(output, (await _tool.RunJson("prove", Ledger, "--index", "3")).GetProperty("proof").GetString());
    }

    [Theory]
    [InlineData("no agent 'nobody'", "--intent", "nobody/1")]
    [InlineData("no decision about intent 99", "--intent", "deployer/99")]
    [InlineData("AGENT", "--index", "1", "--intent", "deployer/1")]
    [InlineData("AGENT")]
    [InlineData("a number", "--intent", "deployer")]
    [InlineData("a number", "--intent", "/3")]
    [InlineData("a number", "--intent", "deployer/-3")]
    [InlineData("a number", "--intent", "deployer/")]
    [InlineData("under no checkpoint", "--index", "100000")]
    [InlineData("a number", "--index", "x")]
    public async Task What_cannot_be_proven_is_one_clear_line_and_exit_2(string expected, params string[] args)
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        await AssertExit(ExitCodes.UsageOrIo, expected, ["prove", Ledger, .. args]);
    }

    [Fact]
    public async Task A_ledger_of_another_key_is_exit_4_and_a_changed_one_exit_1()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        (_, string stranger, _) = await _tool.Run("keygen", "--origin", "other.example", "--out", _tool.At("key"));
        await AssertExit(ExitCodes.NoTrustedKey, "trusted", "prove", Ledger, "--index", "1", "--vkey", stranger.Trim());
        string segment = Directory.EnumerateFiles(Ledger, "*.seg", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(segment);
        bytes[^1] ^= 1;
        File.WriteAllBytes(segment, bytes);
        await AssertExit(ExitCodes.IntegrityFailure, "root", "prove", Ledger, "--index", "1");
        await AssertExit(ExitCodes.IntegrityFailure, "root", "export", "tiles", Ledger, _tool.At("tiles"));
    }

    private async Task<(string Proof, string Entry)> ProveEntry(int index)
    {
        string number = index.ToString(CultureInfo.InvariantCulture);
        string proof = _tool.At($"{number}.tlog-proof");
        string entry = _tool.At($"{number}.entry");
        await AssertExit(ExitCodes.Good, $"proved: entry {number} of ", "prove", Ledger, "--index", number, "--out", proof);
        await AssertExit(ExitCodes.Good, $"entry {number}: ", "export", "entry", Ledger, "--index", number, "--out", entry);
        return (proof, entry);
    }

    private async Task<string> MoveLedgerAway()
    {
        string key = (await File.ReadAllTextAsync(Ledger + ".state/vkey")).Trim();
        Directory.Move(Ledger, _tool.At("away"));
        return key;
    }

    private async Task AssertExit(int expected, string says, params string[] args)
    {
        (int code, string output, string error) = await _tool.Run(args);
        Assert.True(code == expected, $"exit {code}: {output}{error}");
        Assert.Contains(says, output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
