namespace Floodwall.Pipeline;

/// <summary>
/// Where policies put, while they judge, what they want on record beside their verdict. Of each kind the harshest is kept, the first among
/// equals; the gate makes notes of them once it knows the verdict.
/// </summary>
/// <remarks>One thread at a time, the gate's. Allocates nothing after construction.</remarks>
public sealed class GateNotes
{
    private readonly Verdict[] _wouldBe = new Verdict[GateNote.Kinds + 1];
    private int _proposed;
    private RuleId _exemption;
    private GateNoteSet _settled;

    /// <summary>
    /// Whether an exemption already covers the intent at hand: there is one for an intent at most, so that the note on record tells of every
    /// use.
    /// </summary>
    public bool IsExempted => Has(GateNoteKind.Exempted);

    /// <summary>What became of it.</summary>
    internal ref readonly GateNoteSet Settled => ref _settled;

    /// <summary>Whether nothing was added for the intent at hand.</summary>
    internal bool IsEmpty
    {
        get => _proposed == 0;
    }

    /// <summary>Adds a verdict that does not count. From <see cref="IPolicy.Judge"/> alone.</summary>
    /// <param name="kind">Why it does not.</param>
    /// <param name="wouldBe">The verdict.</param>
    /// <param name="exemption">The exemption, with <see cref="GateNoteKind.Exempted"/> and only there.</param>
    /// <exception cref="ArgumentException">
    /// There is no such kind; an exemption is missing, stated with another kind, or the second for this intent; or the verdict is Admit with
    /// a kind other than Candidate.
    /// </exception>
    public void Add(GateNoteKind kind, in Verdict wouldBe, RuleId exemption = default)
    {
        bool exempts = kind == GateNoteKind.Exempted;
        if (kind is GateNoteKind.None or > GateNoteKind.Candidate
            || exempts == (exemption == RuleId.None)
            || (exempts && IsExempted)
            || (wouldBe.Kind == VerdictKind.Admit && kind != GateNoteKind.Candidate))
        {
            throw new ArgumentException($"A note of kind {kind} that says {wouldBe.Kind}, with exemption {exemption.Id}, means nothing here.", nameof(kind));
        }

        if (Has(kind) && !_wouldBe[(int)kind].IsMilderThan(in wouldBe))
        {
            return;
        }

        _proposed |= 1 << (int)kind;
        _wouldBe[(int)kind] = wouldBe;
        _exemption = exempts ? exemption : _exemption;
    }

    /// <summary>Another intent is at hand.</summary>
    internal void Begin()
    {
        if (_proposed != 0)
        {
            Clear();
        }
    }

    /// <summary>
    /// The gate's verdict is known. An exemption that made nothing milder in the end, because another policy said the same, was not used, and
    /// a shadow that is no harsher than the verdict has nothing to add.
    /// </summary>
    internal void Settle(in Verdict verdict)
    {
        _settled = default;
        for (GateNoteKind kind = GateNoteKind.Exempted; kind <= GateNoteKind.Candidate; kind++)
        {
            ref readonly Verdict wouldBe = ref _wouldBe[(int)kind];
            bool stands = Has(kind) && (kind >= GateNoteKind.Audit || verdict.IsMilderThan(in wouldBe));
            if (stands)
            {
                _settled.Add(new GateNote(kind, wouldBe.Kind, wouldBe.Rule, kind == GateNoteKind.Exempted ? _exemption : RuleId.None));
            }
        }
    }

    private bool Has(GateNoteKind kind) => (_proposed & (1 << (int)kind)) != 0;

    private void Clear()
    {
        _proposed = 0;
        _settled = default;
    }
}
