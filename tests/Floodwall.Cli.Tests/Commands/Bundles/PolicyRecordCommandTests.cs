using System.Text;
using System.Text.Json;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>policy snapshots</c> and <c>policy diff</c>.</summary>
public sealed class PolicyRecordCommandTests
{
    private const string First = """
        metadata: {name: guard, revision: 1}
        attributes: {old: string}
        policies:
        - id: p
          rules:
          - {id: a, when: {topic: x}, decision: deny, reason: no}
          - {id: b, when: {topic: y}, decision: deny}
          - {id: c, when: {topic: z}, decision: deny}
        - {id: gone, rules: [{id: a, condition: 'true', decision: throttle}]}
        """;

    private const string Second = """
        # Another spelling of the same, and some changes.
        metadata: {revision: 2, name: guard}
        attributes: {new: int}
        policies:
        - id: p
          type: soft
          rules:
          - {id: c, when: {topic: z}, decision: reject, onUnknown: deny}
          - {id: a, when: {topic: x}, decision: require_human, onUnknown: deny, reason: ask}
          - {id: d, when: {topic: y}, decision: deny}
        exemptions:
        - {id: e, who: {agent: a}, policies: [p], why: because, expires: 9, maxUses: 1}
        """;

    [Fact]
    public async Task Every_gate_is_listed_with_its_bundles_and_decisions()
    {
        using ToolRunner tool = new();
        string ledger = await Runs(tool);
        JsonElement[] gates = [.. (await tool.RunJson("policy", "snapshots", ledger)).GetProperty("gates").EnumerateArray()];
        Assert.Equal(3, gates.Length);
        Assert.All(gates, gate => Assert.Equal((6, "opened"), (gate.GetProperty("decisions").GetInt32(), gate.GetProperty("how").GetString())));
        JsonElement bundle = Assert.Single(gates[0].GetProperty("policies").EnumerateArray());
        Assert.Equal(("guard", 1, AddressOf(First)), (bundle.GetProperty("name").GetString(), bundle.GetProperty("revision").GetInt32(), bundle.GetProperty("address").GetString()));
        Assert.Equal("no-global-destroy", gates[1].GetProperty("policies")[0].GetProperty("policy").GetString());
        Assert.Equal(4, gates[2].GetProperty("policies").GetArrayLength());
        Assert.True(gates[0].GetProperty("entry").GetInt32() < gates[1].GetProperty("entry").GetInt32());
        (int code, string output, _) = await tool.Run("policy", "snapshots", ledger);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains($"    bundle guard revision 2 {AddressOf(Second)}\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gates_that_differ_in_their_candidate_are_told_apart_and_the_candidate_is_found()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        string intents = tool.Write("i.jsonl", """{"agent":"a","resource":"r","action":"apply"}""");
        string live = tool.Write("live.yaml", First);
        string[] run = ["run", intents, "--ledger", ledger, "--policy", live];
        Assert.Equal(ExitCodes.Good, (await tool.Run(run)).Code);
        Assert.Equal(ExitCodes.Good, (await tool.Run([.. run, "--shadow", tool.Write("tried.yaml", Second)])).Code);

        (_, string output, _) = await tool.Run("policy", "snapshots", ledger);
        Assert.Equal(1, output.Split($"    candidate guard revision 2 {AddressOf(Second)}\n").Length - 1);
        JsonElement[] gates = [.. (await tool.RunJson("policy", "snapshots", ledger)).GetProperty("gates").EnumerateArray()];
        Assert.False(gates[0].GetProperty("policies")[0].TryGetProperty("candidate", out _));
        Assert.Equal(AddressOf(Second), gates[1].GetProperty("policies")[0].GetProperty("candidate").GetProperty("address").GetString());

        (_, output, _) = await tool.Run("policy", "snapshots", ledger, "--show", AddressOf(Second));
        Assert.Equal(CanonicalForm.ToBytes(Read(Second)), System.Text.Encoding.UTF8.GetBytes(output.TrimEnd('\n')));
        Assert.Equal(ExitCodes.Good, (await tool.Run("policy", "snapshots", ledger, "--restore", AddressOf(Second), "-o", tool.At("back.yaml"))).Code);
        Assert.Equal(CanonicalForm.ToBytes(Read(Second)), File.ReadAllBytes(tool.At("back.yaml")));
        Assert.Equal(ExitCodes.Good, (await tool.Run("policy", "diff", $"{ledger}@{AddressOf(First)}", $"{ledger}@{AddressOf(Second)}")).Code);
    }

    [Fact]
    public async Task A_swap_is_listed_with_its_tick_and_reason()
    {
        using ToolRunner tool = new();
        string ledger = tool.At("ledger");
        using (Ed25519Signer signer = Ed25519Signer.Generate("test/wall"))
        using (Wall wall = Wall.Open(new WallOptions
        {
            Admission = new AdmissionSettings(burst: 100, refillPerTick: 1),
            Policies = names => [new NoGlobalDestroy(names)],
            Ledger = new LedgerOptions { Directory = ledger },
            Signer = signer,
        }))
        {
            wall.AdvanceTo(7);
            wall.SwapPolicies([BundlePolicy.TryCreate(Read(First), wall.Vocabulary, out _)!], "the new guard");
            wall.Close();
        }

        (int code, string output, string error) = await tool.Run("policy", "snapshots", ledger);
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains("swapped in at tick 7: the new guard; 0 decisions", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_text_under_an_address_is_the_bundle_byte_for_byte()
    {
        using ToolRunner tool = new();
        string ledger = await Runs(tool);
        (int code, string output, _) = await tool.Run("policy", "snapshots", ledger, "--show", AddressOf(First)[..20]);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Equal(AddressOf(First)["sha256:".Length..], Sha256.Hash(Encoding.UTF8.GetBytes(output.TrimEnd('\n'))).ToHex());

        // What is shown is a policy file.
        Assert.Equal(ExitCodes.Good, (await tool.Run("policy", "check", tool.Write("shown.yaml", output))).Code);
        string gate = (await tool.RunJson("policy", "snapshots", ledger)).GetProperty("gates")[1].GetProperty("gate").GetString()!;
        (_, output, _) = await tool.Run("policy", "snapshots", ledger, "--show", gate);
        Assert.Equal("no-global-destroy\nblast-needs-priority\ndeadline-not-passed\n", output);
        (code, _, string error) = await tool.Run("policy", "snapshots", ledger, "--show", "000000000000");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("no gate and no bundle in it has the address", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("policy", "snapshots", ledger, "--show", "x")).Code);
    }

    [Fact]
    public async Task Bundles_are_compared_by_what_they_mean()
    {
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson("policy", "diff", tool.Write("1.yaml", First), tool.Write("2.yaml", Second));
        Assert.False(result.GetProperty("same").GetBoolean());
        Assert.Equal(
            [
                "added attribute new", "added exemption e", "added rule p/d",
                "changed bundle  metadata.revision", "changed policy p order of rules", "changed policy p type",
                "changed rule p/a decision", "changed rule p/a reason",
                "removed attribute old", "removed policy gone", "removed rule gone/a", "removed rule p/b",
            ],
            result.GetProperty("changes").EnumerateArray()
                .Select(change => $"{Text(change, "change")} {Text(change, "what")} {Text(change, "id")} {Text(change, "field")}".TrimEnd()).Order(StringComparer.Ordinal));
        (int code, string output, _) = await tool.Run("policy", "diff", tool.At("1.yaml"), tool.At("2.yaml"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("changed  rule p/a: decision\n           from  deny\n           to    require_approval\n", output, StringComparison.Ordinal);

        static string? Text(JsonElement change, string name) => change.TryGetProperty(name, out JsonElement value) ? value.GetString() : "";
    }

    [Fact]
    public async Task A_file_is_compared_with_what_judged()
    {
        using ToolRunner tool = new();
        string ledger = await Runs(tool);
        string gate = (await tool.RunJson("policy", "snapshots", ledger)).GetProperty("gates")[0].GetProperty("gate").GetString()!;
        Assert.True((await tool.RunJson("policy", "diff", $"{ledger}@{gate}", tool.At("1.yaml"))).GetProperty("same").GetBoolean());
        Assert.False((await tool.RunJson("policy", "diff", $"{ledger}@{AddressOf(Second)}", tool.At("1.yaml"))).GetProperty("same").GetBoolean());
        string builtIn = (await tool.RunJson("policy", "snapshots", ledger)).GetProperty("gates")[1].GetProperty("gate").GetString()!;
        (int code, _, string error) = await tool.Run("policy", "diff", $"{ledger}@{builtIn}", tool.At("1.yaml"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("that gate has 0 bundles, expected one", error, StringComparison.Ordinal);
    }

    private static async Task<string> Runs(ToolRunner tool)
    {
        string ledger = tool.At("ledger");
        string intents = TestData.Example("intents.jsonl");
        await tool.RunJson("run", intents, "--ledger", ledger, "--policy", tool.Write("1.yaml", First));
        await tool.RunJson("run", intents, "--ledger", ledger);
        await tool.RunJson("run", intents, "--ledger", ledger, "--policy", tool.Write("2.yaml", Second), "--with-builtin");
        return ledger;
    }

    private static string AddressOf(string yaml) => CanonicalForm.Address(Read(yaml));

    private static PolicyBundle Read(string yaml) => BundleReader.Read([new BundleSource("p.yaml", Encoding.UTF8.GetBytes(yaml))]).Bundle!;
}
