using System.Collections.Concurrent;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Tampering;

/// <summary>
/// Somebody changes what was signed: bits, lengths, entries, bundles, segments. Verification must miss none. Flips of every bit of a
/// small ledger are tried by the ledger's own tests too, which also look at what is said about them; here the checkpoint's and the
/// segments' are counted. <c>FLOODWALL_TAMPERINGS</c> sets the number of random flips.
/// </summary>
public sealed class TamperTests
{
    private const int FlipsInCi = 100_000;
    private const int Rearrangements = 10_000;

    [Fact]
    public void No_single_bit_of_a_small_ledger_can_be_flipped()
    {
        SealedLedger ledger = SealedLedger.Make(seed: 1, entries: 300, longestPayload: 6);
        int flips = 0;
        foreach (string path in ledger.Files.Keys)
        {
            flips += Flip(ledger, Enumerable.Range(0, ledger.Files[path].Length * 8).Select(bit => (path, bit)).ToList());
        }

        Assert.True(flips > 30_000);
        Figures.Report("Bit flips, small ledger", $"every bit of segment and checkpoint: {Figures.Number(flips)}, 0 missed");
    }

    [Fact]
    public void No_random_bit_of_a_larger_ledger_can_be_flipped()
    {
        int wanted = Figures.Setting("FLOODWALL_TAMPERINGS", FlipsInCi);
        SealedLedger ledger = SealedLedger.Make(seed: 2, entries: 1500, longestPayload: 90);
        string segment = Assert.Single(ledger.Segments);
        Random random = new(3);
        int flips = Flip(ledger, [.. Enumerable.Range(0, wanted).Select(_ => (segment, random.Next(ledger.Files[segment].Length * 8)))]);
        Figures.Report("Bit flips, larger ledger", $"{Figures.Number(flips)} random ones in {Figures.Number(ledger.Files[segment].Length)} bytes, 0 missed");
    }

    [Fact]
    public void No_truncation_passes()
    {
        SealedLedger ledger = SealedLedger.Make(seed: 4, entries: 1500, longestPayload: 30);
        int cuts = 0;
        ConcurrentQueue<string> missed = [];
        foreach ((string path, byte[] content) in ledger.Files)
        {
            cuts += content.Length;
            Parallel.For(0, content.Length, () => new TamperedFiles(ledger), (length, _, files) =>
            {
                files[path] = content[..length];
                if (files.Verifies(out VerificationReport report))
                {
                    missed.Enqueue($"{path} cut to {length}: {report.Message}");
                }

                return files;
            }, _ => { });
        }

        Assert.True(missed.IsEmpty, string.Join("\n", missed.Take(10)));
        Figures.Report("Truncations", $"every length of segment and checkpoint: {Figures.Number(cuts)}, 0 missed");
    }

    [Fact]
    public void No_rearrangement_passes()
    {
        SealedLedger small = SealedLedger.Make(seed: 5, entries: 1500, longestPayload: 60);
        SealedLedger other = SealedLedger.Make(seed: 6, entries: 1500, longestPayload: 60);
        SealedLedger rolled = SealedLedger.Make(seed: 7, entries: 3000, longestPayload: LedgerLimits.MaxPayloadBytes);
        SealedLedger otherRolled = SealedLedger.Make(seed: 8, entries: 3000, longestPayload: LedgerLimits.MaxPayloadBytes);
        Assert.True(rolled.Segments.Count > 1);
        ConcurrentDictionary<string, int> kinds = [];
        ConcurrentQueue<string> missed = [];
        int made = 0;
        const int OfSegments = 200;
        Parallel.For(0, Rearrangements, () => (Small: new TamperedFiles(small), Rolled: new TamperedFiles(rolled)), (i, _, files) =>
        {
            Random random = new(i);
            bool segments = i < OfSegments;
            TamperedFiles target = segments ? files.Rolled : files.Small;
            string kind;
            do
            {
                target.Restore();
                kind = segments ? Rearrange.Segments(target, rolled, otherRolled, random) : Rearrange.Entries(target, small, other, random);
            }
            while (Rearrange.IsUnchanged(target, segments ? rolled : small));

            Interlocked.Increment(ref made);
            kinds.AddOrUpdate(kind, 1, (_, count) => count + 1);
            if (target.Verifies(out VerificationReport report))
            {
                missed.Enqueue($"{i}, {kind}: {report.Message}");
            }

            return files;
        }, _ => { });

        Assert.True(missed.IsEmpty, string.Join("\n", missed.Take(10)));
        string each = string.Join(", ", kinds.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Key} {kind.Value}"));
        Figures.Report("Rearrangements", $"{Figures.Number(made)} ({each}), 0 missed");
    }

    private static int Flip(SealedLedger ledger, List<(string Path, int Bit)> bits)
    {
        ConcurrentQueue<string> missed = [];
        Parallel.For(0, bits.Count, () => new TamperedFiles(ledger), (i, _, files) =>
        {
            (string path, int bit) = bits[i];
            files.Restore();
            byte[] content = (byte[])ledger.Files[path].Clone();
            content[bit / 8] ^= (byte)(1 << (bit % 8));
            files[path] = content;
            if (files.Verifies(out VerificationReport report))
            {
                missed.Enqueue($"{path} bit {bit}: {report.Message}");
            }

            return files;
        }, _ => { });
        Assert.True(missed.IsEmpty, $"{missed.Count} missed:\n" + string.Join("\n", missed.Take(10)));
        return bits.Count;
    }
}
