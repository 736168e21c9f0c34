using Floodwall.Ledger;

namespace Floodwall.Pipeline.Tests.Replay;

public sealed class GateChangeTests
{
    [Fact]
    public void A_gate_is_recorded_when_it_changes_and_judges_what_follows_it()
    {
        using TempFolder folder = new();
        Func<Vocabulary, IEnumerable<IPolicy>>[] gates =
        [
            TestWall.SeedPolicies,
            TestWall.SeedPolicies,
            vocabulary => [new ResourceAllowlist(vocabulary, Enumerable.Range(0, 2000).Select(i => $"resource {i}"))],
            vocabulary => [new FreezeWindow(vocabulary, 0, 1000), new DeadlineNotPassed(vocabulary)],
            _ => [],
            TestWall.SeedPolicies,
        ];
        int[] recorded = [1, 1, 2, 3, 4, 5];
        for (int session = 0; session < gates.Length; session++)
        {
            using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("ledger"), policies: gates[session])))
            {
                foreach (WallCommand command in CommandStream.Of(session, 200, wall.Vocabulary))
                {
                    CommandStream.Feed(wall, in command);
                }
            }

            // The allowlist of 2,000 takes more than one part.
            Assert.Equal(recorded[session], FirstParts(folder.Sub("ledger")));
            ReplayReport report = TestWall.Replay(folder.Sub("ledger"));
            Assert.Equal((0ul, 0ul), (report.MismatchCount, report.NotJudged));
            ReplayReport tail = TestWall.Replay(folder.Sub("ledger"), new ReplayOptions { FromSnapshot = true });
            Assert.Equal(report.State.Digest, tail.State.Digest);
            Assert.Equal(report.State.Policies, tail.State.Policies);
        }
    }

    private static int FirstParts(string ledger)
    {
        int count = 0;
        using EntryCursor cursor = LedgerReader.Open(ledger).ReadFrom(0);
        while (cursor.MoveNext())
        {
            count += cursor.Current.Kind == WallEntryKinds.Gate && (cursor.Current.Payload[0] & PartWriter.First) != 0 ? 1 : 0;
        }

        return count;
    }
}
