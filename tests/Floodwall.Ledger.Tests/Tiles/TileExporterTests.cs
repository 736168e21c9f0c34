using System.Globalization;
using System.Security.Cryptography;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Tiles;

public sealed class TileExporterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Out => _folder.Of("tiles");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(70_000)]
    public void Tiles_are_those_that_the_specification_demands_and_rebuild_the_root(int size)
    {
        ProvenLedger ledger = new(Math.Max(size, 600));
        TileExportReport report = TileExporter.Export(ledger.At(size), Out);
        Assert.Equal((ulong)size, report.Head.Size);
        Assert.Equal(ExpectedFiles(size), Files(Out));
        Assert.Equal((ulong)ExpectedFiles(size).Count - 1, report.Written);
        Check(Out, ledger, size);
    }

    [Fact]
    public void Exporting_again_changes_nothing()
    {
        ProvenLedger ledger = new(1_000);
        TileExporter.Export(ledger.At(1_000), Out);
        Dictionary<string, (DateTime, string)> before = Fingerprints(Out);
        foreach (bool compareAll in new[] { false, true })
        {
            TileExportReport report = TileExporter.Export(ledger.Open(), Out, new TileExportOptions { CompareAll = compareAll });
            Assert.Equal(0u, report.Written);
            Assert.Equal((ulong)before.Count - 1, report.Kept);
            Assert.Equal(1_000u, report.PreviousSize);
            Assert.Equal(before, Fingerprints(Out));
        }

        TileExporter.Export(ledger.Open(), _folder.Of("other"));
        Assert.Equal(
            before.Select(file => (file.Key, file.Value.Item2)).Order(),
            Fingerprints(_folder.Of("other")).Select(file => (file.Key, file.Value.Item2)).Order());
    }

    [Fact]
    public void A_ledger_that_grew_is_exported_on_top_of_what_is_there()
    {
        ProvenLedger ledger = new(70_000);
        HashSet<string> files = [];
        foreach (int size in new[] { 1, 200, 256, 257, 900, 65_536, 70_000 })
        {
            TileExporter.Export(ledger.At(size), Out);
            files.UnionWith(ExpectedFiles(size));
            Assert.Equal(files.Order(StringComparer.Ordinal), Files(Out));
            Check(Out, ledger, size);
        }
    }

    [Fact]
    public void Tiles_lost_or_cut_short_come_back_and_changed_ones_where_all_are_compared()
    {
        ProvenLedger ledger = new(1_000);
        TileExporter.Export(ledger.At(1_000), Out);
        string tile = Path.Combine(Out, "tile/0/001");
        string bundle = Path.Combine(Out, "tile/entries/002");
        byte[] good = File.ReadAllBytes(tile);
        File.Delete(bundle);
        File.WriteAllBytes(tile, good[..^1]);
        Assert.Equal(2u, TileExporter.Export(ledger.Open(), Out).Written);
        Check(Out, ledger, 1_000);

        byte[] bad = (byte[])good.Clone();
        bad[77] ^= 1;
        File.WriteAllBytes(tile, bad);
        Assert.Equal(1u, TileExporter.Export(ledger.Open(), Out, new TileExportOptions { CompareAll = true }).Written);
        Check(Out, ledger, 1_000);
    }

    [Fact]
    public void What_an_interrupted_export_left_is_compared_before_it_is_kept()
    {
        ProvenLedger ledger = new(1_000);
        TileExporter.Export(ledger.At(1_000), Out);

        // As after a crash: no checkpoint, one tile not there yet, one half-written under its temporary name, one wrong.
        File.Delete(Path.Combine(Out, "checkpoint"));
        File.Move(Path.Combine(Out, "tile/0/002"), Path.Combine(Out, ".tile.tmp"));
        File.WriteAllText(Path.Combine(Out, "checkpoint.tmp"), "half a no");
        File.WriteAllBytes(Path.Combine(Out, "tile/entries/001"), File.ReadAllBytes(Path.Combine(Out, "tile/entries/000")));
        Assert.Equal(2u, TileExporter.Export(ledger.Open(), Out).Written);
        Assert.Equal(ExpectedFiles(1_000), Files(Out));
        Check(Out, ledger, 1_000);
    }

    [Fact]
    public void An_export_that_is_stopped_or_fails_leaves_no_temporary_file_and_is_taken_up()
    {
        ProvenLedger ledger = new(1_000);
        using CancellationTokenSource stop = new();
        TileExportOptions stopping = new()
        {
            Cancellation = stop.Token,
            Progress = entries =>
            {
                if (entries >= 512)
                {
                    stop.Cancel();
                }
            },
        };
        Assert.Throws<OperationCanceledException>(() => TileExporter.Export(ledger.At(1_000), Out, stopping));
        Assert.Equal(["tile/0/000", "tile/0/001", "tile/entries/000", "tile/entries/001"], Files(Out));
        File.Delete(Path.Combine(Out, "tile/0/001"));

        // A folder where a tile belongs: its temporary file is written, and cannot take its place.
        Directory.CreateDirectory(Path.Combine(Out, "tile/0/001"));
        Assert.ThrowsAny<SystemException>(() => TileExporter.Export(ledger.Open(), Out));
        Assert.DoesNotContain(Files(Out), file => file.EndsWith(".tmp", StringComparison.Ordinal) || file == "checkpoint");
        Directory.Delete(Path.Combine(Out, "tile/0/001"));
        TileExporter.Export(ledger.Open(), Out);
        Assert.Equal(ExpectedFiles(1_000), Files(Out));
        Check(Out, ledger, 1_000);
    }

    [Fact]
    public void A_ledger_that_does_not_continue_what_was_exported_is_refused_and_nothing_written()
    {
        ProvenLedger ledger = new(1_000);
        TileExporter.Export(ledger.At(900), Out);
        Dictionary<string, (DateTime, string)> before = Fingerprints(Out);
        Assert.Contains("rolled back", Assert.Throws<LedgerForkException>(() => TileExporter.Export(ledger.At(800), Out)).Message, StringComparison.Ordinal);
        Assert.Contains("another history", Assert.Throws<LedgerForkException>(() => TileExporter.Export(new ProvenLedger(1_000).Open(), Out)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Fingerprints(Out));

        byte[] otherLog = ProvenLedger.Note(900, ledger.Tree.Root(900), TestLedger.OtherSigner);
        foreach (byte[] foreign in new[] { otherLog, [], "junk"u8.ToArray() })
        {
            File.WriteAllBytes(Path.Combine(Out, "checkpoint"), foreign);
            Assert.Throws<InvalidDataException>(() => TileExporter.Export(ledger.At(1_000), Out));
            Assert.Equal(foreign, File.ReadAllBytes(Path.Combine(Out, "checkpoint")));
        }
    }

    [Fact]
    public void A_changed_ledger_is_not_exported()
    {
        ProvenLedger ledger = new(1_000);
        LedgerProver prover = ledger.At(1_000);
        byte[] segment = ledger.Storage.ReadAll(TestLedger.Paths.Segment(0));
        foreach (int entry in new[] { 0, 3, 300, 900, 999, 768 })
        {
            byte[] changed = (byte[])segment.Clone();
            changed[ledger.OffsetOf(entry) + ledger.Entries[entry].Length - 1] ^= 1;
            ledger.Storage.WriteAll(TestLedger.Paths.Segment(0), changed);
            Assert.Throws<LedgerCorruptException>(() => TileExporter.Export(prover, Out));
            Assert.False(File.Exists(Path.Combine(Out, "checkpoint")));
            Assert.False(File.Exists(Path.Combine(Out, TilePath.Entries((ulong)(entry / 256), entry < 768 ? 256 : 232))));
        }

        ledger.Storage.WriteAll(TestLedger.Paths.Segment(0), segment);
        TileExporter.Export(prover, Out);
        Check(Out, ledger, 1_000);
    }

    [Fact]
    public void Two_exports_do_not_write_to_one_folder_at_a_time()
    {
        ProvenLedger ledger = new(300);
        Directory.CreateDirectory(Out);
        using (FileLedgerStorage.Instance.TryLock(Path.Combine(Out, ".lock")))
        {
            Assert.Throws<LedgerLockedException>(() => TileExporter.Export(ledger.Open(), Out));
        }

        TileExporter.Export(ledger.Open(), Out);
    }

    [Fact]
    public void Progress_reaches_the_size()
    {
        ProvenLedger ledger = new(1_000);
        List<ulong> told = [];
        TileExporter.Export(ledger.At(1_000), Out, new TileExportOptions { Progress = told.Add });
        Assert.Equal([256, 512, 768, 1_000], told);
    }

    /// <summary>Reads tiles and bundles as a client would, by rules of its own, and compares them with the model and each other.</summary>
    private static void Check(string folder, ProvenLedger ledger, int size)
    {
        List<byte[]> entries = [];
        List<byte[]> leaves = [];
        for (int n = 0; n * 256 < size; n++)
        {
            string suffix = Name(n) + (size - (n * 256) < 256 ? $".p/{(size % 256).ToString(CultureInfo.InvariantCulture)}" : "");
            byte[] bundle = File.ReadAllBytes(Path.Combine(folder, "tile/entries", suffix));
            for (int at = 0; at < bundle.Length;)
            {
                int length = (bundle[at] << 8) + bundle[at + 1];
                entries.Add(bundle[(at + 2)..(at + 2 + length)]);
                at += 2 + length;
            }

            byte[] tile = File.ReadAllBytes(Path.Combine(folder, "tile/0", suffix));
            leaves.AddRange(tile.Chunk(32));
        }

        Assert.Equal(ledger.Entries.Take(size), entries);
        Assert.Equal(entries.Select(entry => SHA256.HashData([0x00, .. entry])), leaves);
        ModelTree tree = new(leaves);
        Hash256 root = tree.Root(size);
        for (int level = 1, span = 256; size / span > 0; level++, span *= 256)
        {
            for (int n = 0; n * 256 < size / span; n++)
            {
                int width = Math.Min((size / span) - (n * 256), 256);
                byte[] tile = File.ReadAllBytes(Path.Combine(folder, $"tile/{level}/{Name(n)}{(width < 256 ? $".p/{width}" : "")}"));
                Assert.Equal(Enumerable.Range(n * 256, width).Select(i => tree.Hash(i * span, span)), tile.Chunk(32));
            }
        }

        Assert.True(SignedNote.TryParse(File.ReadAllBytes(Path.Combine(folder, "checkpoint")), out SignedNote? note, out _));
        Assert.True(note.Open([TestLedger.Signer.VerifierKey]).IsGood);
        Assert.Equal($"{TestLedger.Signer.Name}\n{size}\n{root.ToBase64()}\n", note.Text);
    }

    private static List<string> ExpectedFiles(int size)
    {
        List<string> files = ["checkpoint"];
        for (int level = 0, span = 1; size / span > 0; level++, span *= 256)
        {
            int hashes = size / span;
            for (int n = 0; n * 256 < hashes; n++)
            {
                int width = Math.Min(hashes - (n * 256), 256);
                string name = Name(n) + (width < 256 ? $".p/{width}" : "");
                files.Add($"tile/{level}/{name}");
                if (level == 0)
                {
                    files.Add($"tile/entries/{name}");
                }
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private static string Name(int n) => n < 1000
        ? n.ToString("000", CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(n));

    private static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(file => file != ".lock")
            .Order(StringComparer.Ordinal)];

    private static Dictionary<string, (DateTime Written, string Digest)> Fingerprints(string folder) => Files(folder).ToDictionary(
        file => file,
        file => (File.GetLastWriteTimeUtc(Path.Combine(folder, file)), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))))));
}
