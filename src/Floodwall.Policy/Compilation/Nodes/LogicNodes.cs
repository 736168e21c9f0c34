using Floodwall.Policy.Schema;

namespace Floodwall.Policy.Compilation;

/// <summary>A constant.</summary>
internal sealed class ConstantNode(Truth value) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) => value;
}

/// <summary><c>a &amp;&amp; b &amp;&amp; …</c>.</summary>
internal sealed class AllNode(BoolNode[] parts) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        Truth truth = Truth.True;
        foreach (BoolNode part in parts)
        {
            truth = Truths.And(truth, part.Evaluate(in input));
            if (truth == Truth.False)
            {
                break;
            }
        }

        return truth;
    }
}

/// <summary><c>a || b || …</c>.</summary>
internal sealed class AnyNode(BoolNode[] parts) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        Truth truth = Truth.False;
        foreach (BoolNode part in parts)
        {
            truth = Truths.Or(truth, part.Evaluate(in input));
            if (truth == Truth.True)
            {
                break;
            }
        }

        return truth;
    }
}

/// <summary><c>!a</c>.</summary>
internal sealed class NotNode(BoolNode part) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) => Truths.Not(part.Evaluate(in input));
}

/// <summary><c>a ? b : c</c>: strict in its condition.</summary>
internal sealed class ConditionalNode(BoolNode condition, BoolNode whenTrue, BoolNode whenFalse) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) => condition.Evaluate(in input) switch
    {
        Truth.True => whenTrue.Evaluate(in input),
        Truth.False => whenFalse.Evaluate(in input),
        _ => Truth.Unknown,
    };
}

/// <summary><c>a == b</c> of two truth values.</summary>
internal sealed class SameTruthNode(BoolNode left, BoolNode right) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        Truth one = left.Evaluate(in input);
        Truth other = right.Evaluate(in input);
        return one == Truth.Unknown || other == Truth.Unknown ? Truth.Unknown : Truths.Of(one == other);
    }
}

/// <summary>A clause over the traits of an intent: a bit for each of their combinations.</summary>
internal sealed class TraitsNode(UInt128 holds) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input) => Truths.Of(((holds >> (int)IntentFields.Traits(in input.Intent)) & 1) != 0);
}

/// <summary>A clause that several rules share: evaluated once for an intent.</summary>
internal sealed class SharedNode(BoolNode inner, JudgeEpoch epoch) : BoolNode
{
    private ulong _evaluatedAt;
    private Truth _value;

    public override Truth Evaluate(in JudgeInput input)
    {
        if (_evaluatedAt != epoch.Number)
        {
            _evaluatedAt = epoch.Number;
            _value = inner.Evaluate(in input);
        }

        return _value;
    }
}

/// <summary>Which intent is being judged, so that what was found out about it can be told from what was found out about earlier ones.</summary>
internal sealed class JudgeEpoch
{
    /// <summary>Counts intents, from 1.</summary>
    public ulong Number { get; private set; }

    /// <summary>Another intent.</summary>
    public void Next() => Number++;
}

/// <summary>A clause that looks at the clock alone: evaluated once for a tick.</summary>
internal sealed class TickNode(BoolNode inner) : BoolNode
{
    private ulong _tick;
    private bool _known;
    private Truth _value;

    public override Truth Evaluate(in JudgeInput input)
    {
        if (!_known || _tick != input.Tick)
        {
            _value = inner.Evaluate(in input);
            _tick = input.Tick;
            _known = true;
        }

        return _value;
    }
}
