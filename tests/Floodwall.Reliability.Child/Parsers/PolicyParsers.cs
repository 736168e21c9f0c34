using System.Text;
using Floodwall.Crypto;
using Floodwall.Pipeline;
using Floodwall.Policy;
using Floodwall.Policy.Cel;
using Floodwall.Policy.Schema;

namespace Floodwall.Reliability.Child.Parsers;

/// <summary>Policy files, their conditions, their canonical and their signed form.</summary>
internal static class PolicyParsers
{
    // Far above what any of these inputs needs, far below what a machine has.
    private const long MostBytesAllocated = 256 << 20;
    private const int Intents = 3;

    private static readonly Ed25519Signer Signer = Ed25519Signer.FromSeed("policy.example", new byte[32]);
    private static readonly PolicyBundle Declaring = Read(
        "attributes: {cidr: string, size: int, load: double, encrypted: bool, tags: {type: string_list, maxSize: 8}, note: {type: string, maxSize: 64}}\n"
        + "ticks: {perSecond: 1000, unixSecondsAtZero: 1700000000}\nrules: [{id: a, condition: intent.destructive, decision: deny}]\n");

    private static readonly Bench Conditions = new(Declaring);

    public static IReadOnlyList<ParserCase> All { get; } =
    [
        new("policy-bundle", random => Encoding.UTF8.GetBytes(new RandomBundle(random).Yaml()), Bounded(ParseBundle)),
        new("policy-canonical", random => CanonicalForm.ToBytes(Read(new RandomBundle(random).Yaml())), Bounded(ParseCanonical)),
        new("policy-signed", MakeSigned, Bounded(ParseSigned)),
        new("policy-condition", random => Encoding.UTF8.GetBytes(new RandomBundle(random).Condition()), Bounded(ParseCondition)),
        new("policy-pattern", MakePattern, Bounded(ParsePattern)),
    ];

    private static PolicyBundle Read(string yaml)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("made.yaml", Encoding.UTF8.GetBytes(yaml))]);
        return read.Bundle ?? throw new InvalidOperationException(string.Join("\n", read.Diagnostics) + "\n" + yaml);
    }

    private static ParserCase.ParseInput Bounded(ParserCase.ParseInput parse) => (byte[] input, out string? wrong) =>
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool taken = parse(input, out wrong);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        wrong ??= allocated > MostBytesAllocated ? $"{allocated} bytes were allocated for {input.Length} bytes of input" : null;
        return taken;
    };

    private static bool ParseBundle(byte[] input, out string? wrong)
    {
        BundleReadResult read = BundleReader.Read([new BundleSource("f.yaml", input)]);
        if (read.Bundle is not { } bundle)
        {
            wrong = read.Diagnostics.Any(found => found.Severity == DiagnosticSeverity.Error) ? null : "refused, and no error says why";
            return false;
        }

        byte[] canonical = CanonicalForm.ToBytes(bundle);
        wrong = CanonicalForm.TryRead(canonical, "c", out PolicyBundle? again, out BundleReadResult result)
            ? ParserCases.Differs(canonical, CanonicalForm.ToBytes(again))
            : $"its canonical form is refused: {result.Diagnostics[0]}: {Encoding.UTF8.GetString(canonical)}";
        wrong ??= Judge(bundle);
        return true;
    }

    /// <summary>Compiles a bundle where its conditions check, and has both tiers judge; what they differ in, or null.</summary>
    private static string? Judge(PolicyBundle bundle)
    {
        Bench bench = new(bundle);
        if (BundlePolicy.TryCreate(bundle, bench.Vocabulary, out IReadOnlyList<PolicyDiagnostic> diagnostics) is not { } policy)
        {
            return diagnostics.Count > 0 ? null : "no policy was made, and no error says why";
        }

        GateStage gate = new([policy], bench.Context);
        ReferenceJudge plain = new(policy, bench.Context);
        for (int i = 0; i < Intents; i++)
        {
            Intent intent = bench.Intent(i);
            Verdict expected = plain.Decide(intent, (ulong)(40 * i), bench.Context.Uses.Of).Verdict;
            Verdict compiled = gate.Judge(in intent, (ulong)(40 * i));
            if (compiled != expected)
            {
                return $"the compiled rules say {compiled}, the plain ones {expected}";
            }
        }

        return null;
    }

    private static bool ParseCanonical(byte[] input, out string? wrong)
    {
        bool taken = CanonicalForm.TryRead(input, "c", out PolicyBundle? bundle, out BundleReadResult result);
        wrong = taken ? ParserCases.Differs(input, CanonicalForm.ToBytes(bundle!)) : result.Diagnostics.Count > 0 ? null : "refused, and nothing says why";
        return taken;
    }

    private static byte[] MakeSigned(Random random)
    {
        PolicyBundle bundle = Read(new RandomBundle(random).Yaml());
        return SignedBundle.Sign(bundle with { Metadata = bundle.Metadata with { Name = "b", Revision = (ulong)random.Next(1, 99) } }, Signer);
    }

    private static bool ParseSigned(byte[] input, out string? wrong)
    {
        SignedBundleResult opened = SignedBundle.Open(input, [Signer.VerifierKey], lastRevision: 0);

        // Further signatures, by keys that nobody knows, may stand behind ours.
        wrong = opened.IsGood
            ? input.AsSpan().StartsWith(SignedBundle.Sign(opened.Bundle!, Signer)) ? null : "accepted, but signed again it differs"
            : opened.Error is null ? "refused, and nothing says why" : null;
        return opened.IsGood;
    }

    private static bool ParseCondition(byte[] input, out string? wrong)
    {
        wrong = null;
        string text = Encoding.UTF8.GetString(input);
        CelParseResult parsed = CelParser.Parse(text);
        CelParser.Parse(text, new CelParseOptions { SeedDialect = true });
        if (parsed.Root is not { } root)
        {
            wrong = parsed.Diagnostics.Count > 0 ? null : "refused, and nothing says why";
            return false;
        }

        string printed = CelPrinter.Print(root);
        CelParseResult again = CelParser.Parse(printed, new CelParseOptions { MaxLength = int.MaxValue });
        if (again.Root is null || !ExprComparer.Instance.Equals(root, again.Root))
        {
            wrong = $"printed as {printed}, it is another expression";
            return true;
        }

        CelChecked found = CelChecker.Check(root, Conditions.Schema.Environment, CelCheckOptions.Condition);
        if (!found.IsValid)
        {
            return false;
        }

        // What costs too much is never evaluated.
        for (int i = 0; i < Intents && wrong is null && CelCostBound.Estimate(found).Diagnostic is null; i++)
        {
            CelValue value = Conditions.Evaluate(root, i);
            wrong = value switch
            {
                CelBool or CelUnknown => null,
                // A list of mixed types is dyn, and what it holds is looked at as it runs: an overload may be missing then.
                CelError { ErrorKind: CelErrorKind.Limit or CelErrorKind.UnboundVariable or CelErrorKind.UnboundFunction } =>
                    $"checked as bool and within its cost, it is {value}",
                CelError => null,
                _ => $"checked as bool, it is {value}",
            };
        }

        return true;
    }

    private static byte[] MakePattern(Random random)
    {
        string[] parts = ["a", "[^x-z]", "\\d+", "(b|c)", "x{2,5}", ".*", "^", "$", "\\b", "(?:ab)?", "\\p{L}", "[[:alpha:]]", "é", "\\x{1F600}", "(?i:Q)"];
        return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => parts[random.Next(parts.Length)])));
    }

    private static bool ParsePattern(byte[] input, out string? wrong)
    {
        bool taken = CelPattern.TryCompile(Encoding.UTF8.GetString(input), null, out CelPattern? pattern, out string? error);
        wrong = taken || error is not null ? null : "refused, and nothing says why";
        if (taken)
        {
            // A text that matches from its beginning does so also with more behind it, unless the pattern looks at the end.
            bool matched = pattern!.IsMatch("abcQ 77xx\u00e9\U0001F600k production");
            pattern.IsMatch(new string('a', 2000));
            pattern.IsMatch("\uD800a");
            wrong = matched == pattern.IsMatch("abcQ 77xx\u00e9\U0001F600k production") ? null : "it does not match the same text twice";
        }

        return taken;
    }

    /// <summary>A vocabulary, a few facts and intents, and an evaluator over them.</summary>
    private sealed class Bench
    {
        private readonly ReferenceEvaluator _evaluator = new();
        private readonly IntentActivation _activation;
        private readonly uint _attributes;

        public Bench(PolicyBundle bundle)
        {
            Schema = IntentSchema.Of(bundle);
            Context = new GateContext(Vocabulary, new FactTable());
            _activation = new IntentActivation(Schema, Context, bundle.StaleAfterTicks, bundle.Ticks);
            _attributes = Vocabulary.Attributes.Intern(new AttributeSetBuilder()
                .Add(Name("cidr"), Name("10.1.0.0/16")).Add(Name("size"), 7L).Add(Name("load"), 0.5).Add(Name("encrypted"), true)
                .Add(Name("tags"), [Name("pii"), Name("production")]).Add(Name("note"), Name("x")));
            Context.Facts.Set(new Fact(FactKind.Pool, Name("api"), Name("remaining"), FactValue.Of(3L), 0));
            Context.Facts.Set(new Fact(FactKind.Pool, Name("api"), Name("utilization"), FactValue.Of(0.75), 0));
        }

        public Vocabulary Vocabulary { get; } = new(1024);

        public GateContext Context { get; }

        public IntentSchema Schema { get; }

        public Intent Intent(int which) => new()
        {
            Id = (ulong)which,
            Agent = Name("a1"),
            Resource = Name("web"),
            Topic = which == 0 ? Symbol.None : Name("a.b"),
            Environment = Name("production"),
            Pool = which == 1 ? Name("api") : Symbol.None,
            Action = (IntentAction)which,
            Replicas = which == 1 ? 4u : 0,
            Attributes = which == 2 ? 0 : _attributes,
        };

        public CelValue Evaluate(Expr root, int which)
        {
            _activation.Set(Intent(which), (ulong)(40 * which));
            return _evaluator.Evaluate(root, _activation);
        }

        private Symbol Name(string name) => Vocabulary.Symbols.Intern(name);
    }
}
