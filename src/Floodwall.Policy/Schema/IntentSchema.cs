using Floodwall.Pipeline;
using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Schema;

/// <summary>A name that conditions can read.</summary>
/// <param name="Root">The object, such as <c>intent</c>.</param>
/// <param name="Name">The field.</param>
/// <param name="Type">Its type.</param>
/// <param name="Source">Where its value comes from.</param>
/// <param name="Sizes">How large it can be.</param>
internal sealed record SchemaField(string Root, string Name, CelType Type, FieldSource Source, CelSizes? Sizes = null)
{
    /// <summary>As a condition writes it.</summary>
    public override string ToString() => Root == IntentSchema.AttributeRoot ? Matching.CelText.Attribute(Name) : $"{Root}.{Name}";
}

/// <summary>
/// Everything a condition can read: the intent and those it names, their facts, the time, and the attributes that the bundle declares.
/// </summary>
internal sealed class IntentSchema
{
    /// <summary>The object of the attributes.</summary>
    public const string AttributeRoot = "attr";

    /// <summary>The attribute that names the provider.</summary>
    public const string ProviderAttribute = "provider";

    private static readonly CelSizes NameSize = new(SymbolTable.MaxNameBytes);
    private static readonly CelSizes WordSize = new(16);

    private readonly Dictionary<(string Root, string Name), SchemaField> _fields = [];

    private IntentSchema(IEnumerable<SchemaField> fields)
    {
        Fields = [.. fields];
        foreach (SchemaField field in Fields)
        {
            _fields.Add((field.Root, field.Name), field);
        }

        CelEnvironment environment = CelExtensionLibrary.AddTo(CelEnvironment.Standard);
        foreach (IGrouping<string, SchemaField> root in Fields.GroupBy(field => field.Root, StringComparer.Ordinal))
        {
            environment = environment.WithVariable(
                root.Key, CelType.Of(new CelStruct(root.Key, root.Select(field => new CelFieldDeclaration(field.Name, field.Type, field.Sizes)))));
        }

        Environment = _fields.Keys.Any(key => key.Root == AttributeRoot)
            ? environment
            : environment.WithVariable(AttributeRoot, CelType.Of(new CelStruct(AttributeRoot, [])));
    }

    /// <summary>The objects that every bundle's conditions can read, attributes apart.</summary>
    public static IReadOnlySet<string> StandardRoots { get; } = Standard().Select(field => field.Root).ToHashSet(StringComparer.Ordinal);

    /// <summary>All names.</summary>
    public IReadOnlyList<SchemaField> Fields { get; }

    /// <summary>What the checker needs to know.</summary>
    public CelEnvironment Environment { get; }

    /// <summary>The schema of a bundle: its declarations decide about attributes, and whether there is wall time.</summary>
    public static IntentSchema Of(PolicyBundle bundle)
    {
        IEnumerable<SchemaField> attributes = bundle.Attributes.Select(declared => new SchemaField(
            AttributeRoot, declared.Name, TypeOf(declared.Type), new AttributeSource(declared), SizeOf(declared)));
        IEnumerable<SchemaField> clock = bundle.Ticks is null ? [] : [new SchemaField("time", "now", CelType.Timestamp, new NowSource())];
        return new IntentSchema([.. Standard(), .. clock, .. attributes]);
    }

    /// <summary>A name's field; null where there is none.</summary>
    public SchemaField? Find(string root, string name) => _fields.GetValueOrDefault((root, name));

    private static IEnumerable<SchemaField> Standard() =>
    [
        new("intent", "id", CelType.Uint, new IdSource()),
        Word("intent", "action", TraitField.Action),
        Word("intent", "priority", TraitField.Priority),
        Word("intent", "blast_radius", TraitField.BlastRadius),
        new("intent", "destructive", CelType.Bool, new TraitSource(TraitField.Destructive)),
        Name("intent", "topic", SymbolField.Topic),
        Name("intent", "environment", SymbolField.Environment),
        Name("intent", "scope", SymbolField.Scope),
        Number("intent", "replicas", NumberField.Replicas),
        Number("intent", "submitted_tick", NumberField.SubmittedTick),
        Number("intent", "deadline_tick", NumberField.DeadlineTick),
        Number("intent", "follows_back", NumberField.FollowsBack),
        Number("intent", "cost_micros", NumberField.CostMicros),
        new("intent", "cost", CelType.Double, new CostSource()),
        Name("agent", "id", SymbolField.Agent),
        Name("agent", "role", SymbolField.Role),
        Fact("agent", "failures", FactKind.Agent, AttributeKind.Int64),
        Fact("agent", "trust", FactKind.Agent, AttributeKind.Double),
        Name("resource", "id", SymbolField.Resource),
        Name("pool", "id", SymbolField.Pool),
        Fact("pool", "remaining", FactKind.Pool, AttributeKind.Int64),
        Fact("pool", "used", FactKind.Pool, AttributeKind.Int64),
        Fact("pool", "limit", FactKind.Pool, AttributeKind.Int64),
        Fact("pool", "reset_tick", FactKind.Pool, AttributeKind.Int64),
        Fact("pool", "utilization", FactKind.Pool, AttributeKind.Double),
        Fact("pool", "burn_rate", FactKind.Pool, AttributeKind.Double),
        Fact("risk", "p_exhaustion", FactKind.Risk, AttributeKind.Double),
        Fact("risk", "p99_exhaustion_before_reset", FactKind.Risk, AttributeKind.Bool),
        Fact("risk", "ticks_to_exhaustion_p50", FactKind.Risk, AttributeKind.Int64),
        Fact("risk", "ticks_to_exhaustion_p90", FactKind.Risk, AttributeKind.Int64),
        Fact("risk", "ticks_to_exhaustion_p99", FactKind.Risk, AttributeKind.Int64),
        Fact("risk", "score", FactKind.Risk, AttributeKind.Double),
        Name("identity", "id", SymbolField.Identity),
        Fact("identity", "remaining", FactKind.Identity, AttributeKind.Int64),
        Fact("identity", "utilization", FactKind.Identity, AttributeKind.Double),
        new("provider", "id", CelType.String, new ProviderSource(), NameSize),
        Fact("provider", "status", FactKind.Provider, AttributeKind.String),
        Fact("provider", "available", FactKind.Provider, AttributeKind.Bool),
        Fact("provider", "error_rate", FactKind.Provider, AttributeKind.Double),
        Number("time", "tick", NumberField.Tick),
    ];

    private static SchemaField Name(string root, string name, SymbolField field) =>
        new(root, name, CelType.String, new SymbolSource(field), NameSize);

    private static SchemaField Word(string root, string name, TraitField field) =>
        new(root, name, CelType.String, new TraitSource(field), WordSize);

    private static SchemaField Number(string root, string name, NumberField field) => new(root, name, CelType.Int, new NumberSource(field));

    private static SchemaField Fact(string root, string name, FactKind kind, AttributeKind type) =>
        new(root, name, TypeOf(type), new FactSource(kind, name, type), type == AttributeKind.String ? NameSize : null);

    private static CelType TypeOf(AttributeKind kind) => kind switch
    {
        AttributeKind.Int64 => CelType.Int,
        AttributeKind.Double => CelType.Double,
        AttributeKind.Bool => CelType.Bool,
        AttributeKind.List => CelType.List(CelType.String),
        _ => CelType.String,
    };

    private static CelType TypeOf(AttributeType type) => type switch
    {
        AttributeType.Int => CelType.Int,
        AttributeType.Double => CelType.Double,
        AttributeType.Bool => CelType.Bool,
        AttributeType.StringList => CelType.List(CelType.String),
        _ => CelType.String,
    };

    private static CelSizes? SizeOf(AttributeDeclaration declared) => declared.Type switch
    {
        AttributeType.String => new CelSizes(declared.MaxSize),
        AttributeType.StringList => new CelSizes(declared.MaxSize, Element: NameSize),
        _ => null,
    };
}
