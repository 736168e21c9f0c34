using System.Runtime;

namespace Floodwall.Tests;

/// <summary>
/// Keeps the collector out while a thread's allocations are counted: a collection, which any thread can bring about, may charge every
/// thread with what is left of its allocation quantum, up to 8 KiB. For tests that run <see cref="Alone"/>: what others allocate
/// beside them would bring it in all the same.
/// </summary>
internal sealed class NoCollection : IDisposable
{
    private const long MostBytes = 200 << 20;

    public NoCollection() => Assert.True(GC.TryStartNoGCRegion(MostBytes), "the collector cannot be kept out");

    public void Dispose()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
        {
            GC.EndNoGCRegion();
        }
    }
}
