using System.Text.Json;
using Floodwall.Cli.Formats.Json;

namespace Floodwall.Cli.Formats.Kubernetes;

/// <summary>The object that a Kubernetes request is about, and the name it goes by here.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Plural">The resource, such as <c>pods</c>.</param>
/// <param name="Namespace">The namespace; empty for what belongs to the cluster.</param>
/// <param name="Name">The object's name; <c>*</c> in place of what is not known of it.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
internal readonly record struct KubernetesResource(string Group, string Plural, string Namespace, string Name, string Subresource)
{
    // Groups that the API server itself serves; their plurals do not collide.
    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal)
    {
        "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "apps", "authentication.k8s.io",
        "authorization.k8s.io", "autoscaling", "batch", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
        "extensions", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "policy",
        "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io", "storagemigration.k8s.io",
    };

    /// <summary>The resource with its group, as kubectl writes it: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Type => Group.Length == 0 ? Plural : Plural + "." + Group;

    /// <summary>
    /// <c>namespace/resource/name</c>, without the namespace for what belongs to the cluster, with <c>/subresource</c> where there is one,
    /// except for <c>scale</c> and <c>eviction</c>: these are told by the action, and what they change is the object itself.
    /// A custom resource carries its group (<c>resource.group</c>), so that none can pass for a built-in one of the same name.
    /// </summary>
    public string FullName =>
        (Namespace.Length == 0 ? "" : Namespace + "/") + (BuiltIn.Contains(Group) ? Plural : Type) + "/" + Name
        + (Subresource is "" or "scale" or "eviction" ? "" : "/" + Subresource);

    /// <summary>Settles namespace and name.</summary>
    /// <param name="group">The API group, if any.</param>
    /// <param name="plural">The resource.</param>
    /// <param name="space">The namespace, if any.</param>
    /// <param name="name">The name that the request gives, if any.</param>
    /// <param name="subresource">The subresource, if any.</param>
    /// <param name="objects">Objects that may carry the name where the request does not, the more certain first.</param>
    public static KubernetesResource Of(
        string? group, string plural, string? space, string? name, string? subresource, params ReadOnlySpan<JsonFields?> objects)
    {
        // Requests for a namespace carry it as the namespace too, or not, depending on the verb.
        bool isNamespace = string.IsNullOrEmpty(group) && plural == "namespaces";
        foreach (JsonFields? candidate in objects)
        {
            name ??= NameOf(candidate);
        }

        return new KubernetesResource(group ?? "", plural, isNamespace ? "" : space ?? "", name ?? "*", subresource ?? "");
    }

    /// <summary>The environment that an object's labels name, in lower case; empty where none does.</summary>
    public static string EnvironmentLabel(params ReadOnlySpan<JsonFields?> objects)
    {
        foreach (JsonFields? candidate in objects)
        {
            if (candidate?.ObjectOrNothing("metadata")?.ObjectOrNothing("labels") is JsonFields labels
                && EnvironmentTags.Find(labels) is { Length: > 0 } tag)
            {
                return tag;
            }
        }

        return "";
    }

    private static string? NameOf(JsonFields? candidate)
    {
        // A request for many, or a refusal, answers with an object of another kind.
        if (candidate is not JsonFields value || Text(value, "kind") is "Status" or "DeleteOptions"
            || value.ObjectOrNothing("metadata") is not JsonFields metadata)
        {
            return null;
        }

        return Text(metadata, "name") ?? (Text(metadata, "generateName") is string prefix ? prefix + "*" : null);
    }

    private static string? Text(JsonFields fields, string name) =>
        fields.Find(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;
}
