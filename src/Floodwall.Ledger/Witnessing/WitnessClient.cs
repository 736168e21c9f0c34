using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>What became of asking one witness.</summary>
public enum WitnessOutcome
{
    /// <summary>It answered with signature lines, which are yet to be verified.</summary>
    Answered,

    /// <summary>It could not be reached, or answered what means nothing here.</summary>
    Failed,

    /// <summary>It does not know the log or its key, as after a rotation that it was not told of.</summary>
    NotTrusted,

    /// <summary>It has cosigned a larger checkpoint: this ledger is an older state of the one it knows.</summary>
    Rollback,

    /// <summary>It has cosigned another history: same size and another root, or no continuation of what it knows.</summary>
    Fork,
}

/// <summary>What one witness said.</summary>
/// <param name="Outcome">What it means.</param>
/// <param name="Message">The same in words; empty where it answered.</param>
/// <param name="Lines">The signature lines, where it answered.</param>
public sealed record WitnessReply(WitnessOutcome Outcome, string Message, ReadOnlyMemory<byte> Lines);

/// <summary>The log's side of C2SP tlog-witness towards one witness. Remembers which size it last cosigned. One call at a time.</summary>
/// <param name="transport">The way to it.</param>
/// <param name="knownSize">The size it is believed to have cosigned last; 0 where that is unknown: it will tell.</param>
public sealed class WitnessClient(IWitnessTransport transport, ulong knownSize = 0)
{
    /// <summary>The size that the witness is believed to have cosigned last.</summary>
    public ulong KnownSize { get; private set; } = knownSize;

    /// <summary>Asks for a cosignature, and once more where the witness tells that it knows another size.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="size">Its size.</param>
    /// <param name="proof">Makes the consistency proof from a size up to <paramref name="size"/> to it.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<WitnessReply> AskAsync(
        ReadOnlyMemory<byte> note, ulong size, Func<ulong, IReadOnlyList<Hash256>> proof, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(proof);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            // What is remembered may be outdated; a witness that knows more than this checkpoint will say so itself.
            ulong oldSize = KnownSize <= size ? KnownSize : 0;
            WitnessAnswer answer;
            try
            {
                byte[] body = new AddCheckpointRequest(oldSize, proof(oldSize), note).ToBytes();
                answer = await transport.AddCheckpointAsync(body, cancellation).ConfigureAwait(false);
            }
            catch (IOException failure)
            {
                return new WitnessReply(WitnessOutcome.Failed, failure.Message, default);
            }

            if (answer.Status == 200)
            {
                KnownSize = size;
                return new WitnessReply(WitnessOutcome.Answered, "", answer.Body);
            }

            if (answer.Status != 409 || answer.ContentType != AddCheckpointRequest.SizeContentType)
            {
                return Refused(answer);
            }

            if (!TryReadSize(answer.Body.Span, out ulong told))
            {
                return new WitnessReply(WitnessOutcome.Failed, "status 409 without the size that the witness knows", default);
            }

            KnownSize = told;
            if (told > size)
            {
                return new WitnessReply(
                    WitnessOutcome.Rollback, $"it has cosigned {told} entries; a checkpoint over {size} goes back behind them", default);
            }

            if (told == oldSize)
            {
                return new WitnessReply(
                    WitnessOutcome.Fork, $"it has cosigned another root over {told} entries than this ledger has", default);
            }
        }

        return new WitnessReply(WitnessOutcome.Failed, $"it knows {KnownSize} entries by now; somebody else is submitting too", default);
    }

    private static WitnessReply Refused(WitnessAnswer answer)
    {
        WitnessOutcome outcome = answer.Status switch
        {
            403 or 404 => WitnessOutcome.NotTrusted,
            409 or 422 => WitnessOutcome.Fork,
            _ => WitnessOutcome.Failed,
        };
        string hint = outcome == WitnessOutcome.NotTrusted
            ? "; its operator has to give it the vkey that signs this ledger now, after a rotation the new one (witness serve --log)"
            : "";
        return new WitnessReply(outcome, $"status {answer.Status}: {FirstLine(answer.Body.Span)}{hint}", default);
    }

    private static bool TryReadSize(ReadOnlySpan<byte> body, out ulong size)
    {
        size = 0;
        return body.Length is > 1 and <= 21
            && body[^1] == '\n'
            && AddCheckpointRequest.TryParseSize(Encoding.Latin1.GetString(body[..^1]), out size);
    }

    // It goes to a person's terminal, and comes from a stranger.
    private static string FirstLine(ReadOnlySpan<byte> body)
    {
        int end = body.IndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> line = end < 0 ? body : body[..end];
        return string.Concat(Encoding.ASCII.GetString(line[..Math.Min(line.Length, 200)]).Select(c => char.IsControl(c) ? '?' : c));
    }
}
