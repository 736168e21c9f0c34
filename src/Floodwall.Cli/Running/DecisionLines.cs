using System.Buffers;
using System.Text.Json;
using Floodwall.Cli.Output;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>
/// Writes each outcome as one line of JSON (docs/intents.md), in the order of the ledger. Lines go out when there are many, and
/// otherwise a few times a second, so that a reader follows a slow run.
/// </summary>
internal sealed class DecisionLines : IDecisionHandler, IDisposable
{
    private const int FlushAt = 64 << 10;
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 4096);
    private readonly Utf8JsonWriter _json;
    private readonly Stream _stream;
    private readonly INames _names;
    private readonly Timer _timer;
    private bool _disposed;

    /// <param name="stream">Where the lines go; owned from now on.</param>
    /// <param name="names">The wall's names.</param>
    public DecisionLines(Stream stream, INames names)
    {
        _stream = stream;
        _names = names;
        _json = new Utf8JsonWriter(_buffer, JsonResult.Compact);
        _timer = new Timer(_ => Flush(), state: null, FlushEvery, FlushEvery);
    }

    /// <summary>Why writing stopped, or null. The decisions stand in the ledger; only this output is short.</summary>
    public Exception? Failure { get; private set; }

    public void OnDecision(in Intent intent, in Decision decision)
    {
        lock (_gate)
        {
            Write(in intent, in decision);
            if (_buffer.WrittenCount < FlushAt)
            {
                return;
            }
        }

        Flush();
    }

    /// <summary>Writes what is left. Does nothing the second time.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _timer.Dispose();
        Flush();
        lock (_gate)
        {
            _json.Dispose();
            _stream.Dispose();
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            try
            {
                if (Failure is null && _buffer.WrittenCount != 0 && _stream.CanWrite)
                {
                    _stream.Write(_buffer.WrittenSpan);
                }
            }
            catch (IOException exception)
            {
                Failure = exception;
            }

            _buffer.ResetWrittenCount();
        }
    }

    private void Write(in Intent intent, in Decision decision)
    {
        _json.WriteStartObject();
        IntentJson.Write(_json, in intent, _names);
        _json.WriteNumber("decided_tick", decision.Tick);
        if (decision.Outcome == Outcome.Refused)
        {
            _json.WriteString("outcome", "refused");
            _json.WriteString("refusal", OutcomeWords.Of(decision.Refusal.Kind));
            if (decision.Refusal.RetryAfterTicks != 0)
            {
                _json.WriteNumber("retry_after_ticks", decision.Refusal.RetryAfterTicks);
            }
        }
        else
        {
            _json.WriteString("outcome", "decided");
            IntentJson.WriteVerdict(_json, decision.Verdict, in intent, _names);
            if (decision.EntryIndex != Decision.NoEntry)
            {
                _json.WriteNumber("entry", decision.EntryIndex);
            }
        }

        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
    }
}
