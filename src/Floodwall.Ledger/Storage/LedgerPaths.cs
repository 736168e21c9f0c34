using System.Globalization;

namespace Floodwall.Ledger;

/// <summary>Where each file of a ledger lies.</summary>
public sealed class LedgerPaths
{
    /// <summary>How the files of <see cref="LedgerOptions.RecycleDirectory"/> are named; others there are left alone.</summary>
    public const string RecycledExtension = ".recycled";

    private const string SegmentExtension = ".seg";
    private const int SegmentDigits = 8;

    /// <summary>The paths of the ledger in <paramref name="directory"/>.</summary>
    /// <param name="directory">The ledger's folder.</param>
    /// <param name="stateDirectory">The state folder; null for <c>directory.state</c> beside it.</param>
    /// <exception cref="ArgumentException">A path is empty or malformed.</exception>
    public LedgerPaths(string directory, string? stateDirectory = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        Directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        StateDirectory = stateDirectory is null
            ? Directory + ".state"
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(stateDirectory));
    }

    /// <summary>The ledger's folder.</summary>
    public string Directory { get; }

    /// <summary>The state folder, outside the ledger's.</summary>
    public string StateDirectory { get; }

    /// <summary>The folder of the segment files.</summary>
    public string Segments => Path.Combine(Directory, "segments");

    /// <summary>The file that the writer locks.</summary>
    public string Lock => Path.Combine(Directory, "lock");

    /// <summary>The latest signed checkpoint.</summary>
    public string Checkpoint => Path.Combine(Directory, "checkpoint");

    /// <summary>The latest checkpoint that enough witnesses cosigned; absent until there is one.</summary>
    public string Witnessed => Path.Combine(Directory, "witnessed");

    /// <summary>What stands for the entries whose segments were pruned; absent where none were.</summary>
    public string Pruned => Path.Combine(Directory, "pruned");

    /// <summary>The folder that keeps what recovery cut off.</summary>
    public string Recovered => Path.Combine(Directory, "recovered");

    /// <summary>The note with the largest size ever signed.</summary>
    public string HighWater => Path.Combine(StateDirectory, "high-water");

    /// <summary>How much of the log was last known to be on disk.</summary>
    public string Durable => Path.Combine(StateDirectory, "durable");

    /// <summary>The entries that a failed sync may have lost; absent where none failed.</summary>
    public string Unsynced => Path.Combine(StateDirectory, "unsynced");

    /// <summary>The checkpoint that went to the witnesses last, with the cosignatures that came back.</summary>
    public string Cosigning => Path.Combine(StateDirectory, "cosigning");

    /// <summary>The file that is locked while cosignatures are being kept.</summary>
    public string CosigningLock => Path.Combine(StateDirectory, "cosigning.lock");

    /// <summary>Names the run of the machine in which the ledger was last opened for writing.</summary>
    public string Session => Path.Combine(StateDirectory, "session");

    /// <summary>The private key, where the state folder keeps it.</summary>
    public string PrivateKey => Path.Combine(StateDirectory, "key");

    /// <summary>The private key that a rotation is handing the ledger over to; absent where none is under way.</summary>
    public string NextPrivateKey => Path.Combine(StateDirectory, "key.next");

    /// <summary>The vkeys that were in force, one a line, the present one last.</summary>
    public string VerifierKeys => Path.Combine(StateDirectory, "vkey");

    /// <summary>An old segment file on its way to become a new one; absent but for that moment.</summary>
    public string RecycledSegment => Path.Combine(Segments, "recycled");

    /// <summary>A segment file.</summary>
    public string Segment(uint number) => Path.Combine(Segments, SegmentName(number));

    /// <summary>A segment's file name: eight digits and <c>.seg</c>.</summary>
    public static string SegmentName(uint number) => number.ToString("D8", CultureInfo.InvariantCulture) + SegmentExtension;

    /// <summary>Whether a name ends as segment files do, be it well-formed or not.</summary>
    internal static bool LooksLikeSegment(string name) => name.EndsWith(SegmentExtension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Parses a segment's file name; only the one spelling of each number is accepted.</summary>
    internal static bool TryParseSegmentName(string name, out uint number)
    {
        number = 0;
        return name.Length == SegmentDigits + SegmentExtension.Length
            && uint.TryParse(name.AsSpan(0, SegmentDigits), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && name == SegmentName(number);
    }
}
