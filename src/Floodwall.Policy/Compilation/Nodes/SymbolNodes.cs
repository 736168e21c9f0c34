using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>A string literal.</summary>
internal sealed class SymbolConstant(uint symbol) : SymbolNode
{
    public override bool TryEvaluate(in JudgeInput input, out uint result)
    {
        result = symbol;
        return true;
    }
}

/// <summary>A name of the intent.</summary>
internal sealed class SymbolOf(SymbolField field) : SymbolNode
{
    public override bool TryEvaluate(in JudgeInput input, out uint symbol)
    {
        symbol = IntentFields.Symbol(in input.Intent, field).Id;
        return true;
    }
}

/// <summary><c>a == b</c> or <c>a != b</c> of two strings: equal strings are one symbol.</summary>
internal sealed class SameSymbolNode(SymbolNode left, SymbolNode right, bool equal) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) =>
        left.TryEvaluate(in input, out uint a) && right.TryEvaluate(in input, out uint b) ? Truths.Of((a == b) == equal) : Truth.Unknown;
}

/// <summary><c>a in ["x", "y"]</c>.</summary>
internal sealed class SymbolAmongNode(SymbolNode left, uint[] symbols) : BoolNode
{
    private readonly uint[] _sorted = [.. symbols.Order()];

    public override Truth Evaluate(in JudgeInput input) =>
        left.TryEvaluate(in input, out uint symbol) ? Truths.Of(_sorted.AsSpan().BinarySearch(symbol) >= 0) : Truth.Unknown;
}

/// <summary>Any predicate of one string and constants, such as <c>a.matches("…")</c>: evaluated once for each symbol.</summary>
internal sealed class SymbolPredicateNode(SymbolNode subject, Func<uint, Truth> predicate) : BoolNode
{
    private const byte NotMet = 0;
    private byte[] _known = [];

    public override Truth Evaluate(in JudgeInput input)
    {
        if (!subject.TryEvaluate(in input, out uint symbol))
        {
            return Truth.Unknown;
        }

        byte[] known = _known;
        return symbol < (uint)known.Length && known[symbol] != NotMet ? (Truth)(known[symbol] - 1) : Meet(symbol);
    }

    private Truth Meet(uint symbol)
    {
        Truth truth = predicate(symbol);
        if (symbol != SymbolNode.Foreign)
        {
            if (symbol >= (uint)_known.Length)
            {
                Array.Resize(ref _known, Math.Max((int)symbol + 1, Math.Max(64, _known.Length * 2)));
            }

            _known[symbol] = (byte)(truth + 1);
        }

        return truth;
    }
}
