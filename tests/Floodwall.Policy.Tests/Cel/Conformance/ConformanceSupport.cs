using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary>What of google/cel-spec's tests is not supported, and why. Decided from a test's own text, never from its result.</summary>
internal static class ConformanceSupport
{
    public const string Messages = "protobuf messages";
    public const string Wrappers = "protobuf wrapper and JSON types";

    /// <summary>The reasons, for the report.</summary>
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        [Messages] = "Constructs or expects a message of a `.proto` file. Policies see `intent`, `pool` and `risk` through a schema of "
            + "their own; there is no protobuf runtime, and message literals are refused by name.",
        [Wrappers] = "Constructs `google.protobuf.BoolValue`, `Int64Value`, `Value` and their like. They are message literals too, and exist "
            + "for reading fields of protobuf messages.",
    };

    /// <summary>The reason why a test is not supported; null where it is.</summary>
    public static string? Unsupported(ConformanceTest test, Expr? root)
    {
        List<string> types = [.. (root is null ? [] : ExprTree.All(root)).OfType<MessageExpr>().Select(message => message.TypeName.TrimStart('.'))];
        if (types.Count > 0)
        {
            return types.All(type => type.StartsWith("google.protobuf.", StringComparison.Ordinal)) ? Wrappers : Messages;
        }

        bool expectsMessage = test.Message.Message("value") is { } value && ConformanceValues.Read(value) is null;
        return expectsMessage ? Messages : null;
    }
}
