using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Floodwall.Ledger;

/// <summary>A witness behind HTTP, named by its submission prefix (C2SP tlog-witness). Keeps its connection for the next request.</summary>
public sealed class HttpWitnessTransport : IWitnessTransport, IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _address;

    /// <summary>A transport to a witness.</summary>
    /// <param name="submissionPrefix">What <c>/add-checkpoint</c> is put behind: http or https.</param>
    /// <param name="timeout">How long an answer may take; 10 seconds when null.</param>
    /// <exception cref="ArgumentException">The address is not an absolute http or https URL.</exception>
    public HttpWitnessTransport(string submissionPrefix, TimeSpan? timeout = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(submissionPrefix);
        if (!Uri.TryCreate(submissionPrefix.TrimEnd('/') + "/add-checkpoint", UriKind.Absolute, out Uri? address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"'{submissionPrefix}' is no address of a witness; an http or https URL is expected", nameof(submissionPrefix));
        }

        _address = address;

        // A redirected submission would go to whom nobody named.
        SocketsHttpHandler handler = new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !address.IsLoopback,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15), // names may come to mean other machines
        };
        _client = new HttpClient(handler)
        {
            Timeout = timeout ?? TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = LedgerLimits.MaxNoteBytes,
        };
    }

    /// <inheritdoc/>
    public async Task<WitnessAnswer> AddCheckpointAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        try
        {
            using ReadOnlyMemoryContent content = new(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
            using HttpResponseMessage response = await _client.PostAsync(_address, content, cancellation).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return new WitnessAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, answer);
        }
        catch (Exception failure) when (failure is HttpRequestException or SocketException)
        {
            // A connection that breaks between its making and its first use surfaces as it is, without the client's own exception.
            throw new IOException($"{_address}: {failure.Message}", failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"{_address}: no answer within {_client.Timeout.TotalSeconds} s", late);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
