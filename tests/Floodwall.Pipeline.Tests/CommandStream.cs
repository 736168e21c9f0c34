namespace Floodwall.Pipeline.Tests.Replay;

/// <summary>Random commands, the same for the same seed, and what it takes to crash a wall between two of them.</summary>
internal static class CommandStream
{
    /// <summary>Bounds that make every refusal, wait and release happen.</summary>
    public static AdmissionSettings AnyAdmission(Random random) => new(
        burst: random.Next(1, 30),
        refillPerTick: random.Next(4) == 0 ? 0.3 : random.Next(5),
        queueCapacity: random.Next(1, 60),
        releasePerTick: random.Next(4) == 0 ? null : (uint)random.Next(12),
        maxAgents: random.Next(3, 6));

    /// <summary>Submits of five agents with now and then an advance or a drain; the clock moves by one tick or by several.</summary>
    public static IEnumerable<WallCommand> Of(int seed, int count, Vocabulary vocabulary)
    {
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        Random random = new(seed);
        ulong tick = 0;
        for (int i = 0; i < count; i++)
        {
            tick += random.Next(12) == 0 ? (ulong)random.Next(1, 5) : 0;
            WallCommand command = new() { Tick = tick + (ulong)random.Next(3) };
            command.Kind = random.Next(100) switch
            {
                0 => CommandKind.Drain,
                < 4 => CommandKind.Advance,
                _ => CommandKind.Submit,
            };
            command.Intent = TestWall.AnyIntent(random, agents, resources, (ulong)random.Next(300), tick);
            yield return command;
        }
    }

    public static void Feed(Wall wall, in WallCommand command)
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

    public static void Feed(FloodwallPipeline pipeline, in WallCommand command)
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

    /// <summary>What the end of the process would leave: the files as they are, no lock, nothing signed or tidied.</summary>
    public static string Crash(string ledger, string copy)
    {
        Copy(ledger, copy);
        Copy(ledger + ".state", copy + ".state");
        return copy;
    }

    public static WallOptions With(this WallOptions options, ulong snapshotEvery) => new()
    {
        Admission = options.Admission,
        Refusals = options.Refusals,
        Policies = options.Policies,
        Ledger = options.Ledger,
        Signer = options.Signer,
        Checkpoints = options.Checkpoints,
        SymbolCapacity = options.SymbolCapacity,
        Handler = options.Handler,
        Snapshots = new SnapshotSettings(snapshotEvery),
    };

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "lock"))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
