using System.Diagnostics;
using Floodwall.Ledger;
using Floodwall.Load.Flood;
using Floodwall.Load.Scenarios.EndToEnd;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Scenarios.EndToEnd;

public sealed class SigningLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("floodwall-signing-test-");

    [Fact]
    public void Every_checkpoint_of_a_wall_is_counted_in_the_window_in_which_it_was_signed()
    {
        SigningLog log = new(FloodShape.Signer);
        FloodShape shape = new(10);
        DecisionTally tally = new();
        string ledger = Path.Combine(_folder.FullName, "ledger");
        long before = Stopwatch.GetTimestamp();
        long between;
        using (Wall wall = Wall.Open(shape.Wall(new LedgerOptions { Directory = ledger }, tally, log)))
        {
            IntentStream stream = new(shape, shape.Intern(wall.Vocabulary));
            between = Stopwatch.GetTimestamp();
            for (int i = 1; i <= 3; i++)
            {
                wall.Submit(in stream.Next());
                wall.Checkpoint();
                Assert.Equal(i, log.Between(between, Stopwatch.GetTimestamp()));
            }

            Assert.Equal(3, log.Between(between, long.MaxValue));
            Assert.Equal(log.Between(before, long.MaxValue) - 3, log.Between(before, between - 1));
        }

        Assert.Contains("root", LedgerProof.Of(ledger, tally.Decided, tally.DecidedIdSum), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
