using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>The words for verdicts and refusals in output, all lower case.</summary>
internal static class OutcomeWords
{
    public static string Of(VerdictKind kind) => kind switch
    {
        VerdictKind.Admit => "admit",
        VerdictKind.Shape => "shape",
        VerdictKind.Defer => "defer",
        VerdictKind.RequireApproval => "require-approval",
        VerdictKind.Switch => "switch",
        _ => "reject",
    };

    public static string Of(GateNoteKind kind) => kind switch
    {
        GateNoteKind.Exempted => "exempted",
        GateNoteKind.Shadow => "shadow",
        GateNoteKind.Audit => "audit",
        GateNoteKind.Candidate => "candidate",
        _ => "none",
    };

    public static string Of(RefusalKind kind) => kind switch
    {
        RefusalKind.Duplicate => "duplicate",
        RefusalKind.Backpressure => "backpressure",
        RefusalKind.RateLimited => "rate-limited",
        RefusalKind.AgentTableFull => "agent-table-full",
        RefusalKind.LedgerUnavailable => "ledger-unavailable",
        RefusalKind.Closed => "closed",
        _ => "none",
    };
}
