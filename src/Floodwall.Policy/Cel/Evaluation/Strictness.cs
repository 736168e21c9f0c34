namespace Floodwall.Policy.Cel;

/// <summary>
/// What becomes of errors and unknowns among operands that are all needed (google/cel-spec, eval.proto, ExprValue.unknown): the first
/// error, else all that is unknown.
/// </summary>
internal struct Strictness
{
    private CelError? _error;
    private CelUnknown? _unknown;

    /// <summary>The error or unknown that the operands seen so far amount to; null where all of them are values.</summary>
    public readonly CelValue? Verdict => (CelValue?)_error ?? _unknown;

    /// <summary>Takes an operand. False where it is an error or an unknown.</summary>
    public bool Take(CelValue operand)
    {
        switch (operand)
        {
            case CelError error:
                _error ??= error;
                return false;
            case CelUnknown unknown:
                _unknown = unknown.And(_unknown);
                return false;
            default:
                return true;
        }
    }
}
