namespace Floodwall.Pipeline;

/// <summary>
/// A wall's counters at one moment: sums over its ledger's life, as far as that holds them. What no ledger records counts since the
/// wall was opened: <see cref="LedgerUnavailable"/>, <see cref="HandlerFaults"/>, and refusals that are not to be recorded.
/// </summary>
public sealed record WallCounters
{
    /// <summary>Decided as Admit.</summary>
    public ulong Admitted { get; init; }

    /// <summary>Decided as Shape.</summary>
    public ulong Shaped { get; init; }

    /// <summary>Decided as Defer.</summary>
    public ulong Deferred { get; init; }

    /// <summary>Decided as RequireApproval.</summary>
    public ulong ApprovalRequired { get; init; }

    /// <summary>Decided as Switch.</summary>
    public ulong Switched { get; init; }

    /// <summary>Decided as Reject.</summary>
    public ulong Rejected { get; init; }

    /// <summary>Refused as Duplicate.</summary>
    public ulong Duplicates { get; init; }

    /// <summary>Refused as Backpressure.</summary>
    public ulong Backpressured { get; init; }

    /// <summary>Refused as RateLimited.</summary>
    public ulong RateLimited { get; init; }

    /// <summary>Refused as AgentTableFull.</summary>
    public ulong AgentTableFull { get; init; }

    /// <summary>Refused as LedgerUnavailable.</summary>
    public ulong LedgerUnavailable { get; init; }

    /// <summary>Decisions that an exemption made milder.</summary>
    public ulong ExemptedNotes { get; init; }

    /// <summary>Decisions with the note that a policy which is only tried would have been harsher.</summary>
    public ulong ShadowNotes { get; init; }

    /// <summary>Decisions with the note that a policy which is there for review spoke.</summary>
    public ulong AuditNotes { get; init; }

    /// <summary>Decisions with the note that a candidate for the policies in force would have said something else.</summary>
    public ulong CandidateNotes { get; init; }

    /// <summary>Rejected because a policy threw; among <see cref="Rejected"/>.</summary>
    public ulong PolicyFaults { get; init; }

    /// <summary>Rejected because a stage threw; among <see cref="Rejected"/>.</summary>
    public ulong StageFaults { get; init; }

    /// <summary>Exceptions of the decision handler that were swallowed.</summary>
    public ulong HandlerFaults { get; init; }

    /// <summary>Intents that the gate decided.</summary>
    public ulong Decided => Admitted + Shaped + Deferred + ApprovalRequired + Switched + Rejected;

    /// <summary>Intents that admission refused.</summary>
    public ulong Refused => Duplicates + Backpressured + RateLimited + AgentTableFull + LedgerUnavailable;
}
