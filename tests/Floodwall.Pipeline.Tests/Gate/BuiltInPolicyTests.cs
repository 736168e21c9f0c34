namespace Floodwall.Pipeline.Tests.Gate;

public sealed class BuiltInPolicyTests
{
    private readonly Vocabulary _vocabulary = new(64);

    [Fact]
    public void No_global_destroy_rejects_exactly_destructive_global_changes()
    {
        NoGlobalDestroy policy = new(_vocabulary);
        foreach (BlastRadius blast in Enum.GetValues<BlastRadius>())
        {
            foreach (IntentAction action in Enum.GetValues<IntentAction>())
            {
                foreach (uint replicas in new uint[] { 0, 1 })
                {
                    Intent intent = new() { BlastRadius = blast, Action = action, Replicas = replicas };
                    Verdict verdict = policy.Judge(in intent, 0);
                    bool rejected = blast == BlastRadius.Global && intent.IsDestructive;
                    Assert.Equal(rejected ? VerdictKind.Reject : VerdictKind.Admit, verdict.Kind);
                    Assert.Equal(rejected ? "destructive global change requires human sign-off" : "", Reason(verdict, intent));
                }
            }
        }
    }

    [Theory]
    [InlineData(BlastRadius.Global, Priority.Urgent)]
    [InlineData(BlastRadius.Region, Priority.Urgent)]
    [InlineData(BlastRadius.Service, Priority.Normal)]
    [InlineData(BlastRadius.Cell, Priority.Bulk)]
    public void Blast_needs_priority(BlastRadius blast, Priority needed)
    {
        BlastNeedsPriority policy = new(_vocabulary);
        foreach (Priority priority in Enum.GetValues<Priority>())
        {
            Intent intent = new() { BlastRadius = blast, Priority = priority };
            Verdict verdict = policy.Judge(in intent, 0);
            Assert.Equal(priority < needed ? VerdictKind.Reject : VerdictKind.Admit, verdict.Kind);
            if (priority < needed)
            {
                Assert.Equal($"{blast} blast radius needs priority >= {needed}, got {priority}", Reason(verdict, intent));
            }
        }
    }

    [Fact]
    public void Off_the_allowlist_is_deferred()
    {
        Symbol before = _vocabulary.Symbols.Intern("interned-before");
        ResourceAllowlist policy = new(_vocabulary, ["web", "api"]);
        Symbol after = _vocabulary.Symbols.Intern("interned-after");
        Intent web = new() { Resource = _vocabulary.Symbols.Intern("web") };
        Assert.Equal(Verdict.Admit, policy.Judge(in web, 0));
        foreach (Symbol off in new[] { before, after })
        {
            Intent intent = new() { Resource = off };
            Verdict verdict = policy.Judge(in intent, 0);
            Assert.Equal(VerdictKind.Defer, verdict.Kind);
            Assert.Equal($"resource '{_vocabulary.Symbols.NameOf(off)}' is not on the allowlist", Reason(verdict, intent));
        }

        Intent any = new() { Resource = before };
        Assert.Equal(VerdictKind.Defer, new ResourceAllowlist(_vocabulary, []).Judge(in any, 0).Kind);
    }

    [Fact]
    public void A_freeze_defers_until_its_end_and_lets_pagers_through()
    {
        FreezeWindow policy = new(_vocabulary, fromTick: 10, untilTick: 20, environment: "production");
        Intent intent = new() { Environment = _vocabulary.Symbols.Intern("production"), Priority = Priority.Urgent };
        Assert.Equal(VerdictKind.Admit, policy.Judge(in intent, 9).Kind);
        Verdict frozen = policy.Judge(in intent, 10);
        Assert.Equal((VerdictKind.Defer, 20ul), (frozen.Kind, frozen.Argument));
        Assert.Equal("changes to 'production' are frozen until tick 20", Reason(frozen, intent));
        Assert.Equal(VerdictKind.Defer, policy.Judge(in intent, 19).Kind);
        Assert.Equal(VerdictKind.Admit, policy.Judge(in intent, 20).Kind);
        Assert.Equal(VerdictKind.Admit, policy.Judge(intent with { Priority = Priority.Pager }, 15).Kind);
        Assert.Equal(VerdictKind.Admit, policy.Judge(intent with { Environment = Symbol.None }, 15).Kind);
        Assert.Equal(VerdictKind.Defer, new FreezeWindow(_vocabulary, 1, 2).Judge(default, 1).Kind);
        Assert.Throws<ArgumentException>(() => new FreezeWindow(_vocabulary, 5, 5));
    }

    [Fact]
    public void Past_its_deadline_is_rejected()
    {
        DeadlineNotPassed policy = new(_vocabulary);
        Assert.Equal(VerdictKind.Admit, policy.Judge(default, ulong.MaxValue).Kind);
        Intent intent = new() { DeadlineTick = 5 };
        Assert.Equal(VerdictKind.Admit, policy.Judge(in intent, 5).Kind);
        Assert.Equal("the intent's deadline, tick 5, has passed", Reason(policy.Judge(in intent, 6), intent));
    }

    [Theory]
    [InlineData("{agent} {nonsense} {", "bot {nonsense} {")]
    [InlineData("}{id}{id}", "}77")]
    [InlineData("", "")]
    [InlineData("{detail:priority} {detail} {argument}", "Urgent 2 9")]
    [InlineData("{verdict}", "slows down apply")]
    public void Reason_templates_fill_what_they_know(string template, string expected)
    {
        RuleId rule = _vocabulary.Rules.Define("r", template);
        Intent intent = new() { Id = 7, Agent = _vocabulary.Symbols.Intern("bot") };
        Assert.Equal(expected, Reason(Verdict.Shape(9, rule, detail: 2), intent));
    }

    [Fact]
    public void Rules_keep_their_numbers()
    {
        RuleId rule = _vocabulary.Rules.Define("a", "text");
        Assert.Equal(rule, _vocabulary.Rules.Define("a", "text"));
        Assert.NotEqual(rule, _vocabulary.Rules.Define("a", "another text"));
        RuleTable restored = new([new Rule(new RuleId(40), "b", "y")]);
        Assert.Equal(new RuleId(40), restored.Define("b", "y"));
        Assert.Throws<ArgumentException>(() => restored.Define(" ", "y"));
        Assert.Throws<ArgumentException>(() => restored.Define("long", new string('y', RuleTable.MaxTextBytes)));
    }

    private string Reason(in Verdict verdict, in Intent intent) => ReasonText.Of(verdict, intent, _vocabulary);
}
