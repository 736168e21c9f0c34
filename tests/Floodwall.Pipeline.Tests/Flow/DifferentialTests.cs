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
            AdmissionSettings admission = AnyAdmission(new Random(seed));
            RefusalRecording refusals = (RefusalRecording)(seed % 3);

            Recorder plain = new();
            using (Wall wall = Wall.Open(TestWall.Options(folder.Sub("plain"), admission, refusals, plain)))
            {
                foreach (WallCommand command in Commands(seed, wall.Vocabulary))
                {
                    switch (command.Kind)
                    {
                        case CommandKind.Submit:
                            wall.Submit(in command.Intent);
                            break;
                        case CommandKind.Advance:
                            wall.AdvanceTo(command.Tick);
                            break;
                        default:
                            wall.Drain();
                            break;
                    }
                }
            }

            Recorder threaded = new();
            PipelineOptions layout = new() { Topology = topology, Wait = wait, IngressSlots = 64, DecisionSlots = 64 };
            using (FloodwallPipeline pipeline = FloodwallPipeline.Open(
                TestWall.Options(folder.Sub("threaded"), admission, refusals, threaded, checkpoints: new CheckpointSettings(100, TimeSpan.FromMilliseconds(1))),
                layout))
            {
                Assert.Equal(topology, pipeline.Topology);
                foreach (WallCommand command in Commands(seed, pipeline.Vocabulary))
                {
                    switch (command.Kind)
                    {
                        case CommandKind.Submit:
                            pipeline.Submit(in command.Intent);
                            break;
                        case CommandKind.Advance:
                            pipeline.AdvanceTo(command.Tick);
                            break;
                        default:
                            pipeline.Drain();
                            break;
                    }
                }
            }

            Assert.Equal(plain.Told.Select(t => t.Decision), threaded.Told.Select(t => t.Decision));
            Assert.Equal(Files(folder.Sub("plain")), Files(folder.Sub("threaded")));
            Assert.Equal(Ledger.VerificationStatus.Good, TestWall.Verify(folder.Sub("threaded")).Status);
        }
    }

    private static AdmissionSettings AnyAdmission(Random random) => new(
        burst: random.Next(1, 50),
        refillPerTick: random.Next(5),
        queueCapacity: random.Next(1, 100),
        releasePerTick: random.Next(3) == 0 ? null : (uint)random.Next(30),
        maxAgents: random.Next(3, 6));

    private static IEnumerable<WallCommand> Commands(int seed, Vocabulary vocabulary)
    {
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        Random random = new(seed);
        ulong tick = 0;
        for (ulong i = 0; i < 2000; i++)
        {
            tick += random.Next(20) == 0 ? 1u : 0u;
            WallCommand command = new() { Tick = tick + (ulong)random.Next(3) };
            command.Kind = random.Next(100) switch
            {
                0 => CommandKind.Drain,
                1 => CommandKind.Advance,
                _ => CommandKind.Submit,
            };
            command.Intent = TestWall.AnyIntent(random, agents, resources, (ulong)random.Next(500), tick);
            yield return command;
        }
    }

    // Every file but the lock, by name and content.
    private static IEnumerable<string> Files(string ledger) => Directory
        .EnumerateFiles(ledger, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "lock")
        .Order(StringComparer.Ordinal)
        .Select(file => $"{Path.GetRelativePath(ledger, file)} {Convert.ToHexString(File.ReadAllBytes(file))}");
}
