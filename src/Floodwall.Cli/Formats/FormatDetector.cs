using System.Text;
using System.Text.Json;
using Floodwall.Cli.Formats.Io;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats;

/// <summary>Tells an input's format by its first value; never by the file's name.</summary>
internal static class FormatDetector
{
    private const string Readable =
        "native intents (JSON lines), a Terraform plan (terraform show -json), a Kubernetes audit log or an AdmissionReview";

    /// <summary>Settles the format, looking ahead in the input without consuming it.</summary>
    /// <returns>The format asked for or found; <see cref="InputFormat.Auto"/> where the input is empty.</returns>
    /// <exception cref="InputException">The input is not text, or is of no format that can be told.</exception>
    public static InputFormat Check(InputBuffer input, string file, ReadOptions options)
    {
        var start = new SourcePosition(file, 1);
        while (IsBlank(input.Available.Span) && input.Available.Length < options.Limits.DetectBytes && input.Grow(options.Limits.DetectBytes))
        {
        }

        // Two bytes at least, to see a signature.
        while (input.Available.Length < 4 && input.Grow(4))
        {
        }

        ReadOnlySpan<byte> head = input.Available.Span;
        RefuseForeign(head, start);
        if (IsBlank(head) && input.AtEnd)
        {
            return InputFormat.Auto;
        }

        return options.Format != InputFormat.Auto ? options.Format : Detect(input, start, options.Limits.DetectBytes);
    }

    private static InputFormat Detect(InputBuffer input, SourcePosition start, int limit)
    {
        while (true)
        {
            ReadOnlySpan<byte> head = WithoutMark(input.Available.Span);
            InputFormat? found = Look(head, start, out bool complete);
            if (found is InputFormat format)
            {
                return format;
            }

            if (complete)
            {
                throw new InputException(start, $"expected {Readable}, got a JSON object without the properties of any");
            }

            if (!input.Grow(limit))
            {
                throw new InputException(start, input.AtEnd
                    ? $"expected {Readable}, got JSON that breaks off before its format can be told"
                    : $"expected {Readable}, got nothing that tells its format in the first {limit} bytes; name it with --format");
            }
        }
    }

    /// <summary>Goes through the members of the first value as far as the bytes reach.</summary>
    private static InputFormat? Look(ReadOnlySpan<byte> head, SourcePosition start, out bool complete)
    {
        complete = false;
        var traits = new Traits();
        try
        {
            var reader = new Utf8JsonReader(head, isFinalBlock: false, new JsonReaderState(JsonText.Tokens));
            if (head.TrimStart(" \t\r\n"u8) is [not (byte)'{', ..])
            {
                throw new InputException(start, $"expected {Readable}, which begin with a JSON object, got {Shown(head)}");
            }

            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.ValueSpan.Length <= 32 && !reader.ValueIsEscaped ? Encoding.UTF8.GetString(reader.ValueSpan) : "";
                if (!reader.Read())
                {
                    return null;
                }

                traits.Add(name, reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && reader.ValueSpan.Length <= 64
                    ? Encoding.UTF8.GetString(reader.ValueSpan) : null);
                if (traits.Format(start) is InputFormat format)
                {
                    return format;
                }

                if (!reader.TrySkip())
                {
                    return null;
                }
            }

            complete = reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0;
            return complete ? traits.AtEnd(start) : null;
        }
        catch (JsonException e)
        {
            // A native or audit line that is broken further on still tells its format by what came before.
            return traits.AtEnd(start) ?? throw JsonText.Problem(e, start);
        }
    }

    private static void RefuseForeign(ReadOnlySpan<byte> head, SourcePosition start)
    {
        string? what = head switch
        {
            [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => "UTF-32 text; convert it to UTF-8",
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] or [0, not 0, ..] or [not 0, 0, not 0, 0, ..] => "UTF-16 text; convert it to UTF-8",
            [0x1F, 0x8B, ..] => "gzip data; decompress it first",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "zstd data; decompress it first",
            [(byte)'P', (byte)'K', ..] => "a zip archive, as a binary Terraform plan is; print it with terraform show -json",
            _ => null,
        };
        what ??= WithoutMark(head).TrimStart(" \t\r\n"u8) switch
        {
            [] or [(byte)'{', ..] => null,
            [(byte)'[', ..] => null,
            [(byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9'), ..] => null,
            var other => Shown(other) + (LooksLikeYaml(other) ? ", which looks like YAML; convert it to JSON" : ""),
        };
        if (what is not null)
        {
            throw new InputException(start, $"expected JSON, got {what}");
        }
    }

    private static bool LooksLikeYaml(ReadOnlySpan<byte> text) =>
        text.StartsWith("---"u8) || text.StartsWith("apiVersion:"u8) || text.StartsWith("kind:"u8);

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> head) => head is [0xEF, 0xBB, 0xBF, ..] ? head[3..] : head;

    private static bool IsBlank(ReadOnlySpan<byte> head) => WithoutMark(head).IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static string Shown(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> text = head.TrimStart(" \t\r\n"u8);
        int end = text.IndexOfAny("\r\n"u8);
        text = text[..Math.Min(end < 0 ? text.Length : end, 24)];
        foreach (byte b in text)
        {
            if (b is < 0x20 and not (byte)'\t' or 0x7F)
            {
                return "binary data";
            }
        }

        return $"\"{JsonText.Shown(Encoding.UTF8.GetString(text))}\"";
    }

    /// <summary>What the members of the first value say.</summary>
    private sealed class Traits
    {
        private readonly HashSet<string> _names = [];
        private string? _kind;
        private string? _apiVersion;

        public void Add(string name, string? text)
        {
            // Only names that matter are kept, so that an object of a million members costs nothing.
            if (name is "kind")
            {
                _kind = text;
            }
            else if (name is "apiVersion")
            {
                _apiVersion = text;
            }
            else if (name is not ("format_version" or "resource_changes" or "planned_values" or "output_changes" or "configuration"
                or "action_invocations" or "values" or "agent" or "resource" or "action" or "auditID" or "stage" or "verb" or "items" or "fact" or "name" or "value"))
            {
                return;
            }

            _names.Add(name);
        }

        /// <summary>The format where the members so far settle it.</summary>
        public InputFormat? Format(SourcePosition start)
        {
            if (_kind is "AdmissionReview")
            {
                return InputFormat.AdmissionReview;
            }

            if (_kind is "Event" or "EventList" && _apiVersion?.StartsWith("audit.k8s.io/", StringComparison.Ordinal) == true)
            {
                return InputFormat.KubernetesAudit;
            }

            if (_names.Contains("format_version") && Any("resource_changes", "planned_values", "output_changes", "configuration", "action_invocations"))
            {
                return InputFormat.TerraformPlan;
            }

            if (_names.Contains("format_version") && _names.Contains("values"))
            {
                throw new InputException(start, "expected a Terraform plan, got a state; print a saved plan with terraform show -json PLANFILE");
            }

            return All("agent", "resource", "action") || All("fact", "name", "value") ? InputFormat.Intents
                : All("auditID", "verb") || All("stage", "verb") ? InputFormat.KubernetesAudit
                : null;
        }

        /// <summary>The format where these are all the members that there are.</summary>
        public InputFormat? AtEnd(SourcePosition start)
        {
            if (_names.Contains("resource_changes"))
            {
                return InputFormat.TerraformPlan;
            }

            if (_kind is "EventList" || (_kind is null && _names.Contains("items")))
            {
                return InputFormat.KubernetesAudit;
            }

            if (_kind is not null)
            {
                throw new InputException(
                    start,
                    $"expected {Readable}, got kind \"{JsonText.Shown(_kind)}\" of apiVersion \"{JsonText.Shown(_apiVersion ?? "")}\"");
            }

            return Any("agent") && Any("resource", "action") ? InputFormat.Intents : null;
        }

        private bool Any(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (_names.Contains(name))
                {
                    return true;
                }
            }

            return false;
        }

        private bool All(params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                if (!_names.Contains(name))
                {
                    return false;
                }
            }

            return true;
        }
    }
}
