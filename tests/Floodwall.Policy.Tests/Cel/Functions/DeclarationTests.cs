using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The checker's declarations and the evaluator's functions say the same.</summary>
public sealed class DeclarationTests
{
    private static readonly CelEnvironment Environment = CelExtensionLibrary.AddTo(CelEnvironment.Standard);

    [Fact]
    public void Every_declared_overload_exists_and_gives_its_type()
    {
        List<string> wrong = [];
        foreach (CelFunctionDeclaration function in Environment.Functions)
        {
            foreach (CelOverload overload in function.Overloads)
            {
                CelValue[] args = [.. overload.Parameters.Select(Sample)];
                CelValue value = Call(function.Name, overload.IsMember, args);
                CelTypeKind result = overload.Result.Kind;
                if (value is CelError { ErrorKind: CelErrorKind.NoSuchOverload or CelErrorKind.UnboundFunction }
                    || (value is not CelError && result is not (CelTypeKind.Dyn or CelTypeKind.Parameter) && value.TypeName != overload.Result.Name))
                {
                    wrong.Add($"{function.Name} {overload} gave {value}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_function_is_declared()
    {
        IEnumerable<string> undeclared = CelFunctions.All
            .Where(function => Environment.FindFunction(function.Name)?.Overloads
                .Any(overload => overload.IsMember == function.IsMethod && overload.Parameters.Count == function.Arity) != true)
            .Select(function => $"{function.Name}/{function.Arity}");
        Assert.Empty(undeclared);
    }

    [Fact]
    public void What_is_not_declared_is_no_overload()
    {
        // Each function with each scalar as its only argument: declared for the type, or refused.
        CelType[] types = [CelType.Null, CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, CelType.String, CelType.Bytes, CelType.Duration, CelType.Timestamp];
        List<string> wrong = [];
        foreach (CelFunction function in CelFunctions.All.Where(function => function.Arity == 1))
        {
            foreach (CelType type in types)
            {
                bool declared = Environment.FindFunction(function.Name)!.Overloads.Any(overload => overload.IsMember == function.IsMethod
                    && overload.Parameters is [var parameter] && (parameter.Equals(type) || parameter.Kind is CelTypeKind.Parameter or CelTypeKind.Dyn));
                bool exists = Call(function.Name, function.IsMethod, [Sample(type)]) is not CelError { ErrorKind: CelErrorKind.NoSuchOverload };
                if (declared != exists)
                {
                    wrong.Add($"{function.Name}({type}): declared {declared}, there {exists}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    private static CelValue Call(string name, bool isMember, CelValue[] args)
    {
        Expr[] names = [.. args.Select((_, i) => (Expr)new IdentExpr($"x{i}", false, default))];
        int dot = name.LastIndexOf('.');
        CallExpr call = dot > 0 ? new CallExpr(name[(dot + 1)..], new IdentExpr(name[..dot], false, default), names, default)
            : isMember ? new CallExpr(name, names[0], names[1..], default)
            : new CallExpr(name, null, names, default);
        return new ReferenceEvaluator().Evaluate(call, new CelActivation(args.Select((arg, i) => KeyValuePair.Create($"x{i}", arg))));
    }

    private static CelValue Sample(CelType type) => type.Kind switch
    {
        CelTypeKind.Null => CelValue.Null,
        CelTypeKind.Bool => CelValue.Of(true),
        CelTypeKind.Int => CelValue.Of(1L),
        CelTypeKind.Uint => CelValue.Of(1UL),
        CelTypeKind.Double => CelValue.Of(1.0),
        CelTypeKind.String => CelValue.Of("1"),
        CelTypeKind.Bytes => CelValue.Of("1"u8),
        CelTypeKind.Duration => new CelDuration(1),
        CelTypeKind.Timestamp => new CelTimestamp(1, 1),
        CelTypeKind.Type => new CelTypeValue("int"),
        CelTypeKind.List => new CelList([Sample(type.Args[0])]),
        CelTypeKind.Map => CelMap.Create([KeyValuePair.Create(CelValue.Of("1"), Sample(type.Args[1]))]),
        CelTypeKind.Optional => CelOptional.Some(Sample(type.Args[0])),
        _ => CelValue.Of("1"),
    };
}
