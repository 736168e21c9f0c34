using Microsoft.Win32.SafeHandles;

namespace Floodwall.Cli.Output;

/// <summary>Standard output that says when its reader has gone; the console's own stream swallows that.</summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32;

    /// <summary>A stream without a buffer.</summary>
    public static Stream Open() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    /// <summary>Whether writing failed because the reader has gone, as in <c>… | head -1</c>.</summary>
    public static bool IsReaderGone(IOException exception) => exception.HResult == BrokenPipe;
}
