namespace Floodwall.Cli.Output;

/// <summary>A line on standard error that says how far long work is. Nothing where standard error is no terminal.</summary>
internal sealed class ProgressLine(TextWriter error, bool enabled)
{
    private const long MillisecondsBetween = 200;
    private long _last = Environment.TickCount64;
    private int _width;

    /// <summary>For standard error as it is.</summary>
    public static ProgressLine For(TextWriter error) =>
        new(error, enabled: ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected);

    /// <summary>Shows a text if it is time for one; the text is only made then.</summary>
    public void Report(Func<string> text)
    {
        if (enabled && Environment.TickCount64 - _last >= MillisecondsBetween)
        {
            _last = Environment.TickCount64;
            Show(text());
        }
    }

    /// <summary>Takes the line away again.</summary>
    public void Clear()
    {
        if (_width != 0)
        {
            Show("");
            error.Write('\r');
            _width = 0;
        }
    }

    private void Show(string text)
    {
        error.Write('\r' + text.PadRight(_width));
        _width = text.Length;
    }
}
