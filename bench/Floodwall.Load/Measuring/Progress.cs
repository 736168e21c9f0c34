using System.Diagnostics;

namespace Floodwall.Load.Measuring;

/// <summary>One line on stderr that says what runs; silent where stderr is no terminal.</summary>
internal sealed class Progress(string scenario) : IDisposable
{
    private readonly bool _visible = !Console.IsErrorRedirected;
    private readonly long _started = Stopwatch.GetTimestamp();

    public void Show(string what)
    {
        if (_visible)
        {
            string line = $"{scenario} {Stopwatch.GetElapsedTime(_started):m\\:ss}  {what}";
            Console.Error.Write($"\r\u001b[K{line[..Math.Min(line.Length, 110)]}");
        }
    }

    public void Clear()
    {
        if (_visible)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }

    public void Dispose() => Clear();
}
