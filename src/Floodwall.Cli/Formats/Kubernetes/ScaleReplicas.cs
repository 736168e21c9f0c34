using System.Text.Json;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Kubernetes;

/// <summary>How many replicas a write to a <c>scale</c> subresource asks for.</summary>
internal static class ScaleReplicas
{
    /// <summary>Finds the number.</summary>
    /// <param name="request">The body of the request: a Scale, a merge patch of one, or a JSON patch.</param>
    /// <param name="isPatch">Whether the body is a patch, which says nothing about what it leaves out.</param>
    /// <param name="response">The object that the request led to, where it is recorded.</param>
    /// <param name="position">The position of the change.</param>
    /// <returns>The number, or null where neither tells.</returns>
    public static uint? Find(JsonElement? request, bool isPatch, JsonFields? response, SourcePosition position)
    {
        if (request is { ValueKind: JsonValueKind.Object } body
            && JsonFields.Of(body, position).ObjectOrNothing("spec") is JsonFields spec
            && Count(spec, "replicas", whole: !isPatch) is uint asked)
        {
            return asked;
        }

        if (request is { ValueKind: JsonValueKind.Array } steps && FromJsonPatch(steps, position) is uint patched)
        {
            return patched;
        }

        // A refusal answers with a Status, which has no spec.
        return response?.ObjectOrNothing("spec") is JsonFields result ? Count(result, "replicas", whole: true) : null;
    }

    private static uint? FromJsonPatch(JsonElement steps, SourcePosition position)
    {
        uint? replicas = null;
        foreach (JsonElement step in steps.EnumerateArray())
        {
            if (step.ValueKind == JsonValueKind.Object && step.TryGetProperty("path", out JsonElement path)
                && path.ValueKind == JsonValueKind.String && path.GetString() == "/spec/replicas"
                && step.TryGetProperty("op", out JsonElement op) && op.ValueKind == JsonValueKind.String && op.GetString() is "add" or "replace")
            {
                replicas = Count(JsonFields.Of(step, position), "value", whole: false);
            }
        }

        return replicas;
    }

    /// <summary>The API leaves a replica count of 0 out of a whole Scale (its field is marked omitempty), so there absent means 0.</summary>
    private static uint? Count(JsonFields fields, string name, bool whole)
    {
        if (fields.Find(name) is not JsonElement value)
        {
            return whole ? 0 : null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0
            ? (uint)count
            : throw fields.Wrong(name, "an integer from 0 to 2147483647");
    }
}
