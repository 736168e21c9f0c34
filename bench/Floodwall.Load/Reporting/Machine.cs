using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Floodwall.Crypto;
using Floodwall.Load.Measuring;

namespace Floodwall.Load.Reporting;

/// <summary>The machine and the runtime that figures were taken on.</summary>
/// <param name="Line">In one line.</param>
/// <param name="Facts">In detail.</param>
internal sealed record Machine(string Line, IReadOnlyDictionary<string, string> Facts)
{
    /// <param name="ledgers">The folder that ledgers were written to.</param>
    /// <param name="loadBefore">The load average when the scenario began.</param>
    /// <param name="disk">What the disk under that folder took by itself when all was over; null where that was not measured.</param>
    public static Machine Describe(string ledgers, string loadBefore, DiskSpeed? disk)
    {
        string cpu = Field("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        string memory = MemoryText();
        string runtime = RuntimeInformation.FrameworkDescription;
        string? flags = Field("/proc/cpuinfo", "flags");
        SortedDictionary<string, string> facts = new()
        {
            ["CPU"] = $"{cpu}, family {Field("/proc/cpuinfo", "cpu family") ?? "?"} model {Field("/proc/cpuinfo", "model") ?? "?"} stepping {Field("/proc/cpuinfo", "stepping") ?? "?"}",
            ["CPU clock measured"] = ClockText(),
            ["virtual machine"] = LinuxFacts.HasFlag(flags, "hypervisor"),
            ["SHA extensions"] = LinuxFacts.HasFlag(flags ?? Field("/proc/cpuinfo", "Features"), "sha_ni", "sha2"),
            ["CPU governor"] = Text("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
            ["transparent huge pages"] = Text("/sys/kernel/mm/transparent_hugepage/enabled"),
            ["cores"] = $"{Lines("/proc/cpuinfo", "processor")} online, allowed: {Field("/proc/self/status", "Cpus_allowed_list") ?? "all"}, seen by .NET: {Environment.ProcessorCount}",
            ["caches"] = Caches(),
            ["memory"] = memory,
            ["kernel"] = $"{Text("/proc/sys/kernel/osrelease")}, {RuntimeInformation.OSDescription}",
            ["runtime"] = $"{runtime}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.RuntimeIdentifier}",
            ["build"] = (typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown") + WorkingTree.Suffix(),
            ["GC"] = $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}",
            ["vectors"] = $"512: {Vector512.IsHardwareAccelerated}, 256: {Vector256.IsHardwareAccelerated}, 128: {Vector128.IsHardwareAccelerated}",
            ["hashing"] = $"bundles {BundleHasher.Backend}, single messages {Sha256.Backend}",
            ["load average"] = $"{loadBefore} before, {LoadAverage()} after",
            ["DOTNET_ settings"] = Settings(),
            ["ledgers on"] = FileSystem(ledgers),
            ["ledgers' device and mount"] = LinuxFacts.Mount(ledgers, Text("/proc/mounts")),
            ["ledgers' disk"] = disk is { } rate
                ? string.Create(CultureInfo.InvariantCulture, $"took {rate.First:N0} MB/s for a new file right after, {rate.Again:N0} MB/s for the same blocks again ({DiskSpeed.Bytes >> 20} MiB written and synced each time)")
                : "not measured",
        };
        return new Machine($"{cpu} (family {Field("/proc/cpuinfo", "cpu family") ?? "?"}), {Environment.ProcessorCount} cores, {memory}, {runtime}, {BundleHasher.Backend}", facts);
    }

    /// <summary>Runnable threads over 1, 5 and 15 minutes; this program's are among them.</summary>
    public static string LoadAverage() => string.Join(' ', Text("/proc/loadavg").Split(' ').Take(3));

    /// <summary>Clock of the running core from a chain of dependent multiplications, three cycles each on x86-64.</summary>
    public static double? MeasureGigahertz()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            return null;
        }

        const int Rounds = 4_000_000;
        double best = 0;
        ulong x = (ulong)Environment.TickCount64 | 1;
        for (int attempt = 0; attempt < 10; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            x = Multiply(x, Rounds);
            double cycles = 3.0 * 8 * Rounds;
            best = Math.Max(best, cycles / Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }

        GC.KeepAlive(x);
        return best;
    }

    private static ulong Multiply(ulong x, int rounds)
    {
        ulong factor = x | 3;
        for (int i = 0; i < rounds; i++)
        {
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
            x *= factor;
        }

        return x;
    }

    private static string ClockText() =>
        MeasureGigahertz() is { } clock ? string.Create(CultureInfo.InvariantCulture, $"{clock:0.00} GHz (chain of multiplications, 3 cycles each)") : "not measured on this architecture";

    private static string MemoryText() =>
        Field("/proc/meminfo", "MemTotal") is { } total && long.TryParse(total.Split(' ')[0], out long kibibytes)
            ? string.Create(CultureInfo.InvariantCulture, $"{kibibytes / 1048576.0:0.0} GiB")
            : $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB available";

    private static string Caches()
    {
        const string Root = "/sys/devices/system/cpu/cpu0/cache";
        return Directory.Exists(Root)
            ? string.Join(", ", Directory.EnumerateDirectories(Root, "index*").Order().Select(folder =>
                $"L{Text($"{folder}/level")} {Text($"{folder}/type").ToLowerInvariant()} {Text($"{folder}/size")} (cores {Text($"{folder}/shared_cpu_list")})"))
            : "unknown";
    }

    private static string Settings()
    {
        IEnumerable<string> set = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("DOTNET_", StringComparison.Ordinal) && IsTuning(name)).Order()
            .Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}");
        return string.Join(" ", set) is { Length: > 0 } text ? text : "none that change code or collection";
    }

    private static bool IsTuning(string name) =>
        name.Contains("GC", StringComparison.OrdinalIgnoreCase) || name.Contains("Tiered", StringComparison.Ordinal) || name.Contains("TC_", StringComparison.Ordinal)
        || name.Contains("Enable", StringComparison.Ordinal) || name.Contains("ReadyToRun", StringComparison.Ordinal);

    private static string FileSystem(string folder)
    {
        DriveInfo drive = new(folder);
        return $"{drive.DriveFormat}, {drive.AvailableFreeSpace >> 30} GiB free";
    }

    private static string? Field(string file, string name) =>
        File.Exists(file)
            ? File.ReadLines(file).FirstOrDefault(line => line.Split(':')[0].Trim() == name) is { } line ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() : null
            : null;

    private static int Lines(string file, string name) => File.Exists(file) ? File.ReadLines(file).Count(line => line.Split(':')[0].Trim() == name) : Environment.ProcessorCount;

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file).Trim() : "unknown";
}
