namespace Floodwall.Policy.Cel;

/// <summary>Why an evaluation failed.</summary>
public enum CelErrorKind
{
    /// <summary>A name that is bound to nothing.</summary>
    UnboundVariable,

    /// <summary>A function that does not exist.</summary>
    UnboundFunction,

    /// <summary>A function or operator that does not take values of these types.</summary>
    NoSuchOverload,

    /// <summary>A map without this key.</summary>
    NoSuchKey,

    /// <summary>An object without this field, or a value that has no fields.</summary>
    NoSuchField,

    /// <summary>An integer divided by zero.</summary>
    DivideByZero,

    /// <summary>The result or the argument is out of its type's range.</summary>
    Range,

    /// <summary>An argument of the right type that means nothing here.</summary>
    InvalidArgument,

    /// <summary>A construct that this implementation does not have.</summary>
    Unsupported,

    /// <summary>The evaluation went past a limit of <see cref="EvaluationLimits"/>.</summary>
    Limit,
}

/// <summary>The error that an evaluation ended in.</summary>
public sealed class CelError : CelValue
{
    /// <summary>An error at a place not yet known.</summary>
    /// <param name="kind">Why.</param>
    /// <param name="message">What is wrong, in English.</param>
    public CelError(CelErrorKind kind, string message)
        : this(kind, message, null)
    {
    }

    private CelError(CelErrorKind kind, string message, SourceSpan? span)
    {
        ErrorKind = kind;
        Message = message ?? throw new ArgumentNullException(nameof(message));
        Span = span;
    }

    /// <summary>Why.</summary>
    public CelErrorKind ErrorKind { get; }

    /// <summary>What is wrong, in English.</summary>
    public string Message { get; }

    /// <summary>The part of the expression that failed; null where the error came in with a binding.</summary>
    public SourceSpan? Span { get; }

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Error;

    /// <summary>No type of the language: <c>error</c>.</summary>
    public override string TypeName => "error";

    /// <summary>The same error at this place, unless it already has one.</summary>
    public CelError At(SourceSpan span) => Span is null ? new CelError(ErrorKind, Message, span) : this;

    /// <summary>A function or operator that does not take values of these types.</summary>
    internal static CelError NoOverload(string function, params ReadOnlySpan<CelValue> args)
    {
        string types = string.Join(", ", args.ToArray().Select(arg => arg.TypeName));
        return new CelError(CelErrorKind.NoSuchOverload, $"no such overload: {function}({types})");
    }
}
