namespace Floodwall.Crypto.Tests;

internal static class Allocations
{
    /// <summary>Bytes that <paramref name="action"/> allocates on this thread once it has run before.</summary>
    public static long Of(Action action)
    {
        for (int i = 0; i < 50; i++)
        {
            action();
        }

        // Tiering up or a type initializer may allocate once; the steady state is what counts.
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
