using Floodwall.Cli.Formats.Derivation;

namespace Floodwall.Cli.Formats;

/// <summary>What to do with a change that cannot be read.</summary>
internal enum OnError
{
    /// <summary>Throw; everything yielded before stays valid.</summary>
    Stop,

    /// <summary>Count it, keep the first few messages, and go on with the next change.</summary>
    Skip,
}

/// <summary>How to read an input.</summary>
internal sealed record ReadOptions
{
    /// <summary>The format, or <see cref="InputFormat.Auto"/>.</summary>
    public InputFormat Format { get; init; }

    /// <summary>The agent of changes whose format names none (Terraform plans).</summary>
    public string DefaultAgent { get; init; } = "terraform";

    /// <summary>What to do with a change that cannot be read.</summary>
    public OnError OnError { get; init; }

    /// <summary>The table that blast radius, priority, topic and environment are derived from.</summary>
    public DerivationTable Derivation { get; init; } = DerivationTable.Default;

    /// <summary>Bounds on the input.</summary>
    public Limits Limits { get; init; } = Limits.Default;
}
