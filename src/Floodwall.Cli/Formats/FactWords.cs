using Floodwall.Pipeline;

namespace Floodwall.Cli.Formats;

/// <summary>The words for what facts are about.</summary>
internal static class FactWords
{
    private static readonly string[] Kinds = [.. Enum.GetValues<FactKind>().Select(kind => kind.ToString().ToLowerInvariant())];

    /// <summary>The words that a line may hold.</summary>
    public static IReadOnlyList<string> All { get; } = Kinds[1..];

    /// <summary>The word for a kind.</summary>
    public static string Of(FactKind kind) => (int)kind < Kinds.Length ? Kinds[(int)kind] : "none";

    /// <summary>The kind of a word; null where there is none.</summary>
    public static FactKind? Parse(string word) => Array.IndexOf(Kinds, word) is var index and > 0 ? (FactKind)index : null;
}
