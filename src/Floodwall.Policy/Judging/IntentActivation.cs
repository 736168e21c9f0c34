using System.Diagnostics.CodeAnalysis;
using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// An intent as the reference evaluator sees it: the objects of the schema, whose fields read the intent, its attributes and the facts
/// about those it names. What is missing or stale is unknown, and unknown by name.
/// </summary>
internal sealed class IntentActivation : ICelActivation
{
    private readonly Dictionary<string, CelObject> _roots = new(StringComparer.Ordinal);
    private readonly IntentSchema _schema;
    private readonly GateContext _context;
    private readonly ulong _staleAfter;
    private readonly TickClock? _clock;
    private Intent _intent;
    private ulong _tick;

    /// <param name="schema">The names.</param>
    /// <param name="context">The tables.</param>
    /// <param name="staleAfter">Ticks after which a fact counts no more; 0 for never.</param>
    /// <param name="clock">What a tick is; null where there is no wall time.</param>
    public IntentActivation(IntentSchema schema, GateContext context, ulong staleAfter, TickClock? clock)
    {
        _schema = schema;
        _context = context;
        _staleAfter = staleAfter;
        _clock = clock;
        foreach (string root in schema.Fields.Select(field => field.Root).Append(IntentSchema.AttributeRoot).Distinct())
        {
            _roots.Add(root, new CelObject(new Root(this, root)));
        }
    }

    /// <summary>The intent that is looked at from now on.</summary>
    public void Set(in Intent intent, ulong tick)
    {
        _intent = intent;
        _tick = tick;
    }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out CelValue? value)
    {
        bool found = _roots.TryGetValue(name, out CelObject? root);
        value = root;
        return found;
    }

    /// <summary>The value of a field.</summary>
    public CelField Read(SchemaField field, out CelValue value)
    {
        switch (field.Source)
        {
            case SymbolSource symbol:
                Symbol name = IntentFields.Symbol(in _intent, symbol.Field);
                value = Text(name);
                return name.IsNone ? CelField.NotSet : CelField.Set;
            case TraitSource { Field: TraitField.Destructive }:
                value = CelValue.Of(_intent.IsDestructive);
                return CelField.Set;
            case TraitSource trait:
                value = CelValue.Of(IntentFields.Word(in _intent, trait.Field)!);
                return CelField.Set;
            case NumberSource number:
                value = IntentFields.TryNumber(in _intent, _tick, number.Field, out long integer) ? CelValue.Of(integer) : Missing(field);
                return CelField.Set;
            case IdSource:
                value = CelValue.Of(_intent.Id);
                return CelField.Set;
            case CostSource:
                value = CelValue.Of(_intent.CostMicros / (double)Intent.CostScale);
                return CelField.Set;
            case NowSource:
                value = Now() is { } now ? now : Missing(field);
                return CelField.Set;
            case ProviderSource:
                return Attribute(field, IntentSchema.ProviderAttribute, AttributeKind.String, out value);
            case AttributeSource attribute:
                return Attribute(field, attribute.Declaration.Name, KindOf(attribute.Declaration.Type), out value);
            default:
                return Fact(field, (FactSource)field.Source, out value);
        }
    }

    private static CelUnknown Missing(SchemaField field) => new(field.ToString());

    private static AttributeKind KindOf(AttributeType type) => type switch
    {
        AttributeType.Int => AttributeKind.Int64,
        AttributeType.Double => AttributeKind.Double,
        AttributeType.Bool => AttributeKind.Bool,
        AttributeType.StringList => AttributeKind.List,
        _ => AttributeKind.String,
    };

    private CelString Text(Symbol symbol) => new(_context.Vocabulary.Symbols.NameOf(symbol));

    private CelTimestamp? Now() =>
        _clock is not null && TickTime.TryFrom(_clock, _tick, out long seconds, out int nanoseconds)
            && seconds is >= CelTimestamp.MinSeconds and <= CelTimestamp.MaxSeconds
            ? new CelTimestamp(seconds, nanoseconds)
            : null;

    // That an attribute is absent is known; what it would be is not.
    private CelField Attribute(SchemaField field, string name, AttributeKind kind, out CelValue value)
    {
        AttributeValue attribute = default;
        bool found = _context.Vocabulary.Symbols.TryFind(name, out Symbol symbol) && _context.Attributes.Find(_intent.Attributes).TryGet(symbol, out attribute);
        value = (kind, attribute.Kind) switch
        {
            (AttributeKind.String, AttributeKind.String) => Text(attribute.AsSymbol),
            (AttributeKind.Int64, AttributeKind.Int64) => CelValue.Of(attribute.AsInt64),
            (AttributeKind.Double, AttributeKind.Double) => CelValue.Of(attribute.AsDouble),
            (AttributeKind.Double, AttributeKind.Int64) => CelValue.Of((double)attribute.AsInt64),
            (AttributeKind.Bool, AttributeKind.Bool) => CelValue.Of(attribute.AsBool),
            (AttributeKind.List, AttributeKind.List) => new CelList([.. attribute.AsList.ToArray().Select(Text)]),
            _ => Missing(field),
        };
        return found ? CelField.Set : CelField.NotSet;
    }

    private CelField Fact(SchemaField field, FactSource source, out CelValue value)
    {
        value = Missing(field);
        if (!_context.Vocabulary.Symbols.TryFind(source.Name, out Symbol name)
            || !new FactSubject(source.Kind, _context).TryRead(in _intent, name, out FactReading reading)
            || FactSource.IsStale(reading.Tick, _tick, _staleAfter))
        {
            return CelField.NotSet;
        }

        value = (source.Type, reading.Value.Kind) switch
        {
            (AttributeKind.String, AttributeKind.String) => Text(reading.Value.AsSymbol),
            (AttributeKind.Int64, AttributeKind.Int64) => CelValue.Of(reading.Value.AsInt64),
            (AttributeKind.Double, AttributeKind.Double) => CelValue.Of(reading.Value.AsDouble),
            (AttributeKind.Double, AttributeKind.Int64) => CelValue.Of((double)reading.Value.AsInt64),
            (AttributeKind.Bool, AttributeKind.Bool) => CelValue.Of(reading.Value.AsBool),
            _ => value,
        };
        return value is CelUnknown ? CelField.NotSet : CelField.Set;
    }

    /// <summary>One object of the schema.</summary>
    private sealed class Root(IntentActivation activation, string name) : ICelObject
    {
        public string TypeName => name;

        public CelField Find(string field, out CelValue value)
        {
            value = CelValue.Null;
            return activation._schema.Find(name, field) is { } found ? activation.Read(found, out value) : CelField.NoSuchField;
        }
    }
}
