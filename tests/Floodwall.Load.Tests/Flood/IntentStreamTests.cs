using Floodwall.Load.Flood;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Flood;

public sealed class IntentStreamTests
{
    private const int Agents = 200_000;

    [Fact]
    public void In_turn_every_agent_is_met_once()
    {
        (IntentStream stream, FloodNames names) = Make(new FloodShape(Agents, Resources: 1000) { DrawsNames = true });
        stream.InTurn = true;
        HashSet<Symbol> agents = [];
        HashSet<Symbol> resources = [];
        for (int i = 0; i < Agents; i++)
        {
            ref readonly Intent intent = ref stream.Next();
            agents.Add(intent.Agent);
            resources.Add(intent.Resource);
        }

        Assert.True(agents.SetEquals(names.Agents));
        Assert.True(resources.SetEquals(names.Resources));
    }

    [Fact]
    public void Drawn_names_are_spread_beyond_the_window_and_one_agent_overdoes_it()
    {
        (IntentStream stream, FloodNames names) = Make(new FloodShape(Agents, Resources: 1000) { DrawsNames = true });
        HashSet<Symbol> known = [.. names.Agents];
        Dictionary<Symbol, int> seen = [];
        const int Count = 1_000_000;
        for (int i = 0; i < Count; i++)
        {
            Symbol agent = stream.Next().Agent;
            seen[agent] = seen.GetValueOrDefault(agent) + 1;
        }

        Assert.True(seen.Keys.All(known.Contains));

        // Of 200,000 agents drawn five times each on average, e^-4.9 are not met: 1,489.
        Assert.InRange(seen.Count, Agents - 2000, Agents - 1000);
        Assert.InRange(seen[names.Agents[0]], 19_000, 21_000);
    }

    [Fact]
    public void Without_drawing_the_same_intents_come_round_with_other_ids()
    {
        (IntentStream stream, _) = Make(new FloodShape(1000));
        Intent[] first = [.. Enumerable.Range(0, IntentStream.Window).Select(_ => stream.Next())];
        for (int i = 0; i < IntentStream.Window; i++)
        {
            Intent again = stream.Next();
            Assert.Equal((ulong)(IntentStream.Window + i), again.Id);
            again.Id = first[i].Id;
            again.SubmittedTick = first[i].SubmittedTick;
            Assert.Equal(first[i], again);
        }
    }

    private static (IntentStream Stream, FloodNames Names) Make(FloodShape shape)
    {
        Vocabulary vocabulary = shape.NewVocabulary();
        _ = shape.Policies(vocabulary);
        FloodNames names = shape.Intern(vocabulary);
        return (new IntentStream(shape, names), names);
    }
}
