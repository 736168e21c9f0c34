using Floodwall.Ledger;
using Floodwall.Reliability.Child.Commands;

namespace Floodwall.Reliability.Tests.Kills;

/// <summary>Writers race for one ledger: two processes, and two threads of one process. One wins, never two.</summary>
public sealed class RaceTests
{
    private const int Races = 200;

    [Fact]
    public void Two_processes_never_both_win()
    {
        using TempFolder temp = new();
        using ChildProcess one = ChildProcess.Start("race", temp.Of("ledger"));
        using ChildProcess other = ChildProcess.Start("race", temp.Of("ledger"));
        Assert.Equal(("ready", "ready"), (one.ReadLine(), other.ReadLine()));
        int first = 0;
        for (int race = 0; race < Races; race++)
        {
            (ChildProcess a, ChildProcess b) = race % 2 == 0 ? (one, other) : (other, one);
            a.WriteLine("go");
            b.WriteLine("go");
            string[] results = [one.ReadLine()!, other.ReadLine()!];
            Assert.Equal(["locked", "won"], results.Order());
            first += results[0] == "won" ? 1 : 0;
            one.WriteLine("leave");
            other.WriteLine("leave");
            Assert.Equal(("left", "left"), (one.ReadLine(), other.ReadLine()));
        }

        Check(temp.Of("ledger"));
        Figures.Report("Races of two processes", $"{Races} races, one winner in each ({first} : {Races - first}), never two");
    }

    [Fact]
    public void Two_threads_never_both_win()
    {
        using TempFolder temp = new();
        string directory = temp.Of("ledger");
        using Barrier start = new(2);
        int won = 0, both = 0;
        for (int race = 0; race < Races; race++)
        {
            LedgerWriter?[] writers = new LedgerWriter?[2];
            Parallel.Invoke(() => Race(0), () => Race(1));
            int winners = writers.Count(writer => writer is not null);
            won += winners;
            both += winners > 1 ? 1 : 0;
            foreach (LedgerWriter? writer in writers)
            {
                writer?.Begin(0x30, 4, out _);
                writer?.Commit();
                writer?.Close();
            }

            void Race(int thread)
            {
                start.SignalAndWait(TestContext.Current.CancellationToken);
                try
                {
                    writers[thread] = LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer);
                }
                catch (LedgerLockedException)
                {
                    // The other one has it.
                }
            }
        }

        Assert.Equal((Races, 0), (won, both));
        Check(directory);
        Figures.Report("Races of two threads", $"{Races} races, one winner in each, never two");
    }

    /// <summary>Each winner's entry is there, and none that two wrote.</summary>
    private static void Check(string directory)
    {
        VerificationReport report = LedgerVerifier.Verify(directory, Ledgers.Signer.VerifierKey);
        Assert.Equal((VerificationStatus.Good, 1UL + Races), (report.Status, report.AppendedSize));
    }
}
