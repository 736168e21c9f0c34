using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Compilation;

/// <summary>
/// An expression that has no node of its own, evaluated by the reference evaluator. It allocates, so where it is not indexed or kept for
/// a tick, <c>policy check</c> names it.
/// </summary>
internal sealed class ReferenceNode(Expr expr, ReferenceEvaluator evaluator, IntentActivation activation) : BoolNode
{
    public override Truth Evaluate(in JudgeInput input)
    {
        activation.Set(in input.Intent, input.Tick);
        return evaluator.Evaluate(expr, activation) is CelBool truth ? Truths.Of(truth.Value) : Truth.Unknown;
    }
}
