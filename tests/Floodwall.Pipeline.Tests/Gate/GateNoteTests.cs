namespace Floodwall.Pipeline.Tests.Gate;

public sealed class GateNoteTests
{
    private static readonly RuleId A = new(1);
    private static readonly RuleId B = new(2);
    private static readonly RuleId Pass = new(3);

    private delegate Verdict Judging(GateNotes notes);

    [Fact]
    public void Verdicts_are_ordered_as_documented_and_waits_by_their_length()
    {
        Assert.Equal(
            [VerdictKind.Admit, VerdictKind.Shape, VerdictKind.Defer, VerdictKind.RequireApproval, VerdictKind.Switch, VerdictKind.Reject],
            Enum.GetValues<VerdictKind>());
        Verdict[] ordered =
        [
            Verdict.Admit, Verdict.Shape(1, A), Verdict.Shape(9, A), Verdict.Defer(A, 5), Verdict.Defer(A, 6), Verdict.Defer(A),
            Verdict.RequireApproval(A), Verdict.Switch(new Symbol(4), A), Verdict.Reject(A),
        ];
        for (int i = 0; i < ordered.Length; i++)
        {
            for (int j = 0; j < ordered.Length; j++)
            {
                Assert.Equal(i < j, ordered[i].IsMilderThan(in ordered[j]));
                Verdict both = ordered[i].Combine(in ordered[j]);
                Assert.Equal((ordered[Math.Max(i, j)].Kind, ordered[Math.Max(i, j)].Argument), (both.Kind, both.Argument));
            }
        }

        Assert.False(Verdict.Switch(new Symbol(1), A).IsMilderThan(Verdict.Switch(new Symbol(2), B)));
    }

    [Fact]
    public void An_exemption_goes_first_and_the_harshest_of_the_others_otherwise()
    {
        (_, GateNote none) = Judge(_ => Verdict.Reject(A));
        Assert.Equal(GateNote.None, none);

        (Verdict verdict, GateNote note) = Judge(notes =>
        {
            notes.Add(GateNoteKind.Shadow, Verdict.Reject(B));
            notes.Add(GateNoteKind.Exempted, Verdict.Defer(A), Pass);
            return Verdict.Admit;
        });
        Assert.Equal((VerdictKind.Admit, new GateNote(GateNoteKind.Exempted, VerdictKind.Defer, A, Pass)), (verdict.Kind, note));

        (_, note) = Judge(notes =>
        {
            notes.Add(GateNoteKind.Candidate, Verdict.Switch(new Symbol(1), A));
            notes.Add(GateNoteKind.Audit, Verdict.Defer(A));
            notes.Add(GateNoteKind.Shadow, Verdict.RequireApproval(B));
            notes.Add(GateNoteKind.Shadow, Verdict.Shape(4, A));
            return Verdict.Admit;
        });
        Assert.Equal(new GateNote(GateNoteKind.Candidate, VerdictKind.Switch, A), note);
    }

    [Fact]
    public void What_another_policy_says_too_is_no_exemption_and_no_shadow_but_stays_an_audit()
    {
        GateContext context = new(new Vocabulary(100), new FactTable());
        GateStage gate = new([new Says(notes =>
        {
            notes.Add(GateNoteKind.Shadow, Verdict.Reject(A));
            notes.Add(GateNoteKind.Audit, Verdict.Defer(B));
            notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), Pass);
            return Verdict.Admit;
        }), new Says(_ => Verdict.Reject(B))], context);
        Assert.Equal(VerdictKind.Reject, gate.Judge(default, 0).Kind);
        Assert.Equal(new GateNote(GateNoteKind.Audit, VerdictKind.Defer, B), gate.Note);
        Assert.Equal(0, context.Uses.Count);

        // Milder still: the other policy only defers, so the exemption was worth something.
        gate = new([gate.Policies[0], new Says(_ => Verdict.Defer(B))], context);
        Assert.Equal(VerdictKind.Defer, gate.Judge(default, 0).Kind);
        Assert.Equal((GateNoteKind.Exempted, 1ul), (gate.Note.Kind, context.Uses.Of(Pass)));

        // Explaining uses nothing up and leaves no note to the next intent.
        gate.Explain(default, 0, []);
        Assert.Equal((GateNoteKind.None, 1ul), (gate.Note.Kind, context.Uses.Of(Pass)));
    }

    [Fact]
    public void Notes_that_mean_nothing_are_a_fault_of_their_policy()
    {
        (GateNoteKind Kind, Verdict WouldBe, RuleId Exemption)[] wrong =
        [
            (GateNoteKind.None, Verdict.Reject(A), RuleId.None), ((GateNoteKind)5, Verdict.Reject(A), RuleId.None),
            (GateNoteKind.Exempted, Verdict.Reject(A), RuleId.None), (GateNoteKind.Shadow, Verdict.Reject(A), Pass), (GateNoteKind.Audit, Verdict.Admit, RuleId.None),
        ];
        foreach ((GateNoteKind kind, Verdict wouldBe, RuleId exemption) in wrong)
        {
            Assert.Throws<ArgumentException>(() => new GateNotes().Add(kind, wouldBe, exemption));
        }

        GateNotes notes = new();
        notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), Pass);
        Assert.True(notes.IsExempted);
        Assert.Throws<ArgumentException>(() => notes.Add(GateNoteKind.Exempted, Verdict.Reject(A), B));
    }

    [Fact]
    public void Uses_are_kept_in_order_whatever_the_order_of_use()
    {
        Random random = new(7);
        ExemptionUses uses = new();
        Dictionary<uint, ulong> model = [];
        for (int i = 0; i < 2000; i++)
        {
            uint id = (uint)random.Next(1, 200);
            uses.Add(new RuleId(id), 1);
            model[id] = model.GetValueOrDefault(id) + 1;
        }

        List<(uint, ulong)> read = [];
        for (uint id = 0; uses.Next(ref id, out ulong count);)
        {
            read.Add((id, count));
        }

        Assert.Equal(model.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)), read);
        Assert.All(model, pair => Assert.Equal(pair.Value, uses.Of(new RuleId(pair.Key))));
        Assert.Equal(0ul, uses.Of(new RuleId(1000)));
    }

    [Fact]
    public void An_entry_is_read_back_and_nothing_else_is_read()
    {
        for (GateNoteKind kind = GateNoteKind.Exempted; kind <= GateNoteKind.Candidate; kind++)
        {
            GateNote note = new(kind, VerdictKind.Switch, new RuleId(77), kind == GateNoteKind.Exempted ? new RuleId(1 << 19) : RuleId.None);
            byte[] payload = new byte[NoteEntry.LengthOf(in note)];
            NoteEntry.Write(payload, in note);
            Assert.Null(NoteEntry.Read(payload, out GateNote read));
            Assert.Equal(note, read);
            Assert.NotNull(NoteEntry.Read(payload.AsSpan(0, payload.Length - 1), out _));
            Assert.NotNull(NoteEntry.Read([.. payload, 0], out _));
            Assert.NotNull(NoteEntry.Read([0, .. payload[1..]], out _));
            Assert.NotNull(NoteEntry.Read([5, .. payload[1..]], out _));
            Assert.NotNull(NoteEntry.Read([payload[0], 6, .. payload[2..]], out _));
            Assert.Equal(kind == GateNoteKind.Candidate, NoteEntry.Read([payload[0], 0, .. payload[2..]], out _) is null);
        }
    }

    private static (Verdict Verdict, GateNote Note) Judge(Judging judging)
    {
        GateStage gate = new([new Says(judging)], new GateContext(new Vocabulary(100), new FactTable()));
        Verdict verdict = gate.Judge(default, 0);
        Assert.Null(gate.LastException);
        return (verdict, gate.Note);
    }

    private sealed class Says(Judging judging) : IContextPolicy
    {
        private GateContext? _context;

        public void Attach(GateContext context) => _context = context;

        public Verdict Judge(in Intent intent, ulong tick) => judging(_context!.Notes);
    }
}
