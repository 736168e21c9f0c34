namespace Floodwall.Policy;

/// <summary>A place in a policy file.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">From 1; 0 for the file as a whole.</param>
/// <param name="Column">UTF-16 code units from 1; 0 for the file as a whole.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>The file as a whole.</summary>
    public static SourcePosition Of(string file) => new(file, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}
