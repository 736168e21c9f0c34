using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Keys;

/// <summary>The key files of a state folder, on a real file system: what is there after a rotation that ended at any of its steps.</summary>
public sealed class StateKeysTests
{
    private static readonly Ed25519Signer First = TestLedger.Signer;
    private static readonly Ed25519Signer Second = Ed25519Signer.FromSeed(First.Name, [.. Enumerable.Repeat((byte)2, 32)]);
    private static readonly Ed25519Signer Third = Ed25519Signer.FromSeed(First.Name, [.. Enumerable.Repeat((byte)3, 32)]);

    [Fact]
    public void A_process_killed_at_any_step_leaves_the_key_that_the_ledger_belongs_to()
    {
        using TempFolder temp = new();
        Create(temp.Of("whole"));
        List<string> steps = [];
        Rotate(temp.Of("whole"), Second, steps.Add);
        Assert.Contains("append the key entry", steps);
        Assert.Contains("rename key.next", steps);
        int handedOver = 0;
        int kept = 0;
        for (int kill = 0; kill < steps.Count; kill++)
        {
            string place = temp.Of($"live-{kill}");
            string image = temp.Of($"killed-{kill}");
            Create(place);
            int step = 0;
            Rotate(place, Second, _ =>
            {
                if (step++ == kill)
                {
                    TempFolder.Copy(place, image);
                }
            });
            Directory.Delete(place, recursive: true);

            bool rotated = Start(image, steps[kill], out string? note).KeyId == Second.KeyId;
            Assert.Equal(rotated, HoldsKeyEntry(image));
            handedOver += rotated ? 1 : 0;
            kept += rotated ? 0 : 1;
            LedgerPaths paths = PathsOf(image);
            Assert.False(File.Exists(KeyFile.TemporaryOf(paths.NextPrivateKey)), steps[kill]);

            // The next start knows of nothing, unless there is a key that was never used; and the next rotation works.
            Start(image, steps[kill], out note);
            Assert.Equal(File.Exists(paths.NextPrivateKey), note is not null);
            Rotate(image, Third, _ => { });
            Assert.Equal(Third.KeyId, Start(image, steps[kill], out note).KeyId);
            Assert.Null(note);
            Assert.False(File.Exists(paths.NextPrivateKey));
            string[] expected = rotated ? [Text(First), Text(Second), Text(Third)] : [Text(First), Text(Third)];
            Assert.Equal(expected, File.ReadAllLines(paths.VerifierKeys));
            foreach (Ed25519Signer retired in rotated ? new[] { First, Second } : [First])
            {
                using Ed25519Signer found = KeyFile.Load(new StateKeys(paths).RetiredPath(retired));
                Assert.Equal(Text(retired), Text(found));
            }

            Directory.Delete(image, recursive: true);
        }

        Assert.True(handedOver >= 5 && kept >= 5, $"{handedOver} handed over, {kept} kept, of {steps.Count}");
    }

    [Fact]
    public void A_step_that_fails_is_made_up_for_by_the_next_start()
    {
        using TempFolder temp = new();
        Create(temp.Of("whole"));
        List<string> steps = [];
        Rotate(temp.Of("whole"), Second, steps.Add);
        for (int fail = 0; fail < steps.Count; fail++)
        {
            string place = temp.Of($"failing-{fail}");
            Create(place);
            int step = 0;
            Exception? failure = Record.Exception(() => Rotate(place, Second, _ =>
            {
                if (step++ == fail)
                {
                    throw new IOException("no disk");
                }
            }));
            Assert.NotNull(failure);

            // Where the files alone are behind, the user hears that the ledger was handed over.
            int signed = steps.FindLastIndex(s => s.StartsWith("replace checkpoint", StringComparison.Ordinal));
            int settled = steps.LastIndexOf("replace vkey");
            Assert.True(signed < settled);
            Assert.Equal(fail > signed && fail <= settled, failure.Message.Contains("hands the ledger over", StringComparison.Ordinal));
            bool rotated = HoldsKeyEntry(place);
            Assert.Equal(rotated ? Second.KeyId : First.KeyId, Start(place, steps[fail], out _).KeyId);
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public void A_next_key_that_the_ledger_never_took_stays_unused()
    {
        using TempFolder temp = new();
        Create(temp.Path);
        LedgerPaths paths = PathsOf(temp.Path);
        KeyFile.Create(paths.NextPrivateKey, Second);
        using (Ed25519Signer loaded = new StateKeys(paths).Load(out string? note))
        {
            Assert.Equal(First.KeyId, loaded.KeyId);
            Assert.Contains("not handed over", note, StringComparison.Ordinal);
        }

        Start(temp.Path, "", out _);
        Assert.True(File.Exists(paths.NextPrivateKey));

        // A rotation that is refused changes no file.
        using Ed25519Signer stranger = Ed25519Signer.FromSeed(First.Name, [.. Enumerable.Repeat((byte)9, 32)]);
        Assert.Throws<LedgerKeyException>(() => new StateKeys(paths).Rotate(OptionsOf(temp.Path), stranger, Third));
        using (Ed25519Signer next = KeyFile.Load(paths.NextPrivateKey))
        {
            Assert.Equal(Second.KeyId, next.KeyId);
        }
    }

    [Fact]
    public void Key_files_are_their_owners_alone_all_the_way()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix modes");
        using TempFolder temp = new();
        Create(temp.Path);
        LedgerPaths paths = PathsOf(temp.Path);
        Rotate(temp.Path, Second, _ =>
        {
            foreach (string file in Directory.GetFiles(paths.StateDirectory, "key*"))
            {
                if (!OperatingSystem.IsWindows())
                {
                    Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
                }
            }
        });
        Assert.Equal(2, Directory.GetFiles(paths.StateDirectory, "key*").Length);
    }

    [Fact]
    public void The_vkeys_come_back_from_the_ledger_where_the_file_is_old_or_gone()
    {
        using TempFolder temp = new();
        Create(temp.Path);
        LedgerPaths paths = PathsOf(temp.Path);
        Rotate(temp.Path, Second, _ => { });
        Assert.Equal([Text(First), Text(Second)], File.ReadAllLines(paths.VerifierKeys));
        foreach (string? old in new[] { null, Text(First) + "\n", "junk" })
        {
            File.Delete(paths.VerifierKeys);
            if (old is not null)
            {
                File.WriteAllText(paths.VerifierKeys, old);
            }

            Start(temp.Path, "", out _);
            Assert.Equal([Text(First), Text(Second)], File.ReadAllLines(paths.VerifierKeys));
        }

        // A file that somebody added to stays as it is.
        File.WriteAllText(paths.VerifierKeys, $"# ours\n{Text(Second)}\n");
        Start(temp.Path, "", out _);
        Assert.StartsWith("# ours", File.ReadAllText(paths.VerifierKeys), StringComparison.Ordinal);
    }

    private static string Text(Ed25519Signer signer) => signer.VerifierKey.ToString();

    private static LedgerOptions OptionsOf(string place) => new()
    {
        Directory = Path.Combine(place, "ledger"),
        SegmentBytes = LedgerLimits.MinSegmentBytes,
    };

    private static LedgerPaths PathsOf(string place) => new(Path.Combine(place, "ledger"));

    private static bool HoldsKeyEntry(string place) => LogKeys.InForce(PathsOf(place)).Count > 1;

    private static void Create(string place)
    {
        LedgerPaths paths = PathsOf(place);
        FileLedgerStorage.Instance.CreateFolder(paths.StateDirectory, ownerOnly: true);
        KeyFile.Create(paths.PrivateKey, First);
        using LedgerWriter writer = LedgerWriter.Open(OptionsOf(place), First);
        new StateKeys(paths).Settle(First.VerifierKey);
        TestLedger.AppendMany(writer, 20, 10);
        writer.Close();
    }

    private static void Rotate(string place, Ed25519Signer next, Action<string> before)
    {
        FaultyStorage storage = new(FileLedgerStorage.Instance) { Before = (step, path) => before($"{step} {Path.GetFileName(path)}") };
        StateKeys keys = new(PathsOf(place), storage) { Before = before };
        using Ed25519Signer current = keys.Load(out _);
        keys.Rotate(OptionsOf(place), current, next);
    }

    /// <summary>What every command that writes does: load, open, settle. Returns the key that the ledger was opened with.</summary>
    private static Ed25519Signer Start(string place, string at, out string? note)
    {
        LedgerPaths paths = PathsOf(place);
        StateKeys keys = new(paths);
        Ed25519Signer signer = keys.Load(out note);
        using (LedgerWriter writer = LedgerWriter.Open(OptionsOf(place), signer))
        {
            keys.Settle(signer.VerifierKey);
            TestLedger.AppendMany(writer, 3, 10);
            writer.Close();
        }

        VerificationReport report = LedgerVerifier.Verify(paths.Directory, First.VerifierKey);
        Assert.True(report.Status == VerificationStatus.Good, $"{at}: {report.Message}");
        using Ed25519Signer kept = KeyFile.Load(paths.PrivateKey);
        Assert.True(Text(kept) == Text(signer), $"{at}: the key file holds another key than the one that opened the ledger");
        Assert.Equal(report.KeyInForce, File.ReadAllLines(paths.VerifierKeys)[^1]);
        return signer;
    }
}
