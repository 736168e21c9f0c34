using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>The expressions that the conformance tests of google/cel-spec check are well typed here as well.</summary>
public sealed class ConformanceCheckTests
{
    [Fact]
    public void What_the_tests_check_is_well_typed()
    {
        List<string> refused = [];
        int valid = 0;
        foreach (ConformanceTest test in ConformanceFile.All())
        {
            CelChecked result = CelChecker.Check(Parsing.Root(test.Expr), ConformanceTypes.Environment(test));
            if (test.DisableCheck)
            {
                continue;
            }

            if (result.IsValid)
            {
                valid++;
            }
            else if (Reason(result.Root) is null)
            {
                refused.Add($"{test}: {test.Expr} -> {string.Join(" / ", result.Diagnostics.Select(d => d.Describe(test.Expr)))}");
            }
        }

        Assert.Empty(refused);
        Assert.InRange(valid, 1_000, int.MaxValue);
    }

    [Fact]
    public void Errors_of_types_are_found_where_the_tests_leave_them_to_the_run_time()
    {
        // What the files evaluate without a check, for an error that a checker would find, is found.
        IEnumerable<ConformanceTest> wrong = ConformanceFile.All().Where(test => test.DisableCheck
            && test.Message.Message("eval_error")?.Messages("errors").Any(error => error.Text("message") is "no such overload") == true);
        Assert.NotEmpty(wrong);
        Assert.All(wrong, test =>
        {
            // The pieces of a format, and fields of a map, are seen at run time only.
            bool valid = CelChecker.Check(Parsing.Root(test.Expr), ConformanceTypes.Environment(test)).IsValid;
            Assert.False(valid, $"{test}: {test.Expr}");
        });
    }

    /// <summary>Why an expression is rightly refused; null where it should not be.</summary>
    private static string? Reason(Expr root)
    {
        foreach (Expr expr in ExprTree.All(root))
        {
            switch (expr)
            {
                case MessageExpr:
                    return "there are no protocol buffer messages";
            }
        }

        return null;
    }
}
