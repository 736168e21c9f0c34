using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing.Service;

public sealed class CheckpointWitnessTests
{
    private static readonly ModelLog Log = new();
    private static readonly ModelLog OtherHistory = new(history: 1);

    [Fact]
    public void A_growing_log_is_cosigned_step_by_step()
    {
        using CheckpointWitness witness = WitnessBench.Open(new MemoryLedgerStorage());
        ulong[] sizes = [5, 5, 6, 8, 8, 64, 100, 1000];
        ulong old = 0;
        foreach (ulong size in sizes)
        {
            WitnessResponse response = witness.AddCheckpoint(Log.Request(old, size));
            Assert.Equal(200, response.Status);
            Assert.True(SignedNote.TryParseSignatures(response.Body.Span, out IReadOnlyList<NoteSignature>? lines, out _));
            byte[] text = Encoding.UTF8.GetBytes(new Checkpoint(TestLedger.Signer.Name, size, Log.Root(size)).FormatBody());
            Assert.True(witness.Key.Verify(text, Assert.Single(lines).Signature.Span, out ulong time));
            Assert.Equal(1_700_000_000ul, time);
            old = size;
        }

        Assert.Equal(new TreeHead(1000, Log.Root(1000)), witness.Latest(TestLedger.Signer.Name));
    }

    [Fact]
    public void Each_refusal_has_the_status_of_the_specification()
    {
        using CheckpointWitness witness = WitnessBench.Open(new MemoryLedgerStorage());
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);

        // replay, stale proof, wrong old size: told the size it knows
        foreach (byte[] stale in new[] { Log.Request(0, 20), Log.Request(0, 30), Log.Request(15, 30), Log.Request(10, 15), Log.Request(21, 30) })
        {
            WitnessResponse conflict = witness.AddCheckpoint(stale);
            Assert.Equal((409, "text/x.tlog.size", "20\n"), (conflict.Status, conflict.ContentType, WitnessBench.Text(conflict.Body)));
        }

        // rollback: the old size is right, the checkpoint smaller
        Assert.Equal(400, witness.AddCheckpoint(Log.Request(20, 15)).Status);

        // a fork at the same size, and one behind it
        WitnessResponse fork = witness.AddCheckpoint(OtherHistory.Request(20, 20));
        Assert.Equal(409, fork.Status);
        Assert.NotEqual("text/x.tlog.size", fork.ContentType);
        Assert.Equal(422, witness.AddCheckpoint(OtherHistory.Request(20, 30)).Status);

        // a proof that does not belong here, or where none may be
        Hash256[] proof = MerkleProof.Consistency(20, 30, Log);
        Assert.Equal(422, Send(20, [], Log.Note(30)));
        Assert.Equal(422, Send(20, [.. proof, proof[0]], Log.Note(30)));
        Assert.Equal(422, Send(20, proof[1..], Log.Note(30)));
        Assert.Equal(422, Send(20, proof, Log.Note(31)));
        Assert.Equal(422, Send(20, proof, Log.Note(20)));

        // strangers
        Assert.Equal(404, Send(0, [], WitnessBench.Note(5, Log.Root(5), TestLedger.OtherSigner)));
        using Ed25519Signer impostor = Ed25519Signer.FromSeed(TestLedger.Signer.Name, new byte[32]);
        Assert.Equal(403, Send(20, proof, WitnessBench.Note(30, Log.Root(30), impostor)));
        byte[] damaged = Log.Note(30);
        damaged[^10] = damaged[^10] == 'A' ? (byte)'B' : (byte)'A';
        Assert.Equal(403, Send(20, proof, damaged));

        // none of them moved it
        Assert.Equal(200, Send(20, proof, Log.Note(30)));

        int Send(ulong old, IReadOnlyList<Hash256> path, byte[] note) => witness.AddCheckpoint(new AddCheckpointRequest(old, path, note).ToBytes()).Status;
    }

    [Fact]
    public void A_first_checkpoint_takes_no_proof_and_an_empty_log_is_one_too()
    {
        using CheckpointWitness witness = WitnessBench.Open(new MemoryLedgerStorage());
        Hash256[] proof = MerkleProof.Consistency(3, 5, Log);
        Assert.Equal(422, witness.AddCheckpoint(new AddCheckpointRequest(0, proof, Log.Note(5)).ToBytes()).Status);
        Assert.Equal(409, witness.AddCheckpoint(new AddCheckpointRequest(0, [], WitnessBench.Note(0, Log.Root(3))).ToBytes()).Status);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 0)).Status);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 5)).Status);
    }

    [Fact]
    public void What_was_cosigned_is_remembered_over_a_restart()
    {
        MemoryLedgerStorage storage = new();
        using (CheckpointWitness witness = WitnessBench.Open(storage))
        {
            Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
            Assert.Throws<LedgerLockedException>(() => WitnessBench.Open(storage));
        }

        using CheckpointWitness again = WitnessBench.Open(storage);
        Assert.Equal(20ul, again.Latest(TestLedger.Signer.Name)!.Value.Size);
        Assert.Equal("20\n", WitnessBench.Text(again.AddCheckpoint(OtherHistory.Request(0, 30)).Body));
        Assert.Equal(422, again.AddCheckpoint(OtherHistory.Request(20, 30)).Status);
        Assert.Equal(200, again.AddCheckpoint(Log.Request(20, 30)).Status);
    }

    [Fact]
    public void A_process_killed_between_keeping_and_answering_does_no_harm()
    {
        MemoryLedgerStorage inner = new();
        using CheckpointWitness witness = WitnessBench.Open(inner);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
        MemoryLedgerStorage before = inner.Clone();
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(20, 30)).Status);
        MemoryLedgerStorage killed = inner.Clone();

        // The answer was lost with the process; its checkpoint was kept.
        using CheckpointWitness after = WitnessBench.Open(killed);
        Assert.Equal("30\n", WitnessBench.Text(after.AddCheckpoint(Log.Request(20, 30)).Body));
        Assert.Equal(200, after.AddCheckpoint(Log.Request(30, 30)).Status);
        Assert.Equal(409, after.AddCheckpoint(OtherHistory.Request(30, 30)).Status);

        // Killed before it was kept: nothing was answered, and the log asks again.
        using CheckpointWitness earlier = WitnessBench.Open(before);
        Assert.Equal(200, earlier.AddCheckpoint(Log.Request(20, 30)).Status);
    }

    [Fact]
    public void What_cannot_be_kept_is_not_cosigned_and_no_second_root_is_either()
    {
        FaultyStorage storage = new(new MemoryLedgerStorage());
        using CheckpointWitness witness = WitnessBench.Open(storage);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
        storage.Before = (step, _) =>
        {
            if (step == "replace")
            {
                throw new IOException("the disk failed");
            }
        };
        WitnessResponse failed = witness.AddCheckpoint(Log.Request(20, 30));
        Assert.Equal(503, failed.Status);
        Assert.DoesNotContain("—", WitnessBench.Text(failed.Body), StringComparison.Ordinal);
        storage.Before = null;
        Assert.Equal("30\n", WitnessBench.Text(witness.AddCheckpoint(OtherHistory.Request(20, 30)).Body));
        Assert.Equal(409, witness.AddCheckpoint(OtherHistory.Request(30, 30)).Status);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(30, 30)).Status);
    }

    [Fact]
    public void A_state_file_that_is_not_its_own_stops_the_witness_from_starting()
    {
        MemoryLedgerStorage storage = new();
        using (CheckpointWitness witness = WitnessBench.Open(storage))
        {
            Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
        }

        string path = storage.Paths.Single(p => p.EndsWith(".checkpoint", StringComparison.Ordinal));
        byte[] good = storage.ReadAll(path);
        int cosignature = good.AsSpan().IndexOf("— witness.example"u8);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            storage.WriteAll(path, bad);
            int text = good.AsSpan().IndexOf("\n\n"u8) + 1;
            if (bit / 8 < text || bit / 8 >= cosignature)
            {
                Assert.Throws<LedgerCorruptException>(() => WitnessBench.Open(storage));
            }
        }

        foreach (byte[] other in new byte[][] { [], "junk"u8.ToArray(), Log.Note(20), good[..^1] })
        {
            storage.WriteAll(path, other);
            Assert.Throws<LedgerCorruptException>(() => WitnessBench.Open(storage));
        }

        storage.WriteAll(path, good);
        WitnessBench.Open(storage).Dispose();
    }

    [Fact]
    public void Logs_do_not_touch_each_other()
    {
        using CheckpointWitness witness = WitnessBench.Open(new MemoryLedgerStorage(), 0, TestLedger.Signer.VerifierKey, TestLedger.OtherSigner.VerifierKey);
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
        byte[] other = new AddCheckpointRequest(0, [], WitnessBench.Note(5, Log.Root(5), TestLedger.OtherSigner)).ToBytes();
        Assert.Equal(200, witness.AddCheckpoint(other).Status);
        Assert.Equal(20ul, witness.Latest(TestLedger.Signer.Name)!.Value.Size);
        Assert.Equal(5ul, witness.Latest(TestLedger.OtherSigner.Name)!.Value.Size);
        Assert.Null(witness.Latest("example.org/nobody"));
    }

    [Fact]
    public async Task Concurrent_requests_never_get_two_roots_cosigned_at_one_size()
    {
        for (int round = 0; round < 20; round++)
        {
            MemoryLedgerStorage storage = new();
            using CheckpointWitness witness = WitnessBench.Open(storage);
            ModelLog[] histories = [Log, OtherHistory, new(2), new(3)];
            List<(ulong Size, Hash256 Root)>[] cosigned = await Task.WhenAll(histories.Select(history => Task.Run(() => Race(witness, history))));
            Assert.NotEmpty(cosigned.SelectMany(list => list));
            Assert.All(cosigned.SelectMany(list => list).GroupBy(head => head.Size), heads => Assert.Single(heads.Distinct()));

            // Beyond the shared leaves, one history only.
            Assert.True(cosigned.Count(list => list.Any(head => head.Size > 10)) <= 1);
        }
    }

    [Fact]
    public void Bodies_of_any_shape_are_answered_and_never_with_a_server_error()
    {
        using CheckpointWitness witness = WitnessBench.Open(new MemoryLedgerStorage());
        Assert.Equal(200, witness.AddCheckpoint(Log.Request(0, 20)).Status);
        byte[][] seeds = [Log.Request(20, 30), Log.Request(0, 5), Log.Request(20, 20), Log.Request(20, 1000), "old 20\n\n"u8.ToArray()];
        Random random = new(31337);
        Dictionary<int, int> seen = [];
        for (int i = 0; i < 30_000; i++)
        {
            byte[] body = Mutate(seeds[random.Next(seeds.Length)], random);
            TreeHead before = witness.Latest(TestLedger.Signer.Name)!.Value;
            int status = witness.AddCheckpoint(body).Status;
            seen[status] = seen.GetValueOrDefault(status) + 1;
            Assert.True(status is 200 or 400 or 403 or 404 or 409 or 422, $"{status}");
            TreeHead after = witness.Latest(TestLedger.Signer.Name)!.Value;
            Assert.True(after == before || (status == 200 && after.Size > before.Size && after.Root == Log.Root(after.Size)));
        }

        Assert.Superset(new HashSet<int> { 400, 403, 404, 409 }, seen.Keys.ToHashSet());
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        List<byte> body = [.. seed];
        for (int n = random.Next(1, 4); n > 0 && body.Count > 0; n--)
        {
            int at = random.Next(body.Count);
            switch (random.Next(6))
            {
                case 0:
                    body[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    body[at] = (byte)random.Next(256);
                    break;
                case 2:
                    body.Insert(at, (byte)"\n 0A—"[random.Next(5)]);
                    break;
                case 3:
                    body.RemoveRange(at, Math.Min(random.Next(1, 50), body.Count - at));
                    break;
                case 4:
                    body.InsertRange(at, [.. body.GetRange(at, Math.Min(random.Next(1, 100), body.Count - at))]);
                    break;
                default:
                    body[at] = (byte)('0' + random.Next(10));
                    break;
            }
        }

        return [.. body];
    }

    private static List<(ulong Size, Hash256 Root)> Race(CheckpointWitness witness, ModelLog history)
    {
        List<(ulong Size, Hash256 Root)> cosigned = [];
        ulong known = 0;
        for (ulong size = 8; size < 16; size++)
        {
            for (int attempt = 0; attempt < 4 && known <= size; attempt++)
            {
                WitnessResponse response = witness.AddCheckpoint(history.Request(known, size));
                if (response.Status == 200)
                {
                    cosigned.Add((size, history.Root(size)));
                    known = size;
                    break;
                }

                if (response.ContentType == AddCheckpointRequest.SizeContentType)
                {
                    known = ulong.Parse(WitnessBench.Text(response.Body).TrimEnd(), System.Globalization.CultureInfo.InvariantCulture);
                }
            }
        }

        return cosigned;
    }
}
