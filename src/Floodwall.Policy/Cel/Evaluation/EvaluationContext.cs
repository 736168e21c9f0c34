namespace Floodwall.Policy.Cel;

/// <summary>The state of one evaluation: what is left of its budget, and the variables of the macros around the current node.</summary>
internal sealed class EvaluationContext(ICelActivation activation, string container, EvaluationLimits limits, PatternCache patterns)
{
    private readonly List<(string Name, CelValue Value)> _locals = [];
    private long _stepsLeft = limits.MaxSteps;

    public ICelActivation Activation => activation;

    /// <summary>The namespace in which names are looked up first; empty for none.</summary>
    public string Container => container;

    public EvaluationLimits Limits => limits;

    public PatternCache Patterns => patterns;

    /// <summary>The limit that was passed; null while none was.</summary>
    public CelError? Exceeded { get; private set; }

    /// <summary>Nodes around the current one.</summary>
    public int Depth { get; set; }

    /// <summary>Takes steps from the budget. False where it does not hold them, and then the evaluation is over.</summary>
    public bool TryCharge(long steps)
    {
        if (Exceeded is not null || steps > _stepsLeft)
        {
            Exceed($"the evaluation takes more than {limits.MaxSteps} steps");
            return false;
        }

        _stepsLeft -= steps;
        return true;
    }

    /// <summary>Ends the evaluation; the first reason stays.</summary>
    public CelError Exceed(string message) => Exceeded ??= new CelError(CelErrorKind.Limit, message);

    /// <summary>Notes where a limit was passed.</summary>
    public CelError ExceededAt(SourceSpan span) => Exceeded = Exceeded!.At(span);

    /// <summary>Binds a macro's variable, in front of an outer one of the same name.</summary>
    public void Push(string name, CelValue value) => _locals.Add((name, value));

    /// <summary>Takes the last variables back.</summary>
    public void Pop(int count) => _locals.RemoveRange(_locals.Count - count, count);

    /// <summary>The innermost variable of this name; null where no macro binds it.</summary>
    public CelValue? Local(string name)
    {
        for (int i = _locals.Count - 1; i >= 0; i--)
        {
            if (string.Equals(_locals[i].Name, name, StringComparison.Ordinal))
            {
                return _locals[i].Value;
            }
        }

        return null;
    }
}
