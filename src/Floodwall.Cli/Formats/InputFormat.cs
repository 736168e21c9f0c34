namespace Floodwall.Cli.Formats;

/// <summary>The kinds of input that changes are read from.</summary>
internal enum InputFormat
{
    /// <summary>Decide by content; see <see cref="FormatDetector"/>.</summary>
    Auto,

    /// <summary>Native intents, one JSON object a line (docs/intents.md).</summary>
    Intents,

    /// <summary>The JSON that <c>terraform show -json</c> prints for a saved plan.</summary>
    TerraformPlan,

    /// <summary>A Kubernetes audit log of group audit.k8s.io, versions v1 and v1beta1.</summary>
    KubernetesAudit,

    /// <summary>AdmissionReview requests of group admission.k8s.io, versions v1 and v1beta1.</summary>
    AdmissionReview,
}

/// <summary>The names that <see cref="InputFormat"/> values carry on the command line, in messages and in derivation files.</summary>
internal static class InputFormatNames
{
    private static readonly string[] Names = ["auto", "intents", "terraform-plan", "k8s-audit", "admission-review"];

    /// <summary>Every name, in the order of the enum.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The name of <paramref name="format"/>.</summary>
    public static string Name(this InputFormat format) => Names[(int)format];

    /// <summary>Finds the format called <paramref name="name"/>.</summary>
    public static bool TryParse(string name, out InputFormat format)
    {
        int index = Array.IndexOf(Names, name);
        format = index < 0 ? InputFormat.Auto : (InputFormat)index;
        return index >= 0;
    }
}
