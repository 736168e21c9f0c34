namespace Floodwall.Pipeline.Tests.Flow;

/// <summary>The threaded wall against the synchronous one: the same commands, the same decisions, the same bytes.</summary>
public sealed class DifferentialTests
{
    public static TheoryData<Topology, WaitMode> Layouts => new()
    {
        { Topology.Fused, WaitMode.Balanced },
        { Topology.Paired, WaitMode.Blocking },
        { Topology.Split, WaitMode.LowLatency },
        { Topology.Direct, WaitMode.Balanced },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Same_commands_same_ledger_bytes(Topology topology, WaitMode wait)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            using TempFolder folder = new();
            AdmissionSettings admission = CommandStream.AnyAdmission(new Random(seed));
            RefusalRecording refusals = (RefusalRecording)(seed % 3);

            Recorder plain = new();
            using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("plain"), admission, refusals, plain, TestWall.Gates[1])))
            {
                foreach (WallCommand command in CommandStream.Of(seed, 2000, wall.Vocabulary, swaps: true))
                {
                    CommandStream.Feed(wall, in command);
                }
            }

            Recorder threaded = new();
            PipelineOptions layout = new() { Topology = topology, Wait = wait, IngressSlots = 64, DecisionSlots = 64 };
            using (FloodwallPipeline pipeline = FloodwallPipeline.Open(
                TestWall.Options(folder.Sub("threaded"), admission, refusals, threaded, TestWall.Gates[1], checkpoints: new CheckpointSettings(100, TimeSpan.FromMilliseconds(1))),
                layout))
            {
                Assert.Equal(topology, pipeline.Topology);
                foreach (WallCommand command in CommandStream.Of(seed, 2000, pipeline.Vocabulary, swaps: true))
                {
                    CommandStream.Feed(pipeline, in command);
                }
            }

            Assert.Equal(plain.Told.Select(t => t.Decision), threaded.Told.Select(t => t.Decision));
            Assert.Equal(Files(folder.Sub("plain")), Files(folder.Sub("threaded")));
            Assert.Equal(Ledger.VerificationStatus.Good, TestWall.Verify(folder.Sub("threaded")).Status);
            ReplayReport report = TestWall.Replay(folder.Sub("threaded"));
            Assert.Empty(report.Mismatches);
            Assert.Equal((0ul, (ulong)threaded.Told.Count(t => t.Decision.Outcome == Outcome.Decided)), (report.NotJudged, report.Judged));
            Assert.True(report.GateCount > 5 && report.State.Facts.Count > 10, $"{report.GateCount} gates, {report.State.Facts.Count} facts");
        }
    }

    // Every file but the lock, by name and content.
    private static IEnumerable<string> Files(string ledger) => Directory
        .EnumerateFiles(ledger, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(ledger, file)} {Convert.ToHexString(File.ReadAllBytes(file))}");
}
