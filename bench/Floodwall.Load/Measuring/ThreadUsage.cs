using System.Runtime.InteropServices;

namespace Floodwall.Load.Measuring;

/// <summary>What the kernel has counted for the calling thread since it began: getrusage(2) with RUSAGE_THREAD. Linux only.</summary>
/// <param name="Processor">Time on a core, in user and kernel mode together. The kernel's split of the two is an estimate; their sum is not.</param>
/// <param name="Faults">Page faults that needed no reading from a disk.</param>
/// <param name="Given">Times the thread gave its core away, to wait for something.</param>
/// <param name="Taken">Times its core was taken from it for another thread.</param>
internal readonly partial record struct ThreadUsage(TimeSpan Processor, long Faults, long Given, long Taken)
{
    private const int OfThread = 1;

    /// <summary>Null where it cannot be asked.</summary>
    public static ThreadUsage? Read()
    {
        if (!OperatingSystem.IsLinux() || GetResourceUsage(OfThread, out ResourceUsage usage) != 0)
        {
            return null;
        }

        long microseconds = ((usage.UserSeconds + usage.SystemSeconds) * 1_000_000) + usage.UserMicroseconds + usage.SystemMicroseconds;
        return new ThreadUsage(TimeSpan.FromMicroseconds(microseconds), usage.MinorFaults, usage.VoluntarySwitches, usage.InvoluntarySwitches);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    // struct rusage of 64-bit Linux: two timevals and fourteen longs.
    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long MaximumResidentSet;
        public long SharedText;
        public long UnsharedData;
        public long UnsharedStack;
        public long MinorFaults;
        public long MajorFaults;
        public long Swaps;
        public long BlocksIn;
        public long BlocksOut;
        public long MessagesSent;
        public long MessagesReceived;
        public long Signals;
        public long VoluntarySwitches;
        public long InvoluntarySwitches;
    }
}
