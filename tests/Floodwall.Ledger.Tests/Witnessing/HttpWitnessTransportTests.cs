using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Floodwall.Ledger.Tests.Witnessing;

public sealed class HttpWitnessTransportTests
{
    [Fact]
    public async Task A_connection_that_breaks_anywhere_is_an_IOException_or_an_answer()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using CancellationTokenSource stop = new();
        Task server = BreakConnectionsAsync(listener, stop.Token);
        using HttpWitnessTransport transport = new($"http://{listener.LocalEndpoint}");
        int answers = 0;
        int failures = 0;
        for (int i = 0; i < 1500; i++)
        {
            try
            {
                WitnessAnswer answer = await transport.AddCheckpointAsync(new byte[i % 7 * 9000], TestContext.Current.CancellationToken);
                Assert.True(answer.Body.Length <= LedgerLimits.MaxNoteBytes);
                answers++;
            }
            catch (IOException)
            {
                failures++;
            }
        }

        Assert.True(answers > 0 && failures > 0, $"{answers} answers, {failures} failures");
        await stop.CancelAsync();
        await server;
    }

    [Fact]
    public async Task Nobody_listening_is_an_IOException_and_cancelling_a_cancellation()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string url = $"http://{listener.LocalEndpoint}";
        using HttpWitnessTransport transport = new(url);
        using CancellationTokenSource cancel = new();
        Task<WitnessAnswer> waiting = transport.AddCheckpointAsync("x"u8.ToArray(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        using HttpWitnessTransport hasty = new(url, TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAsync<IOException>(() => hasty.AddCheckpointAsync("x"u8.ToArray(), CancellationToken.None));
        listener.Stop();
        await Assert.ThrowsAsync<IOException>(() => transport.AddCheckpointAsync("x"u8.ToArray(), CancellationToken.None));
    }

    private static async Task BreakConnectionsAsync(TcpListener listener, CancellationToken stop)
    {
        Random random = new(8);
        byte[] answer = Encoding.ASCII.GetBytes("HTTP/1.1 409 Conflict\r\nContent-Type: text/x.tlog.size\r\nContent-Length: 3\r\n\r\n20\n");
        byte[] endless = [.. Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\n"), .. new byte[200_000]];
        byte[] buffer = new byte[100_000];
        while (true)
        {
            try
            {
                using Socket socket = await listener.AcceptSocketAsync(stop);
                if (random.Next(4) != 0)
                {
                    await socket.ReceiveAsync(buffer.AsMemory(0, random.Next(1, buffer.Length)), stop);
                }

                byte[] sent = random.Next(10) == 0 ? endless : answer;
                int length = random.Next(3) == 0 ? sent.Length : random.Next(sent.Length);
                byte[] bytes = sent[..length];
                if (random.Next(3) == 0 && length > 0)
                {
                    bytes[random.Next(length)] = (byte)random.Next(256);
                }

                await socket.SendAsync(bytes, stop);
                if (random.Next(2) == 0)
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                }
            }
            catch (SocketException)
            {
                // the client gave up first
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
