using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Floodwall.Policy.Yaml;

/// <summary>
/// Reads one YAML document into our own nodes from YamlDotNet's events, and refuses whatever could hurt or mislead on the way:
/// depth, number of nodes, aliases, anchors, tags, directives, duplicate keys, a second document.
/// </summary>
/// <remarks>
/// The object deserializer of YamlDotNet 16.3.0 recurses and overflows the stack on deep nesting; its scanner and parser keep
/// their own stacks and hand out each opening bracket before reading far ahead, so counting events is enough and nothing has to
/// be scanned beforehand (BundleHostileInputTests holds that down).
/// </remarks>
internal sealed class YamlGate
{
    private readonly string _file;
    private readonly string _text;
    private readonly DiagnosticBag _diagnostics;
    private readonly Stack<Frame> _open = new();
    private YamlNode? _root;
    private int _nodes;
    private bool _stopped;

    private YamlGate(string file, string text, DiagnosticBag diagnostics)
    {
        _file = file;
        _text = text;
        _diagnostics = diagnostics;
    }

    /// <summary>The document's root, or null after a complaint (also where the file is empty).</summary>
    public static YamlNode? Read(string file, string text, DiagnosticBag diagnostics) => new YamlGate(file, text, diagnostics).Read();

    private YamlNode? Read()
    {
        var parser = new Parser(new Scanner(new StringReader(_text), skipComments: true));
        try
        {
            while (!_stopped && parser.MoveNext())
            {
                Take(parser.Current!);
            }
        }
        catch (YamlException error)
        {
            SourcePosition at = Says(error.Message, "tab") ? IndentingTab(error.Start) : Place(error.Start);
            Stop(at, Sentence(error.Message), Hint(error.Message));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The parser answers some malformed input with InvalidOperationException and the like ("...", for one).
            Stop(parser.Current is null ? new SourcePosition(_file, 1, 1) : Place(parser.Current.Start), Sentence(error.Message), null);
        }

        if (!_stopped && _root is null)
        {
            Stop(SourcePosition.Of(_file), "expected a policy bundle, got an empty file", null);
        }

        return _stopped ? null : _root;
    }

    private void Take(ParsingEvent current)
    {
        SourcePosition at = Place(current.Start);
        switch (current)
        {
            case DocumentStart when _root is not null:
                Stop(at, "expected one document in a file, got a second", null);
                break;
            case DocumentStart start when start.Version is not null || start.Tags?.Any(tag => tag.Handle is not ("!" or "!!")) == true:
                _diagnostics.Error(at, "expected no YAML directives");
                break;
            case MappingStart mapping:
                Open(new YamlMapping(at), mapping);
                break;
            case SequenceStart sequence:
                Open(new YamlSequence(at), sequence);
                break;
            case MappingEnd or SequenceEnd:
                _open.Pop();
                break;
            case Scalar scalar:
                Add(Check(scalar, at) ? Node(scalar, at) : YamlScalar.Fault(at));
                break;
            case AnchorAlias alias:
                _diagnostics.Error(at, $"expected no aliases, got *{alias.Value}; write the value out");
                Add(YamlScalar.Fault(at));
                break;
        }
    }

    private void Open(YamlNode node, NodeEvent start)
    {
        Check(start, node.Position);
        if (_open.Count == BundleLimits.MaxDepth)
        {
            Stop(node.Position, $"expected at most {BundleLimits.MaxDepth} mappings and lists within each other", null);
            return;
        }

        Add(node);
        _open.Push(new Frame(node));
    }

    /// <summary>Complains about an anchor or a tag.</summary>
    private bool Check(NodeEvent node, SourcePosition at)
    {
        if (!node.Anchor.IsEmpty)
        {
            _diagnostics.Error(at, $"expected no anchors, got &{node.Anchor.Value}");
        }

        // "!" on a quoted scalar says nothing, but is a tag all the same.
        if (!node.Tag.IsEmpty)
        {
            _diagnostics.Error(at, $"expected no tags, got {BundleText.Quoted(node.Tag.ToString())}");
            return false;
        }

        return node.Anchor.IsEmpty;
    }

    private void Add(YamlNode node)
    {
        if (++_nodes > BundleLimits.MaxNodes)
        {
            Stop(node.Position, $"expected at most {BundleLimits.MaxNodes} values in a file", null);
            return;
        }

        if (!_open.TryPeek(out Frame? parent))
        {
            _root = node;
            return;
        }

        switch (parent.Node)
        {
            case YamlSequence sequence:
                sequence.Items.Add(node);
                break;
            case YamlMapping mapping when parent.HasKey:
                if (parent.Key is not null)
                {
                    mapping.Entries.Add(new YamlEntry(parent.Key, node));
                }

                parent.HasKey = false;
                break;
            default:
                parent.Key = Key(parent, node);
                parent.HasKey = true;
                break;
        }
    }

    /// <summary>The key, or null where it and its value are to be passed over.</summary>
    private YamlScalar? Key(Frame mapping, YamlNode node)
    {
        if (node.IsFault)
        {
            return null;
        }

        if (node is not YamlScalar key)
        {
            Stop(node.Position, $"expected a name in front of the colon, got {node.Described}", null);
            return null;
        }

        if (mapping.Keys.TryAdd(key.Text, key.Position))
        {
            return key;
        }

        SourcePosition first = mapping.Keys[key.Text];
        _diagnostics.Error(
            key.Position, $"expected each key once, got {BundleText.Quoted(key.Text)} a second time (first on line {first.Line})");
        return null;
    }

    private YamlScalar Node(Scalar scalar, SourcePosition at)
    {
        ScalarKind kind = ScalarKind.String;
        string? problem = BundleText.TextProblem(scalar.Value);
        if (problem is null && scalar.Style == ScalarStyle.Plain)
        {
            kind = CoreSchema.TypeOf(scalar.Value, out problem);
        }

        if (problem is not null)
        {
            _diagnostics.Error(at, problem);
            return YamlScalar.Fault(at);
        }

        return new YamlScalar(at, scalar.Value, kind, Origin(scalar, at));
    }

    private TextOrigin Origin(Scalar scalar, SourcePosition at)
    {
        int start = (int)scalar.Start.Index;
        int lead = scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? 1 : 0;
        if (scalar.Style == ScalarStyle.Literal)
        {
            return TextOrigin.Block(at, scalar.Value, Indent(start));
        }

        bool verbatim = string.CompareOrdinal(_text, start + lead, scalar.Value, 0, scalar.Value.Length) == 0;
        return verbatim && !scalar.Value.Contains('\n', StringComparison.Ordinal)
            ? TextOrigin.OneLine(at, lead)
            : TextOrigin.Opaque(at);
    }

    /// <summary>The indentation of the first line with text behind a block indicator.</summary>
    private int Indent(int start)
    {
        int lineEnd = _text.IndexOf('\n', start);
        int at = lineEnd + 1;
        for (int i = at; lineEnd >= 0 && i < _text.Length; i++)
        {
            if (_text[i] == '\n')
            {
                at = i + 1;
            }
            else if (_text[i] != ' ')
            {
                return i - at;
            }
        }

        return 0;
    }

    /// <summary>The first tab in an indentation behind a place; the parser names the beginning of the mapping around it.</summary>
    private SourcePosition IndentingTab(in Mark from)
    {
        int line = (int)from.Line;
        for (int at = _text.IndexOf('\n', (int)from.Index) + 1; at > 0; at = _text.IndexOf('\n', at) + 1)
        {
            line++;
            int text = at;
            while (text < _text.Length && _text[text] == ' ')
            {
                text++;
            }

            if (text < _text.Length && _text[text] == '\t')
            {
                return new SourcePosition(_file, line, text - at + 1);
            }
        }

        return Place(from);
    }

    private void Stop(SourcePosition at, string message, string? suggestion)
    {
        _stopped = true;
        _diagnostics.Error(at, message, suggestion);
    }

    private SourcePosition Place(in Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    private static string Sentence(string message) => message.Length == 0
        ? "expected well-formed YAML"
        : "expected well-formed YAML: " + char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.');

    private static string? Hint(string message) => Says(message, "quoted scalar") ? "a closing quote"
        : Says(message, "tab") ? "spaces"
        : Says(message, "invalid mapping") ? "quotes around text that holds a colon and a space"
        : null;

    private static bool Says(string message, string part) => message.Contains(part, StringComparison.OrdinalIgnoreCase);

    /// <summary>A collection that is still open.</summary>
    private sealed class Frame(YamlNode node)
    {
        public YamlNode Node { get; } = node;

        public Dictionary<string, SourcePosition> Keys { get; } = new(StringComparer.Ordinal);

        public bool HasKey { get; set; }

        public YamlScalar? Key { get; set; }
    }
}
