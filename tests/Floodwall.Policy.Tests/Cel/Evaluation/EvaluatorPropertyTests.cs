using Floodwall.Policy.Cel;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>What holds for every expression and every binding.</summary>
public sealed class EvaluatorPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000);
    private static readonly EvaluationLimits Small = new() { MaxSteps = 20_000 };

    [Fact]
    public void Evaluation_never_throws_and_always_gives_the_same() => Check.One(Many, Prop.ForAll(Cases(), one =>
    {
        CelValue value = Evaluate(one.Expression, one.Activation, Small);
        return value.ToString() == Evaluate(one.Expression, one.Activation, Small).ToString()
            && (value is not CelError error || error.Span is not null)
            && value is not CelUnknown { Names.IsEmpty: true };
    }));

    [Fact]
    public void A_smaller_budget_gives_the_same_or_says_that_it_is_too_small() => Check.One(Many, Prop.ForAll(
        Cases(), Gen.Choose(1, 60).ToArbitrary(), (one, steps) =>
        {
            CelValue little = Evaluate(one.Expression, one.Activation, new EvaluationLimits { MaxSteps = steps });
            return little is CelError { ErrorKind: CelErrorKind.Limit } || little.ToString() == Evaluate(one.Expression, one.Activation, Small).ToString();
        }));

    [Fact]
    public void And_and_or_are_commutative() => Check.One(Many, Prop.ForAll(Cases(), RandomExpressions.Any.ToArbitrary(), (one, other) =>
        ((string[])[Operators.And, Operators.Or]).All(name => Alike(
            Evaluate(RandomExpressions.Call(name, one.Expression, other), one.Activation, Small),
            Evaluate(RandomExpressions.Call(name, other, one.Expression), one.Activation, Small)))));

    [Fact]
    public void What_is_decided_without_a_variable_is_decided_so_with_any_value_of_it() => Check.One(Many, Prop.ForAll(
        Cases(), RandomValues.Value.ToArbitrary(), (one, value) =>
        {
            CelValue early = Evaluate(one.Expression, one.Activation, Small);
            CelValue late = Evaluate(one.Expression, new Late(one.Activation, value), Small);
            // Each goes other ways than the other, and may be the only one that meets a limit.
            return early is CelUnknown || IsLimit(early) || IsLimit(late)
                || (early is CelError == late is CelError && (early is CelError || late.ToString() == early.ToString()));
        }));

    [Fact]
    public void What_an_unknown_names_is_what_was_asked_for() => Check.One(Many, Prop.ForAll(Cases(), one =>
        Evaluate(one.Expression, one.Activation, Small) is not CelUnknown unknown || unknown.Names.All(name => name is "u" or "o.missing")));

    [Fact]
    public void Inequality_is_the_negation_of_equality() => Check.One(Many, Prop.ForAll(Cases(), RandomExpressions.Any.ToArbitrary(), (one, other) =>
        Alike(
            Evaluate(RandomExpressions.Call(Operators.NotEqual, one.Expression, other), one.Activation, Small),
            Evaluate(RandomExpressions.Call(Operators.Not, RandomExpressions.Call(Operators.Equal, one.Expression, other)), one.Activation, Small))));

    [Fact]
    public void A_value_is_of_the_type_that_the_checker_found() => Check.One(Many.WithMaxTest(50_000), Prop.ForAll(Cases(), one =>
    {
        CelChecked found = CelChecker.Check(one.Expression, Declared);
        CelValue value = Evaluate(one.Expression, one.Activation, Small);
        bool fits = !found.IsValid || value.IsErrorOrUnknown || HasOptionalParts(one.Expression) || Fits(value, found.Type);
        Assert.True(fits, $"{CelPrinter.Print(one.Expression)} of type {found.Type} gave {value}");
        return fits;
    }));

    [Fact]
    public void Random_expressions_come_to_something()
    {
        CelValue[] values = [.. Cases().Generator.Sample(20_000).Select(one => Evaluate(one.Expression, one.Activation, Small))];
        Assert.True(values.Count(value => !value.IsErrorOrUnknown) > 200, "few values");
        Assert.True(values.Count(value => value is CelUnknown) > 20, "few unknowns");
        Assert.True(values.OfType<CelError>().Select(error => error.ErrorKind).Distinct().Count() >= 4, "few kinds of errors");
    }

    private static CelEnvironment Declared { get; } = ((string[])["x", "y", "o", "u", "k", "v", "nowhere"])
        .Aggregate(CelExtensionLibrary.AddTo(CelEnvironment.Standard), (environment, name) => environment.WithVariable(name, CelType.Dyn));

    // The checker takes a dyn behind '?' for an optional of whatever fits beside it.
    private static bool HasOptionalParts(Expr expression) => ExprTree.All(expression).Any(node =>
        (node is ListExpr list && list.Elements.Any(element => element.Optional)) || (node is MapExpr map && map.Entries.Any(entry => entry.Optional)));

    // To the checker null is also a value of the types that are messages in protobuf.
    private static bool Fits(CelValue value, CelType type) => type.Kind is CelTypeKind.Dyn or CelTypeKind.Parameter
        || (value is CelNull && type.Kind is (CelTypeKind.Duration or CelTypeKind.Timestamp or CelTypeKind.Optional)) || (value.TypeName == type.Name && value switch
        {
            CelList list => list.Elements.All(element => Fits(element, type.Args[0])),
            CelMap map => map.Entries.All(entry => Fits(entry.Key, type.Args[0]) && Fits(entry.Value, type.Args[1])),
            CelOptional { Value: { } inner } => Fits(inner, type.Args[0]),
            _ => true,
        });

    private static bool IsLimit(CelValue value) => value is CelError { ErrorKind: CelErrorKind.Limit };

    /// <summary>The same value, or both errors, or unknown for the same names. A limit can be met on one side alone.</summary>
    private static bool Alike(CelValue left, CelValue right) =>
        IsLimit(left) || IsLimit(right) || (left is CelError && right is CelError) || left.ToString() == right.ToString();

    private static CelValue Evaluate(Expr expression, ICelActivation activation, EvaluationLimits limits) =>
        new ReferenceEvaluator(limits).Evaluate(expression, activation);

    private static Arbitrary<(Expr Expression, CelActivation Activation)> Cases() =>
        (from expression in RandomExpressions.Any from activation in RandomExpressions.Activation select (expression, activation)).ToArbitrary();

    /// <summary>The variables, with a value for the one that was unknown.</summary>
    private sealed class Late(ICelActivation others, CelValue value) : ICelActivation
    {
        public bool TryGet(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CelValue? found)
        {
            if (name != "u")
            {
                return others.TryGet(name, out found);
            }

            found = value;
            return true;
        }
    }
}
