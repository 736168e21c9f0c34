namespace Floodwall.Policy.Cel;

/// <summary>What the parser accepts, and how much of it.</summary>
public sealed record CelParseOptions
{
    /// <summary>The language as google/cel-spec has it, with the default limits.</summary>
    public static CelParseOptions Default { get; } = new();

    /// <summary>
    /// Accepts what older policy files write as well: <c>AND</c>, <c>OR</c>, <c>NOT</c>, <c>=</c> for <c>==</c>, and a leading
    /// <c>IF</c>. <c>NOT</c> takes a whole relation: <c>NOT a == b</c> is <c>!(a == b)</c>. The words are then no names.
    /// </summary>
    public bool SeedDialect { get; init; }

    /// <summary>The longest text, in UTF-16 code units.</summary>
    public int MaxLength { get; init; } = 100_000;

    /// <summary>How deep brackets, arguments and branches may nest; what the parser's own recursion is bounded by. At most 128.</summary>
    public int MaxNesting { get; init; } = 64;

    /// <summary>
    /// The height of the tree, which long chains such as <c>a + b + c</c> or <c>a.b.c</c> raise without nesting; what the recursion
    /// of everything that walks a tree is bounded by. <c>&amp;&amp;</c> and <c>||</c> are balanced and hardly count. At most 512.
    /// </summary>
    public int MaxHeight { get; init; } = 256;

    /// <summary>The number of nodes.</summary>
    public int MaxNodes { get; init; } = 50_000;

    /// <summary>How many errors are reported before the parser gives up.</summary>
    public int MaxDiagnostics { get; init; } = 20;
}
