using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Floodwall.Cli.Bundles;
using Floodwall.Cli.Output;
using Floodwall.Crypto;
using Floodwall.Policy;

namespace Floodwall.Cli.Commands.Bundles;

/// <summary><c>floodwall policy check</c>: what is wrong with bundles, and what they cost.</summary>
internal static class PolicyCheckCommand
{
    private const int RulesShown = 40;

    public static Command Create()
    {
        Argument<string[]> files = new("FILE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "A bundle: a file, a signed bundle, or a folder whose *.yaml and *.yml files are one (*.test.yaml are tests and passed over).",
        };
        Option<string?> ledger = new("--ledger")
        {
            HelpName = "DIR",
            Description = "Hold signed bundles against this ledger as run does: the revision has to be above every signed one of that name that ever judged there, or the bundle is the signed one that judged last.",
        };
        Option<bool> strict = new("--strict") { Description = "Exit with 2 on warnings too." };
        Option<bool> json = CommonOptions.Json();
        Command command = new(
            "check",
            "Say what is wrong with policy bundles, one finding a line: FILE:LINE:COLUMN: error or warning, what was expected, what was probably meant. "
            + "Warns of rules that can never apply (a condition that is always false, or that no value of a field fits, in every alternative of it), that never "
            + "decide because another rule always speaks louder, that only admit; of alternatives that never hold, clauses that are always true, and conditions stated twice. Prints the content address, every rule's cost at worst, "
            + "and the clauses that are slow and allocate. Exits with 0 when the bundles can be used, with 2 when one cannot.")
        {
            files, strict, ledger, json,
        };
        BundleTrustOptions trust = BundleTrustOptions.AddAll(command);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(files), trust.Read(parsed), Recorded(parsed.GetValue(ledger)), parsed.GetValue(strict), parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return command;
    }

    // A mistyped path would let every revision pass.
    private static RecordedBundles Recorded(string? ledger) => ledger is null ? RecordedBundles.None
        : Directory.Exists(Path.Combine(ledger, "segments")) ? RecordedBundles.Read(ledger)
        : throw new UsageException($"--ledger '{ledger}': no ledger; a folder 'segments' is expected in it.");

    private static int Run(string[] files, BundleTrust trust, RecordedBundles recorded, bool strict, bool json, TextWriter output)
    {
        List<CheckedBundle> all = [.. files.Select(file => CheckedBundle.Of(file, trust, recorded))];
        bool good = all.TrueForAll(one => one.IsUsable && (!strict || one.Warnings == 0));
        if (json)
        {
            JsonResult.WriteLine(output, JsonResult.Indented, writer =>
            {
                writer.WriteBoolean("good", good);
                writer.WriteStartArray("bundles");
                all.ForEach(one => WriteJson(writer, one));
                writer.WriteEndArray();
            });
        }
        else
        {
            all.ForEach(one => Print(output, one));
        }

        return good ? ExitCodes.Good : ExitCodes.UsageOrIo;
    }

    private static void Print(TextWriter output, CheckedBundle one)
    {
        foreach (PolicyDiagnostic finding in one.Findings)
        {
            output.WriteLine(Printable.Text(finding.ToString()));
        }

        if (one.Review is not { } review || one.Bundle is not { } bundle || !one.IsUsable)
        {
            output.WriteLine($"{one.Path}: cannot be used");
            return;
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{one.Path}: {Printable.Text(BundleFile.Describe(bundle))}"));
        foreach (VerifierKey key in one.SignedBy)
        {
            output.WriteLine($"  signed by {key}");
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {Count(bundle.Policies.Count, "policy", "policies")}, {Count(review.Costs.Count, "rule", "rules")}, {Count(bundle.Exemptions.Count, "exemption", "exemptions")}; {Count(one.Warnings, "warning", "warnings")}; an intent costs at most {review.TotalCost:N0} {(review.TotalCost == 1 ? "unit" : "units")}:"));
        foreach (RuleCost cost in review.Costs.OrderByDescending(cost => cost.Worst).Take(RulesShown))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {cost.Worst,10:N0}  {Printable.Text($"{cost.Policy}/{cost.Rule}")}"));
            foreach (string clause in cost.Slow)
            {
                output.WriteLine($"              slow, allocates: {Printable.Text(clause)}");
            }
        }

        if (review.Costs.Count > RulesShown)
        {
            output.WriteLine($"  and {review.Costs.Count - RulesShown} cheaper rules (--json lists all)");
        }

        if (!review.IsComplete)
        {
            output.WriteLine("  the bundle is too large to compare all its rules with each other; more of them may never apply");
        }
    }

    private static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? "no" : count)} {(count == 1 ? one : many)}");

    private static void WriteJson(Utf8JsonWriter json, CheckedBundle one)
    {
        json.WriteStartObject();
        json.WriteString("path", one.Path);
        json.WriteBoolean("usable", one.IsUsable);
        json.WriteStartArray("findings");
        foreach (PolicyDiagnostic finding in one.Findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.Severity == DiagnosticSeverity.Error ? "error" : "warning");
            json.WriteString("file", finding.File);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("message", finding.Message);
            if (finding.Suggestion is { } suggestion)
            {
                json.WriteString("suggestion", suggestion);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (one.IsUsable && one.Bundle is { } bundle && one.Review is { } review)
        {
            BundleJson.WriteIdentity(json, bundle);
            json.WriteStartArray("signed_by");
            foreach (VerifierKey key in one.SignedBy)
            {
                json.WriteStringValue(key.ToString());
            }

            json.WriteEndArray();
            json.WriteNumber("policies", bundle.Policies.Count);
            json.WriteNumber("exemptions", bundle.Exemptions.Count);
            json.WriteNumber("worst_cost", review.TotalCost);
            json.WriteBoolean("complete", review.IsComplete);
            json.WriteStartArray("rules");
            foreach (RuleCost cost in review.Costs)
            {
                json.WriteStartObject();
                json.WriteString("rule", $"{cost.Policy}/{cost.Rule}");
                json.WriteString("file", cost.Position.File);
                json.WriteNumber("line", cost.Position.Line);
                json.WriteNumber("worst_cost", cost.Worst);
                json.WriteStartArray("slow_clauses");
                foreach (string clause in cost.Slow)
                {
                    json.WriteStringValue(clause);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    /// <summary>A path and what came of it.</summary>
    private sealed record CheckedBundle(
        string Path, PolicyBundle? Bundle, BundleReview? Review, IReadOnlyList<PolicyDiagnostic> Findings, IReadOnlyList<VerifierKey> SignedBy)
    {
        public bool IsUsable => Bundle is not null && Review is { IsUsable: true };

        public int Warnings => Findings.Count(finding => finding.Severity == DiagnosticSeverity.Warning);

        public static CheckedBundle Of(string path, BundleTrust trust, RecordedBundles recorded)
        {
            BundleReadResult read = BundleFile.Read(path, trust, recorded);
            BundleReview? review = read.Bundle is null ? null : BundleReview.Of(read.Bundle);
            return new CheckedBundle(path, read.Bundle, review, [.. read.Diagnostics, .. review?.Findings ?? []], read.VerifiedBy);
        }
    }
}
