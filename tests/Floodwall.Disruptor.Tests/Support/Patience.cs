using Disruptor;

namespace Floodwall.Disruptor.Tests.Support;

/// <summary>Waits that fail instead of hanging. The limit is far above what any test needs; no test measures time.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static void For(ManualResetEventSlim signal, string what) =>
        Assert.True(signal.Wait(Limit, TestContext.Current.CancellationToken), $"{what} did not happen");

    public static void Join(Thread thread) => Assert.True(thread.Join(Limit), $"{thread.Name} did not end");

    public static Thread Run(string name, Action body)
    {
        var thread = new Thread(() => body()) { Name = name, IsBackground = true };
        thread.Start();
        return thread;
    }

    /// <summary>Spins, yielding, until the condition holds.</summary>
    public static void Until(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, Limit), $"{what} did not happen");

    public static IWaitStrategy Strategy(string name) => name switch
    {
        "yielding" => new YieldingWaitStrategy(),
        "blocking" => new BlockingWaitStrategy(),
        "sleeping" => new SleepingWaitStrategy(),
        "spin" => new SpinWaitWaitStrategy(),
        "busy" => new BusySpinWaitStrategy(),
        "timeout" => new TimeoutBlockingWaitStrategy(TimeSpan.FromMilliseconds(1)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "unknown wait strategy"),
    };
}
