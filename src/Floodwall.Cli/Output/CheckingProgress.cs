using System.Diagnostics;
using System.Globalization;
using Floodwall.Ledger;

namespace Floodwall.Cli.Output;

/// <summary>The progress line of commands that check a whole ledger: entries, speed, and how long it will still take.</summary>
internal sealed class CheckingProgress(TextWriter error)
{
    private readonly ProgressLine _line = ProgressLine.For(error);
    private readonly long _start = Stopwatch.GetTimestamp();

    public void Report(VerifyProgress done) => _line.Report(() => Describe(done, Stopwatch.GetElapsedTime(_start)));

    public void Clear() => _line.Clear();

    /// <summary>The line after a time.</summary>
    public static string Describe(VerifyProgress done, TimeSpan elapsed)
    {
        double seconds = Math.Max(elapsed.TotalSeconds, 1e-3);
        double bytesPerSecond = Math.Max(done.Bytes / seconds, 1);
        TimeSpan left = TimeSpan.FromSeconds(Math.Min((done.TotalBytes - done.Bytes) / bytesPerSecond, 1e6));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{done.Entries:N0} entries checked, {done.Entries / seconds / 1e6:F1} M/s, {bytesPerSecond / 1e6:F0} MB/s, {Math.Ceiling(left.TotalSeconds):N0} s left");
    }
}
