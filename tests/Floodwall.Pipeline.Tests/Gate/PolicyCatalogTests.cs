namespace Floodwall.Pipeline.Tests.Gate;

public sealed class PolicyCatalogTests
{
    [Fact]
    public void Built_in_policies_are_made_again_from_what_they_say_of_themselves()
    {
        Vocabulary first = new();
        IDescribedPolicy[] policies =
        [
            new NoGlobalDestroy(first),
            new BlastNeedsPriority(first),
            new ResourceAllowlist(first, ["web", "größe \"x\"", "api"]),
            new DeadlineNotPassed(first),
            new FreezeWindow(first, 5, 10),
            new FreezeWindow(first, 5, 50, "production {}"),
        ];
        PolicyCatalog catalog = new();
        Random random = new(1);
        string[] names = ["web", "größe \"x\"", "api", "billing", "production {}", "staging"];
        foreach (IDescribedPolicy policy in policies)
        {
            // Another vocabulary, in which every name has another number.
            Vocabulary second = new();
            second.Symbols.Intern("something else");
            Assert.Null(catalog.TryMake(policy.Description, second, out IPolicy? again));
            Assert.Equal(policy.Description, Assert.IsType<IDescribedPolicy>(again, exactMatch: false).Description);
            for (int i = 0; i < 500; i++)
            {
                (string resource, string environment) = (names[random.Next(6)], names[random.Next(6)]);
                Intent intent = new()
                {
                    Action = (IntentAction)random.Next(3),
                    Priority = (Priority)random.Next(4),
                    BlastRadius = (BlastRadius)random.Next(4),
                    DeadlineTick = (ulong)random.Next(20),
                    Resource = first.Symbols.Intern(resource),
                    Environment = first.Symbols.Intern(environment),
                };
                ulong tick = (ulong)random.Next(60);
                Verdict expected = policy.Judge(in intent, tick);
                intent.Resource = second.Symbols.Intern(resource);
                intent.Environment = second.Symbols.Intern(environment);
                Verdict judged = again!.Judge(in intent, tick);
                Assert.Equal((expected.Kind, expected.Argument, expected.Detail), (judged.Kind, judged.Argument, judged.Detail));
                Assert.Equal(first.FindRule(expected.Rule)?.Template, second.FindRule(judged.Rule)?.Template);
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing-of-the-kind")]
    [InlineData("resource-allowlist")]
    [InlineData("resource-allowlist {}")]
    [InlineData("resource-allowlist [1]")]
    [InlineData("resource-allowlist [\"\\u0001\"]")]
    [InlineData("resource-allowlist [\"a\"")]
    [InlineData("resource-allowlist [null]")]
    [InlineData("freeze-window {\"from\":5}")]
    [InlineData("freeze-window {\"from\":5,\"until\":4}")]
    [InlineData("freeze-window {\"from\":-5,\"until\":4}")]
    [InlineData("freeze-window {\"from\":\"x\",\"until\":4}")]
    [InlineData("freeze-window {\"from\":1,\"until\":4,\"environment\":7}")]
    public void What_cannot_be_made_says_why(string description)
    {
        string? fault = new PolicyCatalog().TryMake(description, new Vocabulary(), out IPolicy? policy);
        Assert.NotNull(fault);
        Assert.Null(policy);
    }

    [Fact]
    public void An_embedder_adds_its_own()
    {
        PolicyCatalog catalog = new();
        catalog.Add("mine", (vocabulary, settings) => new FreezeWindow(vocabulary, 0, settings.GetUInt64()));
        Assert.Null(catalog.TryMake("mine 7", new Vocabulary(), out IPolicy? policy));
        Assert.IsType<FreezeWindow>(policy);
        Assert.Throws<ArgumentException>(() => catalog.Add("mine", (_, _) => policy!));
        Assert.Throws<ArgumentException>(() => catalog.Add("no spaces", (_, _) => policy!));
    }

    [Fact]
    public void Compositions_come_back_and_no_bytes_crash_their_reader()
    {
        PolicyText[] texts = [new(true, "no-global-destroy"), new(false, "Größe"), new(true, "")];
        byte[] bytes = GateComposition.Encode(texts)!;
        Assert.Null(GateComposition.Decode(bytes, out IReadOnlyList<PolicyText> again));
        Assert.Equal(texts, again);
        Random random = new(2);
        for (int run = 0; run < 20_000; run++)
        {
            byte[] bad = (byte[])bytes.Clone();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            bad = bad[..random.Next(bad.Length + 1)];
            if (GateComposition.Decode(bad, out IReadOnlyList<PolicyText> read) is null)
            {
                Assert.Equal(bad, GateComposition.Encode(read));
            }
        }
    }
}
