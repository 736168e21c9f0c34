using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Cli.Running;

/// <summary>A verdict's reason as all output has it: where the rule spoke for want of data, it says so.</summary>
internal static class Reasons
{
    /// <summary>What stands behind a reason, or a rule's name, where its condition is unknown.</summary>
    public const string Unknown = " (condition unknown)";

    /// <summary>The sentence.</summary>
    public static string Of(in Verdict verdict, in Intent intent, INames names) =>
        ReasonText.Of(in verdict, in intent, names) + (BundlePolicy.IsBecauseUnknown(in verdict, names) ? Unknown : "");
}
