using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests;

/// <summary>Opens what a crash left and holds it against what was acknowledged before.</summary>
internal static class ImageCheck
{
    /// <summary>
    /// Reopens the ledger, reads it, appends, signs, verifies. Nothing acknowledged as durable may be missing or changed, nothing may
    /// stand there that was never committed, and no second root may be signed at any size.
    /// </summary>
    /// <param name="image">What the crash left; used up.</param>
    /// <param name="life">The life it was taken from; its model is read.</param>
    /// <param name="past">What was signed before the crash.</param>
    /// <param name="durable">What was acknowledged before the crash.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Run(FaultLedgerStorage image, LedgerLife life, RecordingSigner past, ulong durable)
    {
        RecordingSigner signer = past.Fork();
        ulong size;
        try
        {
            using LedgerWriter writer = LedgerWriter.Open(life.WriterOptions, signer, image);
            size = writer.AppendedSize;
            if (size < durable)
            {
                return $"{durable} entries were acknowledged as durable; {size} are there ({writer.Report.Problem})";
            }

            if (Compare(image, life, durable, size) is string problem)
            {
                return problem;
            }

            for (int i = 0; i < 3; i++)
            {
                writer.Begin(0x7F, 20, out _).Fill((byte)i);
                writer.Commit();
            }

            writer.Close();
        }
        catch (Exception refused) when (refused is LedgerException or IOException)
        {
            return $"refused to open: {refused.Message}";
        }

        return signer.Wrong ?? Verify(image, signer.Largest);
    }

    /// <summary>
    /// Reopens the ledger, and lets the power go as soon as it is open: what the writer found durable then must be there after all,
    /// whatever the failure before had the kernel believe.
    /// </summary>
    public static string? RunAndCutPower(FaultLedgerStorage image, RecordingSigner past)
    {
        RecordingSigner signer = past.Fork();
        try
        {
            List<byte[]> before;
            ulong durable;
            using (LedgerWriter writer = LedgerWriter.Open(LedgerLife.Options, signer, image))
            {
                durable = writer.DurableSize;
                before = ReadAll(image);
            }

            FaultLedgerStorage restarted = image.CutPower().Image(UnsyncedFate.Lost);
            using (LedgerWriter writer = LedgerWriter.Open(LedgerLife.Options, signer, restarted))
            {
                List<byte[]> after = ReadAll(restarted);
                for (int index = 0; index < (int)durable; index++)
                {
                    if (index >= after.Count || !after[index].AsSpan().SequenceEqual(before[index]))
                    {
                        return $"entry {index} of {durable} durable ones is not what it was ({writer.Report.Problem})";
                    }
                }

                writer.Close();
            }

            return signer.Wrong ?? Verify(restarted, signer.Largest);
        }
        catch (Exception refused) when (refused is LedgerException or IOException)
        {
            return $"refused to open: {refused.Message}";
        }
    }

    /// <summary>Whether the files verify, and continue everything that was ever signed.</summary>
    public static string? Verify(ILedgerFiles files, TreeHead pinned)
    {
        VerificationReport report = LedgerVerifier.Verify(
            LedgerLife.Folder, RecordingSigner.Verifier, new VerifyOptions { Files = files, Pinned = pinned.Size == 0 ? [] : [pinned], Threads = 1 });
        return report.Status == VerificationStatus.Good ? null : $"verify: {report.Status}: {report.Message}";
    }

    private static List<byte[]> ReadAll(ILedgerFiles files)
    {
        List<byte[]> entries = [];
        using EntryCursor cursor = LedgerReader.Open(LedgerLife.Folder, files).ReadFrom(0);
        while (cursor.MoveNext())
        {
            entries.Add(cursor.Current.Bytes.ToArray());
        }

        return entries;
    }

    /// <summary>Compares the log with the model: exactly below the durable size, and no strange entry above it.</summary>
    public static string? Compare(ILedgerFiles files, LedgerLife life, ulong durable, ulong size)
    {
        using EntryCursor cursor = LedgerReader.Open(LedgerLife.Folder, files).ReadFrom(0);
        ulong read = 0;
        while (cursor.MoveNext())
        {
            LedgerEntry entry = cursor.Current;
            byte[]? committed = life.Committed(entry.Index);
            bool callers = entry.Bytes[0] >= LedgerLimits.FirstCallerKind;

            // Behind the durable size a recovery entry, or a link in front of it, may stand where a caller's entry was lost.
            if (callers ? committed is null || !entry.Bytes.SequenceEqual(committed) : committed is not null && entry.Index < durable)
            {
                return $"entry {entry.Index} of kind 0x{entry.Bytes[0]:x2} is not what was committed (durable {durable}, size {size})";
            }

            read++;
        }

        return cursor.Problem is string problem ? $"reading ended at {read}: {problem}"
            : read != size ? $"{size} entries are said to be there, {read} were read"
            : null;
    }
}
