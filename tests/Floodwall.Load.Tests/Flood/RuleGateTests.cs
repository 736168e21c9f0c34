using Floodwall.Load.Flood;
using Floodwall.Load.Flood.Rules;
using Floodwall.Pipeline;

namespace Floodwall.Load.Tests.Flood;

public sealed class RuleGateTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(100, false)]
    [InlineData(1000, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(1000, true)]
    public void It_judges_as_the_reference_does(int rules, bool compiled)
    {
        FloodShape shape = new(Agents: 50);
        Vocabulary vocabulary = shape.NewVocabulary();
        _ = shape.Policies(vocabulary);
        IRuleGate gate = compiled ? new BundleRuleGate() : new ConditionRuleGate();
        IReadOnlyList<IPolicy> policies = gate.Policies(vocabulary, rules);
        Func<Intent, VerdictKind> reference = gate.Reference(vocabulary, rules);
        GateStage stage = new(policies, new GateContext(vocabulary, new FactTable()));
        IntentStream stream = new(shape, shape.Intern(vocabulary));
        int objections = 0;
        for (int i = 0; i < IntentStream.Window; i++)
        {
            Intent intent = stream.Next();
            VerdictKind kind = stage.Judge(in intent, intent.SubmittedTick).Kind;
            Assert.Equal(reference(intent), kind);
            objections += kind == VerdictKind.Admit ? 0 : 1;
        }

        // Enough to be seen, and few enough that nearly every intent goes through all rules.
        Assert.InRange(objections, rules / 4, IntentStream.Window / 10);
    }

    [Fact]
    public void Rules_change_no_number_of_a_flood_of_names()
    {
        FloodNames without = Names(new FloodShape(Agents: 50));
        FloodNames with = Names(new FloodShape(Agents: 50, Rules: 1000));
        Assert.Equal(without.Resources.Length, with.Resources.Length);
        Assert.Equal(with.Agents[0].Id + 49, with.Agents[^1].Id);

        static FloodNames Names(FloodShape shape)
        {
            Vocabulary vocabulary = shape.NewVocabulary();
            _ = shape.Policies(vocabulary);
            return shape.Intern(vocabulary);
        }
    }
}
