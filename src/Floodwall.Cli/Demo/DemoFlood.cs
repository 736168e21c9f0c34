using Floodwall.Pipeline;

namespace Floodwall.Cli.Demo;

/// <summary>
/// The demo's flood: 200 ticks of 20 intents from five agents, the same on every machine. Nothing leaves the queue while it
/// lasts, so all three of admission's refusals but one show up, and the gate sees the best 512.
/// </summary>
internal static class DemoFlood
{
    public const ulong Seed = 0x9E37_79B9_7F4A_7C15;
    public const int Ticks = 200;
    public const int IntentsPerTick = 20;
    public const int Intents = Ticks * IntentsPerTick;

    public static readonly string[] Agents = ["reconciler-1", "reconciler-2", "deployer", "autoscaler", "chaos-monkey"];
    public static readonly string[] Resources = ["web", "api", "cache", "billing", "ledger-db"];
    public static readonly string[] Allowed = ["web", "api", "cache"];

    /// <summary>The bounds of the wall that it runs against; a release of 0 per tick holds the queue until it is drained.</summary>
    public static AdmissionSettings Admission { get; } =
        new(burst: 8, refillPerTick: 2, queueCapacity: 512, releasePerTick: 0);

    /// <summary>The gate that it runs against.</summary>
    public static IEnumerable<IPolicy> Policies(Vocabulary vocabulary) =>
    [
        new NoGlobalDestroy(vocabulary),
        new BlastNeedsPriority(vocabulary),
        new ResourceAllowlist(vocabulary, Allowed),
    ];

    /// <summary>
    /// The first tick on a ledger that is there already: late enough for every bucket to be full again, so that the flood meets the
    /// same wall.
    /// </summary>
    public static ulong FirstTick(ResumeReport resumed) =>
        resumed.Agents == 0 ? 0 : resumed.Clock + (ulong)(Admission.BurstUnits / Admission.RefillUnits);

    /// <summary>The intents in order.</summary>
    public static IEnumerable<Intent> Generate(SymbolTable symbols, ulong firstTick = 0)
    {
        Symbol[] agents = [.. Agents.Select(name => symbols.Intern(name))];
        Symbol[] resources = [.. Resources.Select(name => symbols.Intern(name))];
        Xorshift64 random = new(Seed);
        for (int i = 0; i < Intents; i++)
        {
            // The order of the draws is part of the flood.
            Intent intent = new() { Id = (ulong)i, SubmittedTick = firstTick + (ulong)(i / IntentsPerTick) };
            intent.Agent = agents[random.Below(5)];
            intent.Resource = resources[random.Below(5)];
            intent.BlastRadius = random.Below(10) switch
            {
                0 => BlastRadius.Global,
                <= 2 => BlastRadius.Region,
                <= 5 => BlastRadius.Service,
                _ => BlastRadius.Cell,
            };
            intent.Priority = random.Below(10) switch
            {
                0 => Priority.Pager,
                <= 2 => Priority.Urgent,
                <= 6 => Priority.Normal,
                _ => Priority.Bulk,
            };
            intent.Action = (IntentAction)random.Below(3);
            intent.Replicas = intent.Action == IntentAction.Scale ? random.Below(6) : 0;
            yield return intent;
        }
    }
}
