using System.Collections.Concurrent;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.Failures;

/// <summary>Every storage call of a ledger's life fails, one per life, with EIO and with ENOSPC, once or from there on for good.</summary>
public sealed class FailedCallTests
{
    private const int Seed = 7;

    private enum Ending
    {
        /// <summary>The failure was absorbed: the script came to its end.</summary>
        Completed,

        /// <summary>A call threw before anything was promised: opening, or room for the next segment.</summary>
        Refused,

        /// <summary>The writer halted for good.</summary>
        Poisoned,
    }

    [Fact]
    public void Every_call_failed_once_ends_clean_or_halted()
    {
        IReadOnlyList<byte[]> doubles = LedgerLife.Doubles(Seed, twin => Run(twin, []));
        byte[][] old = [doubles[1]];
        long calls = RunUndisturbed(old);
        int runs = 0, images = 0;
        ConcurrentDictionary<(StorageFault, Ending), int> endings = [];
        ConcurrentQueue<string> wrong = [];
        Parallel.For(0, (int)calls * 4, task =>
        {
            long number = 1 + (task / 4);
            StorageFault fault = task % 2 == 0 ? StorageFault.InputOutput : StorageFault.DiskFull;
            bool forGood = task % 4 >= 2;
            string name = $"call {number} failed with {fault}{(forGood ? " for good" : "")}";
            try
            {
                using LedgerLife life = new(Seed, recycles: true);
                life.Storage.FailCall(number, fault, forGood);
                Ending ending = Run(life, old);
                endings.AddOrUpdate((fault, ending), 1, (_, count) => count + 1);
                Interlocked.Increment(ref runs);
                foreach ((string how, FaultLedgerStorage image, ulong least) in Aftermaths(life, number, forGood))
                {
                    Interlocked.Increment(ref images);
                    if (ImageCheck.Run(image, life, life.Signer, least) is string problem)
                    {
                        wrong.Enqueue($"{name}, {ending}, {how}: {problem}");
                    }
                }

                Interlocked.Increment(ref images);
                if (ImageCheck.RunAndCutPower(life.Storage.KillProcess(), life.Signer) is string lost)
                {
                    wrong.Enqueue($"{name}, {ending}, reopened and restarted: {lost}");
                }

                if (life.Signer.Wrong is string signature)
                {
                    wrong.Enqueue($"{name}: {signature}");
                }
            }
            catch (Exception unclean) when (unclean is not LedgerException and not IOException)
            {
                wrong.Enqueue($"{name}: {unclean}");
            }
        });

        Assert.True(wrong.IsEmpty, $"{wrong.Count} wrong:\n" + string.Join("\n", wrong.Take(20)));
        Assert.Equal(calls * 4, runs);
        Figures.Report(
            "Failed storage calls",
            $"{calls} calls, each failed with EIO and ENOSPC, once and for good: {Figures.Number(runs)} runs, {Percent(runs, runs)} clean or halted "
            + $"({string.Join(", ", endings.OrderBy(e => e.Key).Select(e => $"{e.Key.Item1} {e.Key.Item2} {e.Value}"))}); "
            + $"{Figures.Number(images)} reopened, 0 durable entries lost, 0 wrong signatures");
    }

    private static string Percent(int part, int whole) => $"{100.0 * part / whole:F0} %";

    private static long RunUndisturbed(byte[][] old)
    {
        using LedgerLife life = new(Seed, recycles: true);
        Assert.Equal(Ending.Completed, Run(life, old));
        Assert.Equal(1, life.Reused);
        return life.Storage.CallCount;
    }

    /// <summary>What may come after: the same process tries again, the machine restarts, or the kernel forgets what a sync lost.</summary>
    private static IEnumerable<(string How, FaultLedgerStorage Image, ulong Least)> Aftermaths(LedgerLife life, long number, bool forGood)
    {
        ulong appended = life.AppendedAtMost;
        life.Storage.FailCall(0, StorageFault.InputOutput);
        FaultLedgerStorage killed = life.Storage.KillProcess();
        life.Die();
        yield return ("reopened", life.Storage.KillProcess(), appended);
        yield return ("reopened after kill -9", killed, appended);
        if (!forGood)
        {
            // A disk that took nothing more could not be told of the doubt either: docs/failure-model.md names that case.
            FaultLedgerStorage evicted = life.Storage.KillProcess();
            evicted.EvictCleanPages();
            yield return ("reopened after the kernel dropped what a sync had lost", evicted, life.Durable);
        }

        PowerCut cut = life.Storage.CutPower();
        yield return ("restarted, all lost", cut.Image(UnsyncedFate.Lost), life.Durable);
        yield return ("restarted, by chance", cut.Image(new Random((int)number)), life.Durable);
    }

    /// <summary>The script; after a halt the writer must refuse everything, and a second life must begin where the first ended.</summary>
    /// <param name="life">Lives it.</param>
    /// <param name="old">What its second segment is made of; its first is new.</param>
    private static Ending Run(LedgerLife life, byte[][] old)
    {
        try
        {
            life.Open();
            life.Append(40, 300);
            life.Checkpoint();
            life.Append(120, LedgerLimits.MaxPayloadBytes);
            life.Checkpoint();
            life.Append(5, 5000 - 1000);
            life.Die();
            life.Open();
            life.Append(30, 90);
            life.Checkpoint();
            life.PutOld(old);
            life.AppendToRoll();
            life.Checkpoint();
            life.Append(300, 100);
            life.Checkpoint();
            life.Close();
            life.Open();
            life.Append(3, 3);
            life.Close();
            return Ending.Completed;
        }
        catch (LedgerPoisonedException)
        {
            if (life.HasWriter)
            {
                life.AssertHalted();
            }

            return Ending.Poisoned;
        }
        catch (Exception refused) when (refused is LedgerException or IOException)
        {
            return Ending.Refused;
        }
    }
}
