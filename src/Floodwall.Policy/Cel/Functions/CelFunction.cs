namespace Floodwall.Policy.Cel;

/// <summary>A function's overloads of one number of arguments.</summary>
/// <param name="Name">Its name, with dots where it has a namespace.</param>
/// <param name="IsMethod">Whether it is called on a receiver, which is then its first argument.</param>
/// <param name="Arity">Arguments, the receiver included.</param>
/// <param name="Cost">What it costs besides the step of its node: arguments and result are charged by their weight.</param>
/// <param name="Body">What it does; null where it has no overload for the arguments' types. It never throws.</param>
internal sealed record CelFunction(string Name, bool IsMethod, int Arity, CelCostClass Cost, Func<CelValue[], EvaluationContext, CelValue?> Body)
{
    /// <summary>A function of one argument.</summary>
    public static CelFunction Of(string name, CelCostClass cost, Func<CelValue, CelValue?> body) =>
        new(name, false, 1, cost, (args, _) => body(args[0]));

    /// <summary>A function of two arguments.</summary>
    public static CelFunction Of(string name, CelCostClass cost, Func<CelValue, CelValue, CelValue?> body) =>
        new(name, false, 2, cost, (args, _) => body(args[0], args[1]));

    /// <summary>A method without arguments.</summary>
    public static CelFunction Method(string name, CelCostClass cost, Func<CelValue, CelValue?> body) =>
        new(name, true, 1, cost, (args, _) => body(args[0]));

    /// <summary>A method with one argument.</summary>
    public static CelFunction Method(string name, CelCostClass cost, Func<CelValue, CelValue, CelValue?> body) =>
        new(name, true, 2, cost, (args, _) => body(args[0], args[1]));

    /// <summary>A method with two arguments.</summary>
    public static CelFunction Method(string name, CelCostClass cost, Func<CelValue, CelValue, CelValue, CelValue?> body) =>
        new(name, true, 3, cost, (args, _) => body(args[0], args[1], args[2]));
}
