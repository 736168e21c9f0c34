using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats.Derivation;

/// <summary>What a format says about a change, for derivation rules to match on and fill into templates. Empty means not stated.</summary>
internal sealed record ChangeFacts
{
    /// <summary>The names under which derivation files know the facts.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "format", "agent", "resource", "action", "type", "plural", "group", "namespace", "name", "subresource", "verb", "module", "env_tag",
        "environment",
    ];

    /// <summary>The input's format.</summary>
    public required InputFormat Format { get; init; }

    /// <summary>Who asks.</summary>
    public required string Agent { get; init; }

    /// <summary>What is to change.</summary>
    public required string Resource { get; init; }

    /// <summary>What is to happen to it.</summary>
    public required IntentAction Action { get; init; }

    /// <summary>The Terraform resource type, or the Kubernetes resource with its group: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The Kubernetes resource without its group.</summary>
    public string Plural { get; init; } = "";

    /// <summary>The Kubernetes API group; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The Kubernetes namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object's own name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The Kubernetes subresource.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The format's own word for what happens: <c>create</c>, <c>update</c>, <c>patch</c>, <c>delete</c>, …</summary>
    public string Verb { get; init; } = "";

    /// <summary>The Terraform module address.</summary>
    public string Module { get; init; } = "";

    /// <summary>The environment that a tag or label of the object names, in lower case.</summary>
    public string EnvTag { get; init; } = "";

    /// <summary>The fact called <paramref name="name"/>; <paramref name="environment"/> is the one fact that is itself derived.</summary>
    public string Get(string name, string? environment) => name switch
    {
        "format" => Format.Name(),
        "agent" => Agent,
        "resource" => Resource,
        "action" => IntentWords.Of(Action),
        "type" => Type,
        "plural" => Plural,
        "group" => Group,
        "namespace" => Namespace,
        "name" => Name,
        "subresource" => Subresource,
        "verb" => Verb,
        "module" => Module,
        "env_tag" => EnvTag,
        _ => environment ?? "",
    };
}
