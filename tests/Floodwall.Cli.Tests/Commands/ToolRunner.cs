using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Commands;

namespace Floodwall.Cli.Tests.Commands;

/// <summary>Runs the tool in this process, as its own Main does, in a folder that goes away with the test.</summary>
internal sealed class ToolRunner : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("floodwall-cli-test-").FullName;

    public string At(string name) => Path.Combine(_folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        return At(name);
    }

    public async Task<(int Code, string Output, string Error)> Run(params string[] args)
    {
        // The tool makes files in the folder that a relative path names; tests give it absolute ones in theirs.
        Assert.True(Directory.Exists(_folder));
        using StringWriter output = new();
        using StringWriter error = new();
        int code = await Tool.RunAsync(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>Starts the tool as a process of its own, with its standard streams redirected.</summary>
    public Process Start(params string[] args)
    {
        string program = typeof(Tool).Assembly.Location;
        ProcessStartInfo start = new("dotnet", [program, .. args])
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>
    /// Signals a process that was started here. An interrupt does not get through where this process was itself started with interrupts
    /// ignored, as shells start what runs in the background and every child inherits: there the signal to terminate goes in its place,
    /// which the tool heeds alike.
    /// </summary>
    public static async Task Signal(Process process, string signal)
    {
        string ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        const ulong Interrupt = 1 << 1;
        bool isIgnored = (ulong.Parse(ignored.AsSpan("SigIgn:".Length), NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) & Interrupt) != 0;
        using Process kill = Process.Start("kill", [signal == "-INT" && isIgnored ? "-TERM" : signal, $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Runs, expects success and JSON on standard output.</summary>
    public async Task<JsonElement> RunJson(params string[] args)
    {
        (int code, string output, string error) = await Run([.. args, "--json"]);
        Assert.True(code == ExitCodes.Good, $"exit {code}: {error}{output}");
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>Verifies a ledger that a command made with a key of its own.</summary>
    public Task<(int Code, string Output, string Error)> Verify(string ledger) =>
        Run("verify", ledger, "--vkey", "@" + ledger + ".state/vkey");

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
