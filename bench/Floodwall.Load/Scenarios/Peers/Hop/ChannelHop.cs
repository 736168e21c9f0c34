using System.Threading.Channels;

namespace Floodwall.Load.Scenarios.Peers.Hop;

/// <summary>How a channel's producer waits for room.</summary>
internal enum RoomWait
{
    /// <summary>Awaits WriteAsync, as documented.</summary>
    Awaits = 0,

    /// <summary>Tries again, spinning and yielding.</summary>
    Spins = 1,
}

/// <summary>System.Threading.Channels with one reader and one writer, TryWrite and TryRead first as its documentation advises.</summary>
internal sealed class ChannelHop : HopStage, IDisposable
{
    private readonly HopSum _sum = new();
    private readonly Channel<HopSlot> _channel;
    private readonly RoomWait _wait;
    private readonly Task _reader;

    private ChannelHop(Channel<HopSlot> channel, RoomWait wait)
    {
        _channel = channel;
        _wait = wait;
        _reader = Task.Run(ReadAsync);
    }

    protected override ulong Received => _sum.Received;

    protected override ulong Sum => _sum.Sum;

    public static ChannelHop Bounded(RoomWait wait) => new(
        Channel.CreateBounded<HopSlot>(new BoundedChannelOptions(HopSlot.Capacity) { SingleReader = true, SingleWriter = true }), wait);

    public static ChannelHop Unbounded() => new(
        Channel.CreateUnbounded<HopSlot>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true }), RoomWait.Awaits);

    public void Dispose()
    {
        _channel.Writer.Complete();
        _reader.GetAwaiter().GetResult();
    }

    protected override void Send(ulong first, long operations)
    {
        if (_wait == RoomWait.Awaits)
        {
            SendAsync(first, operations).GetAwaiter().GetResult();
        }
        else
        {
            SendSpinning(first, operations);
        }
    }

    private async Task SendAsync(ulong first, long operations)
    {
        ChannelWriter<HopSlot> writer = _channel.Writer;
        for (; operations > 0; operations--)
        {
            HopSlot slot = HopSlot.Of(first++);
            if (!writer.TryWrite(slot))
            {
                await writer.WriteAsync(slot).ConfigureAwait(false);
            }
        }
    }

    private void SendSpinning(ulong first, long operations)
    {
        ChannelWriter<HopSlot> writer = _channel.Writer;
        for (; operations > 0; operations--)
        {
            HopSlot slot = HopSlot.Of(first++);
            SpinWait spin = default;
            while (!writer.TryWrite(slot))
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private async Task ReadAsync()
    {
        ChannelReader<HopSlot> reader = _channel.Reader;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _sum.Publish(ReadAvailable(reader));
        }
    }

    // Bounded, so that the sum is published now and then and the JIT compiles the loop for good.
    private ulong ReadAvailable(ChannelReader<HopSlot> reader)
    {
        ulong count = 0;
        for (; count < HopSlot.Capacity && reader.TryRead(out HopSlot slot); count++)
        {
            _sum.Add(in slot);
        }

        return count;
    }
}
