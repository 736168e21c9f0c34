using Floodwall.Pipeline;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// Turns checked expressions into nodes that allocate nothing. What it has no node for, it leaves to the reference evaluator
/// (<see cref="ReferenceNode"/>), and says so.
/// </summary>
internal sealed class NodeBuilder
{
    private readonly OperandBuilder _operands;
    private readonly Func<Expr, BoolNode> _reference;

    /// <param name="schema">The names.</param>
    /// <param name="context">The tables.</param>
    /// <param name="staleAfter">Ticks after which a fact counts no more; 0 for never.</param>
    /// <param name="reference">Makes the node of an expression that has no other.</param>
    public NodeBuilder(IntentSchema schema, GateContext context, ulong staleAfter, Func<Expr, BoolNode> reference)
    {
        _operands = new OperandBuilder(schema, context, staleAfter);
        _reference = reference;
    }

    /// <summary>Parts of the last expression that were left to the reference evaluator.</summary>
    public int Left { get; private set; }

    /// <summary>The node of an expression of type bool.</summary>
    public BoolNode Build(Expr expr)
    {
        Left = 0;
        return Bool(expr);
    }

    private BoolNode Bool(Expr expr) => TryBool(expr) ?? Reference(expr);

    private BoolNode Reference(Expr expr)
    {
        Left++;
        return _reference(expr);
    }

    private BoolNode? TryBool(Expr expr) => expr switch
    {
        LiteralExpr { Value.Kind: LiteralKind.Bool } literal => new ConstantNode(Truths.Of(literal.Value.AsBool)),
        SelectExpr select => _operands.Flag(select),
        CallExpr { Target: null } call => Operator(call),
        CallExpr call => _operands.StringPredicate(call),
        _ => null,
    };

    private BoolNode? Operator(CallExpr call) => call.Function switch
    {
        Operators.And => new AllNode([.. Flatten(call, Operators.And).Select(Bool)]),
        Operators.Or => new AnyNode([.. Flatten(call, Operators.Or).Select(Bool)]),
        Operators.Not => new NotNode(Bool(call.Args[0])),
        Operators.Conditional => new ConditionalNode(Bool(call.Args[0]), Bool(call.Args[1]), Bool(call.Args[2])),
        Operators.In => _operands.Among(call.Args[0], call.Args[1]),
        Operators.Equal => Compare(Comparison.Equal, call),
        Operators.NotEqual => Compare(Comparison.NotEqual, call),
        Operators.Less => Compare(Comparison.Less, call),
        Operators.LessOrEqual => Compare(Comparison.LessOrEqual, call),
        Operators.Greater => Compare(Comparison.Greater, call),
        Operators.GreaterOrEqual => Compare(Comparison.GreaterOrEqual, call),
        _ => _operands.StringPredicate(call),
    };

    /// <summary>The operands of a chain of one operator, in order.</summary>
    public static IEnumerable<Expr> Flatten(Expr expr, string function)
    {
        // The parser balances chains, so this is never deep.
        return expr is CallExpr { Target: null } call && call.Function == function
            ? call.Args.SelectMany(arg => Flatten(arg, function))
            : [expr];
    }

    private BoolNode? Compare(Comparison comparison, CallExpr call)
    {
        (Expr left, Expr right) = (call.Args[0], call.Args[1]);
        if (_operands.Trait(comparison, left, right) is { } trait)
        {
            return trait;
        }

        (IntNode? leftInt, IntNode? rightInt) = (_operands.Int(left), _operands.Int(right));
        if (leftInt is not null && rightInt is not null)
        {
            return new IntComparison(comparison, leftInt, rightInt);
        }

        (DoubleNode? leftDouble, DoubleNode? rightDouble) = (_operands.Double(left), _operands.Double(right));
        if (leftDouble is not null && rightDouble is not null)
        {
            return new DoubleComparison(comparison, leftDouble, rightDouble);
        }

        // Across types only the order is typed, and it is that of doubles, as google/cel-spec's tests have it; equality is the checker's
        // to refuse.
        leftDouble ??= leftInt is null ? null : new IntToDouble(leftInt);
        rightDouble ??= rightInt is null ? null : new IntToDouble(rightInt);
        if (leftDouble is not null && rightDouble is not null && comparison is not (Comparison.Equal or Comparison.NotEqual))
        {
            return new DoubleComparison(comparison, leftDouble, rightDouble);
        }

        return comparison is Comparison.Equal or Comparison.NotEqual ? Same(comparison == Comparison.Equal, left, right) : null;
    }

    private BoolNode? Same(bool equal, Expr left, Expr right)
    {
        if (_operands.Symbol(left) is { } leftSymbol && _operands.Symbol(right) is { } rightSymbol)
        {
            return new SameSymbolNode(leftSymbol, rightSymbol, equal);
        }

        if (IsBool(left) && IsBool(right) && TryBool(left) is { } leftBool && TryBool(right) is { } rightBool)
        {
            BoolNode same = new SameTruthNode(leftBool, rightBool);
            return equal ? same : new NotNode(same);
        }

        return null;
    }

    /// <summary>
    /// Whether an operand that may be of any type is plainly a bool. Of a conditional only its branches tell, which the nodes of a bool would
    /// take for unknown where they are none. It looks, and builds nothing: it is asked at every level of a chain.
    /// </summary>
    private bool IsBool(Expr expr) => expr switch
    {
        LiteralExpr literal => literal.Value.Kind == LiteralKind.Bool,
        SelectExpr select => _operands.Flag(select) is not null,
        CallExpr { Target: null, Function: Operators.Conditional } call => IsBool(call.Args[1]) && IsBool(call.Args[2]),
        CallExpr call => call.Function
            is Operators.And or Operators.Or or Operators.Not or Operators.In
            or Operators.Equal or Operators.NotEqual or Operators.Less or Operators.LessOrEqual or Operators.Greater or Operators.GreaterOrEqual
            or "startsWith" or "endsWith" or "contains" or "matches" or "cidrContains",
        _ => false,
    };
}
