namespace Floodwall.Benchmarks.Support;

/// <summary>Benchmarks check what they computed: a fast wrong answer is worth nothing.</summary>
internal static class Answer
{
    public static void Require<T>(T expected, T actual, string what)
        where T : IEquatable<T>
    {
        if (!expected.Equals(actual))
        {
            throw new InvalidOperationException($"wrong answer: {what} is {actual}, expected {expected}");
        }
    }

    public static void Require(bool right, string what)
    {
        if (!right)
        {
            throw new InvalidOperationException($"wrong answer: {what}");
        }
    }
}
