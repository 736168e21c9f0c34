using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>
/// Writes expressions in one canonical form: no parentheses but those that the grammar needs, one space around binary operators,
/// double quotes. Parsing what it wrote gives the same tree, of any tree that a text can give.
/// </summary>
public sealed class CelPrinter
{
    private const int Conditional = 0;
    private const int OrLevel = 1;
    private const int AndLevel = 2;
    private const int UnaryLevel = 6;
    private const int MemberLevel = 7;

    private readonly StringBuilder _text = new();

    private CelPrinter()
    {
    }

    /// <summary>Writes an expression. Recurses as deep as the tree is high (<see cref="CelParseOptions.MaxHeight"/>).</summary>
    public static string Print(Expr expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        var printer = new CelPrinter();
        printer.Write(expr, Conditional);
        return printer._text.ToString();
    }

    /// <summary>The level of the grammar's rule that an expression is written by; the loosest is 0.</summary>
    private static int LevelOf(Expr expr) => expr is not CallExpr { Target: null } call
        ? MemberLevel
        : (call.Function, call.Args.Count) switch
        {
            (Operators.Conditional, 3) => Conditional,
            (Operators.Or, 2) => OrLevel,
            (Operators.And, 2) => AndLevel,
            (Operators.Not or Operators.Negate, 1) => UnaryLevel,
            _ when BinaryOf(call) is (_, int level) => level,
            _ => MemberLevel,
        };

    private static (string Symbol, int Level)? BinaryOf(CallExpr call) => call.Args.Count != 2 ? null : call.Function switch
    {
        Operators.Equal => ("==", 3),
        Operators.NotEqual => ("!=", 3),
        Operators.Less => ("<", 3),
        Operators.LessOrEqual => ("<=", 3),
        Operators.Greater => (">", 3),
        Operators.GreaterOrEqual => (">=", 3),
        Operators.In => ("in", 3),
        Operators.Add => ("+", 4),
        Operators.Subtract => ("-", 4),
        Operators.Multiply => ("*", 5),
        Operators.Divide => ("/", 5),
        Operators.Modulo => ("%", 5),
        _ => null,
    };

    private void Write(Expr expr, int atLeast)
    {
        bool parentheses = LevelOf(expr) < atLeast;
        _text.Append(parentheses ? "(" : "");
        switch (expr)
        {
            case LiteralExpr literal:
                CelLiteralWriter.Write(literal.Value, _text);
                break;
            case IdentExpr ident:
                _text.Append(ident.Rooted ? "." : "").Append(ident.Name);
                break;
            case SelectExpr select:
                Select(select);
                break;
            case CallExpr call:
                Call(call);
                break;
            case ListExpr list:
                Sequence("[", list.Elements, "]", element => Optional(element.Optional).Write(element.Value, Conditional));
                break;
            case MapExpr map:
                Sequence("{", map.Entries, "}", entry =>
                {
                    Optional(entry.Optional).Write(entry.Key, Conditional);
                    _text.Append(": ");
                    Write(entry.Value, Conditional);
                });
                break;
            case MessageExpr message:
                Sequence(message.TypeName + "{", message.Fields, "}", field =>
                {
                    Optional(field.Optional).Field(field.Name);
                    _text.Append(": ");
                    Write(field.Value, Conditional);
                });
                break;
            case MacroExpr macro:
                Macro(macro);
                break;
            default:
                throw new ArgumentException($"{expr.GetType()} is no expression of the language", nameof(expr));
        }

        _text.Append(parentheses ? ")" : "");
    }

    private CelPrinter Optional(bool optional)
    {
        _text.Append(optional ? "?" : "");
        return this;
    }

    private void Field(string name)
    {
        string quote = CelKeywords.IsPlainField(name) ? "" : "`";
        _text.Append(quote).Append(name).Append(quote);
    }

    private void Select(SelectExpr select)
    {
        _text.Append(select.Kind == SelectKind.Test ? "has(" : "");
        Write(select.Operand, MemberLevel);
        _text.Append(select.Kind == SelectKind.Optional ? ".?" : ".");
        Field(select.Field);
        _text.Append(select.Kind == SelectKind.Test ? ")" : "");
    }

    private void Call(CallExpr call)
    {
        int level = LevelOf(call);
        if (level is OrLevel or AndLevel)
        {
            Chain(call, level);
        }
        else if (level == Conditional)
        {
            Write(call.Args[0], OrLevel);
            _text.Append(" ? ");
            Write(call.Args[1], OrLevel);
            _text.Append(" : ");
            Write(call.Args[2], Conditional);
        }
        else if (level == UnaryLevel)
        {
            Unary(call);
        }
        else if (call.Target is null && BinaryOf(call) is (string symbol, _))
        {
            Write(call.Args[0], level);
            _text.Append(' ').Append(symbol).Append(' ');
            Write(call.Args[1], level + 1);
        }
        else if (call is { Target: null, Function: Operators.Index or Operators.OptionalIndex, Args.Count: 2 })
        {
            Write(call.Args[0], MemberLevel);
            _text.Append(call.Function == Operators.Index ? "[" : "[?");
            Write(call.Args[1], Conditional);
            _text.Append(']');
        }
        else
        {
            if (call.Target is not null)
            {
                Write(call.Target, MemberLevel);
                _text.Append('.');
            }

            Sequence(call.Function + "(", call.Args, ")", arg => Write(arg, Conditional));
        }
    }

    /// <summary>A chain without parentheses where the parser would balance it to this very tree, else pair by pair.</summary>
    private void Chain(CallExpr call, int level)
    {
        var operands = new List<Expr>();
        if (!Flatten(call, call.Function, operands))
        {
            operands = [.. call.Args];
        }

        for (int i = 0; i < operands.Count; i++)
        {
            _text.Append(i == 0 ? "" : level == OrLevel ? " || " : " && ");
            Write(operands[i], level + 1);
        }
    }

    /// <summary>Lists the operands of a chain; false where it is not as the parser balances.</summary>
    private static bool Flatten(Expr expr, string function, List<Expr> operands)
    {
        if (expr is not CallExpr { Target: null, Args.Count: 2 } call || call.Function != function)
        {
            operands.Add(expr);
            return true;
        }

        int before = operands.Count;
        if (!Flatten(call.Args[0], function, operands))
        {
            return false;
        }

        int left = operands.Count - before;
        return Flatten(call.Args[1], function, operands) && left == CelGrammar.LeftShare(operands.Count - before);
    }

    private void Unary(CallExpr call)
    {
        _text.Append(call.Function == Operators.Not ? '!' : '-');
        int start = _text.Length;
        bool mixed = call.Args[0] is CallExpr { Target: null, Function: Operators.Not or Operators.Negate } inner
            && inner.Function != call.Function;
        Write(call.Args[0], mixed ? MemberLevel : UnaryLevel);

        // A minus right before digits would become part of the number.
        if (call.Function == Operators.Negate && char.IsAsciiDigit(_text[start]))
        {
            _text.Insert(start, '(').Append(')');
        }
    }

    private void Macro(MacroExpr macro)
    {
        Write(macro.Target, MemberLevel);
        _text.Append('.').Append(NameOf(macro)).Append('(').Append(macro.Variable);
        if (macro.SecondVariable is not null)
        {
            _text.Append(", ").Append(macro.SecondVariable);
        }

        foreach (Expr? part in (Expr?[])[macro.Filter, macro.Body])
        {
            if (part is not null)
            {
                _text.Append(", ");
                Write(part, Conditional);
            }
        }

        _text.Append(')');
    }

    internal static string NameOf(MacroExpr macro) => macro.Kind switch
    {
        MacroKind.All => "all",
        MacroKind.Exists => "exists",
        MacroKind.ExistsOne => macro.SecondVariable is null ? "exists_one" : "existsOne",
        MacroKind.Filter => "filter",
        MacroKind.Map => "map",
        MacroKind.TransformList => "transformList",
        MacroKind.TransformMap => "transformMap",
        MacroKind.TransformMapEntry => "transformMapEntry",
        MacroKind.OptMap => "optMap",
        _ => "optFlatMap",
    };

    private void Sequence<T>(string open, IReadOnlyList<T> items, string close, Action<T> write)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            _text.Append(i == 0 ? "" : ", ");
            write(items[i]);
        }

        _text.Append(close);
    }
}
