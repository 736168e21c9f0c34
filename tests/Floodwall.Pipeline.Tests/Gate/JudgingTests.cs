namespace Floodwall.Pipeline.Tests.Gate;

/// <summary>
/// <see cref="GateStage.Judge"/> calls its first three policies from places of their own and the rest in a loop. Each of those places, and
/// the loop's first and later turns, is held against what a plain loop would do.
/// </summary>
public sealed class JudgingTests
{
    private const int Most = 6;

    private readonly RuleTable _rules = new();

    /// <summary>Places of the policy in question, and policies in the gate.</summary>
    public static TheoryData<int, int> Places
    {
        get
        {
            TheoryData<int, int> places = [];
            for (int place = 0; place < 5; place++)
            {
                // as the last of all, and with others behind it
                places.Add(place, place + 1);
                places.Add(place, Most);
            }

            return places;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_policy_that_throws_is_named_and_those_behind_it_are_not_asked(int place, int count)
    {
        List<int> asked = [];
        GateStage gate = Gate(count, asked, i => i == place ? throw new InvalidOperationException($"bug {place}") : Waits(i));
        Verdict verdict = gate.Judge(default, 0);
        Assert.Equal(Verdict.Reject(_rules.PolicyFault, detail: (byte)place), verdict);
        Assert.Equal(place, verdict.Detail);
        Assert.Equal(Enumerable.Range(0, place + 1), asked);
        Assert.Equal((1ul, $"bug {place}"), (gate.Faults, gate.LastException?.Message));

        Vocabulary vocabulary = new(new SymbolTable(1), _rules);
        Assert.Equal($"policy {place} failed while judging the intent", ReasonText.Of(verdict, default, vocabulary));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_reject_keeps_its_reason_and_those_behind_it_are_not_asked(int place, int count)
    {
        List<int> asked = [];
        Verdict reject = Verdict.Reject(new RuleId((uint)place + 50), (byte)(place + 100));

        // Those behind would reject as well, for reasons of their own.
        GateStage gate = Gate(count, asked, i => i < place ? Waits(i) : i == place ? reject : Verdict.Reject(new RuleId((uint)i + 80)));
        Assert.Equal(reject, gate.Judge(default, 0));
        Assert.Equal(Enumerable.Range(0, place + 1), asked);
        Assert.Equal(0ul, gate.Faults);
        Assert.Null(gate.LastException);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(Most)]
    public void Judges_as_a_plain_loop_would(int count)
    {
        Random random = new(count);
        for (int run = 0; run < 3000; run++)
        {
            Said[] said = [.. Enumerable.Range(0, count).Select(i => Any(random, i))];
            List<int> asked = [];
            GateStage gate = Gate(count, asked, i => said[i].Throws ? throw new InvalidOperationException() : said[i].Verdict);
            (Verdict verdict, int[] expected) = PlainLoop(said);
            Assert.Equal(verdict, gate.Judge(default, 0));
            Assert.Equal(expected, asked);
            Assert.Equal(expected.Length > 0 && said[expected[^1]].Throws ? 1ul : 0, gate.Faults);
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Every_policy_is_given_the_intent_and_the_tick(int place, int count)
    {
        Intent intent = new() { Id = 77, CostMicros = 5 };
        (ulong, long, ulong) given = default;
        GateStage gate = new(
            Enumerable.Range(0, count).Select(i => new Sees((in Intent seen, ulong tick) =>
            {
                given = i == place ? (seen.Id, seen.CostMicros, tick) : given;
                return Verdict.Admit;
            })),
            _rules);
        Assert.Equal(Verdict.Admit, gate.Judge(in intent, 9));
        Assert.Equal((77ul, 5L, 9ul), given);
    }

    private (Verdict Verdict, int[] Asked) PlainLoop(Said[] said)
    {
        Verdict verdict = Verdict.Admit;
        List<int> asked = [];
        for (int i = 0; i < said.Length && verdict.Kind != VerdictKind.Reject; i++)
        {
            asked.Add(i);
            if (said[i].Throws)
            {
                // What was said before it does not count any more.
                return (Verdict.Reject(_rules.PolicyFault, (byte)i), [.. asked]);
            }

            verdict = verdict.Combine(said[i].Verdict);
        }

        return (verdict, [.. asked]);
    }

    private GateStage Gate(int count, List<int> asked, Func<int, Verdict> says) => new(
        Enumerable.Range(0, count).Select(i => new Sees((in Intent _, ulong _) =>
        {
            asked.Add(i);
            return says(i);
        })),
        _rules);

    private static Verdict Waits(int policy) => Verdict.Shape((ulong)policy + 1, new RuleId((uint)policy + 10));

    // Mostly mild, so that policies far behind are reached too.
    private static Said Any(Random random, int policy)
    {
        RuleId rule = new((uint)policy + 10);
        return random.Next(14) switch
        {
            0 => new Said(default, Throws: true),
            1 => new Said(Verdict.Reject(rule, (byte)policy)),
            2 => new Said(Verdict.Switch(new Symbol((uint)random.Next(1, 9)), rule)),
            3 => new Said(Verdict.RequireApproval(rule, (byte)policy)),
            4 or 5 => new Said(Verdict.Defer(rule, (ulong)random.Next(4))),
            6 or 7 => new Said(Verdict.Shape((ulong)random.Next(4), rule)),
            _ => new Said(Verdict.Admit),
        };
    }

    private delegate Verdict Answer(in Intent intent, ulong tick);

    private readonly record struct Said(Verdict Verdict, bool Throws = false);

    private sealed class Sees(Answer answer) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) => answer(in intent, tick);
    }
}
