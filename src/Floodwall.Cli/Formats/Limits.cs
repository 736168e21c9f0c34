namespace Floodwall.Cli.Formats;

/// <summary>Bounds on what one input may ask the process to hold.</summary>
internal sealed record Limits
{
    /// <summary>The longest name, in bytes of UTF-8.</summary>
    public const int NameBytes = 1024;

    /// <summary>The deepest nesting of JSON values; custom resource definitions and module trees nest some 60 deep.</summary>
    public const int Depth = 256;

    /// <summary>The bounds that the command-line tool uses.</summary>
    public static Limits Default { get; } = new();

    /// <summary>The longest line of a line-by-line format, in bytes.</summary>
    public int LineBytes { get; init; } = 4 << 20;

    /// <summary>The largest single change within a document (one element of a list), in bytes.</summary>
    public int ElementBytes { get; init; } = 16 << 20;

    /// <summary>The largest file of a format that is one document, in bytes.</summary>
    public int DocumentBytes { get; init; } = 256 << 20;

    /// <summary>How far into a file the format is looked for, in bytes.</summary>
    public int DetectBytes { get; init; } = 4 << 20;
}
