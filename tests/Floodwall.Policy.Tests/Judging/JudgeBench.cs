using System.Text;
using Floodwall.Pipeline;

namespace Floodwall.Policy.Tests.Judging;

/// <summary>A bundle behind a gate of its own, judged both ways.</summary>
internal sealed class JudgeBench
{
    private readonly AttributeSetBuilder _attributes = new();
    private readonly ReferenceJudge _reference;
    private readonly Dictionary<RuleId, ulong> _uses = [];

    public JudgeBench(string yaml, string? candidate = null, Vocabulary? vocabulary = null)
    {
        Vocabulary = vocabulary ?? new Vocabulary(1 << 14);
        Context = new GateContext(Vocabulary, new FactTable());
        Policy = BundlePolicy.TryCreate(Read(yaml), Vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics)!;
        Assert.True(Policy is not null, string.Join("\n", diagnostics) + "\n" + yaml);
        if (candidate is not null)
        {
            Policy = Policy.WithCandidate(Read(candidate), out diagnostics)!;
            Assert.True(Policy is not null, string.Join("\n", diagnostics) + "\n" + candidate);
        }

        Gate = new GateStage([Policy], Context);
        _reference = new ReferenceJudge(Policy, Context);
    }

    /// <summary>The gate of the bundle alone.</summary>
    public GateStage Gate { get; }

    /// <summary>The notes beside the latest verdict.</summary>
    public GateNoteSet Notes { get; private set; }

    public Vocabulary Vocabulary { get; }

    public GateContext Context { get; }

    public BundlePolicy Policy { get; }

    public static PolicyBundle Read(string yaml)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("test.yaml", Encoding.UTF8.GetBytes(yaml))]);
        Assert.True(read.Bundle is not null, string.Join("\n", read.Diagnostics));
        return read.Bundle;
    }

    public static IReadOnlyList<PolicyDiagnostic> Problems(string yaml)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("test.yaml", Encoding.UTF8.GetBytes(yaml))]);
        if (read.Bundle is null)
        {
            return read.Diagnostics;
        }

        BundlePolicy.TryCreate(read.Bundle, new Vocabulary(1 << 14), out IReadOnlyList<PolicyDiagnostic> diagnostics);
        return diagnostics;
    }

    public Symbol Name(string name) => name.Length == 0 ? Symbol.None : Vocabulary.Symbols.Intern(name);

    public uint Attributes(params (string Name, object Value)[] pairs)
    {
        _attributes.Clear();
        foreach ((string name, object value) in pairs)
        {
            _ = value switch
            {
                string text => _attributes.Add(Name(name), Name(text)),
                long integer => _attributes.Add(Name(name), integer),
                int integer => _attributes.Add(Name(name), (long)integer),
                double number => _attributes.Add(Name(name), number),
                bool truth => _attributes.Add(Name(name), truth),
                string[] texts => _attributes.Add(Name(name), [.. texts.Select(Name)]),
                _ => throw new ArgumentException($"{value.GetType()}"),
            };
        }

        return Vocabulary.Attributes.Intern(_attributes);
    }

    public void Fact(FactKind kind, string subject, string name, FactValue value, ulong tick = 0) =>
        Context.Facts.Set(new Fact(kind, Name(subject), Name(name), value, tick));

    /// <summary>The verdict, after both tiers agreed on it, on the note beside it, and on how often exemptions were used.</summary>
    public Verdict Judge(in Intent intent, ulong tick = 1)
    {
        Verdict fast = Gate.Judge(in intent, tick);
        Notes = Gate.Notes;
        Assert.Null(Gate.LastException);
        (Verdict plain, GateNoteSet notes) = _reference.Decide(intent, tick, one => _uses.GetValueOrDefault(one));
        if (notes.Of(GateNoteKind.Exempted) is { Kind: not GateNoteKind.None, Exemption: var exemption })
        {
            _uses[exemption] = _uses.GetValueOrDefault(exemption) + 1;
            Assert.Equal(_uses[exemption], Context.Uses.Of(exemption));
        }

        if (fast == plain)
        {
            Assert.Equal(notes, Notes);
        }
        else
        {
            PolicyExplanation why = _reference.ExplainRules(in intent, tick);
            Assert.Fail($"compiled {Describe(fast)}, reference {Describe(plain)}\n" + string.Join("\n", why.Rules.Select(rule =>
                $"{rule.Policy}/{rule.Rule} {rule.Holds?.ToString() ?? "unknown"} {rule.Verdict.Kind}: {string.Join(" && ", rule.Clauses.Select(clause => $"{clause.Text} = {clause.Holds?.ToString() ?? "?"}"))}")));
        }

        return fast;
    }

    public PolicyExplanation Explain(in Intent intent, ulong tick = 1) => _reference.ExplainRules(in intent, tick);

    public string RuleOf(in Verdict verdict) => Vocabulary.Rules.Find(verdict.Rule)?.Name ?? "";

    private string Describe(Verdict verdict) => $"{verdict.Kind} by '{RuleOf(verdict)}' ({verdict.Argument}, detail {verdict.Detail})";
}
