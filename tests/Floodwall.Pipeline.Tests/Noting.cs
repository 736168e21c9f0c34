using System.Text.Json;

namespace Floodwall.Pipeline.Tests;

/// <summary>
/// Rejects every third intent by its id, unless an exemption with a few uses lets it pass; has every fifth noted for review, and every
/// seventh as what a stricter policy and a candidate would say.
/// </summary>
internal sealed class Noting(Vocabulary vocabulary, ulong cap) : IDescribedPolicy, IContextPolicy
{
    public const string Name = "noting";

    private readonly RuleId _rule = vocabulary.Rules.Define(Name, "{id} is a multiple of three");
    private readonly RuleId _shadow = vocabulary.Rules.Define("noting-shadow", "a stricter policy");
    private readonly RuleId _audit = vocabulary.Rules.Define("noting-audit", "for review");
    private readonly RuleId _exemption = vocabulary.Rules.Define("exemption/noting", "because");
    private GateContext? _context;

    public string Description => $"{Name} {{\"cap\":{cap}}}";

    public void Attach(GateContext context) => _context = context;

    public Verdict Judge(in Intent intent, ulong tick)
    {
        GateNotes notes = _context!.Notes;
        if (intent.Id % 5 == 0)
        {
            notes.Add(GateNoteKind.Audit, Verdict.Defer(_audit));
        }

        if (intent.Id % 7 == 0)
        {
            notes.Add(GateNoteKind.Candidate, intent.Id % 2 == 0 ? Verdict.Admit : Verdict.Reject(_shadow));
            notes.Add(GateNoteKind.Shadow, Verdict.RequireApproval(_shadow));
        }

        if (intent.Id % 3 != 0)
        {
            return Verdict.Admit;
        }

        Verdict said = Verdict.Reject(_rule);
        if (_context.Uses.Of(_exemption) >= cap)
        {
            return said;
        }

        notes.Add(GateNoteKind.Exempted, said, _exemption);
        return Verdict.Admit;
    }

    public static Noting From(Vocabulary vocabulary, JsonElement settings) => new(vocabulary, settings.GetProperty("cap").GetUInt64());
}
