namespace Floodwall.Reliability.Child.Parsers;

/// <summary>A parser under test.</summary>
/// <param name="name">What it parses.</param>
/// <param name="make">Makes a well-formed input.</param>
/// <param name="parse">Parses an input: false where it is refused, and what is wrong where an accepted input does not come back as it was.</param>
public sealed class ParserCase(string name, Func<Random, byte[]> make, ParserCase.ParseInput parse)
{
    /// <summary>Parses one input.</summary>
    public delegate bool ParseInput(byte[] input, out string? wrong);

    /// <summary>What it parses.</summary>
    public string Name => name;

    /// <summary>Makes a well-formed input.</summary>
    public byte[] Make(Random random) => make(random);

    /// <summary>Parses an input.</summary>
    public bool Parse(byte[] input, out string? wrong) => parse(input, out wrong);
}

/// <summary>All parsers under test.</summary>
public static class ParserCases
{
    /// <summary>Every case, each name once.</summary>
    public static IReadOnlyList<ParserCase> All { get; } = [.. NoteParsers.All, .. LedgerParsers.All, .. WallParsers.All, .. PolicyParsers.All];

    internal static string? Differs(ReadOnlySpan<byte> input, ReadOnlySpan<byte> again) =>
        input.SequenceEqual(again) ? null : $"accepted, but encoded again it is {Convert.ToHexStringLower(again)}";
}
