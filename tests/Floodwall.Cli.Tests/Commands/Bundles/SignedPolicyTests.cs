using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands.Bundles;

/// <summary><c>policy sign</c>, and signed bundles wherever bundles are taken.</summary>
public sealed class SignedPolicyTests
{
    private const string Intent = """{"agent":"a","resource":"db","action":"apply"}""";

    [Fact]
    public async Task A_signed_bundle_serves_wherever_a_bundle_does()
    {
        using ToolRunner tool = new();
        string vkey = await Key(tool, "policy.key");
        string signed = await Sign(tool, 3, "policy.key");
        string intents = tool.Write("i.jsonl", Intent);
        JsonElement bundle = (await tool.RunJson("policy", "check", signed, "--policy-key", vkey, "--require-signed", "--policy-name", "guard")).GetProperty("bundles")[0];
        Assert.Equal(("guard", 3, vkey), (bundle.GetProperty("name").GetString(), bundle.GetProperty("revision").GetInt32(), bundle.GetProperty("signed_by")[0].GetString()));
        Assert.Equal("reject", (await tool.RunJson("policy", "explain", "--policy", signed, "--policy-key", vkey, "--intent", Intent)).GetProperty("verdict").GetString());
        Assert.Equal(1, (await tool.RunJson("policy", "simulate", "--policy", signed, "--against", signed, "--policy-key", vkey, "--input", intents)).GetProperty("verdicts").GetProperty("reject").GetInt32());
        Assert.True((await tool.RunJson("policy", "diff", signed, tool.At("3.yaml"), "--policy-key", vkey)).GetProperty("same").GetBoolean());
        tool.Write("a.test.yaml", "tests: [{name: n, intent: {agent: a, resource: db, action: apply}, expect: deny}]");
        Assert.Equal(1, (await tool.RunJson("policy", "test", signed, "--policy-key", vkey)).GetProperty("passed").GetInt32());
        JsonElement run = await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--policy", signed, "--policy-key", "@" + tool.Write("keys", vkey + "\n"), "--require-signed");
        Assert.Equal(1, run.GetProperty("gate").GetProperty("reject").GetInt32());
    }

    [Fact]
    public async Task Without_a_key_that_signed_it_nothing_takes_it()
    {
        using ToolRunner tool = new();
        await Key(tool, "policy.key");
        string other = await Key(tool, "other.key");
        string signed = await Sign(tool, 3, "policy.key");
        string changed = tool.Write("changed", File.ReadAllText(signed).Replace("\"deny\"", "\"shape\"", StringComparison.Ordinal));
        string intents = tool.Write("i.jsonl", Intent);
        string vkey = (await tool.RunJson("policy", "sign", tool.At("3.yaml"), "--key", tool.At("policy.key"), "-o", tool.At("again"))).GetProperty("signed_by")[0].GetString()!;
        await Refused("(name it with --policy-key)", "policy", "check", signed);
        await Refused("(name it with --policy-key)", "policy", "explain", "--policy", signed, "--intent", Intent);
        await Refused("(name it with --policy-key)", "run", intents, "--ledger", tool.At("ledger"), "--policy", signed);
        await Refused("the file is no whole signed bundle: it was cut off", "policy", "check", tool.Write("cut", File.ReadAllText(signed)[..120]), "--policy-key", vkey);
        await Refused("a signed bundle that is trusted", "policy", "check", signed, "--policy-key", other);
        await Refused("a signed bundle that is trusted", "policy", "check", changed, "--policy-key", vkey);
        await Refused("a signed bundle that is trusted", "run", intents, "--ledger", tool.At("ledger"), "--policy", changed, "--policy-key", vkey);
        await Refused("expected the bundle 'staging', got 'guard'", "run", intents, "--ledger", tool.At("ledger"), "--policy", signed, "--policy-key", vkey, "--policy-name", "staging");
        await Refused("expected a signed bundle, since", "policy", "check", tool.At("3.yaml"), "--policy-key", vkey, "--require-signed");
        await Refused("expected a signed bundle, since", "run", intents, "--ledger", tool.At("ledger"), "--policy", tool.At("3.yaml"), "--policy-key", vkey, "--require-signed");
        await Refused("--require-signed needs --policy-key", "policy", "check", signed, "--require-signed");
        await Refused("belong to --policy", "run", intents, "--ledger", tool.At("ledger"), "--policy-key", vkey);
        await Refused("--policy-key: 'nonsense' is no vkey", "policy", "check", signed, "--policy-key", "nonsense");
        Assert.False(Directory.Exists(tool.At("ledger")));

        async Task Refused(string why, params string[] args)
        {
            (int code, string output, string error) = await tool.Run(args);
            Assert.True(code == ExitCodes.UsageOrIo, $"{string.Join(' ', args)}: exit {code}");
            Assert.Contains(why, output + error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_takes_newer_revisions_and_what_it_has_and_no_other()
    {
        using ToolRunner tool = new();
        string vkey = await Key(tool, "policy.key");
        string intents = tool.Write("i.jsonl", Intent);
        Dictionary<int, string> signed = [];
        foreach (int revision in (int[])[3, 4, 7])
        {
            signed[revision] = await Sign(tool, revision, "policy.key");
        }

        await Judges(4);
        await Judges(4);
        string[] before = await Dump();
        await Refused(3, 4);
        Assert.Equal(before, await Dump());
        await Judges(7);
        await Refused(4, 7);

        // The same number with other content is no newer either.
        File.WriteAllText(tool.At("7.yaml"), Text(7).Replace("deny", "shape", StringComparison.Ordinal));
        await tool.RunJson("policy", "sign", tool.At("7.yaml"), "--key", tool.At("policy.key"), "--out", tool.At("7.signed"));
        await Refused(7, 7);

        // Without a signature a revision is only a remark.
        await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--policy", tool.At("3.yaml"));
        Assert.Equal(0, (await tool.RunJson("replay", tool.At("ledger"))).GetProperty("mismatch_count").GetInt32());
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);

        // So it does not hold up those that are signed, beside a candidate or not, now or behind a rollback.
        string unsigned = tool.Write("u.yaml", Text(7).Replace("revision: 7", $"revision: {ulong.MaxValue}", StringComparison.Ordinal));
        Assert.NotEqual(File.ReadAllText(tool.At("7.yaml")), File.ReadAllText(unsigned));
        await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--policy", unsigned);
        await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--policy", unsigned, "--shadow", tool.At("3.yaml"));
        signed[8] = await Sign(tool, 8, "policy.key");
        await Judges(8);
        JsonElement gates = (await tool.RunJson("policy", "snapshots", tool.At("ledger"))).GetProperty("gates");
        await tool.RunJson("run", intents, "--ledger", tool.At("ledger"), "--rollback", gates[gates.GetArrayLength() - 2].GetProperty("gate").GetString()!);
        await Judges(8);
        await Refused(7, 8);
        JsonElement replayed = await tool.RunJson("replay", tool.At("ledger"));
        Assert.Equal((0, 0), (replayed.GetProperty("not_judged").GetInt32(), replayed.GetProperty("mismatch_count").GetInt32()));

        Task<JsonElement> Judges(int revision) => tool.RunJson(Run(revision));

        string[] Run(int revision) => ["run", intents, "--ledger", tool.At("ledger"), "--policy", signed[revision], "--policy-key", vkey, "--require-signed"];

        async Task Refused(int revision, int highest)
        {
            (int code, _, string error) = await tool.Run(Run(revision));
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains($"expected a revision of 'guard' above {highest}", error, StringComparison.Ordinal);
            Assert.Contains($"got revision {revision}, sha256:", error, StringComparison.Ordinal);
            (code, string output, _) = await tool.Run("policy", "check", signed[revision], "--policy-key", vkey, "--ledger", tool.At("ledger"));
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains($"above {highest}", output, StringComparison.Ordinal);
        }

        async Task<string[]> Dump() => (await tool.Run("dump", tool.At("ledger"))).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.Contains("\"checkpoint\"", StringComparison.Ordinal)).ToArray();
    }

    [Fact]
    public async Task A_candidate_need_not_be_signed()
    {
        using ToolRunner tool = new();
        string vkey = await Key(tool, "policy.key");
        string signed = await Sign(tool, 3, "policy.key");
        string candidate = tool.Write("c.yaml", "rules: [{id: ask, condition: 'true', decision: require_human}]");
        JsonElement run = await tool.RunJson(
            "run", tool.Write("i.jsonl", Intent), "--ledger", tool.At("ledger"), "--policy", signed, "--policy-key", vkey, "--require-signed", "--shadow", candidate);
        Assert.Equal(1, run.GetProperty("candidate").GetProperty("different").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_signed_is_said_and_nothing_is_written()
    {
        using ToolRunner tool = new();
        await Key(tool, "policy.key");
        await Refused("a name is missing", tool.Write("a.yaml", "rules: [{id: a, condition: 'true', decision: deny}]"));
        await Refused("a revision is missing", tool.Write("b.yaml", "metadata: {name: n}\nrules: [{id: a, condition: 'true', decision: deny}]"));
        await Refused("has no field 'nothing'", tool.Write("c.yaml", "metadata: {name: n, revision: 1}\nrules: [{id: a, condition: intent.nothing == 1, decision: deny}]"));
        await Refused("No such file", tool.At("absent.yaml"), "Could not find");
        string good = tool.Write("3.yaml", Text(3));
        await Refused("this bundle is signed already", await Sign(tool, 3, "policy.key"));
        await Refused("the same key twice", good, null, "--key", tool.At("policy.key"));
        (int code, _, string error) = await tool.Run("policy", "sign", good, "--key", tool.At("policy.key"), "-o", good);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("it would be overwritten", error, StringComparison.Ordinal);
        (code, _, error) = await tool.Run("policy", "sign", good, "--key", good, "-o", tool.At("out"));
        Assert.True(code == ExitCodes.UsageOrIo, error);
        Assert.Equal(Text(3), File.ReadAllText(good));

        async Task Refused(string why, string path, string? or = null, params string[] more)
        {
            (int refused, _, string message) = await tool.Run(["policy", "sign", path, "--key", tool.At("policy.key"), "-o", tool.At("out"), .. more]);
            Assert.True(refused == ExitCodes.UsageOrIo, message);
            Assert.True(message.Contains(why, StringComparison.Ordinal) || (or is not null && message.Contains(or, StringComparison.Ordinal)), message);
            Assert.False(File.Exists(tool.At("out")));
        }
    }

    private static string Text(int revision) =>
        $"metadata: {{name: guard, revision: {revision}}}\nrules: [{{id: no, condition: \"resource.id == 'db'\", decision: deny}}]\n";

    private static async Task<string> Key(ToolRunner tool, string name)
    {
        (int code, string output, string error) = await tool.Run("keygen", "--origin", "policies.example", "--out", tool.At(name));
        Assert.True(code == ExitCodes.Good, error);
        return output.Trim();
    }

    private static async Task<string> Sign(ToolRunner tool, int revision, string key)
    {
        string to = tool.At($"{revision}.signed");
        JsonElement signed = await tool.RunJson("policy", "sign", tool.Write($"{revision}.yaml", Text(revision)), "--key", tool.At(key), "-o", to);
        Assert.Equal((revision, to), (signed.GetProperty("revision").GetInt32(), signed.GetProperty("file").GetString()));
        return to;
    }
}
