using System.Collections.Concurrent;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Tests.PowerCuts;

/// <summary>
/// The power goes at every step that a ledger's life makes on its disk, and between them, and every unsynced page, name and length is
/// kept, lost or torn on its own. <c>FLOODWALL_POWER_CUTS</c> sets the number of images.
/// </summary>
public sealed class PowerCutTests
{
    private const int ImagesInCi = 50_000;
    private const int RandomImages = 5;

    private static readonly string CheckpointPath = new LedgerPaths(LedgerLife.Folder).Checkpoint;

    [Fact]
    public void Power_cuts_at_every_step_lose_nothing_that_was_durable_and_fork_nothing()
    {
        int wanted = Figures.Setting("FLOODWALL_POWER_CUTS", ImagesInCi);
        int images = 0, boundaries = 0, lives = 0, rolls = 0, reused = 0;
        ConcurrentDictionary<StorageStep, int> steps = [];
        ConcurrentQueue<string> wrong = [];
        Parallel.For(0, Math.Min(Environment.ProcessorCount, 8), _ =>
        {
            while (Volatile.Read(ref images) < wanted && wrong.IsEmpty)
            {
                int seed = Interlocked.Increment(ref lives);
                bool roll = seed % 12 == 0;
                rolls += roll ? 1 : 0;

                // Some make their segments of old ones, whose entries would pass for their own.
                bool recycles = seed % 4 == 1 || seed % 24 == 0;
                using LedgerLife life = new(seed, recycles);
                if (recycles)
                {
                    life.PutOld(LedgerLife.Doubles(seed, twin => twin.Live(roll)));
                }

                life.Boundary = call =>
                {
                    Interlocked.Increment(ref boundaries);
                    steps.AddOrUpdate(call.Step, 1, (_, count) => count + 1);
                    Interlocked.Add(ref images, CutHere(life, call, seed, wrong));
                };
                life.Live(roll);
                Assert.Null(life.Signer.Wrong);
                Interlocked.Add(ref reused, life.Reused);
            }
        });

        Assert.True(wrong.IsEmpty, string.Join("\n", wrong.Take(20)));
        Assert.True(images >= wanted);
        Assert.True((rolls > 1 && reused > rolls) || wanted < ImagesInCi);
        Figures.Report(
            "Power cuts",
            $"{Figures.Number(images)} images at {Figures.Number(boundaries)} boundaries of {Figures.Number(lives)} lives, {Figures.Number(reused)} segments made of old ones; "
            + "0 durable entries lost, 0 second roots, 0 refused");
    }

    private static int CutHere(LedgerLife life, StorageCall call, int seed, ConcurrentQueue<string> wrong)
    {
        // In this order: what is acknowledged after the first line is not asked for.
        ulong durable = life.Durable;
        RecordingSigner past = life.Signer.Fork();
        PowerCut cut = life.Storage.CutPower();
        Random random = new(HashCode.Combine(seed, call.Number));
        List<FaultLedgerStorage> images = [cut.Image(UnsyncedFate.Lost)];
        if (cut.Unsynced > 0)
        {
            images.Add(cut.Image(UnsyncedFate.Kept));
            images.Add(cut.Image(UnsyncedFate.Torn));
            images.AddRange(Enumerable.Range(0, RandomImages).Select(_ => cut.Image(random)));
        }

        for (int i = 0; i < images.Count; i++)
        {
            // As the power cut left it, a reader must already find what was signed; one image of each boundary tells.
            string? unread = i == 0 && images[i].ReadSmallFile(CheckpointPath, LedgerLimits.MaxNoteBytes) is not null
                ? ImageCheck.Verify(images[i], default)
                : null;
            if ((unread ?? ImageCheck.Run(images[i], life, past, durable)) is string problem)
            {
                wrong.Enqueue($"life {seed}, call {call.Number} ({call.Step} {call.Path}), image {i} of {cut.Unsynced} unsynced: {problem}");
            }
        }

        // The process is killed here, the ledger reopened, and the power goes only then.
        if (ImageCheck.RunAndCutPower(life.Storage.KillProcess(), past) is string later)
        {
            wrong.Enqueue($"life {seed}, call {call.Number} ({call.Step} {call.Path}), killed, reopened, restarted: {later}");
        }

        return images.Count + 1;
    }
}
