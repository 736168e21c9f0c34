using System.Text;
using System.Text.Json;
using Floodwall.Crypto;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>run --rollback</c> and <c>policy snapshots --restore</c>.</summary>
public sealed class RunRollbackTests
{
    private const string Intent = """{"agent":"a","resource":"db","action":"apply"}""";

    [Fact]
    public async Task An_earlier_gate_judges_again_and_the_ledger_says_so()
    {
        using ToolRunner tool = new();
        string[] gates = await TwoRuns(tool);
        JsonElement run = await Run(tool, "--rollback", gates[0][..12], "--rollback-reason", "too harsh");
        Assert.Equal(1, run.GetProperty("gate").GetProperty("shape").GetInt32());
        JsonElement[] listed = await Gates(tool);
        Assert.Equal([gates[0], gates[1], gates[0]], listed.Select(gate => gate.GetProperty("gate").GetString()));
        Assert.Equal(
            ("swapped", $"rollback to {gates[0]}: too harsh", 1),
            (listed[2].GetProperty("how").GetString(), listed[2].GetProperty("reason").GetString(), listed[2].GetProperty("decisions").GetInt32()));

        // It is in force: going on with it changes nothing.
        await Run(tool, "--rollback", gates[0]);
        listed = await Gates(tool);
        Assert.Equal((3, 2), (listed.Length, listed[2].GetProperty("decisions").GetInt32()));
        JsonElement replayed = await tool.RunJson("replay", tool.At("ledger"));
        Assert.Equal((4, 0), (replayed.GetProperty("judged").GetInt32(), replayed.GetProperty("mismatch_count").GetInt32()));
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task A_rollback_goes_below_a_signed_revision_and_what_it_left_does_not_come_back_under_its_number()
    {
        using ToolRunner tool = new();
        string vkey = (await tool.Run("keygen", "--origin", "p", "--out", tool.At("key"))).Output.Trim();
        foreach (int revision in (int[])[1, 2, 3])
        {
            tool.Write($"{revision}.yaml", Text(revision));
            await tool.RunJson("policy", "sign", tool.At($"{revision}.yaml"), "--key", tool.At("key"), "-o", tool.At($"{revision}.signed"));
        }

        await Run(tool, Signed(1));
        await Run(tool, Signed(2));
        string first = (await Gates(tool))[0].GetProperty("gate").GetString()!;
        await Run(tool, "--rollback", first);

        // Revision 1 judges now, so it may go on; revision 2 was left behind.
        await Run(tool, Signed(1));
        (int code, _, string error) = await tool.Run(["run", tool.At("i.jsonl"), "--ledger", tool.At("ledger"), .. Signed(2)]);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("expected a revision of 'guard' above 2", error, StringComparison.Ordinal);
        await Run(tool, Signed(3));

        string[] Signed(int revision) => ["--policy", tool.At($"{revision}.signed"), "--policy-key", vkey, "--require-signed"];
    }

    [Fact]
    public async Task The_built_in_policies_come_back_too()
    {
        using ToolRunner tool = new();
        tool.Write("i.jsonl", """{"agent":"a","resource":"r","action":"destroy","blast_radius":"global"}""");
        await tool.RunJson("run", tool.At("i.jsonl"), "--ledger", tool.At("ledger"), "--allow", "web");
        await tool.RunJson("run", tool.At("i.jsonl"), "--ledger", tool.At("ledger"), "--policy", tool.Write("p.yaml", Text(1)));
        string first = (await Gates(tool))[0].GetProperty("gate").GetString()!;
        JsonElement run = await tool.RunJson("run", tool.At("i.jsonl"), "--ledger", tool.At("ledger"), "--rollback", first);
        Assert.Equal("no-global-destroy", run.GetProperty("rules")[0].GetProperty("rule").GetString());
        Assert.Equal(first, (await Gates(tool))[2].GetProperty("gate").GetString());
    }

    [Fact]
    public async Task A_rollback_to_nothing_leaves_no_trace()
    {
        using ToolRunner tool = new();
        await Refused("no ledger yet", "--rollback", "aabbccdd");
        Assert.False(Directory.Exists(tool.At("ledger")));
        string[] gates = await TwoRuns(tool);
        await Refused("no gate of", "--rollback", "000000000000");
        await Refused("expected an address of 6 to 64 hexadecimal digits", "--rollback", "abc");
        await Refused("expected an address of 6 to 64 hexadecimal digits", "--rollback", "sha256:" + gates[0]);
        await Refused("--rollback brings back a whole gate", "--rollback", gates[0], "--policy", tool.At("1.yaml"));
        await Refused("--rollback brings back a whole gate", "--rollback", gates[0], "--allow", "web");
        await Refused("--rollback-reason belongs to --rollback", "--rollback-reason", "why");
        await Refused("1 to 900 bytes", "--rollback", gates[0], "--rollback-reason", new string('x', 1000));
        await Refused("1 to 900 bytes", "--rollback", gates[0], "--rollback-reason", "two\nlines");
        Assert.Equal(2, (await Gates(tool)).Length);

        async Task Refused(string why, params string[] options)
        {
            (int code, _, string error) = await tool.Run(["run", tool.Write("i.jsonl", Intent), "--ledger", tool.At("ledger"), .. options]);
            Assert.True(code == ExitCodes.UsageOrIo, $"{string.Join(' ', options)}: exit {code} {error}");
            Assert.Contains(why, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bundle_on_record_is_written_byte_for_byte()
    {
        using ToolRunner tool = new();
        string[] gates = await TwoRuns(tool);
        string to = tool.At("restored.yaml");
        JsonElement restored = await tool.RunJson("policy", "snapshots", tool.At("ledger"), "--restore", gates[0], "-o", to);
        string address = restored.GetProperty("address").GetString()!;
        Assert.Equal(address, "sha256:" + Sha256.Hash(File.ReadAllBytes(to)).ToHex());
        Assert.True((await tool.RunJson("policy", "diff", to, tool.At("1.yaml"))).GetProperty("same").GetBoolean());

        // A run with it has the gate of that address again.
        await Run(tool, "--policy", to);
        Assert.Equal(gates[0], (await Gates(tool))[2].GetProperty("gate").GetString());
        File.Delete(to);
        await tool.RunJson("policy", "snapshots", tool.At("ledger"), "--restore", address, "--out", to);
        Assert.Contains("\"shape\"", Encoding.UTF8.GetString(File.ReadAllBytes(to)), StringComparison.Ordinal);
        (int code, _, string error) = await tool.Run("policy", "snapshots", tool.At("ledger"), "--restore", address);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("--restore and --out belong together", error, StringComparison.Ordinal);
    }

    private static string Text(int revision) =>
        $"metadata: {{name: guard, revision: {revision}}}\nrules: [{{id: no, condition: \"resource.id == 'db'\", decision: {(revision == 1 ? "shape" : "deny")}}}]\n";

    private static async Task<string[]> TwoRuns(ToolRunner tool)
    {
        await Run(tool, "--policy", tool.Write("1.yaml", Text(1)));
        await Run(tool, "--policy", tool.Write("2.yaml", Text(2)));
        return [.. (await Gates(tool)).Select(gate => gate.GetProperty("gate").GetString()!)];
    }

    private static Task<JsonElement> Run(ToolRunner tool, params string[] options) =>
        tool.RunJson(["run", tool.Write("i.jsonl", Intent), "--ledger", tool.At("ledger"), .. options]);

    private static async Task<JsonElement[]> Gates(ToolRunner tool) =>
        [.. (await tool.RunJson("policy", "snapshots", tool.At("ledger"))).GetProperty("gates").EnumerateArray()];
}
