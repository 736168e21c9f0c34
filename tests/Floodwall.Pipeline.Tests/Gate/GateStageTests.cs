namespace Floodwall.Pipeline.Tests.Gate;

public sealed class GateStageTests
{
    private readonly RuleTable _rules = new();

    [Fact]
    public void An_empty_gate_admits() => Assert.Equal(Verdict.Admit, new GateStage([], _rules).Judge(default, 0));

    [Fact]
    public void The_harshest_wins_and_the_first_at_its_rank_gives_the_reason()
    {
        Random random = new(1);
        for (int run = 0; run < 2000; run++)
        {
            Verdict[] verdicts = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => Any(random, i))];
            GateStage gate = new(verdicts.Select(v => new Says(v)), _rules);
            VerdictKind harshest = verdicts.Max(v => v.Kind);
            Verdict first = verdicts.First(v => v.Kind == harshest);
            bool waits = harshest is VerdictKind.Shape or VerdictKind.Defer;
            ulong[] arguments = [.. verdicts.Where(v => v.Kind == harshest).Select(v => v.Argument)];
            bool forEver = harshest == VerdictKind.Defer && arguments.Contains(0ul);
            ulong argument = !waits ? first.Argument : forEver ? 0 : arguments.Max();

            Verdict judged = gate.Judge(default, 0);
            Assert.Equal((harshest, first.Rule, argument, first.Detail), (judged.Kind, judged.Rule, judged.Argument, judged.Detail));

            List<Verdict> each = [];
            Assert.Equal(judged, gate.Explain(default, 0, each));
            Assert.Equal(verdicts, each);
        }
    }

    [Fact]
    public void A_later_policy_never_loosens_an_earlier()
    {
        Random random = new(2);
        for (int run = 0; run < 2000; run++)
        {
            Verdict[] verdicts = [.. Enumerable.Range(0, 5).Select(i => Any(random, i))];
            Verdict before = new GateStage(verdicts[..4].Select(v => new Says(v)), _rules).Judge(default, 0);
            Verdict after = new GateStage(verdicts.Select(v => new Says(v)), _rules).Judge(default, 0);
            Assert.True(after.Kind >= before.Kind);
            Assert.True(after.Kind > before.Kind || after.Kind == VerdictKind.Switch || Length(after) >= Length(before));
        }
    }

    [Fact]
    public void Stops_at_the_first_reject_but_explains_all()
    {
        Counting last = new();
        GateStage gate = new([new Says(Verdict.Reject(_rules.StageFault)), last], _rules);
        gate.Judge(default, 0);
        Assert.Equal(0, last.Calls);
        gate.Explain(default, 0, []);
        Assert.Equal(1, last.Calls);
    }

    [Fact]
    public void A_missing_policy_is_refused() => Assert.Throws<ArgumentException>(() => new GateStage([null!], _rules));

    // How long a wait holds: a Defer without a tick for ever.
    private static ulong Length(Verdict verdict) =>
        verdict is { Kind: VerdictKind.Defer, Argument: 0 } ? ulong.MaxValue : verdict.Argument;

    private static Verdict Any(Random random, int rule) => random.Next(6) switch
    {
        0 => Verdict.Admit,
        1 => Verdict.Shape((ulong)random.Next(9), new RuleId((uint)rule + 10)),
        2 => Verdict.Defer(new RuleId((uint)rule + 10), (ulong)random.Next(9)),
        3 => Verdict.RequireApproval(new RuleId((uint)rule + 10)),
        4 => Verdict.Switch(new Symbol((uint)random.Next(1, 9)), new RuleId((uint)rule + 10)),
        _ => Verdict.Reject(new RuleId((uint)rule + 10), (byte)rule),
    };

    private sealed class Says(Verdict verdict) : IPolicy
    {
        public Verdict Judge(in Intent intent, ulong tick) => verdict;
    }

    private sealed class Counting : IPolicy
    {
        public int Calls { get; private set; }

        public Verdict Judge(in Intent intent, ulong tick)
        {
            Calls++;
            return Verdict.Admit;
        }
    }
}
