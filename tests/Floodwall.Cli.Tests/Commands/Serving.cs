using System.Text;

namespace Floodwall.Cli.Tests.Commands;

/// <summary><c>floodwall witness serve</c> in this process, on a port that the system chose.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lines _output = new();
    private readonly StringWriter _errors = new();
    private Task<int> _running = Task.FromResult(0);

    private Serving()
    {
    }

    public string Url { get; private set; } = "";

    public string Output => _output.ToString();

    /// <summary>What the witness told its operator; read it once it has stopped.</summary>
    public string Errors => _errors.ToString();

    public static async Task<Serving> StartAsync(string key, string log, string state, CancellationToken cancellation)
    {
        Serving serving = new();
        serving._running = Floodwall.Cli.Commands.Tool.RunAsync(
            ["witness", "serve", "--key", key, "--log", log, "--state", state, "--listen", "127.0.0.1:0"],
            serving._output,
            serving._errors,
            serving._stop.Token);
        serving.Url = (await serving._output.WaitForAsync("listening on ", cancellation))["listening on ".Length..];
        return serving;
    }

    public async Task<int> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}

/// <summary>Collects lines, and lets a test wait for one.</summary>
internal sealed class Lines : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly SemaphoreSlim _changed = new(0);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_text)
        {
            _text.Append(value);
        }

        if (value == '\n')
        {
            _changed.Release();
        }
    }

    public override string ToString()
    {
        lock (_text)
        {
            return _text.ToString();
        }
    }

    public async Task<string> WaitForAsync(string beginning, CancellationToken cancellation)
    {
        while (true)
        {
            if (ToString().Split('\n') is { Length: > 1 } lines
                && lines[..^1].FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await _changed.WaitAsync(cancellation);
        }
    }
}
