using System.Globalization;

namespace Floodwall.Reliability.Tests;

/// <summary>
/// The figures that a test reached: the last line of its output, and a line of the file that <c>FLOODWALL_RELIABILITY_REPORT</c> names,
/// from which <c>perf-reports/reliability/report.sh</c> makes the page.
/// </summary>
internal static class Figures
{
    public const string ReportVariable = "FLOODWALL_RELIABILITY_REPORT";

    private static readonly Lock Gate = new();

    public static void Report(string name, string figure)
    {
        string line = $"{name}: {figure}";
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        if (Environment.GetEnvironmentVariable(ReportVariable) is { Length: > 0 } path)
        {
            lock (Gate)
            {
                File.AppendAllText(path, line + "\n");
            }
        }
    }

    /// <summary>A count from the environment, for longer runs than CI's.</summary>
    public static int Setting(string variable, int otherwise)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        return string.IsNullOrWhiteSpace(text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value
            : throw new InvalidOperationException($"{variable} is '{text}'; a count of 1 or more expected");
    }

    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
