using System.Net;
using System.Text;
using Floodwall.Ledger;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Floodwall.Cli.Witnessing;

/// <summary>A witness behind HTTP (C2SP tlog-witness): <c>POST /add-checkpoint</c> and nothing else, with a limit on everything.</summary>
internal sealed class WitnessHost : IAsyncDisposable
{
    private const string Route = "/add-checkpoint";

    private readonly WebApplication _application;
    private readonly CheckpointWitness _witness;
    private readonly Action<string> _report;

    private WitnessHost(WebApplication application, CheckpointWitness witness, Action<string> report)
    {
        _application = application;
        _witness = witness;
        _report = report;
    }

    /// <summary>Where it listens, with the port that the system chose where none was asked for.</summary>
    public string Address => _application.Urls.Single();

    /// <summary>Starts to listen.</summary>
    /// <param name="witness">Decides; belongs to the caller.</param>
    /// <param name="endpoint">Where to listen; port 0 lets the system choose.</param>
    /// <param name="report">Told of each refusal that an operator should know of: untrusted keys, forks, failures to keep state.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="IOException">The address is taken or not this machine's.</exception>
    public static async Task<WitnessHost> StartAsync(
        CheckpointWitness witness, IPEndPoint endpoint, Action<string> report, CancellationToken cancellation)
    {
        // Empty: no configuration from files or environment, no logging, no signal handlers.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => Limit(options, endpoint));
        WitnessHost host = new(builder.Build(), witness, report);
        host._application.Run(host.AnswerAsync);
        try
        {
            await host._application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return host;
    }

    /// <summary>Stops listening and lets requests in progress finish, for a moment: the command line ends the process after two seconds.</summary>
    public async Task StopAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1.5));
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Limit(KestrelServerOptions options, IPEndPoint endpoint)
    {
        options.AddServerHeader = false;
        options.Limits.MaxRequestBodySize = AddCheckpointRequest.MaxBytes;
        options.Limits.MaxConcurrentConnections = 256;
        options.Limits.MaxRequestLineSize = 2 << 10;
        options.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        options.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1 << 10, gracePeriod: TimeSpan.FromSeconds(5));
        options.Limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        options.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path != Route)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = HttpMethods.Post;
            return;
        }

        if (await ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            return;
        }

        WitnessResponse response = _witness.AddCheckpoint(body);
        if (response.Status is not (200 or 400 or 404) && response.ContentType != AddCheckpointRequest.SizeContentType)
        {
            _report($"{response.Status}: {Encoding.UTF8.GetString(response.Body.Span).TrimEnd()}");
        }

        context.Response.StatusCode = response.Status;
        context.Response.ContentType = response.ContentType;
        context.Response.ContentLength = response.Body.Length;
        await context.Response.Body.WriteAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The whole body; null where it could not be had, and then the answer is set.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        try
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted).ConfigureAwait(false);
            return body.ToArray();
        }
        catch (Microsoft.AspNetCore.Http.BadHttpRequestException bad)
        {
            context.Response.StatusCode = bad.StatusCode;
            return null;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            return null;
        }
    }
}
