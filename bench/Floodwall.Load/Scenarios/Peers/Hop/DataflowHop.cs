using System.Threading.Tasks.Dataflow;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>An ActionBlock of TPL Dataflow, one message at a time.</summary>
internal sealed class ActionBlockHop : HopStage, IDisposable
{
    private readonly HopSum _sum = new();
    private readonly ActionBlock<HopSlot> _block;

    /// <param name="capacity">Slots; -1 for no bound, and then Dataflow takes its fastest queue, of one producer.</param>
    public ActionBlockHop(int capacity) => _block = new ActionBlock<HopSlot>(
        slot =>
        {
            _sum.Add(in slot);
            _sum.Publish(1);
        },
        new ExecutionDataflowBlockOptions { BoundedCapacity = capacity, SingleProducerConstrained = true, MaxDegreeOfParallelism = 1 });

    protected override ulong Received => _sum.Received;

    protected override ulong Sum => _sum.Sum;

    public void Dispose()
    {
        _block.Complete();
        _block.Completion.GetAwaiter().GetResult();
    }

    protected override void Send(ulong first, long operations) => DataflowSend.ToAsync(_block, first, operations).GetAwaiter().GetResult();
}

/// <summary>A BufferBlock of TPL Dataflow, emptied by a loop.</summary>
internal sealed class BufferBlockHop : HopStage, IDisposable
{
    private readonly HopSum _sum = new();
    private readonly BufferBlock<HopSlot> _block = new(new DataflowBlockOptions { BoundedCapacity = HopSlot.Capacity });
    private readonly Task _reader;

    public BufferBlockHop() => _reader = Task.Run(ReadAsync);

    protected override ulong Received => _sum.Received;

    protected override ulong Sum => _sum.Sum;

    public void Dispose()
    {
        _block.Complete();
        _reader.GetAwaiter().GetResult();
    }

    protected override void Send(ulong first, long operations) => DataflowSend.ToAsync(_block, first, operations).GetAwaiter().GetResult();

    private async Task ReadAsync()
    {
        while (await _block.OutputAvailableAsync().ConfigureAwait(false))
        {
            _sum.Publish(ReadAvailable());
        }
    }

    private ulong ReadAvailable()
    {
        ulong count = 0;
        for (; count < HopSlot.Capacity && _block.TryReceive(out HopSlot slot); count++)
        {
            _sum.Add(in slot);
        }

        return count;
    }
}

/// <summary>Posts, and awaits only where a block is full.</summary>
internal static class DataflowSend
{
    public static async Task ToAsync(ITargetBlock<HopSlot> block, ulong first, long operations)
    {
        for (; operations > 0; operations--)
        {
            HopSlot slot = HopSlot.Of(first++);
            if (!block.Post(slot))
            {
                await block.SendAsync(slot).ConfigureAwait(false);
            }
        }
    }
}
