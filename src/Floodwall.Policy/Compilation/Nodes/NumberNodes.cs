using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>The comparisons.</summary>
internal enum Comparison : byte
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>Integer arithmetic; what overflows, and division by zero, is unknown.</summary>
internal enum Arithmetic : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// <summary>An integer literal.</summary>
internal sealed class IntConstant(long value) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long result)
    {
        result = value;
        return true;
    }
}

/// <summary>A number of the intent or the clock.</summary>
internal sealed class IntField(NumberField field) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long value) =>
        IntentFields.TryNumber(in input.Intent, input.Tick, field, out value);
}

/// <summary>Arithmetic on two integers (langdef.md: overflow is an error).</summary>
internal sealed class IntArithmetic(Arithmetic operation, IntNode left, IntNode right) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long value)
    {
        value = 0;
        return left.TryEvaluate(in input, out long a) && right.TryEvaluate(in input, out long b) && TryApply(a, b, out value);
    }

    private bool TryApply(long a, long b, out long value)
    {
        Int128 wide;
        switch (operation)
        {
            case Arithmetic.Add:
                wide = (Int128)a + b;
                break;
            case Arithmetic.Subtract:
                wide = (Int128)a - b;
                break;
            case Arithmetic.Multiply:
                wide = (Int128)a * b;
                break;
            default:
                // The smallest integer has no counterpart: its quotient by −1 overflows, and the language calls its remainder so too.
                if (b == 0 || (a == long.MinValue && b == -1))
                {
                    value = 0;
                    return false;
                }

                wide = operation == Arithmetic.Divide ? a / b : a % b;
                break;
        }

        value = (long)wide;
        return value == wide;
    }
}

/// <summary><c>-a</c>.</summary>
internal sealed class IntNegation(IntNode inner) : IntNode
{
    public override bool TryEvaluate(in JudgeInput input, out long value)
    {
        bool known = inner.TryEvaluate(in input, out long positive);
        value = unchecked(-positive);
        return known && positive != long.MinValue;
    }
}

/// <summary>A comparison of two integers.</summary>
internal sealed class IntComparison(Comparison comparison, IntNode left, IntNode right) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        if (!left.TryEvaluate(in input, out long a) || !right.TryEvaluate(in input, out long b))
        {
            return Truth.Unknown;
        }

        return Truths.Of(comparison switch
        {
            Comparison.Equal => a == b,
            Comparison.NotEqual => a != b,
            Comparison.Less => a < b,
            Comparison.LessOrEqual => a <= b,
            Comparison.Greater => a > b,
            _ => a >= b,
        });
    }
}

/// <summary>A floating-point literal.</summary>
internal sealed class DoubleConstant(double value) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double result)
    {
        result = value;
        return true;
    }
}

/// <summary><c>intent.cost</c>: its millionths as a number.</summary>
internal sealed class CostField : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        value = input.Intent.CostMicros / (double)Pipeline.Intent.CostScale;
        return true;
    }
}

/// <summary><c>double(a)</c> of an integer.</summary>
internal sealed class IntToDouble(IntNode inner) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        bool known = inner.TryEvaluate(in input, out long integer);
        value = integer;
        return known;
    }
}

/// <summary>Arithmetic on two floating-point numbers (IEEE 754; there is no modulo).</summary>
internal sealed class DoubleArithmetic(Arithmetic operation, DoubleNode left, DoubleNode right) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        value = 0;
        if (!left.TryEvaluate(in input, out double a) || !right.TryEvaluate(in input, out double b))
        {
            return false;
        }

        value = operation switch
        {
            Arithmetic.Add => a + b,
            Arithmetic.Subtract => a - b,
            Arithmetic.Multiply => a * b,
            _ => a / b,
        };
        return true;
    }
}

/// <summary><c>-a</c>.</summary>
internal sealed class DoubleNegation(DoubleNode inner) : DoubleNode
{
    public override bool TryEvaluate(in JudgeInput input, out double value)
    {
        bool known = inner.TryEvaluate(in input, out double positive);
        value = -positive;
        return known;
    }
}

/// <summary>A comparison of two floating-point numbers; with a NaN only <c>!=</c> holds.</summary>
internal sealed class DoubleComparison(Comparison comparison, DoubleNode left, DoubleNode right) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        if (!left.TryEvaluate(in input, out double a) || !right.TryEvaluate(in input, out double b))
        {
            return Truth.Unknown;
        }

        return Truths.Of(comparison switch
        {
            Comparison.Equal => a == b,
            Comparison.NotEqual => a != b,
            Comparison.Less => a < b,
            Comparison.LessOrEqual => a <= b,
            Comparison.Greater => a > b,
            _ => a >= b,
        });
    }
}
