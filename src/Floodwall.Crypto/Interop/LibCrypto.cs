using System.Reflection;
using System.Runtime.InteropServices;

namespace Floodwall.Crypto.Interop;

/// <summary>Finds OpenSSL's libcrypto once for every P/Invoke of this assembly.</summary>
internal static class LibCrypto
{
    /// <summary>The library name that the P/Invoke declarations use; resolved to one of <see cref="Candidates"/>.</summary>
    public const string Name = "libcrypto";

    /// <summary>File names tried in this order; the first that loads is used.</summary>
    private static readonly string[] Candidates =
        ["libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64", "libcrypto-3-arm64", "libcrypto"];

    private static readonly nint Library = Load();

    /// <summary>Whether a libcrypto was found.</summary>
    public static bool IsAvailable => Library != 0;

    /// <summary>What to tell somebody whose machine has no libcrypto.</summary>
    public static string MissingMessage =>
        $"OpenSSL's libcrypto was not found (tried {string.Join(", ", Candidates)}); install OpenSSL 3 or build with -p:UpstreamPackages=true";

    /// <summary>Whether the library exports <paramref name="symbol"/>.</summary>
    public static bool HasExport(string symbol) => IsAvailable && NativeLibrary.TryGetExport(Library, symbol, out _);

    /// <summary>Throws where no libcrypto was found.</summary>
    /// <exception cref="PlatformNotSupportedException">No libcrypto on this machine.</exception>
    public static void Require()
    {
        if (!IsAvailable)
        {
            throw new PlatformNotSupportedException(MissingMessage);
        }
    }

    private static nint Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibCrypto).Assembly, Resolve);
        foreach (string candidate in Candidates)
        {
            if (NativeLibrary.TryLoad(candidate, typeof(LibCrypto).Assembly, null, out nint library))
            {
                return library;
            }
        }

        return 0;
    }

    // Zero hands the name back to the runtime's own search.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == Name ? Library : 0;
}
