using System.CommandLine;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Output;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy diff</c>: what two bundles mean differently.</summary>
internal static class PolicyDiffCommand
{
    private const string Where = "a file, a folder, or LEDGER@ADDRESS for a bundle that judged a ledger's decisions (see policy snapshots)";

    public static Command Create()
    {
        Argument<string> before = new("A") { Description = $"The one before: {Where}." };
        Argument<string> after = new("B") { Description = "The one after, likewise." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "diff",
            "Say what changes from one policy bundle to another in meaning: policies, rules, exemptions and attributes added and removed, and fields changed. "
            + "Comments, formatting, the spelling of words and how rules are spread over files do not show. Exits with 0 whether they differ or not, with 2 when one "
            + "cannot be read.")
        {
            before, after, json,
        };
        BundleTrustOptions keys = BundleTrustOptions.AddKeys(command);
        command.SetAction(parsed =>
        {
            BundleTrust trust = keys.Read(parsed);
            (PolicyBundle a, PolicyBundle b) = (Read(parsed.GetRequiredValue(before), trust), Read(parsed.GetRequiredValue(after), trust));
            Print(parsed.InvocationConfiguration.Output, a, b, BundleDiff.Between(a, b), parsed.GetValue(json));
            return ExitCodes.Good;
        });
        return command;
    }

    private static PolicyBundle Read(string name, BundleTrust trust)
    {
        int at = name.LastIndexOf('@');
        return at > 0 && !Path.Exists(name) && Directory.Exists(Path.Combine(name[..at], "segments"))
            ? RecordedText.Find(name[..at], name[(at + 1)..]).Require(name)
            : BundleFile.Require(name, trust);
    }

    private static void Print(TextWriter output, PolicyBundle before, PolicyBundle after, IReadOnlyList<BundleChange> changes, bool json)
    {
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                writer.WriteBoolean("same", changes.Count == 0);
                foreach ((string name, PolicyBundle bundle) in (ReadOnlySpan<(string, PolicyBundle)>)[("before", before), ("after", after)])
                {
                    writer.WriteStartObject(name);
                    BundleJson.WriteIdentity(writer, bundle);
                    writer.WriteEndObject();
                }

                writer.WriteStartArray("changes");
                foreach (BundleChange change in changes)
                {
                    writer.WriteStartObject();
                    foreach ((string name, string? value) in (ReadOnlySpan<(string, string?)>)
                        [("change", change.Kind), ("what", change.What), ("id", change.Id), ("field", change.Field), ("before", change.Before), ("after", change.After)])
                    {
                        if (!string.IsNullOrEmpty(value))
                        {
                            writer.WriteString(name, value);
                        }
                    }

                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            });
            return;
        }

        output.WriteLine(Printable.Text($"from {BundleFile.Describe(before)}"));
        output.WriteLine(Printable.Text($"to   {BundleFile.Describe(after)}"));
        if (changes.Count == 0)
        {
            output.WriteLine("they mean the same");
        }

        foreach (BundleChange change in changes)
        {
            string what = $"{change.Kind,-7}  {change.What}{(change.Id.Length == 0 ? "" : " " + change.Id)}";
            if (change.Field is null)
            {
                output.WriteLine(Printable.Text($"{what}: {Line(change.Before ?? change.After)}"));
                continue;
            }

            output.WriteLine(Printable.Text($"{what}: {change.Field}"));
            output.WriteLine(Printable.Text($"           from  {Line(change.Before)}"));
            output.WriteLine(Printable.Text($"           to    {Line(change.After)}"));
        }
    }

    // Conditions may stand on several lines.
    private static string Line(string? text) => text?.ReplaceLineEndings(" ") ?? "(nothing)";
}
