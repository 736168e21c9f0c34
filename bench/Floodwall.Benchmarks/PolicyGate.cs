using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;
using Floodwall.Policy;

namespace Floodwall.Benchmarks;

/// <summary>
/// A compiled policy bundle against the same rules as a programmer would write them: a chain of ifs over their four fields, as data, so
/// that there can be a thousand. Each rule asks for a resource, a topic, an action and a cost. For one intent.
/// </summary>
[MemoryDiagnoser]
public class PolicyGate
{
    private const int Resources = 64;
    private const int Topics = 16;
    private static readonly string[] Actions = ["apply", "scale", "destroy"];

    private readonly Intent[] _intents = new Intent[4096];
    private Written[] _written = [];
    private GateStage _gate = null!;
    private int _expected;

    /// <summary>Rules of the gate.</summary>
    [Params(3, 20, 100, 1000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Check()
    {
        Vocabulary vocabulary = new(4096);
        Random random = new(20_261_120);
        StringBuilder yaml = new("version: v1\nrules:\n");
        _written = new Written[Rules];
        for (int i = 0; i < Rules; i++)
        {
            (string resource, string topic) = ($"resource-{random.Next(Resources)}", $"topic-{random.Next(Topics)}");
            Written rule = new(vocabulary.Symbols.Intern(resource), vocabulary.Symbols.Intern(topic), (IntentAction)random.Next(3), random.Next(1_000_000));
            _written[i] = rule;
            yaml.Append(CultureInfo.InvariantCulture, $"- id: r{i}\n  condition: resource.id == \"{resource}\" && intent.topic == \"{topic}\" && intent.action == \"{Actions[(int)rule.Action]}\" && intent.cost_micros > {rule.CostAbove}\n  decision: deny\n");
        }

        BundleReadResult read = BundleReader.Read([new BundleSource("bench.yaml", Encoding.UTF8.GetBytes(yaml.ToString()))]);
        BundlePolicy policy = BundlePolicy.TryCreate(read.Bundle!, vocabulary, out _)!;
        _gate = new GateStage([policy], new GateContext(vocabulary, new FactTable()));
        Symbol agent = vocabulary.Symbols.Intern("agent");
        for (int i = 0; i < _intents.Length; i++)
        {
            _intents[i] = new Intent
            {
                Id = (ulong)i,
                Agent = agent,
                Resource = vocabulary.Symbols.Intern($"resource-{random.Next(Resources)}"),
                Topic = vocabulary.Symbols.Intern($"topic-{random.Next(Topics)}"),
                Action = (IntentAction)random.Next(3),
                CostMicros = random.Next(1_000_000),
            };
            Answer.Require(Chain(in _intents[i]), (int)_gate.Judge(in _intents[i], 1).Kind, $"verdict on intent {i}");
            _expected += Chain(in _intents[i]);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = 4096, Description = "if chain")]
    public int Ifs()
    {
        int sum = 0;
        foreach (ref readonly Intent intent in _intents.AsSpan())
        {
            sum += Chain(in intent);
        }

        return Checked(sum);
    }

    [Benchmark(OperationsPerInvoke = 4096, Description = "compiled bundle")]
    public int Compiled()
    {
        int sum = 0;
        foreach (ref readonly Intent intent in _intents.AsSpan())
        {
            sum += (int)_gate.Judge(in intent, 1).Kind;
        }

        return Checked(sum);
    }

    private int Chain(in Intent intent)
    {
        foreach (ref readonly Written rule in _written.AsSpan())
        {
            if (intent.Resource == rule.Resource && intent.Topic == rule.Topic && intent.Action == rule.Action && intent.CostMicros > rule.CostAbove)
            {
                return (int)VerdictKind.Reject;
            }
        }

        return 0;
    }

    private int Checked(int sum)
    {
        Answer.Require(_expected, sum, "sum of the verdicts");
        return sum;
    }

    private readonly record struct Written(Symbol Resource, Symbol Topic, IntentAction Action, long CostAbove);
}
