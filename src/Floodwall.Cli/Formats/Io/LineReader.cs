namespace Floodwall.Cli.Formats.Io;

/// <summary>Splits an <see cref="InputBuffer"/> at line feeds, in memory bounded by the longest line allowed.</summary>
/// <remarks>A carriage return before the line feed and a UTF-8 byte order mark at the start are left out.</remarks>
internal sealed class LineReader(InputBuffer input, int lineLimit)
{
    /// <summary>The number of the line last read, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The line last read; valid until the next call. Empty where <see cref="TooLong"/>.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>True where the line last read was longer than allowed and was passed over.</summary>
    public bool TooLong { get; private set; }

    /// <summary>Moves to the next line.</summary>
    /// <returns>False at the end of the input.</returns>
    public bool Read()
    {
        Number++;
        TooLong = false;
        int scanned = 0;
        while (true)
        {
            int found = input.Available.Span[scanned..].IndexOf((byte)'\n');
            if (found >= 0)
            {
                Take(scanned + found, 1);
                return true;
            }

            scanned = input.Available.Length;
            // One byte beyond the limit tells a line that just fits from one that does not.
            if (input.Grow(lineLimit + 2))
            {
                continue;
            }

            if (scanned > lineLimit && !input.AtEnd)
            {
                PassOver();
                return true;
            }

            Take(scanned, 0);
            return scanned > 0;
        }
    }

    private void Take(int length, int terminator)
    {
        ReadOnlyMemory<byte> line = input.Available[..length];
        input.Consume(length + terminator);
        if (terminator > 0 && line.Span is [.., (byte)'\r'])
        {
            line = line[..^1];
        }

        if (Number == 1 && line.Span is [0xEF, 0xBB, 0xBF, ..])
        {
            line = line[3..];
        }

        TooLong = line.Length > lineLimit;
        Line = TooLong ? default : line;
    }

    private void PassOver()
    {
        TooLong = true;
        Line = default;
        while (true)
        {
            int found = input.Available.Span.IndexOf((byte)'\n');
            if (found >= 0)
            {
                input.Consume(found + 1);
                return;
            }

            input.Consume(input.Available.Length);
            if (!input.Grow(lineLimit + 2))
            {
                return;
            }
        }
    }
}
