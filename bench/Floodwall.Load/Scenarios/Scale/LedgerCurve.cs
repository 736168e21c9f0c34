using System.Globalization;
using System.Runtime.InteropServices;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Scale;

/// <summary>One ledger that grows: at each size the cost of appending to it and of verifying all of it.</summary>
internal sealed class LedgerCurve : IScaleCurve
{
    /// <summary>Bytes that an entry of 54 bytes takes, with its length and its share of links.</summary>
    public const double BytesPerEntry = 57;

    private const string Appending = "append one entry";
    private const string Verifying = "verify, per entry";
    private const long CheckpointEvery = 4_000_000;
    private const long MostAppended = 1_000_000;
    private const int Chunk = 16_384;

    public string Name => "entries in the ledger";

    public string What =>
        "LedgerWriter.Begin and Commit of 54-byte entries to a ledger that holds so many, and LedgerVerifier on all cores over all of it; one ledger grows, "
        + "with a checkpoint every four million entries, on segments that were written to before, so that the disk's first writes are not what grows";

    public ScaleResult Run(ScaleContext context)
    {
        ScaleResult result = new();
        LoadOptions options = context.Load.Options;
        long largest = context.IsShort ? 60_000 : Fitting(options.Entries, context.Load.Ledgers.FreeBytes, result.Warnings);
        long[] sizes = context.IsShort
            ? [20_000, largest]
            : [.. ((long[])[1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000, 300_000_000, 1_000_000_000]).Where(size => size < largest), largest];
        if (!context.IsShort)
        {
            context.Load.Progress.Show("old segments for a large ledger");
            context.Load.Ledgers.Prepare((long)(largest * BytesPerEntry) + (2 * LedgerLimits.DefaultSegmentBytes));
        }

        LedgerOptions stored = context.Load.Ledgers.NextLedger();
        using (Growing ledger = new(stored))
        {
            int appends = options.Smoke ? 1 : options.Runs + 2;
            foreach (long size in sizes)
            {
                context.Load.Progress.Show(string.Create(CultureInfo.InvariantCulture, $"a ledger of {size:N0} entries"));
                long each = Math.Min(MostAppended, size / 10 / appends);
                ledger.GrowTo(size - (each * appends));
                Repeat exact = context.Repeat with { Seconds = 0 };
                result.Add(Appending, size, exact.Measure(Text(size, Appending), each, each, ledger.Append));
                TreeHead head = ledger.Publish();
                result.Add(Verifying, size, exact.Measure(Text(size, Verifying), (long)head.Size, (long)head.Size, (series, _) => Verify(series, stored.Directory, head)));
                result.Checks.Add(string.Create(CultureInfo.InvariantCulture, $"{head.Size:N0} entries verified against the root {head.Root.ToBase64()} that the writer sealed"));
            }

            result.Checks.Add($"closed: {ledger.CloseAndProve()}");
        }

        return result;
    }

    private static string Text(long size, string line) => string.Create(CultureInfo.InvariantCulture, $"{size:N0} entries, {line}");

    /// <summary>The entries asked for, or as many as half of the disk's free bytes have room for; the rest is left to others.</summary>
    /// <param name="asked">Entries.</param>
    /// <param name="freeBytes">Room on the disk.</param>
    /// <param name="warnings">Where it is said when they are fewer; it is also printed at once.</param>
    public static long Fitting(long asked, long freeBytes, List<string> warnings)
    {
        long room = (long)(freeBytes / 2 / BytesPerEntry);
        if (room >= asked)
        {
            return asked;
        }

        long fits = Math.Max(100_000, room / 100_000 * 100_000);
        warnings.Add(string.Create(CultureInfo.InvariantCulture, $"The largest ledger was scaled down from {asked:N0} to {fits:N0} entries: {freeBytes >> 30} GiB of the disk are free."));
        Console.Error.WriteLine(warnings[^1]);
        return fits;
    }

    private static Reading Verify(string series, string directory, TreeHead head)
    {
        Meter meter = Meter.Start();
        VerificationReport report = LedgerVerifier.Verify(directory, FloodShape.Signer.VerifierKey);
        Reading reading = meter.Stop(series, (long)head.Size);
        WrongAnswerException.ThrowUnless(report.Status == VerificationStatus.Good, $"{series}: {report.Message}");
        WrongAnswerException.ThrowUnlessEqual(head.Size, report.SignedSize, $"{series}: entries verified");
        WrongAnswerException.ThrowUnless(report.Root == head.Root, $"{series}: root {report.Root?.ToBase64()}, the writer sealed {head.Root.ToBase64()}");
        return reading;
    }

    private sealed class Growing : IDisposable
    {
        private readonly string _directory;
        private readonly LedgerWriter _ledger;
        private readonly byte[] _payload = new byte[DecisionEntry.CoreLength];
        private ulong _next;

        public Growing(LedgerOptions stored)
        {
            _directory = stored.Directory;
            _ledger = LedgerWriter.Open(stored, FloodShape.Signer);
            new Random(1).NextBytes(_payload);
        }

        public void GrowTo(long size)
        {
            while (_ledger.AppendedSize < (ulong)size)
            {
                AppendChunks(Math.Min(CheckpointEvery, size - (long)_ledger.AppendedSize));
                Publish();
            }
        }

        public Reading Append(string series, long entries)
        {
            Meter meter = Meter.Start();
            AppendChunks(entries);
            Reading reading = meter.Stop(series, entries);
            return reading with { ProducerBytes = reading.AllocatedBytes };
        }

        public TreeHead Publish()
        {
            TreeHead head = _ledger.SealTip();
            _ledger.Publisher.Publish(head);
            return head;
        }

        public string CloseAndProve()
        {
            _ledger.Close();
            return LedgerProof.Of(_directory, (long)_next, unchecked(_next * (_next - 1) / 2));
        }

        public void Dispose() => _ledger.Dispose();

        private void AppendChunks(long entries)
        {
            for (; entries > 0; entries -= Chunk)
            {
                AppendChunk((int)Math.Min(entries, Chunk));
            }
        }

        private void AppendChunk(int entries)
        {
            LedgerWriter ledger = _ledger;
            ReadOnlySpan<byte> payload = _payload;
            for (; entries > 0; entries--)
            {
                Span<byte> at = ledger.Begin(WallEntryKinds.Decision, DecisionEntry.CoreLength, out _);
                payload.CopyTo(at);
                MemoryMarshal.Write(at[7..], _next++);
                ledger.Commit();
            }
        }
    }
}
