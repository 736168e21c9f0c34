using Floodwall.Pipeline;

namespace Floodwall.Benchmarks.Support;

/// <summary>A fixed set of intents over a small vocabulary, the same in every benchmark.</summary>
internal sealed class Intents
{
    public const int Count = 4096;
    public const int Agents = 1000;
    public const int Resources = 64;
    public const int Unlisted = 4;

    public Intents()
    {
        Vocabulary = new Vocabulary(4096);
        Policies = PoliciesOf(Vocabulary);
        (Symbol[] resources, Symbol[] agents) = NamesOf(Vocabulary);
        Random random = new(20_240_607);
        All = new Intent[Count];
        for (int i = 0; i < Count; i++)
        {
            Priority priority = (Priority)random.Next(4);
            All[i] = new Intent
            {
                Id = (ulong)i,
                Agent = agents[random.Next(Agents)],
                Resource = resources[random.Next(Resources)],
                Action = (IntentAction)random.Next(3),
                Priority = priority,
                BlastRadius = (BlastRadius)random.Next(random.Next(25) == 0 ? 4 : Math.Min((int)priority + 1, 3)),
                SubmittedTick = (ulong)i / Agents,
            };
        }
    }

    public Vocabulary Vocabulary { get; }

    public IReadOnlyList<IPolicy> Policies { get; }

    public Intent[] All { get; }

    /// <summary>The seed policies over another vocabulary.</summary>
    public static IReadOnlyList<IPolicy> PoliciesOf(Vocabulary vocabulary) =>
    [
        new NoGlobalDestroy(vocabulary),
        new BlastNeedsPriority(vocabulary),
        new ResourceAllowlist(vocabulary, Enumerable.Range(0, Resources - Unlisted).Select(Resource)),
    ];

    /// <summary>The intents' names; behind <see cref="PoliciesOf"/> they have the same numbers in every vocabulary.</summary>
    public static (Symbol[] Resources, Symbol[] Agents) NamesOf(Vocabulary vocabulary) =>
    (
        [.. Enumerable.Range(0, Resources).Select(i => vocabulary.Symbols.Intern(Resource(i)))],
        [.. Enumerable.Range(0, Agents).Select(i => vocabulary.Symbols.Intern($"agent-{i}"))]
    );

    private static string Resource(int i) => $"resource-{i}";
}
