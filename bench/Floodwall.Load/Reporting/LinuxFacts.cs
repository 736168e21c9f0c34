namespace Floodwall.Load.Reporting;

/// <summary>Facts that Linux tells in files, out of their text; "unknown" where it does not tell.</summary>
internal static class LinuxFacts
{
    private const string Unknown = "unknown";

    /// <summary>Whether a processor's flags hold one of some names.</summary>
    /// <param name="flags">The flags, separated by blanks; null where the machine does not tell.</param>
    /// <param name="names">What different architectures call the same.</param>
    /// <returns>"yes" with the name found, "no" or "unknown".</returns>
    public static string HasFlag(string? flags, params string[] names) =>
        flags is null ? Unknown : flags.Split(' ').Intersect(names).FirstOrDefault() is { } found ? $"yes ({found})" : "no";

    /// <summary>The device and the options of the mount that a folder lies on.</summary>
    /// <param name="folder">A full path.</param>
    /// <param name="mounts">The text of /proc/mounts: device, mount point, file system, options, one mount in a line.</param>
    public static string Mount(string folder, string mounts)
    {
        string[]? found = null;
        foreach (string[] fields in mounts.Split('\n').Select(line => line.Split(' ')).Where(fields => fields.Length >= 4))
        {
            // The longest mount point holds the folder; of two at the same place the later hides the earlier.
            if (Holds(Unescaped(fields[1]), folder) && (found is null || fields[1].Length >= found[1].Length))
            {
                found = fields;
            }
        }

        return found is null ? Unknown : $"{Unescaped(found[0])} at {Unescaped(found[1])}, {found[2]}, {found[3]}";
    }

    private static bool Holds(string mountPoint, string folder) =>
        mountPoint == "/" || folder == mountPoint || folder.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static string Unescaped(string field) => field.Replace("\\040", " ", StringComparison.Ordinal);
}
