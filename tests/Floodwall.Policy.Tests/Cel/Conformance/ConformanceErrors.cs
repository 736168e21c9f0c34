using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>Which kinds of errors the conformance tests' messages name. The tests do not insist on messages; this does on their kinds.</summary>
internal static class ConformanceErrors
{
    /// <summary>Tests whose message names another error than their expression has.</summary>
    public static IReadOnlySet<string> MisnamedTests { get; } = new HashSet<string>
    {
        // Division by zero, not a missing overload.
        "logic/AND/error_right", "logic/AND/error_left", "logic/OR/error_right", "logic/OR/error_left",

        // A year of five digits is no RFC 3339 text, so it is malformed before it is out of range.
        "timestamps/timestamp_range/from_string_over",
    };

    /// <summary>The kinds that a message can mean; none where it names none.</summary>
    public static CelErrorKind[] Named(string message)
    {
        bool Says(params string[] parts) => parts.Any(part => message.Contains(part, StringComparison.OrdinalIgnoreCase));
        return Says("overload") ? [CelErrorKind.NoSuchOverload]
            : Says("divide by zero", "division by zero", "modulus by zero") ? [CelErrorKind.DivideByZero]
            : Says("no such key") ? [CelErrorKind.NoSuchKey, CelErrorKind.NoSuchField]
            : Says("field selection") ? [CelErrorKind.NoSuchField]
            : Says("out of range", "formatting", "invalid substring", "invalid_argument", "Type conversion", "repeated key", "key type", "UTF-8")
                ? [CelErrorKind.InvalidArgument]
            : Says("overflow", "range") ? [CelErrorKind.Range]
            : Says("undeclared", "unknown variable") ? [CelErrorKind.UnboundVariable]
            : Says("unbound function") ? [CelErrorKind.UnboundFunction]
            : [];
    }
}
