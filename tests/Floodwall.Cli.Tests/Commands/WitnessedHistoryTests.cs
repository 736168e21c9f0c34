using System.Net;
using System.Text;
using Floodwall.Crypto;
using Floodwall.Ledger;

namespace Floodwall.Cli.Tests.Commands;

/// <summary><c>floodwall witness serve</c> before two ledgers of one key and origin: only one history is cosigned.</summary>
public sealed class WitnessedHistoryTests : IDisposable
{
    private const string SizeType = "text/x.tlog.size";

    private readonly ToolRunner _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task Neither_a_fork_nor_a_rollback_gets_a_cosignature()
    {
        (int code, string vkey, _) = await _tool.Run("keygen", "--origin", "wall.example/prod", "--out", _tool.At("wall.key"));
        Assert.Equal(ExitCodes.Good, code);
        (_, string witnessKey, _) = await _tool.Run("witness", "keygen", "--name", "w.example", "--out", _tool.At("w.key"));
        await using Serving witness = await Serving.StartAsync(_tool.At("w.key"), vkey.Trim(), _tool.At("w"), TestContext.Current.CancellationToken);
        string policy = _tool.Write("policy", $"log {vkey}witness w {witnessKey.Trim()} {witness.Url}\nquorum w\n");

        Append("one", 1, 300);
        Assert.Equal(ExitCodes.Good, (await _tool.Run("witness", "request", _tool.At("one"), "--policy", policy)).Code);
        byte[] oldBody = Body("one", 0);
        Append("one", 2, 500);
        Assert.Equal(ExitCodes.Good, (await _tool.Run("witness", "request", _tool.At("one"), "--policy", policy)).Code);
        ulong known = SizeOf("one");

        // The same key, origin and size, other entries.
        Append("two", 1, 300);
        Append("two", 9, 500);
        Assert.Equal(known, SizeOf("two"));
        (HttpStatusCode Status, string? Type, string Text) answer = await Post(witness, Body("two", known));
        Assert.Equal((HttpStatusCode.Conflict, "text/plain"), (answer.Status, answer.Type));
        Assert.Contains("another root", answer.Text, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, SizeType, $"{known}\n"), await Post(witness, Body("two", 0)));
        await RequireRefused("two", policy, witness, "another root");

        // The fork goes on behind the size that both have.
        Append("two", 9, 100);
        answer = await Post(witness, Body("two", known));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        await RequireRefused("two", policy, witness, "422");

        // The very request that was cosigned once, and the ledger put back to that state.
        Assert.Equal((HttpStatusCode.Conflict, SizeType, $"{known}\n"), await Post(witness, oldBody));
        Append("old", 1, 300);
        Assert.Equal((HttpStatusCode.Conflict, SizeType, $"{known}\n"), await Post(witness, Body("old", SizeOf("old"))));
        AddCheckpointRequest backward = new(known, [], Note("old"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Post(witness, backward.ToBytes())).Status);
        await RequireRefused("old", policy, witness, "goes back behind");

        // None of it moved the witness, which told its operator of the forks.
        Append("one", 3, 10);
        Assert.Equal(ExitCodes.Good, (await _tool.Run("witness", "request", _tool.At("one"), "--policy", policy)).Code);
        Assert.Equal(ExitCodes.Good, (await _tool.Run("verify", _tool.At("one"), "--policy", policy)).Code);
        Assert.NotEqual(ExitCodes.Good, (await _tool.Run("verify", _tool.At("two"), "--policy", policy)).Code);
        await witness.StopAsync();
        Assert.Contains("409: another root", witness.Errors, StringComparison.Ordinal);
        Assert.Contains("422: ", witness.Errors, StringComparison.Ordinal);
    }

    private async Task RequireRefused(string ledger, string policy, Serving witness, string reason)
    {
        foreach (string[] how in new string[][] { [], ["--url", witness.Url] })
        {
            (int code, string output, _) = await _tool.Run(["witness", "request", _tool.At(ledger), "--policy", policy, .. how]);
            Assert.Equal(ExitCodes.ForkOrRollback, code);
            Assert.Contains(reason, output, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(Path.Combine(_tool.At(ledger), "witnessed")));
    }

    private void Append(string ledger, byte content, int count)
    {
        using Ed25519Signer signer = KeyFile.Load(_tool.At("wall.key"));
        using LedgerWriter writer = LedgerWriter.Open(
            new LedgerOptions { Directory = _tool.At(ledger), SegmentBytes = LedgerLimits.MinSegmentBytes }, signer);
        for (int i = 0; i < count; i++)
        {
            writer.Begin(0x10, 20, out _).Fill(content);
            writer.Commit();
        }

        writer.Close();
    }

    private byte[] Note(string ledger) => File.ReadAllBytes(Path.Combine(_tool.At(ledger), "checkpoint"));

    private ulong SizeOf(string ledger) => ulong.Parse(Encoding.UTF8.GetString(Note(ledger)).Split('\n')[1], null);

    private byte[] Body(string ledger, ulong oldSize) => new WitnessRequestBuilder(new LedgerPaths(_tool.At(ledger))).Build(oldSize).ToBytes();

    private static async Task<(HttpStatusCode Status, string? Type, string Text)> Post(Serving witness, byte[] body)
    {
        using HttpClient http = new();
        using ByteArrayContent content = new(body);
        using HttpResponseMessage answer = await http.PostAsync(
            new Uri(witness.Url + "/add-checkpoint"), content, TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
