using System.Globalization;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Reporting;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Verify;

/// <summary>Verifying a ledger from its files on more and more cores.</summary>
internal sealed class VerifyScenario : IScenario
{
    private const long Intents = 20_000_000;
    private const long SmokeIntents = 50_000;
    private const int EachUpTo = 8;

    public string Name => "verify";

    public string Summary => "a wall's ledger verified from its files in the page cache, on 1 to all cores: entries and MB a second";

    public int Order => 50;

    public Report Run(LoadContext context)
    {
        LoadOptions options = context.Options;
        long intents = options.Smoke ? SmokeIntents : Math.Min(Intents, options.Entries);
        LedgerOptions ledger = context.Ledgers.NextLedger();
        string directory = ledger.Directory;
        context.Progress.Show("writing the ledger");
        string proof = Write(new FloodShape(options.Agents), ledger, intents);
        string[] files = Directory.GetFiles(new LedgerPaths(directory).Segments);
        long bytes = files.Sum(file => new FileInfo(file).Length);
        VerificationReport first = LedgerVerifier.Verify(directory, FloodShape.Signer.VerifierKey);
        Runner runner = new(options.CountedRuns, warmUp: !options.Smoke, context.Progress);
        int[] threads = [.. Threads(Environment.ProcessorCount)];
        IReadOnlyList<Series> series = runner.Run([.. threads.Select(count => new Candidate(Text(count), () => [Verify(directory, count, first, bytes)]))]);
        string tampered = RequireDamageIsFound(directory, files);

        return new Report
        {
            Scenario = Name,
            Order = Order,
            Title = "Verify: a ledger from its files",
            Summary = $"""
                LedgerVerifier over the {first.SignedSize:N0} entries ({bytes / 1e6:N0} MB) that {intents:N0} intents left behind: the form of every entry, every link, the tree
                over all of them, the checkpoint's signature. The files are in the page cache.
                """,
            Machine = context.DescribeMachine(),
            Settings = new SortedDictionary<string, string>
            {
                ["entries"] = first.SignedSize.ToString("N0", CultureInfo.InvariantCulture),
                ["bytes"] = bytes.ToString("N0", CultureInfo.InvariantCulture),
                ["counted runs"] = options.CountedRuns.ToString(CultureInfo.InvariantCulture),
            },
            Series = series,
            Headlines = Headlines(series, bytes, (long)first.SignedSize),
            LinePlots =
            [
                new LinePlot("Entries verified a second", new PlotAxis("threads"), new PlotAxis("million entries a second, median; whiskers: slowest and fastest run"),
                [
                    new PlotLine("measured", [.. series.Zip(threads, (one, count) => new PlotPoint(count, one.PerSecond / 1e6, 1e3 / one.Nanoseconds.Max, 1e3 / one.Nanoseconds.Min))]),
                    new PlotLine("one thread's rate times the threads", [.. threads.Select(count => Point(count, count * series[0].PerSecond / 1e6))]),
                ]),
            ],
            Checks =
            [
                $"The wall's answers: {proof}.",
                $"Every run: verified as good against the key, {first.SignedSize:N0} entries, root {first.Root?.ToBase64()}.",
                tampered,
            ],
            Notes = ["Runs are interleaved over the numbers of threads. One operation is one entry; 2% of them are longer than one block of the hash."],
        };
    }

    private static string Text(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";

    private static IEnumerable<int> Threads(int cores)
    {
        for (int count = 1; count < cores; count += count < EachUpTo ? 1 : count)
        {
            yield return count;
        }

        yield return cores;
    }

    private static string Write(FloodShape shape, LedgerOptions ledger, long intents)
    {
        using StandingWall wall = StandingWall.Open(shape, new WallLayout(null, WaitMode.Balanced, HasLedger: true), ledger);
        wall.Settle(intents);
        return wall.CloseAndProve();
    }

    private static Reading Verify(string directory, int threads, VerificationReport first, long bytes)
    {
        Meter meter = Meter.Start();
        VerificationReport report = LedgerVerifier.Verify(directory, FloodShape.Signer.VerifierKey, new VerifyOptions { Threads = threads });
        Reading reading = meter.Stop(Text(threads), (long)first.SignedSize);
        WrongAnswerException.ThrowUnless(report.Status == VerificationStatus.Good, $"{Text(threads)}: {report.Message}");
        WrongAnswerException.ThrowUnless(report.Root == first.Root && report.SignedSize == first.SignedSize, $"{Text(threads)}: another root or size than before");
        return reading with
        {
            Figures = new Dictionary<string, double> { ["MB/s"] = bytes / 1e6 / reading.Seconds },
            Proof = $"root {report.Root?.ToBase64()}",
        };
    }

    // Whoever does not look finds everything good, at any speed.
    private static string RequireDamageIsFound(string directory, string[] files)
    {
        string file = files.Order(StringComparer.Ordinal).ElementAt(files.Length / 2);
        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
        long at = stream.Length / 2;
        Flip(stream, at);
        VerificationReport report = LedgerVerifier.Verify(directory, FloodShape.Signer.VerifierKey);
        Flip(stream, at);
        WrongAnswerException.ThrowUnless(report.Status == VerificationStatus.IntegrityFailure, $"one bit of {file} was turned and verification said {report.Status}");
        return $"One bit turned at byte {at} of {Path.GetFileName(file)}: found, entries {report.FirstBadEntry} to {report.LastBadEntry ?? report.FirstBadEntry}.";
    }

    private static void Flip(FileStream stream, long at)
    {
        stream.Position = at;
        int value = stream.ReadByte();
        stream.Position = at;
        stream.WriteByte((byte)(value ^ 1));
        stream.Flush();
    }

    private static List<Headline> Headlines(IReadOnlyList<Series> series, long bytes, long entries)
    {
        List<Headline> headlines = [];
        foreach (Series one in series.Count > 1 ? [series[0], series[^1]] : (Series[])[series[0]])
        {
            double megabytes = bytes / 1e6 / entries * one.PerSecond;
            string speedup = ReferenceEquals(one, series[0]) ? "" : $"; ×{Figures.Of(1 / PairedRatio.Of(one, series[0]).Median)} of one thread's rate, median of the rounds";
            headlines.Add(new Headline($"verify, {one.Name}", one.PerSecond / 1e6, "M entries/s", $"{Figures.Of(megabytes)} MB/s from the page cache{speedup}"));
        }

        return headlines;
    }

    private static PlotPoint Point(double x, double y) => new(x, y, y, y);
}
