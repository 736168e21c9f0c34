using BenchmarkDotNet.Attributes;
using Floodwall.Benchmarks.Support;
using Floodwall.Pipeline;

namespace Floodwall.Benchmarks;

/// <summary>The check at the edge against the same check written out field by field. For one intent.</summary>
[MemoryDiagnoser]
public class EdgeCheck
{
    private readonly Intents _intents = new();

    [GlobalSetup]
    public void Check()
    {
        foreach (Intent good in _intents.All.Take(64))
        {
            Intent[] bad = [good with { Agent = default }, good with { Topic = new Symbol(uint.MaxValue) }, good with { Priority = (Priority)4 }, good with { CostMicros = -1 }];
            foreach (Intent intent in bad.Append(good))
            {
                Answer.Require(FieldByField(in intent), IntentCheck.IsValid(in intent, _intents.Vocabulary.Symbols, _intents.Vocabulary.Attributes), $"intent {intent.Id} is valid");
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Intents.Count, Description = "field by field")]
    public int Fields()
    {
        int valid = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            valid += FieldByField(in intent) ? 1 : 0;
        }

        return Checked(valid);
    }

    [Benchmark(OperationsPerInvoke = Intents.Count, Description = "IntentCheck.IsValid")]
    public int Edge()
    {
        SymbolTable symbols = _intents.Vocabulary.Symbols;
        int valid = 0;
        foreach (ref readonly Intent intent in _intents.All.AsSpan())
        {
            valid += IntentCheck.IsValid(in intent, symbols, _intents.Vocabulary.Attributes) ? 1 : 0;
        }

        return Checked(valid);
    }

    private static int Checked(int valid)
    {
        Answer.Require(Intents.Count, valid, "valid intents");
        return valid;
    }

    private bool FieldByField(in Intent intent)
    {
        SymbolTable symbols = _intents.Vocabulary.Symbols;
        bool Known(Symbol symbol) => symbol.IsNone || symbols.Contains(symbol);
        return !intent.Agent.IsNone && Known(intent.Agent) && !intent.Resource.IsNone && Known(intent.Resource)
            && Known(intent.Topic) && Known(intent.Environment) && Known(intent.Scope) && Known(intent.Pool) && Known(intent.Identity) && Known(intent.Role)
            && intent.Action <= IntentAction.Destroy && intent.Priority <= Priority.Pager && intent.BlastRadius <= BlastRadius.Global && intent.CostMicros >= 0;
    }
}
