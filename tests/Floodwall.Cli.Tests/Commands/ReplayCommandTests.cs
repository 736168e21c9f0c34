using System.Text.Json;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Commands;

public sealed class ReplayCommandTests
{
    [Fact]
    public async Task Rebuilds_the_demos_state_and_judges_every_decision_anew()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        JsonElement state = await tool.RunJson("replay", tool.At("ledger"));
        Assert.Equal("good", state.GetProperty("status").GetString());
        Assert.Equal((512, 0), (state.GetProperty("judged").GetInt32(), state.GetProperty("not_judged").GetInt32()));
        Assert.Equal((207, 120, 185), (Decided("admit"), Decided("defer"), Decided("reject")));
        Assert.Equal(3037, state.GetProperty("refused").GetProperty("backpressure").GetInt32());
        Assert.Equal(451, state.GetProperty("refused").GetProperty("rate-limited").GetInt32());
        Assert.Equal(199, state.GetProperty("clock").GetInt32());
        Assert.Equal(1, state.GetProperty("snapshots").GetInt32());
        Assert.Equal(5, state.GetProperty("agents").GetArrayLength());
        Assert.Equal(0, state.GetProperty("waiting").GetArrayLength());
        Assert.Equal("""resource-allowlist ["api","cache","web"]""", state.GetProperty("policies")[2].GetProperty("policy").GetString());

        // The same digest from the snapshot, and again.
        JsonElement tail = await tool.RunJson("replay", tool.At("ledger"), "--from-snapshot");
        Assert.Equal(state.GetProperty("state_digest").GetString(), tail.GetProperty("state_digest").GetString());
        Assert.True(tail.GetProperty("first_entry").GetInt32() > 500);
        (int code, string output, _) = await tool.Run("replay", tool.At("ledger"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("state digest " + state.GetProperty("state_digest").GetString(), output, StringComparison.Ordinal);

        int Decided(string verdict) => state.GetProperty("decided").GetProperty(verdict).GetInt32();
    }

    [Theory]
    [InlineData("count")]
    [InlineData("each")]
    [InlineData("none")]
    public async Task Goes_on_from_one_run_to_the_next(string refusals)
    {
        using ToolRunner tool = new();
        for (int run = 1; run <= 3; run++)
        {
            await tool.RunJson(
                "run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--burst", "3", "--refill", "0",
                "--release", "1", "--record-refusals", refusals, "--allow", "web,api");
            JsonElement state = await tool.RunJson("replay", tool.At("ledger"));
            Assert.Equal(0, state.GetProperty("not_judged").GetInt32());
            Assert.Equal(refusals == "none", state.GetProperty("notes").EnumerateArray().Any(n => n.GetString()!.StartsWith("refusals were not", StringComparison.Ordinal)));

            // No agent ever gets more than its three tokens.
            Assert.All(state.GetProperty("agents").EnumerateArray(), agent => Assert.InRange(agent.GetProperty("tokens").GetDecimal(), 0, 3));
            Assert.InRange(state.GetProperty("judged").GetInt32(), 1, 3 * state.GetProperty("agents").GetArrayLength());
        }
    }

    [Fact]
    public async Task Stops_where_it_is_told_to()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        JsonElement early = await tool.RunJson("replay", tool.At("ledger"), "--to", "3");
        Assert.Equal((4, 0), (early.GetProperty("entries").GetInt32(), early.GetProperty("judged").GetInt32()));
        (int code, _, string error) = await tool.Run("replay", tool.At("ledger"), "--to", "1000000");
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("--to 1000000", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_verdict_that_the_gate_does_not_give_is_a_mismatch()
    {
        using ToolRunner tool = new();
        using Ed25519Signer signer = Ed25519Signer.Generate("test.example");
        using (Wall wall = Wall.Open(new WallOptions
        {
            Ledger = new LedgerOptions { Directory = tool.At("ledger") },
            Signer = signer,
            Policies = vocabulary => [new Lenient(new NoGlobalDestroy(vocabulary))],
        }))
        {
            Symbol name = wall.Vocabulary.Symbols.Intern("web");
            for (ulong id = 0; id < 4; id++)
            {
                wall.Submit(new Intent { Id = id, Agent = name, Resource = name, Action = IntentAction.Destroy, BlastRadius = BlastRadius.Global });
            }
        }

        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", tool.At("ledger"), "--vkey", signer.VerifierKey.ToString())).Code);
        (int code, string output, _) = await tool.Run("replay", tool.At("ledger"));
        Assert.Equal(ExitCodes.IntegrityFailure, code);
        Assert.Contains("MISMATCH at entry ", output, StringComparison.Ordinal);
        Assert.Contains("Admit is on record; the gate says Reject by no-global-destroy", output, StringComparison.Ordinal);
        (code, output, _) = await tool.Run("replay", tool.At("ledger"), "--json");
        Assert.Equal(ExitCodes.IntegrityFailure, code);
        Assert.Equal(1, JsonDocument.Parse(output).RootElement.GetProperty("mismatch_count").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_read_is_exit_2()
    {
        using ToolRunner tool = new();
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("replay", tool.At("absent"))).Code);
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        string segment = Directory.EnumerateFiles(tool.At("ledger"), "*.seg", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(segment);
        int code;

        // Also where the cut is between two entries: a length of two bytes in front, big-endian, tells where those are.
        int boundary = 64;
        for (int entry = 0; entry < 20; entry++)
        {
            boundary += 2 + (bytes[boundary] << 8) + bytes[boundary + 1];
        }

        foreach (int cut in new[] { boundary - 1, boundary, boundary + 1 })
        {
            File.WriteAllBytes(segment, bytes[..cut]);
            (code, _, string error) = await tool.Run("replay", tool.At("ledger"));
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains("the checkpoint covers entries behind", error, StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Good, (await tool.Run("replay", tool.At("ledger"), "--to", "10")).Code);
        }

        // Behind the checkpoint a torn end is what a crash leaves.
        File.WriteAllBytes(segment, [.. bytes, 0, 40, 1, 2, 3]);
        (code, string output, _) = await tool.Run("replay", tool.At("ledger"));
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("torn end: ", output, StringComparison.Ordinal);
    }

    /// <summary>Says that it is one policy and judges like none, once.</summary>
    private sealed class Lenient(IDescribedPolicy inner) : IDescribedPolicy
    {
        public string Description => inner.Description;

        public Verdict Judge(in Intent intent, ulong tick) => intent.Id == 2 ? Verdict.Admit : inner.Judge(in intent, tick);
    }
}
