namespace Floodwall.Policy.Yaml;

/// <summary>A node of a YAML document, with its place.</summary>
internal abstract class YamlNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>What it is, for messages: "a mapping", "a list", the scalar in quotes</summary>
    public abstract string Described { get; }

    /// <summary>Whether it stands for something already complained about, so that nothing more should be said of it.</summary>
    public virtual bool IsFault => false;
}

/// <summary>A mapping. Keys are unique.</summary>
internal sealed class YamlMapping(SourcePosition position) : YamlNode(position)
{
    public List<YamlEntry> Entries { get; } = [];

    public override string Described => "a mapping";
}

/// <summary>A key and its value.</summary>
internal readonly record struct YamlEntry(YamlScalar Key, YamlNode Value);

/// <summary>A sequence.</summary>
internal sealed class YamlSequence(SourcePosition position) : YamlNode(position)
{
    public List<YamlNode> Items { get; } = [];

    public override string Described => "a list";
}

/// <summary>A scalar: its text, and what the core schema takes it for where it is plain.</summary>
internal sealed class YamlScalar(SourcePosition position, string text, ScalarKind kind, TextOrigin origin) : YamlNode(position)
{
    public string Text { get; } = text;

    public ScalarKind Kind { get; } = kind;

    public TextOrigin Origin { get; } = origin;

    public override bool IsFault => Kind == ScalarKind.Fault;

    public override string Described => Kind == ScalarKind.Null ? "nothing" : BundleText.Quoted(Text);

    /// <summary>The place of a node that was refused.</summary>
    public static YamlScalar Fault(SourcePosition position) => new(position, "", ScalarKind.Fault, TextOrigin.Opaque(position));
}
