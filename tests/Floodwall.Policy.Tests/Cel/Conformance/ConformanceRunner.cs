using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Runs a conformance test: parses, checks unless the test says not to, evaluates, and compares with what it expects.</summary>
internal static class ConformanceRunner
{
    public static ConformanceResult Run(ConformanceTest test)
    {
        if (ConformanceSupport.Unsupported(test, CelParser.Parse(test.Expr).Root) is { } reason)
        {
            return new ConformanceResult(test, ConformanceOutcome.Unsupported, reason);
        }

        if (!test.DisableCheck && CelChecker.Check(Parsing.Root(test.Expr), ConformanceTypes.Environment(test)) is { IsValid: false } refused)
        {
            return new ConformanceResult(test, ConformanceOutcome.Wrong, $"{test.Expr} is refused: {refused.Diagnostics[0].Message}");
        }

        CelValue actual = Evaluate(test)!;
        return IsExpected(test, actual, out string expected)
            ? new ConformanceResult(test, ConformanceOutcome.Passed, "")
            : new ConformanceResult(test, ConformanceOutcome.Wrong, $"{test.Expr} gave {actual}, expected {expected}");
    }

    /// <summary>What a test's expression gives; null where the test is not supported.</summary>
    public static CelValue? Evaluate(ConformanceTest test)
    {
        CelParseResult parsed = CelParser.Parse(test.Expr);
        return ConformanceSupport.Unsupported(test, parsed.Root) is not null ? null
            : parsed.Root is null ? new CelError(CelErrorKind.InvalidArgument, $"it does not parse: {parsed.Diagnostics[0].Message}")
            : new ReferenceEvaluator(container: test.Container).Evaluate(parsed.Root, new CelActivation(Bindings(test)));
    }

    private static bool IsExpected(ConformanceTest test, CelValue actual, out string expected)
    {
        if (test.Message.Has("eval_error") || test.Message.Has("any_eval_errors"))
        {
            expected = "an error";
            return actual is CelError { ErrorKind: not CelErrorKind.Limit };
        }

        if (test.Message.Has("unknown") || test.Message.Has("any_unknowns"))
        {
            expected = "an unknown";
            return actual is CelUnknown;
        }

        // A test that expects nothing expects true (simple.proto, SimpleTest.result_matcher).
        TextProtoMessage? message = test.Message.Message("value") ?? test.Message.Message("typed_result")?.Message("result");
        CelValue value = message is null ? CelValue.Of(true) : ConformanceValues.Read(message)!;
        expected = $"{value.TypeName} {value}";
        return ConformanceValues.Matches(value, actual);
    }

    private static IEnumerable<KeyValuePair<string, CelValue>> Bindings(ConformanceTest test)
    {
        foreach (TextProtoMessage binding in test.Message.Messages("bindings"))
        {
            TextProtoMessage value = binding.Message("value")!;
            CelValue bound = value.Has("unknown") ? new CelUnknown(binding.Text("key"))
                : value.Has("error") ? new CelError(CelErrorKind.InvalidArgument, "bound to an error")
                : ConformanceValues.Read(value.Message("value")!) ?? throw new NotSupportedException($"{test}: a binding of an unknown type");
            yield return KeyValuePair.Create(binding.Text("key"), bound);
        }
    }
}
