using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>Turns <c>errno</c> into exceptions that name the call, the path and the system's own words for the error.</summary>
internal static class NativeFailure
{
    /// <summary>The exception for the last failed call of this thread.</summary>
    public static IOException Last(string call, string path) => From(Marshal.GetLastPInvokeError(), call, path);

    /// <summary>The exception for <paramref name="error"/>; <see cref="DiskFullException"/> where the disk or a quota is full.</summary>
    public static IOException From(int error, string call, string path)
    {
        string message = $"{path}: {call} failed: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})";
        return error is Libc.ErrorNoSpace or Libc.ErrorQuota
            ? new DiskFullException(message, error)
            : new IOException(message, error);
    }
}
