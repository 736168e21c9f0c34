namespace Floodwall.Pipeline.Tests.Queue;

public sealed class PriorityLanesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    [InlineData(512)]
    public void Highest_priority_first_and_first_in_first_out_within(int capacity)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            Random random = new(seed);
            PriorityLanes lanes = new(capacity);
            List<(Priority Priority, ulong Id)> model = [];
            for (ulong id = 0; id < 3000; id++)
            {
                Assert.Equal(model.Count, lanes.Count);
                Assert.Equal(model.Count == capacity, lanes.IsFull);
                if (!lanes.IsFull && random.Next(100) < 55)
                {
                    Intent intent = new() { Id = id, Priority = (Priority)random.Next(4) };
                    lanes.Enqueue(in intent, admittedTick: id + 7, ticket: (uint)id);
                    model.Add((intent.Priority, id));
                }
                else if (!lanes.IsEmpty)
                {
                    // Stable by construction: the first of the highest priority in arrival order.
                    (Priority Priority, ulong Id) expected = model.MaxBy(item => item.Priority);
                    QueuedIntent got = lanes.Dequeue();
                    Assert.Equal(expected, (got.Intent.Priority, got.Intent.Id));
                    Assert.Equal(expected.Id + 7, got.AdmittedTick);
                    Assert.Equal((uint)expected.Id, got.Ticket);
                    model.Remove(expected);
                }
            }
        }
    }
}
