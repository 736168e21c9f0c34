using System.Buffers.Text;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Floodwall.Load.Scenarios.Soak;

/// <summary>The process at one moment.</summary>
/// <param name="At">Timestamp of <see cref="Stopwatch"/>.</param>
/// <param name="WorkingSet">Bytes of memory in use, with the mapped ledger's pages.</param>
/// <param name="Private">Bytes without pages that belong to files.</param>
/// <param name="Heap">Bytes of the collected heap.</param>
/// <param name="Gen0">Collections so far, of generation 0 and above.</param>
/// <param name="Gen1">Of generation 1 and above.</param>
/// <param name="Gen2">Of generation 2.</param>
/// <param name="Allocated">Bytes allocated so far, as far as threads have reported them.</param>
internal readonly record struct MemorySample(long At, long WorkingSet, long Private, long Heap, int Gen0, int Gen1, int Gen2, long Allocated);

/// <summary>Samples the process's memory into an array made beforehand: sampling allocates nothing.</summary>
internal sealed class MemorySampler : IDisposable
{
    private readonly MemorySample[] _samples;
    private readonly TimeSpan _interval;
    private readonly SafeFileHandle? _statm;
    private int _count;

    /// <param name="interval">Time between samples.</param>
    /// <param name="capacity">The most samples; later ones are dropped.</param>
    public MemorySampler(TimeSpan interval, int capacity)
    {
        _interval = interval;
        _samples = new MemorySample[capacity];
        _statm = OperatingSystem.IsLinux() ? File.OpenHandle("/proc/self/statm") : null;
    }

    /// <summary>What was sampled, in order.</summary>
    public ReadOnlySpan<MemorySample> Samples => _samples.AsSpan(0, Volatile.Read(ref _count));

    /// <summary>Takes a sample, then sleeps for the interval. For a thread of its own.</summary>
    public void Watch()
    {
        Sample();
        Thread.Sleep(_interval);
    }

    public void Dispose() => _statm?.Dispose();

    private void Sample()
    {
        if (_count == _samples.Length)
        {
            return;
        }

        (long workingSet, long own) = Read();
        _samples[_count] = new MemorySample(
            Stopwatch.GetTimestamp(),
            workingSet,
            own,
            GC.GetTotalMemory(forceFullCollection: false),
            GC.CollectionCount(0),
            GC.CollectionCount(1),
            GC.CollectionCount(2),
            GC.GetTotalAllocatedBytes(precise: false));
        Volatile.Write(ref _count, _count + 1);
    }

    // proc(5), statm: size, resident, shared, … in pages; shared are the pages of files.
    private (long WorkingSet, long Private) Read()
    {
        if (_statm is null)
        {
            return (Environment.WorkingSet, Environment.WorkingSet);
        }

        Span<byte> text = stackalloc byte[256];
        ReadOnlySpan<byte> rest = text[..RandomAccess.Read(_statm, text, 0)];
        Take(ref rest);
        long resident = Take(ref rest);
        long shared = Take(ref rest);
        return (resident * Environment.SystemPageSize, (resident - shared) * Environment.SystemPageSize);
    }

    private static long Take(ref ReadOnlySpan<byte> text)
    {
        bool found = Utf8Parser.TryParse(text, out long value, out int used);
        text = found && used < text.Length ? text[(used + 1)..] : [];
        return value;
    }
}
