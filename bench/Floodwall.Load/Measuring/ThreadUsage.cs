using System.Runtime.InteropServices;

namespace Floodwall.Load.Measuring;

/// <summary>
/// What the kernel has counted for the calling thread since it began: clock_gettime(2) with CLOCK_THREAD_CPUTIME_ID, and getrusage(2)
/// with RUSAGE_THREAD, whose own times are those of the last tick. Linux only.
/// </summary>
/// <param name="Processor">
/// Time on a core, to the nanosecond. Where a virtual machine is told of it, what the host took away is not in it.
/// </param>
/// <param name="Given">Times the thread gave its core away, to wait for something.</param>
/// <param name="Taken">Times its core was taken from it for another thread.</param>
internal readonly partial record struct ThreadUsage(TimeSpan Processor, long Given, long Taken)
{
    private const int OfThread = 1;
    private const int ThreadClock = 3;

    /// <summary>Null where it cannot be asked.</summary>
    public static ThreadUsage? Read()
    {
        if (!OperatingSystem.IsLinux() || GetResourceUsage(OfThread, out ResourceUsage usage) != 0 || GetTime(ThreadClock, out Time time) != 0)
        {
            return null;
        }

        TimeSpan processor = new((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
        return new ThreadUsage(processor, usage.VoluntarySwitches, usage.InvoluntarySwitches);
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUsage(int who, out ResourceUsage usage);

    // struct timespec of 64-bit Linux.
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

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
