using System.Net;
using System.Net.Sockets;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Commands;

public sealed class WitnessCommandTests
{
    [Fact]
    public async Task A_wall_reaches_Witnessed_by_two_of_three_witnesses_over_http_and_its_ledger_verifies_by_policy()
    {
        using ToolRunner tool = new();
        using Ed25519Signer signer = Ed25519Signer.Generate("wall.example/prod");
        await using Witnesses witnesses = await Witnesses.StartAsync(tool, signer.VerifierKey, 3);
        await witnesses.StopAsync(1);
        string policy = tool.Write("policy", witnesses.Policy(2));
        LedgerPaths paths = new(tool.At("ledger"));
        using QuorumWitness quorum = new(paths, TrustPolicy.Parse(File.ReadAllBytes(policy), policy));
        using (FloodwallPipeline wall = FloodwallPipeline.Open(new WallOptions
        {
            Admission = AdmissionSettings.Unlimited,
            Ledger = new LedgerOptions { Directory = paths.Directory, SegmentBytes = LedgerLimits.MinSegmentBytes },
            Signer = signer,
            Witness = quorum,
            Witnessing = new WitnessSettings(interval: TimeSpan.Zero, closing: TimeSpan.FromSeconds(30)),
        }))
        {
            Symbol name = wall.Vocabulary.Symbols.Intern("a");
            for (ulong round = 0; round < 6; round++)
            {
                Task<Decision>[] waits = [.. Enumerable.Range(0, 100).Select(i => wall
                    .SubmitAsync(new Intent { Id = (round * 1000) + (ulong)i, Agent = name, Resource = name }, AckTier.Witnessed, TestContext.Current.CancellationToken).AsTask())];
                Assert.All(await Task.WhenAll(waits), decision => Assert.Equal(AckTier.Witnessed, decision.Tier));
            }
        }

        (int code, string output, _) = await tool.Run("verify", paths.Directory, "--policy", policy);
        Assert.True(code == ExitCodes.Good, output);
        Assert.Contains("cosigned by w0", output, StringComparison.Ordinal);
        Assert.Contains("w2", output, StringComparison.Ordinal);
        Assert.Equal(2, (await tool.RunJson("verify", paths.Directory, "--policy", policy)).GetProperty("policy").GetProperty("cosigned_by").GetArrayLength());

        string strict = tool.Write("strict", witnesses.Policy(3));
        (code, output, _) = await tool.Run("verify", paths.Directory, "--policy", strict);
        Assert.Equal(ExitCodes.NoTrustedKey, code);
        Assert.Contains("NOT WITNESSED", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Good, (await tool.Run("verify", paths.Directory, "--vkey", signer.VerifierKey.ToString())).Code);
    }

    [Fact]
    public async Task Requests_and_answers_travel_as_files_too()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        VerifierKey log = VerifierKey.Parse(File.ReadAllText(tool.At("ledger.state/vkey")));
        await using Witnesses witnesses = await Witnesses.StartAsync(tool, log, 2);
        string policy = tool.Write("policy", witnesses.Policy(2));
        Assert.Equal(ExitCodes.Good, (await tool.Run("witness", "request", tool.At("ledger"), "--old-size", "0", "--out", tool.At("body"))).Code);
        Assert.Equal(File.ReadAllText(tool.At("body")), (await tool.Run("witness", "request", tool.At("ledger"))).Output);

        // carried to the witness by hand
        using HttpClient http = new();
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(witnesses.Url(0) + "/add-checkpoint"), new ByteArrayContent(File.ReadAllBytes(tool.At("body"))), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string lines = tool.Write("answer", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        (int code, string output, _) = await tool.Run("witness", "apply", tool.At("ledger"), lines, "--policy", policy);
        Assert.Equal((ExitCodes.Good, "kept"), (code, output[..4]));
        Assert.Equal(ExitCodes.NoTrustedKey, (await tool.Run("verify", tool.At("ledger"), "--policy", policy)).Code);

        // the other one over the network, with a size it has to put right
        (code, output, _) = await tool.Run("witness", "request", tool.At("ledger"), "--old-size", "7", "--url", witnesses.Url(1), "--policy", policy);
        Assert.Equal((ExitCodes.Good, "witnessed"), (code, output[..9]));
        (code, output, _) = await tool.Run("verify", tool.At("ledger"), "--policy", policy);
        Assert.True(code == ExitCodes.Good, output);
        Assert.Contains("witnessed: 1,453 entries, cosigned by w0", output, StringComparison.Ordinal);

        // an answer to something else, and one by strangers
        string forged = tool.Write("forged", File.ReadAllText(lines).Replace('A', 'B'));
        Assert.NotEqual(ExitCodes.Good, (await tool.Run("witness", "apply", tool.At("ledger"), forged, "--policy", policy)).Code);
        string stranger = tool.Write("stranger", "— nobody.example/w AAAAAQIDBAUGBwgJ\n");
        Assert.Equal(ExitCodes.NoTrustedKey, (await tool.Run("witness", "apply", tool.At("ledger"), stranger, "--policy", policy)).Code);
    }

    [Fact]
    public async Task A_ledger_that_was_put_back_is_refused_with_exit_3()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        Copy(tool.At("ledger"), tool.At("old"));
        Copy(tool.At("ledger.state"), tool.At("old.state"));
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        VerifierKey log = VerifierKey.Parse(File.ReadAllText(tool.At("ledger.state/vkey")));
        await using Witnesses witnesses = await Witnesses.StartAsync(tool, log, 1);
        string policy = tool.Write("policy", witnesses.Policy(1));
        (int code, string output, _) = await tool.Run("witness", "request", tool.At("ledger"), "--policy", policy);
        Assert.True(code == ExitCodes.Good, output);

        // The witness knows better; and so does whoever kept the witnessed checkpoint.
        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Run("witness", "request", tool.At("old"), "--policy", policy)).Code);
        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Run("witness", "request", tool.At("old"), "--url", witnesses.Url(0), "--policy", policy)).Code);
        File.Copy(tool.At("ledger/witnessed"), tool.At("old/witnessed"));
        (code, output, _) = await tool.Run("verify", tool.At("old"), "--policy", policy);
        Assert.Equal(ExitCodes.ForkOrRollback, code);
        Assert.Contains("rolled back", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_ends_on_a_signal_and_a_size_beyond_the_ledger_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals are sent with kill(1)");
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        Assert.Equal(ExitCodes.ForkOrRollback, (await tool.Run("witness", "request", tool.At("ledger"), "--old-size", "999999")).Code);
        await tool.Run("witness", "keygen", "--name", "w.example", "--out", tool.At("w"));
        string vkey = File.ReadAllText(tool.At("ledger.state/vkey")).Trim();
        foreach (string signal in new[] { "-INT", "-TERM" })
        {
            using System.Diagnostics.Process serve = tool.Start(
                "witness", "serve", "--key", tool.At("w"), "--log", vkey, "--state", tool.At("wstate"), "--listen", "127.0.0.1:0");
            while (await serve.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line
                && !line.StartsWith("listening", StringComparison.Ordinal))
            {
            }

            await ToolRunner.Signal(serve, signal);
            await serve.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(ExitCodes.Good, serve.ExitCode);
        }
    }

    [Fact]
    public async Task Serving_says_where_it_listens_and_stops_when_asked()
    {
        using ToolRunner tool = new();
        await tool.RunJson("demo", "--ledger", tool.At("ledger"));
        (_, string vkey, _) = await tool.Run("witness", "keygen", "--name", "w.example/1", "--out", tool.At("key"));
        Assert.Contains("w.example/1+", CosignatureKey.Parse(vkey).ToString(), StringComparison.Ordinal);
        for (int run = 0; run < 2; run++)
        {
            using CancellationTokenSource stop = new();
            Lines output = new();
            Task<int> serving = Floodwall.Cli.Commands.Tool.RunAsync(
                ["witness", "serve", "--key", tool.At("key"), "--log", "@" + tool.At("ledger.state/vkey"), "--state", tool.At("w"), "--listen", "127.0.0.1:0"],
                output,
                TextWriter.Null,
                stop.Token);
            string url = (await output.WaitForAsync("listening on ", TestContext.Current.CancellationToken))["listening on ".Length..];
            string policy = tool.Write("policy", $"witness w {vkey.Trim()} {url}\nquorum w\n");
            Assert.Contains(run == 0 ? ": 0 entries" : ": 1453 entries", output.ToString(), StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Good, (await tool.Run("witness", "request", tool.At("ledger"), "--url", url, "--policy", policy)).Code);
            await stop.CancelAsync();
            Assert.Equal(ExitCodes.Good, await serving);
            Assert.Contains("stopped", output.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET /add-checkpoint HTTP/1.1\r\nHost: x\r\n\r\n", "405")]
    [InlineData("POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "404")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "413")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "400")]
    [InlineData("POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    public async Task Odd_requests_get_a_client_error(string request, string status)
    {
        using ToolRunner tool = new();
        using Ed25519Signer signer = Ed25519Signer.Generate("wall.example/prod");
        await using Witnesses witnesses = await Witnesses.StartAsync(tool, signer.VerifierKey, 1);
        using TcpClient client = new();
        Uri url = new(witnesses.Url(0));
        await client.ConnectAsync(url.Host, url.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using StreamReader reader = new(client.GetStream());
        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("witness")]
    [InlineData("witness", "request", "/no/such/ledger", "--url", "http://127.0.0.1:1")]
    [InlineData("witness", "apply", ".", "x")]
    [InlineData("witness", "keygen", "--name", "a+b", "--out", "x")]
    [InlineData("witness", "serve", "--key", "/no/such/key", "--log", "junk", "--state", "x")]
    [InlineData("witness", "serve", "--key", "/no/such/key", "--log", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "--state", "x", "--listen", "nowhere")]
    [InlineData("witness", "serve", "--key", "/no/such/key", "--log", "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "--state", "x")]
    [InlineData("verify", ".", "--policy", "/no/such/policy")]
    public async Task Wrong_usage_is_one_clear_line_and_exit_2(params string[] args)
    {
        using ToolRunner tool = new();
        (int code, string output, string error) = await tool.Run(args);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.NotEmpty(output + error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serving_with_a_key_that_signs_a_log_is_refused()
    {
        using ToolRunner tool = new();
        (_, string log, _) = await tool.Run("keygen", "--origin", "wall.example/prod", "--out", tool.At("log.key"));
        await tool.Run("keygen", "--origin", "else.example", "--out", tool.At("else.key"));
        await tool.Run("witness", "keygen", "--name", "w.example", "--out", tool.At("w.key"));
        foreach (string key in new[] { "log.key", "else.key" })
        {
            (int code, _, string error) = await tool.Run("witness", "serve", "--key", tool.At(key), "--log", log.Trim(), "--state", tool.At("w"));
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains("'floodwall witness keygen' makes, and none that signs a log", error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(tool.At("w")));
        }

        // And the other way round.
        (int refused, _, string wrong) = await tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"), "--key", tool.At("w.key"));
        Assert.Equal(ExitCodes.UsageOrIo, refused);
        Assert.Contains("key type is 0x04", wrong, StringComparison.Ordinal);

        // Taken over on purpose it is a witness's key, but not for its own log.
        (_, string vkey, _) = await tool.Run("witness", "keygen", "--name", "else.example", "--from", tool.At("else.key"), "--out", tool.At("taken.key"));
        using (Ed25519Signer taken = KeyFile.Load(tool.At("else.key")))
        {
            Assert.Equal(new CosignatureSigner(taken).Key.ToString(), vkey.Trim());
            (int code, _, string error) = await tool.Run(
                "witness", "serve", "--key", tool.At("taken.key"), "--log", taken.VerifierKey.ToString(), "--state", tool.At("w"));
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains("signs the log else.example", error, StringComparison.Ordinal);
        }

        Assert.Equal(
            ExitCodes.UsageOrIo,
            (await tool.Run("witness", "keygen", "--name", "other", "--from", tool.At("else.key"), "--out", tool.At("x"))).Code);
    }

    [Fact]
    public async Task An_answer_that_is_none_is_bad_input_and_no_alarm()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        VerifierKey log = VerifierKey.Parse(File.ReadAllText(tool.At("ledger.state/vkey")));
        await using Witnesses witnesses = await Witnesses.StartAsync(tool, log, 1);
        string policy = tool.Write("policy", witnesses.Policy(1));
        foreach (string junk in new[] { "", "junk\n", "— w.example AAAA", "\u2014 w.example !!!!\n", new string('x', 100_000) })
        {
            string file = tool.Write("answer", junk);
            (int code, _, string error) = await tool.Run("witness", "apply", tool.At("ledger"), file, "--policy", policy);
            Assert.Equal(ExitCodes.UsageOrIo, code);
            Assert.Contains(file, error, StringComparison.Ordinal);
        }

        (int missing, _, string message) = await tool.Run("witness", "apply", tool.At("ledger"), tool.At("nothing"), "--policy", policy);
        Assert.Equal(ExitCodes.UsageOrIo, missing);
        Assert.Contains("nothing", message, StringComparison.Ordinal);

        // A line that names a known witness and does not verify is an alarm.
        string forged = tool.Write("forged", $"\u2014 {witnesses.NameOf(0)}\n");
        Assert.Equal(ExitCodes.IntegrityFailure, (await tool.Run("witness", "apply", tool.At("ledger"), forged, "--policy", policy)).Code);
    }

    [Fact]
    public async Task A_bad_policy_is_named_with_its_line()
    {
        using ToolRunner tool = new();
        await tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", tool.At("ledger"));
        string policy = tool.Write("policy", "# ours\nquorum nobody\n");
        (int code, _, string error) = await tool.Run("verify", tool.At("ledger"), "--policy", policy);
        Assert.Equal(ExitCodes.UsageOrIo, code);
        Assert.Contains($"{policy}:2: quorum: 'nobody'", error, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
