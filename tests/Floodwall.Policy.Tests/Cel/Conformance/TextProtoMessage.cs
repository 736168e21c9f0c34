using System.Text;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>A message of a text protobuf: fields in the order written, repeated ones as often as they stand there.</summary>
internal sealed class TextProtoMessage(IReadOnlyList<TextProtoField> fields)
{
    public IReadOnlyList<TextProtoField> Fields { get; } = fields;

    /// <summary>The last field of this name, or null.</summary>
    public TextProtoField? Find(string name) => Fields.LastOrDefault(field => field.Name == name);

    public bool Has(string name) => Find(name) is not null;

    public IEnumerable<TextProtoField> All(string name) => Fields.Where(field => field.Name == name);

    public IEnumerable<TextProtoMessage> Messages(string name) => All(name).Select(field => field.AsMessage);

    public TextProtoMessage? Message(string name) => Find(name)?.AsMessage;

    /// <summary>The text of a string field, or <paramref name="absent"/>.</summary>
    public string Text(string name, string absent = "") => Find(name)?.AsText ?? absent;

    public bool Bool(string name) => Find(name)?.Scalar is "true" or "True" or "t" or "1";
}

/// <summary>A field: a message, or a quoted text's bytes, or a bare scalar (number, identifier) as written.</summary>
internal sealed record TextProtoField(string Name, TextProtoMessage? Message, byte[]? Quoted, string? Scalar)
{
    public TextProtoMessage AsMessage => Message ?? throw new FormatException($"{Name} is not a message");

    /// <summary>The bytes of a quoted value.</summary>
    public byte[] AsBytes => Quoted ?? throw new FormatException($"{Name} is not quoted");

    /// <summary>The quoted value as UTF-8.</summary>
    public string AsText => Encoding.UTF8.GetString(AsBytes);

    /// <summary>The bare scalar.</summary>
    public string AsScalar => Scalar ?? throw new FormatException($"{Name} is not a bare scalar");
}
