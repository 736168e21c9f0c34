using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>The hierarchy: whatever a lower level adds, no verdict gets milder; whatever is taken away, none gets harsher.</summary>
public sealed class LevelTests
{
    private const int Bundles = 400;
    private const int IntentsEach = 100;

    [Fact]
    public void A_lower_level_never_loosens_a_higher_one()
    {
        int harsher = 0;
        for (int seed = 0; seed < Bundles; seed++)
        {
            RandomPolicy random = new(50_000 + seed);
            Random choice = new(seed);
            int level = choice.Next(0, 3);
            int[] above = [.. Enumerable.Range(0, level + 1)];
            int[] below = [.. Enumerable.Range(level + 1, 3 - level)];
            string head = random.Head();
            string[] higher = [.. Enumerable.Range(0, choice.Next(1, 4)).Select(i => random.Policy($"p{i}", random.Scope(above)))];
            string[] lower = [.. Enumerable.Range(0, choice.Next(1, 4)).Select(i => random.Policy($"q{i}", random.Scope(below), "enforce"))];

            // With more uses than there are intents, no exemption depends on what was decided before.
            string[] exemptions = seed % 2 == 0 ? [] : [.. Enumerable.Range(0, 5).Select(i => random.Exemption(i, higher.Length, uses: 1_000_000))];

            // The order in the file must not matter: lower ones stand before, between and behind.
            string[] all = [.. higher, .. lower];
            choice.Shuffle(all);
            Vocabulary vocabulary = new(1 << 14);
            JudgeBench without = new(RandomPolicy.Bundle(head, higher, exemptions), vocabulary: vocabulary);
            JudgeBench with = new(RandomPolicy.Bundle(head, all, exemptions), vocabulary: vocabulary);
            for (int i = 0; i < IntentsEach; i++)
            {
                if (i % 25 == 0)
                {
                    random.SetFacts(without);
                    foreach (Fact fact in without.Context.Facts.All)
                    {
                        with.Context.Facts.Set(in fact);
                    }
                }

                Intent intent = random.Intent(without);
                ulong tick = random.Tick();
                Verdict few = without.Judge(in intent, tick);
                Verdict many = with.Judge(in intent, tick);
                Assert.False(many.IsMilderThan(in few), $"seed {seed}, intent {i}: {few.Kind} {few.Argument} became {many.Kind} {many.Argument}");
                harsher += few.IsMilderThan(in many) ? 1 : 0;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Bundles * IntentsEach} pairs, {harsher} of them harsher with the lower level");
        Assert.True(harsher > Bundles * IntentsEach / 50, $"the lower level changed only {harsher} verdicts");
    }
}
