namespace Floodwall.Cli.Formats;

/// <summary>Where in the input something stands.</summary>
/// <param name="File">The file's name as the user gave it; <c>stdin</c> for standard input.</param>
/// <param name="Line">The line, from 1; 0 where no line can be named.</param>
/// <param name="Path">The JSON path within the line's or file's value, such as <c>$.resource_changes[3].change</c>; null at the top.</param>
internal readonly record struct SourcePosition(string File, long Line, string? Path = null)
{
    /// <summary><c>file:line: path</c>, leaving out what is not known.</summary>
    public override string ToString()
    {
        string head = Line > 0 ? string.Create(null, $"{File}:{Line}") : File;
        return Path is null or "$" ? head : head + ": " + Path;
    }

    /// <summary>The position of a member of this value.</summary>
    public SourcePosition Member(string name) => this with { Path = (Path ?? "$") + "." + name };
}
