using Floodwall.Cli.Formats.Derivation;
using Floodwall.Cli.Formats.Json;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Kubernetes;

/// <summary>What Kubernetes requests mean as intents; the same for audit events and admission reviews.</summary>
internal static class KubernetesVerbs
{
    /// <summary>The action that a request amounts to.</summary>
    /// <param name="verb">The verb, in lower case.</param>
    /// <param name="target">What it is about; null outside the resource API.</param>
    public static IntentAction Action(string verb, KubernetesResource? target) => verb switch
    {
        "delete" or "deletecollection" => IntentAction.Destroy,
        "update" or "patch" when target?.Subresource == "scale" => IntentAction.Scale,
        // The eviction API deletes a pod by creating an Eviction.
        "create" when target is { Plural: "pods", Subresource: "eviction" } => IntentAction.Destroy,
        _ => IntentAction.Apply,
    };

    /// <summary>The facts that derivation rules see.</summary>
    public static ChangeFacts Facts(
        InputFormat format, string agent, string resource, IntentAction action, string verb, KubernetesResource? target,
        params ReadOnlySpan<JsonFields?> objects) => new()
        {
            Format = format,
            Agent = agent,
            Resource = resource,
            Action = action,
            Verb = verb,
            Type = target?.Type ?? "",
            Plural = target?.Plural ?? "",
            Group = target?.Group ?? "",
            Namespace = target?.Namespace ?? "",
            Name = target?.Name ?? "",
            Subresource = target?.Subresource ?? "",
            EnvTag = KubernetesResource.EnvironmentLabel(objects),
        };
}
