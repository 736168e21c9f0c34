using System.Globalization;
using Floodwall.Pipeline;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>
/// Submits intents through the threaded pipeline until it is killed, with several callers waiting. <c>opened SIZE</c> once it runs,
/// <c>decided INDEX INTENT TIER</c> as each caller gets its answer.
/// </summary>
internal static class PipelineCommand
{
    private const int Callers = 4;

    public static int Run(string directory, int seed)
    {
        using StreamWriter lines = Ledgers.Lines();
        lines.WriteLine("opening");
        WallOptions options = new()
        {
            Admission = AdmissionSettings.Unlimited,
            Policies = vocabulary => [new NoGlobalDestroy(vocabulary)],
            Ledger = Ledgers.Options(directory),
            Signer = Ledgers.Signer,
            SymbolCapacity = 4096,
            Checkpoints = new CheckpointSettings(everyEntries: 500, interval: TimeSpan.FromMilliseconds(5)),
        };
        using FloodwallPipeline wall = FloodwallPipeline.Open(options);
        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"opened {wall.Sizes.Appended}"));
        Symbol agent = wall.Vocabulary.Symbols.Intern("agent");
        Symbol resource = wall.Vocabulary.Symbols.Intern("resource");
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(() => Submit(caller)))];
        Task.WaitAll(callers);
        return 0;

        async Task Submit(int caller)
        {
            Random random = new(seed + caller);
            while (true)
            {
                Intent intent = new()
                {
                    Id = (ulong)random.NextInt64(),
                    Agent = agent,
                    Resource = resource,
                    Action = (IntentAction)random.Next(3),
                    BlastRadius = (BlastRadius)random.Next(4),
                };
                AckTier tier = random.Next(8) switch { 0 => AckTier.Durable, 1 => AckTier.Signed, _ => AckTier.Appended };
                Decision decision = await wall.SubmitAsync(in intent, tier).ConfigureAwait(false);
                if (decision.Outcome == Outcome.Decided)
                {
                    string line = string.Create(CultureInfo.InvariantCulture, $"decided {decision.EntryIndex} {intent.Id} {decision.Tier}");
                    lock (lines)
                    {
                        lines.WriteLine(line);
                    }
                }
            }
        }
    }
}
