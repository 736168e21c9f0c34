using Floodwall.Load.Flood;
using Floodwall.Load.Measuring;
using Floodwall.Load.Scenarios.Peers.Assembly;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Peers.EndToEnd;

/// <summary>How many of one outcome, and the sum of their ids modulo 2^64.</summary>
internal readonly record struct OutcomeSum(long Count, ulong Ids)
{
    public OutcomeSum With(ulong id) => new(Count + 1, Ids + id);

    public override string ToString() => $"{Count} (ids {Ids:x})";
}

/// <summary>What a wall said to a flood, whatever the order: the same for everyone who does the same work.</summary>
internal sealed record FloodAnswer(OutcomeSum Admitted, OutcomeSum Deferred, OutcomeSum Rejected, OutcomeSum Refused)
{
    /// <summary>Decided ones of every kind.</summary>
    public long Decided => Admitted.Count + Deferred.Count + Rejected.Count;

    /// <summary>What a hash-chain log holds. Its head is checked, but no part of the answer: it depends on the order, and that on how full a batch was.</summary>
    /// <param name="path">The closed log.</param>
    /// <exception cref="WrongAnswerException">It does not hold together, or a record cannot be read.</exception>
    public static FloodAnswer OfLog(string path)
    {
        OutcomeSum[] sums = new OutcomeSum[(int)VerdictKind.Reject + 1];
        HashChainProof.Read(path, payload =>
        {
            string? problem = DecisionEntry.Read(payload, out DecisionRecord record);
            WrongAnswerException.ThrowUnless(problem is null, $"{path}: {problem}");
            ref OutcomeSum sum = ref sums[(int)record.Verdict.Kind];
            sum = sum.With(record.Intent.Id);
        });
        return new FloodAnswer(sums[(int)VerdictKind.Admit], sums[(int)VerdictKind.Defer], sums[(int)VerdictKind.Reject], default);
    }

    public override string ToString() => $"admitted {Admitted}, deferred {Deferred}, rejected {Rejected}, refused {Refused}";
}

/// <summary>The decision handler of everyone who is compared: counts and adds up by outcome.</summary>
internal sealed class AnswerTally : IDecisionHandler
{
    private readonly OutcomeSum[] _decided = new OutcomeSum[(int)VerdictKind.Reject + 1];
    private OutcomeSum _refused;

    /// <summary>Counts everything told and takes the time of the last.</summary>
    public DecisionTally Counts { get; } = new();

    /// <summary>What was told so far. Only while nothing is under way.</summary>
    public FloodAnswer Answer =>
        new(_decided[(int)VerdictKind.Admit], _decided[(int)VerdictKind.Defer], _decided[(int)VerdictKind.Reject], _refused);

    public void OnDecision(in Intent intent, in Decision decision)
    {
        ref OutcomeSum sum = ref decision.Outcome == Outcome.Decided ? ref _decided[(int)decision.Verdict.Kind] : ref _refused;
        sum = sum.With(intent.Id);
        Counts.OnDecision(in intent, in decision);
    }
}
