using System.Buffers.Binary;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Keys;

public sealed class KeyRotationTests
{
    private static readonly Ed25519Signer Second = Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)2, 32)]);
    private static readonly Ed25519Signer Third = Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)3, 32)]);

    [Fact]
    public void Whoever_trusts_any_key_of_the_chain_is_led_to_the_one_that_signed()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        ulong first = Rotate(storage, TestLedger.Signer, Second);
        Assert.Equal(302UL, first);
        foreach (Ed25519Signer trusted in new[] { TestLedger.Signer, Second })
        {
            VerificationReport report = TestLedger.Verify(storage, trusted.VerifierKey);
            Assert.True(report.Status == VerificationStatus.Good, report.Message);
            Assert.Equal(Second.VerifierKey.ToString(), report.KeyInForce);
            Assert.Equal(TestLedger.Signer.VerifierKey.ToString(), report.DeclaredKey);
        }

        using (LedgerWriter writer = TestLedger.Open(storage, Second))
        {
            TestLedger.AppendMany(writer, 700, 10);
            writer.Close();
        }

        Rotate(storage, Second, Third);
        foreach (Ed25519Signer trusted in new[] { TestLedger.Signer, Second, Third })
        {
            Assert.Equal(VerificationStatus.Good, TestLedger.Verify(storage, trusted.VerifierKey).Status);
        }

        Ed25519Signer stranger = Ed25519Signer.FromSeed(TestLedger.Signer.Name, [.. Enumerable.Repeat((byte)9, 32)]);
        Assert.Equal(VerificationStatus.NoTrustedKey, TestLedger.Verify(storage, stranger.VerifierKey).Status);
        VerificationReport keyless = LedgerVerifier.Verify(TestLedger.Folder, [], new VerifyOptions { Files = storage });
        Assert.Equal((VerificationStatus.NoTrustedKey, 1006UL), (keyless.Status, keyless.SignedSize));
    }

    [Fact]
    public void After_a_rotation_only_the_new_key_opens()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        ulong entry = Rotate(storage, TestLedger.Signer, Second);
        LedgerKeyException old = Assert.Throws<LedgerKeyException>(() => TestLedger.Open(storage));
        Assert.Contains($"entry {entry} retired", old.Message, StringComparison.Ordinal);
        Assert.Contains(Second.VerifierKey.ToString(), old.Message, StringComparison.Ordinal);
        Assert.Throws<LedgerKeyException>(() => TestLedger.Open(storage, Third));
        TestLedger.Open(storage, Second).Close();
        Assert.Throws<LedgerKeyException>(() => Rotate(storage, TestLedger.Signer, Third));
        Assert.Throws<LedgerKeyException>(() => Rotate(storage, Second, TestLedger.Signer));
        Assert.Throws<ArgumentException>(() => Rotate(storage, Second, Second));
        Assert.Throws<ArgumentException>(() => Rotate(storage, Second, TestLedger.OtherSigner));
    }

    [Fact]
    public void A_crash_at_any_step_leaves_a_ledger_that_one_of_the_two_keys_opens()
    {
        for (int fail = 0; ; fail++)
        {
            MemoryLedgerStorage storage = TestLedger.SmallSealed();
            MemoryLedgerStorage? image = null;
            int step = 0;
            FaultyStorage faulty = new(storage)
            {
                Before = (_, _) =>
                {
                    if (step++ == fail)
                    {
                        image = storage.Clone();
                    }
                },
            };
            Rotate(faulty, TestLedger.Signer, Second);
            if (image is null)
            {
                Assert.InRange(fail, 5, 100);
                return;
            }

            // A power cut would lose an unsynced entry: neither key has signed anything over it then.
            VerificationReport report = TestLedger.Verify(image);
            Assert.True(report.Status == VerificationStatus.Good, $"step {fail}: {report.Message}");
            bool rotated = TestLedger.ReadAll(image).Exists(e => e[0] == EntryKinds.Key);
            using LedgerWriter writer = TestLedger.Open(image, rotated ? Second : TestLedger.Signer);
            writer.Close();
            Assert.Equal(VerificationStatus.Good, TestLedger.Verify(image).Status);
        }
    }

    [Fact]
    public void The_entry_is_on_disk_before_the_new_key_signs()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        List<string> steps = [];
        FaultyStorage faulty = new(storage) { Before = (step, path) => steps.Add($"{step} {Path.GetFileName(path)}") };
        Rotate(faulty, TestLedger.Signer, Second);
        int published = steps.LastIndexOf("replace high-water");
        Assert.Equal(["sync 00000000.seg", "replace durable"], steps[(published - 2)..published]);

        MemoryLedgerStorage failing = TestLedger.SmallSealed();
        bool armed = true;
        FaultyStorage noSync = new(failing)
        {
            Before = (step, _) =>
            {
                if (step == "sync" && armed && TestLedger.ReadAll(failing).Exists(e => e[0] == EntryKinds.Key))
                {
                    throw new IOException("no sync");
                }
            },
        };
        Assert.Throws<LedgerPoisonedException>(() => Rotate(noSync, TestLedger.Signer, Second));
        armed = false;
        Assert.DoesNotContain($"{Second.KeyId:x8}", $"{TestLedger.Verify(failing).KeyInForce}", StringComparison.Ordinal);
        Assert.Equal(VerificationStatus.Good, TestLedger.Verify(failing).Status);
    }

    [Fact]
    public void An_entry_that_the_two_keys_did_not_both_sign_for_its_place_is_an_integrity_failure()
    {
        ulong at = 302;
        Assert.Null(Check(KeyEntry.Sign(TestLedger.Signer.Name, at, TestLedger.Signer, Second)));
        Assert.NotNull(Check(KeyEntry.Sign(TestLedger.Signer.Name, at + 1, TestLedger.Signer, Second)));
        Assert.NotNull(Check(KeyEntry.Sign("example.org/another", at, TestLedger.Signer, Second)));
        Assert.NotNull(Check(KeyEntry.Sign(TestLedger.Signer.Name, at, Third, Second)));
        KeyEntry good = KeyEntry.Sign(TestLedger.Signer.Name, at, TestLedger.Signer, Second);
        Assert.NotNull(Check(good with { NewKey = Third.VerifierKey }));
        Assert.NotNull(Check(good with { NewSignature = good.OldSignature }));
        Assert.NotNull(Check(good with { OldSignature = good.NewSignature }));

        // The same in a whole ledger, under a root that the old key signs willingly.
        foreach (KeyEntry forged in new[] { good with { NewSignature = good.OldSignature }, KeyEntry.Sign(TestLedger.Signer.Name, at, Third, Second) })
        {
            MemoryLedgerStorage storage = TestLedger.SmallSealed();
            using (LedgerWriter writer = TestLedger.Open(storage))
            {
                writer.AppendOwn(EntryKinds.Key, forged.Encode());
                writer.Close();
            }

            foreach (Ed25519Signer trusted in new[] { TestLedger.Signer, Second })
            {
                VerificationReport report = TestLedger.Verify(storage, trusted.VerifierKey);
                VerificationStatus expected = trusted == Second ? VerificationStatus.NoTrustedKey : VerificationStatus.IntegrityFailure;
                Assert.Equal(expected, report.Status);
            }

            Assert.Equal(at, TestLedger.Verify(storage).FirstBadEntry);
            Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage));
        }

        string? Check(KeyEntry entry) => new KeyChain(TestLedger.Signer.VerifierKey).Apply(at, entry.Encode());
    }

    [Fact]
    public void A_checkpoint_that_the_retired_key_signs_over_its_own_retirement_is_an_integrity_failure()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        Rotate(storage, TestLedger.Signer, Second);
        VerificationReport now = TestLedger.Verify(storage);
        CheckpointNoteWriter notes = new(TestLedger.Signer);
        byte[] buffer = new byte[notes.MaxLength];
        int length = notes.Write(now.SignedSize, now.Root!.Value, buffer);
        storage.WriteAll(TestLedger.Paths.Checkpoint, buffer.AsSpan(0, length));
        foreach (Ed25519Signer trusted in new[] { TestLedger.Signer, Second })
        {
            VerificationReport report = TestLedger.Verify(storage, trusted.VerifierKey);
            Assert.Equal(VerificationStatus.IntegrityFailure, report.Status);
            Assert.Contains("signed by", report.Message, StringComparison.Ordinal);
        }

        Assert.Throws<LedgerCorruptException>(() => TestLedger.Open(storage, Second));
    }

    [Fact]
    public void Every_bit_of_a_key_entry_is_guarded()
    {
        MemoryLedgerStorage storage = TestLedger.SmallSealed();
        Rotate(storage, TestLedger.Signer, Second);
        byte[] original = storage.ReadAll(TestLedger.Paths.Segment(0));
        byte[] entry = TestLedger.ReadAll(storage).Single(e => e[0] == EntryKinds.Key);
        int at = original.AsSpan().IndexOf(entry);
        Assert.Equal(entry.Length, BinaryPrimitives.ReadUInt16BigEndian(original.AsSpan(at - 2)));
        for (int bit = -16; bit < entry.Length * 8; bit++)
        {
            byte[] flipped = (byte[])original.Clone();
            flipped[at + (bit >> 3)] ^= (byte)(1 << (bit & 7));
            storage.WriteAll(TestLedger.Paths.Segment(0), flipped);
            foreach (Ed25519Signer trusted in new[] { TestLedger.Signer, Second })
            {
                VerificationReport report = TestLedger.Verify(storage, trusted.VerifierKey);
                Assert.True(report.Status == VerificationStatus.IntegrityFailure, $"bit {bit}: {report.Message}");
            }
        }
    }

    [Fact]
    public void Payloads_decode_to_what_was_encoded_and_noise_to_a_problem()
    {
        KeyEntry entry = KeyEntry.Sign(TestLedger.Signer.Name, 7, TestLedger.Signer, Second);
        byte[] payload = entry.Encode();
        Assert.Equal(KeyEntry.LengthOf(Second.VerifierKey), payload.Length);
        Assert.True(KeyEntry.TryDecode(payload, out KeyEntry? decoded, out _));
        Assert.Equal(payload, decoded.Encode());
        Assert.False(KeyEntry.TryDecode([.. payload, (byte)' '], out _, out string? problem));
        Assert.Contains("canonical", problem, StringComparison.Ordinal);
        for (int length = 0; length < payload.Length; length++)
        {
            Assert.False(KeyEntry.TryDecode(payload.AsSpan(0, length), out _, out problem));
            Assert.NotEmpty(problem);
        }
    }

    private static ulong Rotate(ILedgerStorage storage, Ed25519Signer from, Ed25519Signer to) =>
        KeyRotation.Rotate(TestLedger.Options, from, to, storage);
}
