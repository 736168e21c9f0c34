using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>What <c>run</c> says of a ledger that a crash left with intents in the queue.</summary>
public sealed class RunAfterCrashTests
{
    [Fact]
    public async Task Intents_that_were_given_up_are_told_once()
    {
        using ToolRunner tool = new();
        Assert.Equal(ExitCodes.Good, (await tool.Run("keygen", "--origin", "crash.test", "--out", tool.At("key"))).Code);
        Crash(tool, waiting: 3, "l", "m");

        string intents = tool.Write("i.jsonl", """{"agent":"a","resource":"r","action":"apply"}""");
        string[] run = ["run", intents, "--key", tool.At("key"), "--ledger"];
        (int code, string output, string error) = await tool.Run([.. run, tool.At("l")]);
        Assert.True(code == ExitCodes.Good, error);
        Assert.Contains("On opening, 3 intents that an earlier run left waiting were given up", output, StringComparison.Ordinal);
        Assert.DoesNotContain("given up", (await tool.Run([.. run, tool.At("l")])).Output, StringComparison.Ordinal);

        Assert.Equal(3, (await tool.RunJson([.. run, tool.At("m")])).GetProperty("given_up").GetInt32());
        Assert.False((await tool.RunJson([.. run, tool.At("m")])).TryGetProperty("given_up", out _));
    }

    /// <summary>Copies a ledger, with its state, while its wall still holds intents back.</summary>
    private static void Crash(ToolRunner tool, int waiting, params string[] copies)
    {
        using Ed25519Signer signer = KeyFile.Load(tool.At("key"));
        using Wall wall = Wall.Open(new WallOptions
        {
            Admission = new AdmissionSettings(releasePerTick: 0),
            Ledger = new LedgerOptions { Directory = tool.At("w") },
            Signer = signer,
            Policies = _ => [],
            Snapshots = new SnapshotSettings(1),
        });
        SymbolTable names = wall.Vocabulary.Symbols;
        for (int i = 0; i < waiting; i++)
        {
            Intent intent = new() { Id = (ulong)i + 1, Agent = names.Intern("a"), Resource = names.Intern("r") };
            Assert.Equal(Outcome.Queued, wall.Submit(in intent).Outcome);
        }

        // One entry, and behind it a snapshot that shows them as waiting.
        wall.AcceptFact(new Fact(FactKind.Pool, names.Intern("p"), names.Intern("remaining"), FactValue.Of(1), 0));
        wall.Checkpoint();
        foreach ((string copy, string suffix) in copies.SelectMany(copy => (string[])["", ".state"], (copy, suffix) => (copy, suffix)))
        {
            foreach (string file in Directory.EnumerateFiles(tool.At("w") + suffix, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
            {
                string target = Path.Combine(tool.At(copy) + suffix, Path.GetRelativePath(tool.At("w") + suffix, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }
        }
    }
}
