namespace Floodwall.Policy.Cel;

/// <summary>
/// The declarations of langdef.md, "List of Standard Definitions", of optional values and of the strings extension as the test
/// files of google/cel-spec use them. Overload ids are those that implementations of the language share.
/// </summary>
internal static class CelStandardLibrary
{
    private const CelCostClass Constant = CelCostClass.Constant;
    private const CelCostClass Linear = CelCostClass.Linear;
    private const CelCostClass Product = CelCostClass.Product;

    /// <summary>The types with an order, by the part of an overload's id that names them.</summary>
    private static readonly (string Id, string Type)[] Ordered =
    [
        ("bool", "bool"), ("int64", "int"), ("uint64", "uint"), ("double", "double"), ("string", "string"), ("bytes", "bytes"),
        ("timestamp", "timestamp"), ("duration", "duration"),
    ];

    private static readonly string[] Numbers = ["int64", "uint64", "double"];

    public static CelEnvironment AddTo(CelEnvironment environment)
    {
        foreach (CelFunctionDeclaration function in (CelFunctionDeclaration[])
            [.. Operators(), .. Sequences(), .. Conversions(), .. Strings(), .. CelTimeLibrary.Functions(), .. Optionals()])
        {
            environment = environment.WithFunction(function);
        }

        foreach (CelType type in (CelType[])
        [
            CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, CelType.String, CelType.Bytes, CelType.Null, CelType.Duration,
            CelType.Timestamp, CelType.List(CelType.Dyn), CelType.Map(CelType.Dyn, CelType.Dyn), CelType.Optional(CelType.Dyn),
            CelType.TypeOf(CelType.Dyn),
        ])
        {
            environment = environment.WithVariable(new CelVariable(type.Name, CelType.TypeOf(type), null, type));
        }

        return environment;
    }

    /// <summary>A function with all its overloads of one cost.</summary>
    internal static CelFunctionDeclaration Function(string name, CelCostClass cost, params string[] signatures) =>
        new(name, [.. signatures.Select(signature => CelOverload.Parse(signature, cost))]);

    private static IEnumerable<CelFunctionDeclaration> Operators() =>
    [
        Function(Cel.Operators.Conditional, Constant, "conditional (bool, A, A) -> A"),
        Function(Cel.Operators.And, Constant, "logical_and (bool, bool) -> bool"),
        Function(Cel.Operators.Or, Constant, "logical_or (bool, bool) -> bool"),
        Function(Cel.Operators.Not, Constant, "logical_not (bool) -> bool"),
        Function(Cel.Operators.Equal, Linear, "equals (A, A) -> bool"),
        Function(Cel.Operators.NotEqual, Linear, "not_equals (A, A) -> bool"),
        Ordering(Cel.Operators.Less, "less"),
        Ordering(Cel.Operators.LessOrEqual, "less_equals"),
        Ordering(Cel.Operators.Greater, "greater"),
        Ordering(Cel.Operators.GreaterOrEqual, "greater_equals"),
        Function(Cel.Operators.Negate, Constant, "negate_int64 (int) -> int", "negate_double (double) -> double"),
        Function(Cel.Operators.Add, Linear, [
            .. Arithmetic("add", "int64", "uint64", "double", "string", "bytes"), "add_list (list(A), list(A)) -> list(A)",
            "add_timestamp_duration (timestamp, duration) -> timestamp", "add_duration_timestamp (duration, timestamp) -> timestamp",
            "add_duration_duration (duration, duration) -> duration"]),
        Function(Cel.Operators.Subtract, Constant, [
            .. Arithmetic("subtract", Numbers), "subtract_timestamp_timestamp (timestamp, timestamp) -> duration",
            "subtract_timestamp_duration (timestamp, duration) -> timestamp",
            "subtract_duration_duration (duration, duration) -> duration"]),
        Function(Cel.Operators.Multiply, Constant, [.. Arithmetic("multiply", Numbers)]),
        Function(Cel.Operators.Divide, Constant, [.. Arithmetic("divide", Numbers)]),
        Function(Cel.Operators.Modulo, Constant, [.. Arithmetic("modulo", "int64", "uint64")]),
    ];

    private static IEnumerable<string> Arithmetic(string name, params string[] ids) =>
        from ordered in Ordered
        where ids.Contains(ordered.Id)
        select $"{name}_{ordered.Id} ({ordered.Type}, {ordered.Type}) -> {ordered.Type}";

    /// <summary>Ordering within each type, and across the numeric types.</summary>
    private static CelFunctionDeclaration Ordering(string name, string id) => Function(name, Linear, [
        .. Ordered.Select(type => $"{id}_{type.Id} ({type.Type}, {type.Type}) -> bool"),
        .. from a in Ordered
           from b in Ordered
           where a != b && Numbers.Contains(a.Id) && Numbers.Contains(b.Id)
           select $"{id}_{a.Id}_{b.Id} ({a.Type}, {b.Type}) -> bool"]);

    private static IEnumerable<CelFunctionDeclaration> Sequences() =>
    [
        Function(Cel.Operators.In, Product, "in_list (A, list(A)) -> bool", "in_map (A, map(A, B)) -> bool"),
        Function(Cel.Operators.Index, Constant,
            "index_list (list(A), int) -> A", "index_map (map(A, B), A) -> B",
            "optional_list_index_int (optional(list(A)), int) -> optional(A)",
            "optional_map_index_value (optional(map(A, B)), A) -> optional(B)"),
        Function(Cel.Operators.OptionalIndex, Constant,
            "list_optindex_optional_int (list(A), int) -> optional(A)",
            "optional_list_optindex_optional_int (optional(list(A)), int) -> optional(A)",
            "map_optindex_optional_value (map(A, B), A) -> optional(B)",
            "optional_map_optindex_optional_value (optional(map(A, B)), A) -> optional(B)"),
        Function("size", Linear,
            "size_string (string) -> int", "size_bytes (bytes) -> int", "size_list (list(A)) -> int", "size_map (map(A, B)) -> int",
            "string_size string.() -> int", "bytes_size bytes.() -> int", "list_size list(A).() -> int", "map_size map(A, B).() -> int"),
    ];

    private static IEnumerable<CelFunctionDeclaration> Conversions() =>
    [
        Function("type", Constant, "type (A) -> type(A)"),
        Function("dyn", Constant, "to_dyn (A) -> dyn"),
        Function("bool", Linear, "bool_to_bool (bool) -> bool", "string_to_bool (string) -> bool"),
        Function("int", Linear,
            "int64_to_int64 (int) -> int", "uint64_to_int64 (uint) -> int", "double_to_int64 (double) -> int",
            "string_to_int64 (string) -> int", "timestamp_to_int64 (timestamp) -> int"),
        Function("uint", Linear,
            "uint64_to_uint64 (uint) -> uint", "int64_to_uint64 (int) -> uint", "double_to_uint64 (double) -> uint",
            "string_to_uint64 (string) -> uint"),
        Function("double", Linear,
            "double_to_double (double) -> double", "int64_to_double (int) -> double", "uint64_to_double (uint) -> double",
            "string_to_double (string) -> double"),
        Function("string", Linear,
            "string_to_string (string) -> string", "bool_to_string (bool) -> string", "int64_to_string (int) -> string",
            "uint64_to_string (uint) -> string", "double_to_string (double) -> string", "bytes_to_string (bytes) -> string",
            "timestamp_to_string (timestamp) -> string", "duration_to_string (duration) -> string"),
        Function("bytes", Linear, "bytes_to_bytes (bytes) -> bytes", "string_to_bytes (string) -> bytes"),
    ];

    private static IEnumerable<CelFunctionDeclaration> Strings() =>
    [
        Function("contains", Product, "contains_string string.(string) -> bool"),
        Function("startsWith", Linear, "starts_with_string string.(string) -> bool"),
        Function("endsWith", Linear, "ends_with_string string.(string) -> bool"),
        Function("matches", Product, "matches (string, string) -> bool", "matches_string string.(string) -> bool"),
        Function("charAt", Linear, "string_char_at_int string.(int) -> string"),
        Function("indexOf", Product,
            "string_index_of_string string.(string) -> int", "string_index_of_string_int string.(string, int) -> int"),
        Function("lastIndexOf", Product,
            "string_last_index_of_string string.(string) -> int", "string_last_index_of_string_int string.(string, int) -> int"),
        Function("join", Product, "list_join list(string).() -> string", "list_join_string list(string).(string) -> string"),
        Function("lowerAscii", Linear, "string_lower_ascii string.() -> string"),
        Function("upperAscii", Linear, "string_upper_ascii string.() -> string"),
        Function("replace", Product,
            "string_replace_string_string string.(string, string) -> string",
            "string_replace_string_string_int string.(string, string, int) -> string"),
        Function("split", Product,
            "string_split_string string.(string) -> list(string)", "string_split_string_int string.(string, int) -> list(string)"),
        Function("substring", Linear,
            "string_substring_int string.(int) -> string", "string_substring_int_int string.(int, int) -> string"),
        Function("trim", Linear, "string_trim string.() -> string"),
        Function("reverse", Linear, "string_reverse string.() -> string"),
        Function("format", Product, "string_format string.(list(dyn)) -> string"),
        Function("strings.quote", Linear, "strings_quote (string) -> string"),
    ];

    private static IEnumerable<CelFunctionDeclaration> Optionals() =>
    [
        Function("optional.of", Constant, "optional_of (A) -> optional(A)"),
        Function("optional.ofNonZeroValue", Constant, "optional_ofNonZeroValue (A) -> optional(A)"),
        Function("optional.none", Constant, "optional_none () -> optional(A)"),
        Function("value", Constant, "optional_value optional(A).() -> A"),
        Function("hasValue", Constant, "optional_hasValue optional(A).() -> bool"),
        Function("or", Constant, "optional_or_optional optional(A).(optional(A)) -> optional(A)"),
        Function("orValue", Constant, "optional_orValue_value optional(A).(A) -> A"),
    ];
}
