namespace Floodwall.Pipeline.Tests.Admission;

public sealed class LiveIntentsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Behaves_as_a_set_under_random_operations(int capacity)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Random random = new(seed);
            LiveIntents live = new(capacity, seed);
            HashSet<(uint, ulong)> model = [];
            for (int i = 0; i < 4000; i++)
            {
                Symbol agent = new((uint)random.Next(1, 5));
                ulong id = (ulong)random.Next(capacity * 2);
                bool there = model.Contains((agent.Id, id));
                Assert.Equal(there, live.Contains(agent, id));
                if (random.Next(2) == 0)
                {
                    Assert.Equal(model.Remove((agent.Id, id)), live.Remove(agent, id));
                }
                else if (!there && model.Count < capacity)
                {
                    live.Add(agent, id);
                    model.Add((agent.Id, id));
                }
                else if (!there)
                {
                    Assert.Throws<InvalidOperationException>(() => live.Add(agent, id));
                }

                Assert.Equal(model.Count, live.Count);
            }

            Assert.All(model, pair => Assert.True(live.Contains(new Symbol(pair.Item1), pair.Item2)));
        }
    }
}
