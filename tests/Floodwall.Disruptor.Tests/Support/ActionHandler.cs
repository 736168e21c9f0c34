using Disruptor;

namespace Floodwall.Disruptor.Tests.Support;

/// <summary>A handler made of an action, which tells when it starts and ends.</summary>
internal sealed class ActionHandler(Action<long> onEvent) : IValueEventHandler<Tick>
{
    public ManualResetEventSlim Started { get; } = new();

    public ManualResetEventSlim Ended { get; } = new();

    public void OnStart() => Started.Set();

    public void OnShutdown() => Ended.Set();

    public void OnEvent(ref Tick data, long sequence, bool endOfBatch) => onEvent(sequence);
}
