using System.Diagnostics.CodeAnalysis;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// An intent of which one field is known, or known to be missing, and nothing else: what is false or true here is so of every intent of
/// which that much is so.
/// </summary>
internal sealed class SupposedField : ICelActivation
{
    private readonly ReferenceEvaluator _evaluator = new();
    private readonly IntentSchema _schema;
    private readonly Dictionary<string, CelObject> _roots;
    private SchemaField? _field;
    private CelValue? _value;

    public SupposedField(IntentSchema schema)
    {
        _schema = schema;
        _roots = schema.Fields.Select(field => field.Root).Distinct().ToDictionary(name => name, name => new CelObject(new Root(this, name)), StringComparer.Ordinal);
    }

    /// <summary>Whether evaluating an expression that reads nothing fails.</summary>
    public bool Fails(Expr constant) => _evaluator.Evaluate(constant, this) is CelError;

    /// <summary>A clause's value where a field has a value; where the field is null, of intents of which nothing is known.</summary>
    public Truth Evaluate(Expr clause, SchemaField? field, Literal? value) => Evaluate(clause, field, value is null ? CelValue.Null : CelValue.Of(value));

    /// <summary>A clause's value where a field is missing.</summary>
    public Truth EvaluateMissing(Expr clause, SchemaField field) => Evaluate(clause, field, (CelValue?)null);

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out CelValue? value)
    {
        value = _roots.GetValueOrDefault(name);
        return value is not null;
    }

    private Truth Evaluate(Expr clause, SchemaField? field, CelValue? value)
    {
        (_field, _value) = (field, value);
        return _evaluator.Evaluate(clause, this) is CelBool truth ? Truths.Of(truth.Value) : Truth.Unknown;
    }

    private sealed class Root(SupposedField supposed, string name) : ICelObject
    {
        public string TypeName => name;

        public CelField Find(string field, out CelValue value)
        {
            bool isIt = supposed._field is { } known && known.Root == name && known.Name == field;
            value = isIt && supposed._value is { } given ? given : new CelUnknown($"{name}.{field}");
            if (!isIt)
            {
                return supposed._schema.Find(name, field) is null ? CelField.NoSuchField : CelField.Set;
            }

            // An empty name of an intent is one that it does not carry.
            return supposed._value is null || (supposed._field!.Source is SymbolSource && value is CelString { Value.Length: 0 }) ? CelField.NotSet : CelField.Set;
        }
    }
}
