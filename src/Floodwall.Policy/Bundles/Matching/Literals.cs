using System.Globalization;
using System.Numerics;
using Floodwall.Policy.Reading;
using Floodwall.Policy.Yaml;

namespace Floodwall.Policy.Matching;

/// <summary>CEL literals of numbers and truth values.</summary>
internal static class Literals
{
    /// <summary>A scalar as a literal of the type that <paramref name="kind"/> names, or null after a complaint.</summary>
    public static string? Of(YamlScalar scalar, ScalarKind kind, ValueReader values)
    {
        switch (kind)
        {
            case ScalarKind.Bool:
                return values.Bool(scalar) is bool truth ? (truth ? "true" : "false") : null;
            case ScalarKind.Int:
                return values.Integer(scalar, long.MinValue, long.MaxValue) is BigInteger integer
                    ? integer.ToString(CultureInfo.InvariantCulture)
                    : null;
            default:
                if (scalar.Kind == ScalarKind.Int)
                {
                    return values.Integer(scalar, long.MinValue, long.MaxValue) is BigInteger whole ? CelText.Double((double)whole) : null;
                }

                return scalar.Kind == ScalarKind.Double
                    ? CelText.Double(double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture))
                    : values.Wrong<string>(scalar, "a number");
        }
    }

    /// <summary>Equality with one literal, membership in several.</summary>
    public static string Among(string expression, SortedSet<string> literals) =>
        literals.Count == 1 ? $"{expression} == {literals.Min}" : $"{expression} in [{string.Join(", ", literals)}]";
}
