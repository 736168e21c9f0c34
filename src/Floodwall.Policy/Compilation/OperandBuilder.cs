using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>The nodes of what is compared: fields, facts, attributes, literals and arithmetic on them. Null where there is none.</summary>
internal sealed class OperandBuilder(IntentSchema schema, GateContext context, ulong staleAfter)
{
    private readonly SymbolTable _symbols = context.Vocabulary.Symbols;

    /// <summary>An integer.</summary>
    public IntNode? Int(Expr expr) => expr switch
    {
        LiteralExpr { Value.Kind: LiteralKind.Int } literal => new IntConstant(literal.Value.AsInt),
        SelectExpr { Kind: SelectKind.Value } select => Find(select)?.Source switch
        {
            NumberSource number => new IntField(number.Field),
            FactSource { Type: AttributeKind.Int64 } fact => new IntLookup<FactLookup>(Lookup(fact)),
            AttributeSource { Declaration: { Type: AttributeType.Int } declared } => new IntLookup<AttributeLookup>(Lookup(declared.Name)),
            _ => null,
        },
        CallExpr { Target: null, Function: Operators.Negate } call => Int(call.Args[0]) is { } inner ? new IntNegation(inner) : null,
        CallExpr { Target: null, Args.Count: 2 } call when ArithmeticOf(call.Function) is { } operation
            => Int(call.Args[0]) is { } left && Int(call.Args[1]) is { } right ? new IntArithmetic(operation, left, right) : null,
        _ => null,
    };

    /// <summary>A floating-point number.</summary>
    public DoubleNode? Double(Expr expr) => expr switch
    {
        LiteralExpr { Value.Kind: LiteralKind.Double } literal => new DoubleConstant(literal.Value.AsDouble),
        SelectExpr { Kind: SelectKind.Value } select => Find(select)?.Source switch
        {
            CostSource => new CostField(),
            FactSource { Type: AttributeKind.Double } fact => new DoubleLookup<FactLookup>(Lookup(fact)),
            AttributeSource { Declaration: { Type: AttributeType.Double } declared } => new DoubleLookup<AttributeLookup>(Lookup(declared.Name)),
            _ => null,
        },
        CallExpr { Target: null, Function: "double", Args: [Expr inner] } => Int(inner) is { } integer ? new IntToDouble(integer) : Double(inner),
        CallExpr { Target: null, Function: Operators.Negate } call => Double(call.Args[0]) is { } inner ? new DoubleNegation(inner) : null,
        CallExpr { Target: null, Args.Count: 2 } call when ArithmeticOf(call.Function) is { } operation and not Arithmetic.Modulo
            => Double(call.Args[0]) is { } left && Double(call.Args[1]) is { } right ? new DoubleArithmetic(operation, left, right) : null,
        _ => null,
    };

    /// <summary>A string.</summary>
    public SymbolNode? Symbol(Expr expr) => expr switch
    {
        LiteralExpr { Value.Kind: LiteralKind.String } literal => new SymbolConstant(Constant(literal.Value.AsString)),
        SelectExpr { Kind: SelectKind.Value } select => Find(select)?.Source switch
        {
            SymbolSource symbol => new SymbolOf(symbol.Field),
            FactSource { Type: AttributeKind.String } fact => new SymbolLookup<FactLookup>(Lookup(fact)),
            AttributeSource { Declaration: { Type: AttributeType.String } declared } => new SymbolLookup<AttributeLookup>(Lookup(declared.Name)),
            ProviderSource => new SymbolLookup<AttributeLookup>(Lookup(IntentSchema.ProviderAttribute)),
            _ => null,
        },
        _ => null,
    };

    /// <summary>A field that is itself a truth value, or <c>has(field)</c> of a fact or a name.</summary>
    public BoolNode? Flag(SelectExpr select) => (select.Kind, Find(select)?.Source) switch
    {
        (SelectKind.Value, TraitSource { Field: TraitField.Destructive }) => Traits(static intent => intent.IsDestructive),
        (SelectKind.Value, FactSource { Type: AttributeKind.Bool } fact) => new BoolLookup<FactLookup>(Lookup(fact)),
        (SelectKind.Value, AttributeSource { Declaration: { Type: AttributeType.Bool } declared }) => new BoolLookup<AttributeLookup>(Lookup(declared.Name)),
        (SelectKind.Test, FactSource fact) => new LookupKnown<FactLookup>(Lookup(fact), fact.Type),
        (SelectKind.Test, SymbolSource symbol) => new SameSymbolNode(new SymbolOf(symbol.Field), new SymbolConstant(0), equal: false),
        _ => null,
    };

    /// <summary>A comparison of a word of the intent with a literal.</summary>
    public BoolNode? Trait(Comparison comparison, Expr left, Expr right)
    {
        if (comparison is not (Comparison.Equal or Comparison.NotEqual))
        {
            return null;
        }

        (Expr word, Expr literal) = left is LiteralExpr ? (right, left) : (left, right);
        if (word is not SelectExpr { Kind: SelectKind.Value } select || Find(select)?.Source is not TraitSource { Field: not TraitField.Destructive } trait
            || literal is not LiteralExpr { Value: { Kind: LiteralKind.String } value })
        {
            return null;
        }

        bool equal = comparison == Comparison.Equal;
        return Traits(intent => (IntentFields.Word(in intent, trait.Field) == value.AsString) == equal);
    }

    /// <summary><c>a in [literals]</c> of strings.</summary>
    public BoolNode? Among(Expr element, Expr list)
    {
        if (list is not ListExpr { Elements: var elements } || !elements.All(item => !item.Optional && item.Value is LiteralExpr { Value.Kind: LiteralKind.String }))
        {
            return null;
        }

        string[] texts = [.. elements.Select(item => ((LiteralExpr)item.Value).Value.AsString)];
        if (element is SelectExpr { Kind: SelectKind.Value } select && Find(select)?.Source is TraitSource { Field: not TraitField.Destructive } trait)
        {
            return Traits(intent => Array.IndexOf(texts, IntentFields.Word(in intent, trait.Field)) >= 0);
        }

        return Symbol(element) is { } symbol ? new SymbolAmongNode(symbol, [.. texts.Select(Constant)]) : null;
    }

    /// <summary>A predicate of one string and a literal: <c>startsWith</c> and the like, <c>matches</c>, <c>cidrContains</c>.</summary>
    public BoolNode? StringPredicate(CallExpr call)
    {
        (Expr subject, Expr? argument) = call.Target is not null && call.Args.Count == 1 ? (call.Target, call.Args[0])
            : call.Target is null && call.Args.Count == 2 && call.Args[0] is LiteralExpr ? (call.Args[1], call.Args[0])
            : call.Target is null && call.Args.Count == 2 ? (call.Args[0], call.Args[1])
            : (call, null);
        if (argument is not LiteralExpr { Value: { Kind: LiteralKind.String } literal } || Symbol(subject) is not { } symbol || symbol is SymbolConstant)
        {
            return null;
        }

        bool literalFirst = call.Target is null && call.Args[0] is LiteralExpr;
        return StringPredicates.Find(call.Function, literal.AsString, literalFirst) is { } predicate
            ? new SymbolPredicateNode(symbol, id => predicate(NameOf(id)))
            : null;
    }

    private static TraitsNode Traits(Predicate<Intent> holds)
    {
        UInt128 bits = UInt128.Zero;
        foreach (Intent intent in AllTraits())
        {
            bits |= holds(intent) ? UInt128.One << (int)IntentFields.Traits(in intent) : UInt128.Zero;
        }

        return new TraitsNode(bits);
    }

    private static IEnumerable<Intent> AllTraits() =>
        from action in Enum.GetValues<IntentAction>()
        from priority in Enum.GetValues<Priority>()
        from blast in Enum.GetValues<BlastRadius>()
        from replicas in (uint[])[0, 1]
        select new Intent { Action = action, Priority = priority, BlastRadius = blast, Replicas = action == IntentAction.Scale ? replicas : 0 };

    private static Arithmetic? ArithmeticOf(string function) => function switch
    {
        Operators.Add => Arithmetic.Add,
        Operators.Subtract => Arithmetic.Subtract,
        Operators.Multiply => Arithmetic.Multiply,
        Operators.Divide => Arithmetic.Divide,
        Operators.Modulo => Arithmetic.Modulo,
        _ => null,
    };

    private SchemaField? Find(SelectExpr select) => select.Operand is IdentExpr root ? schema.Find(root.Name, select.Field) : null;

    private FactLookup Lookup(FactSource fact) => new(new FactSubject(fact.Kind, context), _symbols.Intern(fact.Name), staleAfter);

    private AttributeLookup Lookup(string attribute) => new(context.Attributes, _symbols.Intern(attribute));

    private uint Constant(string text) =>
        text.Length == 0 ? 0 : SymbolTable.Validate(text) is null ? _symbols.Intern(text).Id : SymbolNode.Foreign;

    private string NameOf(uint symbol) => symbol == 0 ? "" : _symbols.NameOf(new Symbol(symbol));
}
