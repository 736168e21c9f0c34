using Floodwall.Pipeline;

namespace Floodwall.Policy;

/// <summary>
/// What a candidate bundle says beside what the live one says, before exemptions, which only the live one can use up. Counted since the
/// policy was made; any thread reads.
/// </summary>
public sealed class CandidateComparison
{
    private const int Kinds = (int)VerdictKind.Reject + 1;

    private readonly ulong[] _counts = new ulong[Kinds * Kinds];

    internal CandidateComparison()
    {
    }

    /// <summary>Intents of which the live bundle said one thing and the candidate another, or the same.</summary>
    /// <param name="live">What the live one said.</param>
    /// <param name="candidate">What the candidate said.</param>
    public ulong this[VerdictKind live, VerdictKind candidate] => Volatile.Read(ref _counts[((int)live * Kinds) + (int)candidate]);

    /// <summary>Intents that both judged.</summary>
    public ulong Judged => Sum((_, _) => true);

    /// <summary>Intents of which they said different things.</summary>
    public ulong Different => Sum((live, candidate) => live != candidate);

    /// <summary>Intents of which the candidate said something harsher.</summary>
    public ulong Harsher => Sum((live, candidate) => candidate > live);

    /// <summary>Intents of which the candidate said something milder.</summary>
    public ulong Milder => Sum((live, candidate) => candidate < live);

    internal void Count(VerdictKind live, VerdictKind candidate)
    {
        ref ulong count = ref _counts[((int)live * Kinds) + (int)candidate];
        Volatile.Write(ref count, count + 1);
    }

    private ulong Sum(Func<VerdictKind, VerdictKind, bool> counts)
    {
        ulong sum = 0;
        for (VerdictKind live = 0; live <= VerdictKind.Reject; live++)
        {
            for (VerdictKind candidate = 0; candidate <= VerdictKind.Reject; candidate++)
            {
                sum += counts(live, candidate) ? this[live, candidate] : 0;
            }
        }

        return sum;
    }
}
