using System.Diagnostics;

namespace Floodwall.Reliability.Tests;

/// <summary>A process of Floodwall.Reliability.Child: its lines come through a pipe, and it can be killed as <c>kill -9</c> does.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    private ChildProcess(ProcessStartInfo start) => _process = Process.Start(start) ?? throw new InvalidOperationException("the child did not start");

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "Floodwall.Reliability.Child.dll");

    public static ChildProcess Start(params string[] arguments) => new(Describe(DotNet, [], arguments));

    /// <summary>Starts the child as the user and group 65534, with no rights of root left.</summary>
    public static ChildProcess StartAsNobody(params string[] arguments) =>
        new(Describe("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", DotNet], arguments));

    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>The next line, or a failed test where none comes for as long as a machine could be busy.</summary>
    public async Task<string?> ReadLineOrHang(TimeSpan patience)
    {
        using CancellationTokenSource hang = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        hang.CancelAfter(patience);
        return await _process.StandardOutput.ReadLineAsync(hang.Token);
    }

    public void WriteLine(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    /// <summary>SIGKILL to this very process; returns once it is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>The lines that are left, all of them whole; a broken last one was never said.</summary>
    public IEnumerable<string> Rest()
    {
        string rest = _process.StandardOutput.ReadToEnd();
        int end = rest.LastIndexOf('\n');
        return end < 0 ? [] : rest[..end].Split('\n');
    }

    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public string Errors() => _process.StandardError.ReadToEnd();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static string DotNet => Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dotnet");

    private static ProcessStartInfo Describe(string program, string[] before, string[] arguments)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[.. before, Assembly, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        // Two cores are shared by parent, child and their collectors.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }
}
