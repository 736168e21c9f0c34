using Floodwall.Pipeline;

namespace Floodwall.Cli.Bundles;

/// <summary>The words for verdicts that tests may use: those of policy files and those of decision lines.</summary>
internal static class VerdictWords
{
    private static readonly (string Word, VerdictKind Kind)[] Known =
    [
        ("admit", VerdictKind.Admit), ("shape", VerdictKind.Shape), ("defer", VerdictKind.Defer), ("require_approval", VerdictKind.RequireApproval),
        ("switch", VerdictKind.Switch), ("deny", VerdictKind.Reject), ("allow", VerdictKind.Admit), ("approve", VerdictKind.Admit),
        ("throttle", VerdictKind.Shape), ("require_human", VerdictKind.RequireApproval), ("reject", VerdictKind.Reject),
    ];

    /// <summary>The words as a message lists them.</summary>
    public static string Choice => "admit, shape, defer, require_approval, switch or deny";

    /// <summary>The kind of a word; null where there is none.</summary>
    public static VerdictKind? Parse(string word)
    {
        string plain = word.Replace('-', '_');
        return Array.FindIndex(Known, known => known.Word == plain) is var index and >= 0 ? Known[index].Kind : null;
    }
}
