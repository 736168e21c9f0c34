using Floodwall.Cli.Formats;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>What <c>floodwall run</c> was asked to do, its defaults filled in.</summary>
internal sealed record RunRequest
{
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Files of facts that hold before the first change.</summary>
    public IReadOnlyList<string> Facts { get; init; } = [];

    public required string Ledger { get; init; }

    /// <summary>The ledger's state folder; null for the one beside it.</summary>
    public string? State { get; init; }

    /// <summary>The folder of old segment files that new ones are made from; null for none.</summary>
    public string? Recycle { get; init; }

    public string? KeyFile { get; init; }

    public string? Origin { get; init; }

    /// <summary>Resources that may be touched; null for all.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>The file or folder of a policy bundle; null for the built-in policies.</summary>
    public string? Policy { get; init; }

    /// <summary>What is asked of bundles.</summary>
    public BundleTrust Trust { get; init; } = new(RequireSigned: false, []);

    /// <summary>The address, or its beginning, of the gate in this ledger that is to judge again; null for none.</summary>
    public string? Rollback { get; init; }

    /// <summary>Why, for the record; null where none is stated.</summary>
    public string? RollbackReason { get; init; }

    /// <summary>The file or folder of a bundle that is tried beside it; null for none.</summary>
    public string? Shadow { get; init; }

    /// <summary>Whether the built-in policies judge beside the bundle.</summary>
    public bool WithBuiltIn { get; init; }

    public required AdmissionSettings Admission { get; init; }

    public RefusalRecording Refusals { get; init; }

    /// <summary>Where decisions go as JSON lines; - for standard output, null for nowhere.</summary>
    public string? Decisions { get; init; }

    public bool AllowMissingHighWater { get; init; }

    public bool Json { get; init; }

    public required ReadOptions Input { get; init; }
}
