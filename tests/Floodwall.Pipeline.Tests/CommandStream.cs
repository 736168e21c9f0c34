namespace Floodwall.Pipeline.Tests;

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

    /// <summary>
    /// Submits of five agents with now and then an advance, a drain or a fact; the clock moves by one tick or by several. With swaps, the
    /// gate changes now and then: to <see cref="TestWall.Gates"/> at the number in the command's tick.
    /// </summary>
    public static IEnumerable<WallCommand> Of(int seed, int count, Vocabulary vocabulary, bool swaps = false)
    {
        (Symbol[] agents, Symbol[] resources) = TestWall.Names(vocabulary);
        uint[] sets = AttributeSets(vocabulary);
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
                < 9 => CommandKind.Fact,
                9 when swaps => CommandKind.Swap,
                _ => CommandKind.Submit,
            };
            if (command.Kind == CommandKind.Swap)
            {
                command.Tick = (ulong)random.Next(TestWall.Gates.Count);
                yield return command;
                continue;
            }

            if (command.Kind == CommandKind.Fact)
            {
                command.Fact = AnyFact(random, vocabulary.Symbols, resources, tick);
                yield return command;
                continue;
            }

            command.Intent = TestWall.AnyIntent(random, agents, resources, (ulong)random.Next(300), tick);
            command.Intent.Attributes = sets[random.Next(sets.Length)];
            yield return command;
        }
    }

    // The clock may be ahead of a fact or behind it.
    private static Fact AnyFact(Random random, SymbolTable symbols, Symbol[] resources, ulong tick)
    {
        ulong asOf = tick + (ulong)random.Next(10) - Math.Min(tick, 5);
        Symbol resource = resources[random.Next(resources.Length)];
        return random.Next(6) switch
        {
            0 => new Fact(FactKind.Provider, Symbol.None, symbols.Intern("status"), FactValue.Of(symbols.Intern(random.Next(4) == 0 ? "down" : "up")), asOf),
            1 => new Fact(FactKind.Risk, resource, symbols.Intern("p_exhaustion"), FactValue.Of(random.NextDouble()), asOf),
            2 => new Fact(FactKind.Agent, resource, symbols.Intern("trusted"), FactValue.Of(random.Next(2) == 0), asOf),
            _ => new Fact(FactKind.Pool, resource, symbols.Intern("remaining"), FactValue.Of((long)random.Next(-1, 4)), asOf),
        };
    }

    /// <summary>Interns a few attribute sets in a fixed order; mostly none, so that most decisions stay small.</summary>
    private static uint[] AttributeSets(Vocabulary vocabulary)
    {
        AttributeSetBuilder builder = new();
        Symbol cidr = vocabulary.Symbols.Intern("cidr");
        Symbol[] values = [vocabulary.Symbols.Intern("0.0.0.0/0"), vocabulary.Symbols.Intern("10.0.0.0/8"), Symbol.None];
        return
        [
            0, 0, 0, 0,
            vocabulary.Attributes.Intern(builder.Clear().Add(cidr, values[0]).Add(values[1], 0.5)),
            vocabulary.Attributes.Intern(builder.Clear().Add(cidr, values)),
            vocabulary.Attributes.Intern(builder.Clear().Add(cidr, values[2]).Add(values[0], true).Add(values[1], -3L)),
        ];
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
            case CommandKind.Fact:
                wall.AcceptFact(in command.Fact);
                break;
            case CommandKind.Swap:
                wall.SwapPolicies([.. TestWall.Gates[(int)command.Tick](wall.Vocabulary)], $"gate {command.Tick}");
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
            case CommandKind.Fact:
                pipeline.AcceptFact(in command.Fact);
                break;
            case CommandKind.Swap:
                pipeline.SwapPolicies([.. TestWall.Gates[(int)command.Tick](pipeline.Vocabulary)], $"gate {command.Tick}");
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
        AttributeCapacity = options.AttributeCapacity,
        Handler = options.Handler,
        Snapshots = new SnapshotSettings(snapshotEvery),
        RequeueWaiting = options.RequeueWaiting,
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
