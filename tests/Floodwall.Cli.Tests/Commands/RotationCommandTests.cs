using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>What <c>keys rotate</c> means to everything that knows a ledger by its key, end to end.</summary>
public sealed class RotationCommandTests : IDisposable
{
    private const string Origin = "wall.example/prod";

    private readonly ToolRunner _tool = new();

    private string Ledger => _tool.At("ledger");

    private LedgerPaths Paths => new(Ledger);

    public void Dispose() => _tool.Dispose();

    [Fact]
    public async Task After_a_rotation_Witnessed_is_reached_by_the_old_policy_and_the_ledger_verifies_by_it()
    {
        string first = await RunFirst();
        string second = await NewKey("second");
        (_, string witnessKey, _) = await _tool.Run("witness", "keygen", "--name", "w.example", "--out", _tool.At("w.key"));
        string policy;
        await using (Serving witness = await Serve())
        {
            policy = Policy(witness);
            await Good("witness", "request", Ledger, "--policy", policy);
        }

        File.Copy(Path.Combine(Ledger, "checkpoint"), _tool.At("kept"));
        string rotated = await Good("keys", "rotate", Ledger, "--new-key", _tool.At("second"));
        Assert.Contains("Witnesses", rotated, StringComparison.Ordinal);
        Assert.Equal([first, second], File.ReadAllLines(Paths.VerifierKeys));
        await using (Serving untold = await Serving.StartAsync(_tool.At("w.key"), first, _tool.At("w"), TestContext.Current.CancellationToken))
        {
            (int code, string output, _) = await _tool.Run("witness", "request", Ledger, "--url", untold.Url, "--policy", Policy(untold));
            Assert.Equal(ExitCodes.NoTrustedKey, code);
            Assert.Contains("needs the new vkey", output, StringComparison.Ordinal);
            Assert.Contains("witness serve --log", output, StringComparison.Ordinal);
        }

        // The vkey file holds both by now, and that is what the witness is started with.
        await using (Serving witness = await Serve())
        {
            Assert.Contains($"log {Origin}: ", witness.Output, StringComparison.Ordinal);
            policy = Policy(witness);
            using Ed25519Signer signer = KeyFile.Load(Paths.PrivateKey);
            Assert.Equal(second, signer.VerifierKey.ToString());
            using QuorumWitness quorum = new(Paths, TrustPolicy.Parse(File.ReadAllBytes(policy), policy));
            using (FloodwallPipeline wall = FloodwallPipeline.Open(new WallOptions
            {
                Admission = AdmissionSettings.Unlimited,
                Ledger = new LedgerOptions { Directory = Ledger },
                Signer = signer,
                Witness = quorum,
                Witnessing = new WitnessSettings(interval: TimeSpan.Zero, closing: TimeSpan.FromSeconds(30)),
            }))
            {
                Symbol name = wall.Vocabulary.Symbols.Intern("a");
                Decision decision = await wall.SubmitAsync(new Intent { Id = 77, Agent = name, Resource = name }, AckTier.Witnessed, TestContext.Current.CancellationToken);
                Assert.Equal(AckTier.Witnessed, decision.Tier);
            }

            await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
            await Good("witness", "request", Ledger, "--policy", policy);
        }

        foreach (string log in new[] { first, second })
        {
            string named = _tool.Write("named", $"log {log}\nwitness w {witnessKey.Trim()}\nquorum w\n");
            Assert.Contains("witnessed: ", await Good("verify", Ledger, "--policy", named), StringComparison.Ordinal);
        }

        string stranger = _tool.Write("stranger", $"log {await NewKey("other")}\nwitness w {witnessKey.Trim()}\nquorum w\n");
        Assert.Equal(ExitCodes.NoTrustedKey, (await _tool.Run("verify", Ledger, "--policy", stranger)).Code);
        Assert.Equal(ExitCodes.NoTrustedKey, (await _tool.Run("witness", "request", Ledger, "--policy", stranger, "--out", _tool.At("body"))).Code);

        Task<Serving> Serve() => Serving.StartAsync(_tool.At("w.key"), "@" + Paths.VerifierKeys, _tool.At("w"), TestContext.Current.CancellationToken);

        // A policy that was written before the rotation: it names the first key alone.
        string Policy(Serving witness) => _tool.Write("policy", $"log {first}\nwitness w {witnessKey.Trim()} {witness.Url}\nquorum w\n");
    }

    [Fact]
    public async Task A_checkpoint_of_any_key_of_the_ledger_can_be_compared_with_and_no_other()
    {
        string first = await RunFirst();
        File.Copy(Path.Combine(Ledger, "checkpoint"), _tool.At("before"));
        string second = await NewKey("second");
        await Good("keys", "rotate", Ledger, "--new-key", _tool.At("second"));
        File.Copy(Path.Combine(Ledger, "checkpoint"), _tool.At("after"));
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        foreach (string vkey in new[] { first, second, "@" + Paths.VerifierKeys })
        {
            foreach (string kept in new[] { "before", "after" })
            {
                await Good("verify", Ledger, "--vkey", vkey, "--pinned", _tool.At(kept));
                Assert.StartsWith("old ", await Good("consistency", Ledger, "--vkey", vkey, "--from", _tool.At(kept)), StringComparison.Ordinal);
            }
        }

        await Good("consistency", Ledger, "--from", _tool.At("after"));
        await NewKey("third");
        using Ed25519Signer stranger = KeyFile.Load(_tool.At("third"));
        CheckpointNoteWriter notes = new(stranger);
        byte[] note = new byte[notes.MaxLength];
        File.WriteAllBytes(_tool.At("forged"), note.AsSpan(0, notes.Write(3, MerkleHash.EmptyRoot, note)));
        Assert.Equal(ExitCodes.NoTrustedKey, (await _tool.Run("verify", Ledger, "--vkey", first, "--pinned", _tool.At("forged"))).Code);
        Assert.Equal(ExitCodes.NoTrustedKey, (await _tool.Run("consistency", Ledger, "--from", _tool.At("forged"))).Code);
    }

    [Fact]
    public async Task A_ledger_put_back_to_before_its_rotation_is_a_rollback_by_the_mark_of_the_new_key()
    {
        string first = await RunFirst();
        Copy(Ledger, _tool.At("old"));
        await NewKey("second");
        await Good("keys", "rotate", Ledger, "--new-key", _tool.At("second"));
        (int code, string output, _) = await _tool.Run("verify", _tool.At("old"), "--vkey", first, "--state", Paths.StateDirectory);
        Assert.Equal(ExitCodes.ForkOrRollback, code);
        Assert.Contains("rolled back", output, StringComparison.Ordinal);
        await Good("verify", Ledger, "--vkey", first, "--state", Paths.StateDirectory);
    }

    [Fact]
    public async Task A_rotation_that_ended_early_is_completed_by_the_next_command()
    {
        foreach (string command in new[] { "run", "repair", "rotate", "demo" })
        {
            string first = await RunFirst();
            string second = await NewKey("second");
            using (Ed25519Signer current = KeyFile.Load(Paths.PrivateKey))
            using (Ed25519Signer next = KeyFile.Load(_tool.At("second")))
            {
                // As a process leaves it that is killed just before it renames the file.
                KeyFile.Create(Paths.NextPrivateKey, next);
                KeyRotation.Rotate(new LedgerOptions { Directory = Ledger }, current, next);
            }

            (int code, string output, string error) = command switch
            {
                "repair" => await _tool.Run("repair", Ledger, "--apply"),
                "rotate" => await _tool.Run("keys", "rotate", Ledger, "--new-key", _tool.At("second")),
                "demo" => await _tool.Run("demo", "--ledger", Ledger),
                _ => await _tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", Ledger),
            };
            Assert.True(code == ExitCodes.Good, $"{command}: {error}{output}");
            Assert.Contains($"handed over to {second}", error, StringComparison.Ordinal);
            Assert.False(File.Exists(Paths.NextPrivateKey));
            using (Ed25519Signer kept = KeyFile.Load(Paths.PrivateKey))
            {
                Assert.Equal(second, kept.VerifierKey.ToString());
            }

            Assert.Equal([first, second], File.ReadAllLines(Paths.VerifierKeys));
            Assert.Equal("", (await _tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", Ledger)).Error);
            Directory.Delete(Ledger, recursive: true);
            Directory.Delete(Paths.StateDirectory, recursive: true);
            File.Delete(_tool.At("second"));
        }
    }

    [Fact]
    public async Task A_next_key_that_was_never_recorded_is_told_of_and_overwritten_by_the_next_rotation()
    {
        string first = await RunFirst();
        await NewKey("second");
        string third = await NewKey("third");
        File.Copy(_tool.At("second"), Paths.NextPrivateKey);
        (int code, _, string error) = await _tool.Run("run", TestData.Example("intents.jsonl"), "--ledger", Ledger);
        Assert.Equal(ExitCodes.Good, code);
        Assert.Contains("not handed over", error, StringComparison.Ordinal);
        Assert.Equal([first], File.ReadAllLines(Paths.VerifierKeys));
        await Good("keys", "rotate", Ledger, "--new-key", _tool.At("third"));
        Assert.False(File.Exists(Paths.NextPrivateKey));
        Assert.Equal([first, third], File.ReadAllLines(Paths.VerifierKeys));
    }

    [Fact]
    public async Task A_rotation_with_keys_of_the_callers_own_writes_the_vkeys_and_no_private_key()
    {
        string first = await NewKey("own");
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger, "--key", _tool.At("own"));
        string second = await NewKey("second");
        await Good("keys", "rotate", Ledger, "--new-key", _tool.At("second"), "--key", _tool.At("own"));
        Assert.Equal([first, second], File.ReadAllLines(Paths.VerifierKeys));
        Assert.Empty(Directory.GetFiles(Paths.StateDirectory, "key*"));
    }

    [Fact]
    public async Task The_state_folder_is_its_owners_alone_from_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        await RunFirst();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Paths.StateDirectory));
        }
    }

    private async Task<string> RunFirst()
    {
        await _tool.RunJson("run", TestData.Example("intents.jsonl"), "--ledger", Ledger, "--origin", Origin);
        return File.ReadAllText(Paths.VerifierKeys).Trim();
    }

    private async Task<string> NewKey(string file) => (await Good("keygen", "--origin", Origin, "--out", _tool.At(file))).Trim();

    private async Task<string> Good(params string[] args)
    {
        (int code, string output, string error) = await _tool.Run(args);
        Assert.True(code == ExitCodes.Good, $"{string.Join(' ', args)}: exit {code}: {error}{output}");
        return output;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
