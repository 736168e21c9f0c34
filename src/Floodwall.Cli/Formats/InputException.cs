namespace Floodwall.Cli.Formats;

/// <summary>Input that cannot be read: what is wrong, where, and what was expected. The only exception that readers let out for bad input.</summary>
internal sealed class InputException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="position">Where the input is wrong.</param>
    /// <param name="problem">What was expected and what was found, one line, without the position.</param>
    /// <param name="inner">The exception that revealed it, if any.</param>
    public InputException(SourcePosition position, string problem, Exception? inner = null)
        : base(position + ": " + problem, inner)
    {
        Position = position;
        Problem = problem;
    }

    /// <summary>Where the input is wrong.</summary>
    public SourcePosition Position { get; }

    /// <summary>What was expected and what was found, without the position.</summary>
    public string Problem { get; }
}
