using System.Globalization;
using Floodwall.Load.Flood;
using Floodwall.Load.Flood.Rules;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Scenarios.Scale;

/// <summary>The gate by itself with more and more rules, its verdicts held against those of another way to work them out.</summary>
internal sealed class RuleCurve : IScaleCurve
{
    private const long First = 20_000;
    private const long MostIntents = 100_000_000;
    private const int Chunk = 1024;

    public string Name => "rules of a gate alone";

    private static readonly (string Curve, IRuleGate Gate)[] Gates = [("compiled bundle", FloodShape.RuleGate), ("conditions as objects", new ConditionRuleGate())];

    public string What => "GateStage.Judge over the rules alone, without the seed policies: " + string.Join("; ", Gates.Select(one => $"{one.Curve} ({one.Gate.What})"));

    public ScaleResult Run(ScaleContext context)
    {
        ScaleResult result = new();
        foreach (int rules in context.Points(1, 3, 10, 30, 100, 300, 1000))
        {
            foreach ((string curve, IRuleGate kind) in Gates)
            {
                string series = string.Create(CultureInfo.InvariantCulture, $"{rules:N0} rules, gate alone, {curve}");
                context.Load.Progress.Show(series);
                Gate gate = new(new FloodShape(context.Load.Options.Agents), kind, rules);
                result.Add(curve, rules, context.Repeat.Measure(series, First, MostIntents, gate.Run));
                result.Checks.Add($"{series}: {gate.Check()}");
            }
        }

        return result;
    }

    private sealed class Gate
    {
        private readonly GateStage _gate;
        private readonly IntentStream _stream;
        private readonly VerdictKind[] _expected = new VerdictKind[IntentStream.Window];
        private readonly long[] _verdicts = new long[(int)VerdictKind.Reject + 1];
        private long _judged;

        public Gate(FloodShape shape, IRuleGate kind, int rules)
        {
            Vocabulary vocabulary = shape.NewVocabulary();
            _ = shape.Policies(vocabulary);
            _gate = new GateStage(kind.Policies(vocabulary, rules), new GateContext(vocabulary, new FactTable()));
            FloodNames names = shape.Intern(vocabulary);
            _stream = new IntentStream(shape, names);

            // Rules look at names and costs, which come round again; ids and ticks, which do not, they leave alone.
            IntentStream again = new(shape, names);
            Func<Intent, VerdictKind> reference = kind.Reference(vocabulary, rules);
            for (int i = 0; i < _expected.Length; i++)
            {
                _expected[i] = reference(again.Next());
            }
        }

        public Reading Run(string series, long intents)
        {
            Meter meter = Meter.Start();
            for (long left = intents; left > 0; left -= Chunk)
            {
                Judge((int)Math.Min(left, Chunk));
            }

            Reading reading = meter.Stop(series, intents);
            _judged += intents;
            return reading with { ProducerBytes = reading.AllocatedBytes };
        }

        public string Check()
        {
            long[] expected = new long[_verdicts.Length];
            for (int i = 0; i < _expected.Length; i++)
            {
                expected[(int)_expected[i]] += (_judged / _expected.Length) + (i < _judged % _expected.Length ? 1 : 0);
            }

            for (int kind = 0; kind < expected.Length; kind++)
            {
                WrongAnswerException.ThrowUnlessEqual(expected[kind], _verdicts[kind], $"verdicts {(VerdictKind)kind}");
            }

            return string.Create(CultureInfo.InvariantCulture, $"{_judged:N0} verdicts, {100.0 * (_judged - _verdicts[0]) / _judged:0.###}% with an objection, as the reference gives them");
        }

        private void Judge(int intents)
        {
            for (; intents > 0; intents--)
            {
                ref readonly Intent intent = ref _stream.Next();
                _verdicts[(int)_gate.Judge(in intent, intent.SubmittedTick).Kind]++;
            }
        }
    }
}
