using Floodwall.Cli.Formats;
using Floodwall.Pipeline;

namespace Floodwall.Cli.Running;

/// <summary>Turns changes as read into intents, and facts as read into facts: interns names, numbers what has no id, keeps time where none is stated.</summary>
internal sealed class IntentMapper(Vocabulary vocabulary)
{
    private readonly SymbolTable _symbols = vocabulary.Symbols;
    private readonly AttributeSetBuilder _attributes = new();
    private ulong _nextId;
    private ulong _tick;

    public Intent Map(ChangeRecord record)
    {
        ulong id = record.Id ?? _nextId;
        _nextId = unchecked(id + 1);

        // What states no time happened with what was read before it.
        _tick = record.SubmittedTick ?? _tick;
        return new Intent
        {
            Id = id,
            Agent = _symbols.Intern(record.Agent),
            Resource = _symbols.Intern(record.Resource),
            Topic = Intern(record.Topic),
            Environment = Intern(record.Environment),
            Scope = Intern(record.Scope),
            Pool = Intern(record.Pool),
            Identity = Intern(record.Identity),
            Role = Intern(record.Role),
            Action = record.Action,
            Priority = record.Priority,
            BlastRadius = record.BlastRadius,
            Replicas = record.Replicas,
            IdempotencyKey = record.IdempotencyKey ?? UInt128.Zero,
            CostMicros = record.CostMicros,
            SubmittedTick = _tick,
            DeadlineTick = record.DeadlineTick ?? 0,
            FollowsBack = (uint)record.FollowsBack,
            Attributes = Intern(record.Attributes),
            ManifestDigest = record.ManifestDigest is { } digest ? Digest.From(digest) : default,
        };
    }

    /// <summary>Turns a fact as read into one of the wall's.</summary>
    public Fact Map(FactRecord record)
    {
        FactValue value = record.Value switch
        {
            long integer => FactValue.Of(integer),
            double number => FactValue.Of(number),
            bool truth => FactValue.Of(truth),
            _ => FactValue.Of(Text((string)record.Value)),
        };
        return new Fact(record.Kind, Intern(record.Subject), _symbols.Intern(record.Name), value, record.Tick ?? _tick);
    }

    private uint Intern(IReadOnlyList<ChangeAttribute> attributes)
    {
        if (attributes.Count == 0)
        {
            return 0;
        }

        _attributes.Clear();
        foreach ((string name, object value) in attributes)
        {
            Symbol symbol = _symbols.Intern(name);
            _ = value switch
            {
                long integer => _attributes.Add(symbol, integer),
                double number => _attributes.Add(symbol, number),
                bool truth => _attributes.Add(symbol, truth),
                string[] list => _attributes.Add(symbol, [.. list.Select(Text)]),
                _ => _attributes.Add(symbol, Text((string)value)),
            };
        }

        return vocabulary.Attributes.Intern(_attributes);
    }

    private Symbol Text(string text) => text.Length == 0 ? Symbol.None : _symbols.Intern(text);

    private Symbol Intern(string? name) => name is null ? Symbol.None : _symbols.Intern(name);
}
