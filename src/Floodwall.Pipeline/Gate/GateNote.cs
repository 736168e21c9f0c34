namespace Floodwall.Pipeline;

/// <summary>Why a policy wants a verdict on record that does not count.</summary>
public enum GateNoteKind : byte
{
    /// <summary>There is no note.</summary>
    None = 0,

    /// <summary>An exemption made the verdict milder; this is what it would have been.</summary>
    Exempted = 1,

    /// <summary>A policy that is only tried would have been harsher than those in force.</summary>
    Shadow = 2,

    /// <summary>A policy that is only there for review spoke.</summary>
    Audit = 3,

    /// <summary>A candidate for the policies in force would have said something else.</summary>
    Candidate = 4,
}

/// <summary>What stands on record beside a decision: a verdict that would have been. A decision has at most one of each kind.</summary>
/// <param name="Kind">Why it did not count; <see cref="GateNoteKind.None"/> where there is no note.</param>
/// <param name="WouldBe">The verdict; Admit only with <see cref="GateNoteKind.Candidate"/>.</param>
/// <param name="Rule">The rule that would have given the reason; <see cref="RuleId.None"/> with Admit.</param>
/// <param name="Exemption">The exemption that was used, with <see cref="GateNoteKind.Exempted"/> and only there.</param>
public readonly record struct GateNote(GateNoteKind Kind, VerdictKind WouldBe, RuleId Rule, RuleId Exemption = default)
{
    /// <summary>How many kinds there are beside None.</summary>
    internal const int Kinds = (int)GateNoteKind.Candidate;

    /// <summary>No note.</summary>
    public static GateNote None => default;
}
