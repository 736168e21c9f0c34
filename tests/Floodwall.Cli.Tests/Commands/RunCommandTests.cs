using System.Text.Json;

namespace Floodwall.Cli.Tests.Commands;

public sealed class RunCommandTests
{
    public static TheoryData<string, int> SharedFiles => new()
    {
        { "terraform/infracost-v0.14-plan.json", 13 },
        { "terraform/terraform-compliance-158-plan.json", 29 },
        { "terraform/terraform-compliance-249-plan.json", 6 },
        { "terraform/terraform-json-actions-plan.json", 0 },
        { "terraform/terraform-json-deep-module-plan.json", 1 },
        { "terraform/terraform-json-has-changes-plan.json", 0 },
        { "kubernetes/audit-changes.log", 48 },
        { "kubernetes/audit-demo.log", 0 },
        { "kubernetes/review-connect_pod_exec_options.json", 1 },
        { "kubernetes/review-create_pod.json", 1 },
        { "kubernetes/review-create_policyreport.json", 1 },
        { "kubernetes/review-delete_pod.json", 1 },
        { "kubernetes/review-privileged-pod.json", 1 },
    };

    [Theory]
    [MemberData(nameof(SharedFiles))]
    public async Task Decides_every_change_of_real_files(string file, int changes)
    {
        string path = TestData.Shared(file);
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson("run", path, "--ledger", tool.At("ledger"), "--decisions", tool.At("decisions"));
        Assert.Equal(changes, result.GetProperty("gate").GetProperty("decided").GetInt32());
        Assert.Equal(changes, File.ReadLines(tool.At("decisions")).Count());
        JsonElement input = Assert.Single(result.GetProperty("inputs").EnumerateArray());
        Assert.True(changes > 0 || input.GetProperty("notes").GetArrayLength() > 0, "a file without changes says why");
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Two_hundred_changes_by_one_agent_are_not_rate_limited_by_default()
    {
        using ToolRunner tool = new();
        string change = """{"address":"aws_instance.#","mode":"managed","type":"aws_instance","name":"n","change":{"actions":["create"],"before":null,"after":{}}}""";
        string plan = tool.Write("plan.json", """{"format_version":"1.2","resource_changes":["""
            + string.Join(',', Enumerable.Range(0, 200).Select(i => change.Replace("#", $"n{i}", StringComparison.Ordinal))) + "]}");
        JsonElement result = await tool.RunJson("run", plan, "--ledger", tool.At("ledger"));
        Assert.Equal(200, result.GetProperty("gate").GetProperty("decided").GetInt32());
    }

    [Fact]
    public async Task Every_intent_is_one_line_refusals_included()
    {
        using ToolRunner tool = new();
        await tool.RunJson(
            "run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--decisions", tool.At("d"), "--burst", "1", "--refill", "0.5",
            "--record-refusals", "each");
        JsonElement[] lines = [.. File.ReadLines(tool.At("d")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(File.ReadLines(TestData.Example("intents.jsonl")).Count(line => line.Trim().Length != 0), lines.Length);
        JsonElement refused = lines.First(line => line.GetProperty("outcome").GetString() == "refused");
        Assert.Equal("rate-limited", refused.GetProperty("refusal").GetString());
        Assert.True(refused.GetProperty("retry_after_ticks").GetInt32() >= 1);

        // What the ledger holds is what the lines say.
        (_, string dump, _) = await tool.Run("dump", tool.At("ledger"));
        JsonElement[] entries = [.. dump.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        foreach (JsonElement line in lines.Where(line => line.GetProperty("outcome").GetString() == "decided"))
        {
            JsonElement entry = entries[line.GetProperty("entry").GetInt32()];
            Assert.Equal("decision", entry.GetProperty("kind").GetString());
            foreach (string member in new[] { "id", "agent", "resource", "verdict", "action" })
            {
                Assert.Equal(line.GetProperty(member).GetRawText(), entry.GetProperty(member).GetRawText());
            }
        }

        Assert.Equal(
            lines.Count(line => line.GetProperty("outcome").GetString() == "refused"),
            entries.Count(entry => entry.GetProperty("kind").GetString() == "refusal"));
    }

    [Fact]
    public async Task An_allowlist_defers_the_rest()
    {
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson(
            "run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--allow", "web,api", "--allow", "cache");
        Assert.Equal(1, result.GetProperty("gate").GetProperty("defer").GetInt32());
    }

    [Theory]
    [InlineData("""{"id":1,"agent":"a","resource":"r","action":"apply"}""" + "\n" + """{"id":2,"agent":"a","resource":"r","action":"explode"}""", ":2", "action")]
    [InlineData("""{"id":1,"agent":"a","resource":"r","action":"apply"}""" + "\n" + """{"id":2,"agent":"a",""", ":2", "")]
    [InlineData("""{"id":1,"agent":"a","resource":"r","action":"apply"}""" + "\n" + """{"id":2,"resource":"r","action":"apply"}""", ":2", "agent")]
    [InlineData("""{"id":1,"agent":"a","resource":"r","action":"apply"}""" + "\n" + """{"id":-1,"agent":"a","resource":"r","action":"apply"}""", ":2", "id")]
    public async Task Bad_input_stops_with_its_place_and_loses_nothing_before_it(string text, string line, string field)
    {
        using ToolRunner tool = new();
        string file = tool.Write("in.jsonl", text);
        (int code, string output, string error) = await tool.Run("run", file, "--ledger", tool.At("ledger"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains(file + line, error, StringComparison.Ordinal);
        Assert.Contains(field, error, StringComparison.Ordinal);
        Assert.Contains("admitted 1", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Bad_input_can_be_skipped()
    {
        using ToolRunner tool = new();
        string file = tool.Write("in.jsonl", """
            {"id":1,"agent":"a","resource":"r","action":"apply"}
            nonsense
            {"id":3,"agent":"a","resource":"r","action":"apply"}
            """);
        (int code, string output, string error) = await tool.Run("run", file, "--ledger", tool.At("ledger"), "--on-error", "skip");
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("unreadable: 1", output, StringComparison.Ordinal);
        Assert.Contains("admitted 2", output, StringComparison.Ordinal);
        Assert.Contains(file + ":2", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_file_leaves_no_ledger_behind()
    {
        using ToolRunner tool = new();
        (int code, _, string error) = await tool.Run("run", tool.At("absent.json"), "--ledger", tool.At("ledger"));
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains("no such file", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tool.At("ledger")) || Directory.Exists(tool.At("ledger.state")));
    }

    [Fact]
    public async Task Nothing_is_made_for_input_that_cannot_be_read_at_all()
    {
        using ToolRunner tool = new();
        string file = tool.Write("garbage", "root:x:0:0");
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("run", file, "--ledger", tool.At("ledger"))).Code);
        Assert.False(Directory.Exists(tool.At("ledger")) || Directory.Exists(tool.At("ledger.state")));
    }

    [Fact]
    public async Task Decisions_never_overwrite_an_input_or_the_ledger()
    {
        using ToolRunner tool = new();
        string input = tool.Write("in.jsonl", File.ReadAllText(TestData.Example("intents.jsonl")));
        File.CreateSymbolicLink(tool.At("link.jsonl"), input);
        foreach (string destination in new[] { input, tool.At("link.jsonl"), tool.At("ledger/checkpoint"), tool.At("ledger.state/key") })
        {
            (int code, _, string error) = await tool.Run("run", input, "--ledger", tool.At("ledger"), "--decisions", destination);
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains("--decisions", error, StringComparison.Ordinal);
        }

        Assert.Equal(File.ReadAllText(TestData.Example("intents.jsonl")), File.ReadAllText(input));
    }

    [Fact]
    public async Task A_run_that_cannot_begin_leaves_an_older_decisions_file_as_it_is()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--decisions", tool.At("d"));
        string before = File.ReadAllText(tool.At("d"));
        await tool.Run("keygen", "--origin", "other.example", "--out", tool.At("key"));
        await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--decisions", tool.At("d"), "--key", tool.At("key"));
        Assert.Equal(before, File.ReadAllText(tool.At("d")));
    }

    [Theory]
    [InlineData("--agent", "")]
    [InlineData("--allow", "a\u0001")]
    [InlineData("--ledger", "")]
    [InlineData("--burst", "1,5")]
    [InlineData("--capacity", "99999999999")]
    [InlineData("--topic", "")]
    public async Task Options_out_of_range_are_named(string option, string value)
    {
        using ToolRunner tool = new();
        string[] ledger = option == "--ledger" ? [] : ["--ledger", tool.At("ledger")];
        (int code, _, string error) = await tool.Run(["run", TestData.Example("terraform-plan.json"), .. ledger, option, value]);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tool.At("ledger")));
    }

    [Fact]
    public async Task An_interrupt_ends_a_run_in_order_though_its_pipe_is_quiet()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent with kill(1)");
        using ToolRunner tool = new();
        using System.Diagnostics.Process run = tool.Start("run", "-", "--ledger", tool.At("ledger"), "--decisions", tool.At("d"));
        await run.StandardInput.WriteLineAsync(File.ReadLines(TestData.Example("intents.jsonl")).First());
        await run.StandardInput.FlushAsync(TestContext.Current.CancellationToken);

        // A slow source's decisions can be followed.
        while (!File.Exists(tool.At("d")) || new FileInfo(tool.At("d")).Length == 0)
        {
            Assert.False(run.HasExited);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await ToolRunner.Signal(run, "-INT");
        string error = await run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.UsageOrIo, run.ExitCode);
        Assert.Contains("interrupted", error, StringComparison.Ordinal);
        Assert.Single(File.ReadLines(tool.At("d")));
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Attributes_stand_in_the_lines_the_dump_and_the_replay()
    {
        using ToolRunner tool = new();
        const string Attributes = """{"cidr":"0.0.0.0/0","empty":"","regions":["eu","us","eu"],"share":0.25,"count":-3,"open":true}""";
        string intent = $$"""{"agent":"a","resource":"r","action":"apply","attributes":{{Attributes}}}""";
        string file = tool.Write("in.jsonl", $"{intent}\n{intent}\n" + """{"agent":"a","resource":"r","action":"apply","attributes":{}}""");
        await tool.RunJson("run", file, "--ledger", tool.At("ledger"), "--decisions", tool.At("d"));

        JsonElement expected = JsonDocument.Parse(Attributes).RootElement;
        JsonElement[] lines = [.. File.ReadLines(tool.At("d")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.True(JsonElement.DeepEquals(expected, lines[0].GetProperty("attributes")));
        Assert.True(JsonElement.DeepEquals(expected, lines[1].GetProperty("attributes")));
        Assert.False(lines[2].TryGetProperty("attributes", out _));

        (_, string dump, _) = await tool.Run("dump", tool.At("ledger"));
        JsonElement[] entries = [.. dump.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        JsonElement set = Assert.Single(entries, entry => entry.GetProperty("kind").GetString() == "attributes");
        Assert.True(JsonElement.DeepEquals(expected, set.GetProperty("attributes")));
        Assert.Equal(0, (await tool.Run("replay", tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task Facts_stand_where_they_were_read_and_outlive_the_run()
    {
        using ToolRunner tool = new();
        string facts = tool.Write("facts.jsonl", """{"fact":"pool","subject":"api","name":"remaining","value":5,"tick":3}""" + "\n\n"
            + """{"fact":"provider","name":"status","value":""}""");
        string file = tool.Write("in.jsonl", string.Join('\n', [
            """{"fact":"risk","subject":"api","name":"p","value":0.25}""",
            """{"agent":"a","resource":"r","action":"destroy","submitted_tick":7}""",
            """{"fact":"pool","subject":"api","name":"remaining","value":0}""",
            """{"agent":"a","resource":"r","action":"apply","submitted_tick":8,"follows_back":1}""",
            """{"fact":"identity","subject":"ops","name":"enabled","value":true,"tick":1}""",
        ]));
        await tool.RunJson("run", file, "--ledger", tool.At("ledger"), "--facts", facts);

        (_, string dump, _) = await tool.Run("dump", tool.At("ledger"));
        JsonElement[] entries = [.. dump.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        string[] order = [.. entries
            .Where(e => e.GetProperty("kind").ToString() is "fact" or "decision")
            .Select(e => e.GetProperty("kind").ToString() == "fact"
                ? $"{e.GetProperty("fact")} {e.GetProperty("name")} {e.GetProperty("value").GetRawText()} {e.GetProperty("tick")}"
                : "decision")];
        Assert.Equal(
            ["pool remaining 5 3", "provider status \"\" 0", "risk p 0.25 0", "decision", "pool remaining 0 7", "decision", "identity enabled true 1"], order);
        string gate = Assert.Single(entries, e => e.GetProperty("kind").ToString() == "gate-part").GetProperty("gate").GetString()!;
        Assert.All(entries.Where(e => e.GetProperty("kind").ToString() == "decision"), e => Assert.Equal(gate, e.GetProperty("gate").GetString()));

        JsonElement replay = await tool.RunJson("replay", tool.At("ledger"));
        Assert.Equal(4, replay.GetProperty("facts").GetArrayLength());
        Assert.Equal(gate, replay.GetProperty("gate").GetString());
        Assert.Equal(gate, Assert.Single(replay.GetProperty("gates").EnumerateArray()).GetProperty("gate").GetString());
        await tool.RunJson("run", tool.Write("more.jsonl", """{"fact":"risk","subject":"api","name":"q","value":1}"""), "--ledger", tool.At("ledger"));
        Assert.Equal(5, (await tool.RunJson("replay", tool.At("ledger"))).GetProperty("facts").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"agent":"a","resource":"r","action":"apply"}""", "facts.jsonl:1: expected facts alone in a file of --facts, got an intent")]
    [InlineData("""{"fact":"pool","name":"x"}""", "facts.jsonl:1: $.value: expected a string, an integer of 64 bits, a finite number, true or false, got nothing")]
    [InlineData("""{"fact":"fun","name":"x","value":1}""", "facts.jsonl:1: $.fact: expected pool, risk, identity, provider, agent, scope, resource or environment, got \"fun\"")]
    public async Task A_bad_file_of_facts_is_named(string line, string message)
    {
        using ToolRunner tool = new();
        string facts = tool.Write("facts.jsonl", line);
        (int code, _, string error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--facts", facts);
        Assert.NotEqual(ExitCodes.Good, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.UsageOrIo, (await tool.Run("run", facts, "--ledger", tool.At("other"), "--facts", tool.At("absent"))).Code);
        Assert.False(Directory.Exists(tool.At("other")));
    }

    [Fact]
    public async Task Another_key_does_not_get_into_a_ledger()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        Assert.Equal(ExitCodes.Good, (await tool.Run("keygen", "--origin", "other.example", "--out", tool.At("key"))).Code);
        (int code, _, string error) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--key", tool.At("key"));
        Assert.Equal(ExitCodes.NoTrustedKey, code);
        Assert.Contains("other.example", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Verify(tool.At("ledger"))).Code);
    }

    [Fact]
    public async Task A_release_bound_makes_intents_wait_and_capacity_pushes_back()
    {
        using ToolRunner tool = new();
        JsonElement result = await tool.RunJson(
            "run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--release", "0", "--capacity", "2");
        Assert.Equal(2, result.GetProperty("gate").GetProperty("decided").GetInt32());
        Assert.Equal(4, result.GetProperty("admission").GetProperty("backpressure").GetInt32());
    }
}
