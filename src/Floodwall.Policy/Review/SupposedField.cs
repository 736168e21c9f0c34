using System.Diagnostics.CodeAnalysis;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Compilation;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy;

/// <summary>
/// An intent of which one field is known and nothing else: what is false or true here is so of every intent whose field has the value.
/// </summary>
internal sealed class SupposedField : ICelActivation
{
    private readonly ReferenceEvaluator _evaluator = new();
    private readonly IntentSchema _schema;
    private SchemaField? _field;
    private CelValue _value = CelValue.Null;

    public SupposedField(IntentSchema schema) => _schema = schema;

    /// <summary>A clause's value where a field has a value; where the field is null, of intents of which nothing is known.</summary>
    public Truth Evaluate(Expr clause, SchemaField? field, Literal? value)
    {
        (_field, _value) = (field, value is null ? CelValue.Null : CelValue.Of(value));
        return _evaluator.Evaluate(clause, this) is CelBool truth ? Truths.Of(truth.Value) : Truth.Unknown;
    }

    /// <inheritdoc/>
    public bool TryGet(string name, [NotNullWhen(true)] out CelValue? value)
    {
        bool known = _schema.Fields.Any(field => field.Root == name);
        value = known ? new CelObject(new Root(this, name)) : null;
        return known;
    }

    private sealed class Root(SupposedField supposed, string name) : ICelObject
    {
        public string TypeName => name;

        public CelField Find(string field, out CelValue value)
        {
            bool isIt = supposed._field is { } known && known.Root == name && known.Name == field;
            value = isIt ? supposed._value : new CelUnknown($"{name}.{field}");

            // An empty name of an intent is one that it does not carry.
            return isIt && supposed._field!.Source is SymbolSource && value is CelString { Value.Length: 0 } ? CelField.NotSet
                : isIt || supposed._schema.Find(name, field) is not null ? CelField.Set
                : CelField.NoSuchField;
        }
    }
}
