using Floodwall.Pipeline;

namespace Floodwall.Policy.Reading;

/// <summary>A word of a policy file and what it means.</summary>
internal readonly record struct Word<T>(string Text, T Value);

/// <summary>The words that fields choose from. The first word of a value is the one that the canonical form uses.</summary>
internal static class BundleWords
{
    public static readonly Word<string>[] Versions = [new("v1", "v1"), new("1", "v1")];

    public static readonly Word<PolicyType>[] Types = [new("hard", PolicyType.Hard), new("soft", PolicyType.Soft)];

    public static readonly Word<PolicyMode>[] Modes =
        [new("enforce", PolicyMode.Enforce), new("shadow", PolicyMode.Shadow), new("audit", PolicyMode.Audit)];

    public static readonly Word<UnknownHandling>[] Unknowns =
        [new("deny", UnknownHandling.Deny), new("defer", UnknownHandling.Defer), new("pessimistic", UnknownHandling.Pessimistic)];

    public static readonly Word<VerdictKind>[] Decisions =
    [
        new("admit", VerdictKind.Admit), new("approve", VerdictKind.Admit), new("allow", VerdictKind.Admit),
        new("shape", VerdictKind.Shape), new("throttle", VerdictKind.Shape),
        new("defer", VerdictKind.Defer),
        new("require_approval", VerdictKind.RequireApproval), new("require_human", VerdictKind.RequireApproval),
        new("require-approval", VerdictKind.RequireApproval),
        new("switch", VerdictKind.Switch),
        new("deny", VerdictKind.Reject), new("reject", VerdictKind.Reject),
    ];

    public static readonly Word<ShapeAlgorithm>[] Algorithms =
        [new("fixed", ShapeAlgorithm.Fixed), new("linear", ShapeAlgorithm.Linear), new("exponential", ShapeAlgorithm.Exponential)];

    public static readonly Word<ConditionDialect>[] Dialects = [new("cel", ConditionDialect.Cel), new("words", ConditionDialect.Words)];

    public static readonly Word<AttributeType>[] AttributeTypes =
    [
        new("string", AttributeType.String), new("int", AttributeType.Int), new("double", AttributeType.Double),
        new("bool", AttributeType.Bool), new("string_list", AttributeType.StringList),
    ];

    /// <summary>The canonical word of a value.</summary>
    public static string Of<T>(Word<T>[] words, T value) =>
        words.First(word => EqualityComparer<T>.Default.Equals(word.Value, value)).Text;
}
