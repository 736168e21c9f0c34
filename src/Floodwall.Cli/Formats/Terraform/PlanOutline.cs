using System.Globalization;
using System.Text;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Terraform;

/// <summary>The parts of a plan that matter here, found in one walk over its text; checks its format version.</summary>
/// <param name="Changes">Where the array <c>resource_changes</c> stands; null where the plan has none.</param>
/// <param name="WhyNone">What to add to a note that the plan holds no changes.</param>
internal readonly record struct PlanOutline(Range? Changes, string WhyNone)
{
    private static readonly string[] Members =
    [
        "format_version", "resource_changes", "action_invocations", "deferred_changes", "errored", "complete", "resource_drift", "values",
    ];

    /// <summary>Outlines a plan.</summary>
    /// <exception cref="InputException">It is not a plan of a version that can be read.</exception>
    public static PlanOutline Of(WholeDocument document, ReadReport report)
    {
        ReadOnlySpan<byte> text = document.Bytes.Span;
        var root = document.At(0, "$");
        Range?[] found = JsonSlices.Members(text, root, Members);
        string? Raw(int index, ReadOnlySpan<byte> bytes) => found[index] is Range range ? Encoding.UTF8.GetString(bytes[range]) : null;
        CheckVersion(found[0] is Range version ? Encoding.UTF8.GetString(text[version]) : null, root);
        if (found[1] is null && found[7] is not null)
        {
            throw new InputException(root, "expected a Terraform plan, got a state; print a saved plan with terraform show -json PLANFILE");
        }

        if (Raw(4, text) == "true")
        {
            report.Note("the plan ended in an error (errored: true); it is not the whole of what was to change");
        }

        string? complete = Raw(5, text);
        int deferred = Count(text, found[3]);
        if (complete == "false" || deferred > 0)
        {
            report.Note(string.Create(
                CultureInfo.InvariantCulture, $"the plan is not complete: changes deferred to a later plan are not decided ({deferred})"));
        }

        int actions = Count(text, found[2]);
        if (actions > 0)
        {
            report.Note(string.Create(
                CultureInfo.InvariantCulture, $"provider actions that the plan invokes are not resource changes and are not decided ({actions})"));
        }

        Range? changes = found[1];
        if (changes is Range list && JsonSlices.IsNull(text[list]))
        {
            changes = null;
        }

        return changes is Range range && !JsonSlices.IsArray(text[range])
            ? throw new InputException(root.Member("resource_changes"), "expected an array")
            : new PlanOutline(changes, actions > 0 ? ": it only invokes actions" : ": nothing is to change");
    }

    private static void CheckVersion(string? raw, SourcePosition root)
    {
        string version = raw is ['"', .., '"'] ? raw[1..^1] : "";
        string[] parts = version.Split('.');
        if (parts.Length != 2 || !parts.All(part => part.Length is > 0 and < 6 && part.All(char.IsAsciiDigit)) || parts[0] is not ("0" or "1"))
        {
            throw new InputException(
                root.Member("format_version"), $"expected a plan of format version 0.1 to 1.x, got {(raw is null ? "nothing" : JsonText.Shown(raw))}");
        }
    }

    private static int Count(ReadOnlySpan<byte> text, Range? array)
    {
        if (array is not Range range || !JsonSlices.IsArray(text[range]))
        {
            return 0;
        }

        int count = 0;
        int offset = 0;
        while (JsonSlices.NextElement(text[range], ref offset, out _))
        {
            count++;
        }

        return count;
    }
}
