using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>
/// Pins threads to cores with sched_setaffinity(2). Linux only; elsewhere nothing is pinned and the wall runs all the same.
/// </summary>
internal static partial class CoreAffinity
{
    // cpu_set_t of glibc and musl: 1024 bits.
    private const int MaskBytes = 128;

    /// <summary>The cores this process may use, in ascending order; empty where that cannot be asked.</summary>
    public static int[] Allowed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        byte[] mask = new byte[MaskBytes];
        if (GetAffinity(0, MaskBytes, mask) < 0)
        {
            return [];
        }

        return [.. Enumerable.Range(0, MaskBytes * 8).Where(core => (mask[core >> 3] & (1 << (core & 7))) != 0)];
    }

    /// <summary>Pins the calling thread to one core.</summary>
    /// <returns>Whether it is pinned now.</returns>
    public static bool TryPinCurrentThread(int core)
    {
        if (!OperatingSystem.IsLinux() || core is < 0 or >= MaskBytes * 8)
        {
            return false;
        }

        byte[] mask = new byte[MaskBytes];
        mask[core >> 3] = (byte)(1 << (core & 7));

        // Thread id 0 is the calling thread.
        return SetAffinity(0, MaskBytes, mask) == 0;
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int threadId, nint maskBytes, byte[] mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int threadId, nint maskBytes, byte[] mask);
}
