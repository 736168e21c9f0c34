using System.Buffers;
using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Writes each outcome as one line of JSON (docs/intents.md), in the order of the ledger.</summary>
internal sealed class DecisionLines(Stream stream) : IDecisionHandler, IDisposable
{
    private const int FlushAt = 64 << 10;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 4096);
    private Utf8JsonWriter? _writer;
    private bool _disposed;

    /// <summary>The wall's names; to be set before the first intent is submitted.</summary>
    public INames? Names { get; set; }

    /// <summary>Why writing stopped, or null.</summary>
    public Exception? Failure { get; private set; }

    public void OnDecision(in Intent intent, in Decision decision)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            Write(in intent, in decision);
            if (_buffer.WrittenCount >= FlushAt)
            {
                Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The decisions stand in the ledger; the caller learns that the file is short.
            Failure = exception;
        }
    }

    /// <summary>Writes what is left. Does nothing the second time.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (Failure is null)
            {
                Flush();
            }
        }
        catch (IOException exception)
        {
            Failure = exception;
        }
        finally
        {
            _writer?.Dispose();
            stream.Dispose();
        }
    }

    private void Flush()
    {
        stream.Write(_buffer.WrittenSpan);
        stream.Flush();
        _buffer.ResetWrittenCount();
    }

    private void Write(in Intent intent, in Decision decision)
    {
        Utf8JsonWriter json = _writer ??= new Utf8JsonWriter(_buffer, JsonResult.Compact);
        json.WriteStartObject();
        IntentJson.Write(json, in intent, Names!);
        json.WriteNumber("decided_tick", decision.Tick);
        if (decision.Outcome == Outcome.Refused)
        {
            json.WriteString("outcome", "refused");
            json.WriteString("refusal", OutcomeWords.Of(decision.Refusal.Kind));
            if (decision.Refusal.RetryAfterTicks != 0)
            {
                json.WriteNumber("retry_after_ticks", decision.Refusal.RetryAfterTicks);
            }
        }
        else
        {
            json.WriteString("outcome", "decided");
            IntentJson.WriteVerdict(json, decision.Verdict, in intent, Names!);
            if (decision.EntryIndex != Decision.NoEntry)
            {
                json.WriteNumber("entry", decision.EntryIndex);
            }
        }

        json.WriteEndObject();
        json.Flush();
        json.Reset();
        _buffer.Write("\n"u8);
    }
}
