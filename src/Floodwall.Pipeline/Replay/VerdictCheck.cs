namespace Floodwall.Pipeline;

/// <summary>
/// Judges recorded decisions anew, with policies made from what the ledger says of its gate. It has a vocabulary of its own and goes by
/// names: the numbers that the recording wall gave to names its policies know need not be on record.
/// </summary>
internal sealed class VerdictCheck
{
    /// <summary>The most names, over the ledger's life.</summary>
    private const int SymbolCapacity = 1 << 22;

    /// <summary>The most attribute sets, likewise.</summary>
    private const int AttributeCapacity = 1 << 20;

    private readonly Func<IReadOnlyList<PolicyText>, Vocabulary, IEnumerable<IPolicy>?> _make;
    private readonly ReplayFindings _findings;
    private readonly Vocabulary _own = new(SymbolCapacity, AttributeCapacity);
    private readonly Dictionary<uint, Symbol> _ownOf = [];
    private readonly Dictionary<uint, uint> _ownSetOf = [];
    private readonly AttributeSetBuilder _builder = new();
    private readonly GateContext _context;
    private GateStage? _gate;

    /// <param name="make">Makes the gate's policies; null where it cannot, and then it has noted why.</param>
    /// <param name="findings">Where to note what cannot be judged.</param>
    public VerdictCheck(Func<IReadOnlyList<PolicyText>, Vocabulary, IEnumerable<IPolicy>?> make, ReplayFindings findings)
    {
        _make = make;
        _findings = findings;
        _context = new GateContext(_own, new FactTable());
    }

    /// <summary>Decisions judged anew.</summary>
    public ulong Judged { get; private set; }

    /// <summary>Decisions whose verdict was taken as it is.</summary>
    public ulong NotJudged { get; private set; }

    /// <summary>The gate changes.</summary>
    public void Rebuild(IReadOnlyList<PolicyText> policies) =>
        _gate = _make(policies, _own) is { } made ? new GateStage(made, _context) : null;

    /// <summary>The gate learns a fact.</summary>
    public void Accept(in Fact fact, INames recorded)
    {
        Symbol subject = fact.Key.Subject;
        Symbol name = fact.Key.Name;
        Symbol text = fact.Value.AsSymbol;
        if (Translate(ref subject, recorded) && Translate(ref name, recorded) && Translate(ref text, recorded))
        {
            FactValue value = fact.Value.Kind == AttributeKind.String ? FactValue.Of(text) : fact.Value;
            _context.Facts.Set(new Fact(fact.Key.Kind, subject, name, value, fact.Tick));
        }
    }

    /// <summary>The gate goes on with what a snapshot says it knows.</summary>
    public void Adopt(PlaneState state)
    {
        foreach (Fact fact in state.Facts.All)
        {
            Accept(in fact, state.Names);
        }

        AdoptUses(state);
    }

    /// <summary>The gate goes on with the uses of exemptions that are on record.</summary>
    public void AdoptUses(PlaneState state)
    {
        _context.Uses.Clear();
        for (uint id = 0; state.Uses.Next(ref id, out ulong uses);)
        {
            if (state.Names.FindRule(new RuleId(id)) is { } exemption && _own.Rules.HighestId < RuleTable.Capacity - 1)
            {
                _context.Uses.Add(_own.Rules.Define(exemption.Name, exemption.Template), uses);
            }
        }
    }

    /// <summary>Judges one decision anew.</summary>
    /// <param name="record">The decision.</param>
    /// <param name="notes">The notes beside it.</param>
    /// <param name="state">The state behind it.</param>
    /// <returns>Null, or how verdicts or notes differ.</returns>
    public string? Compare(in DecisionRecord record, in GateNoteSet notes, PlaneState state)
    {
        RecordedVocabulary recorded = state.Names;
        Rule? rule = recorded.FindRule(record.Verdict.Rule);
        if (_gate is null || rule is { Name: RuleTable.StageFaultName } || !TryTranslate(record.Intent, recorded, out Intent intent))
        {
            NotJudged++;
            if (notes.Of(GateNoteKind.Exempted).Kind != GateNoteKind.None)
            {
                AdoptUses(state);
            }

            return null;
        }

        Judged++;
        Verdict verdict = _gate.Judge(in intent, record.DecidedTick);
        string? difference = Same(verdict, record.Verdict, rule, recorded) ? null
            : $"{Describe(record.Verdict, rule, recorded)} is on record; the gate says {Describe(verdict, _own.Rules.Find(verdict.Rule), _own)}";
        return notes.IsEmpty && _gate.Notes.IsEmpty ? difference : CompareNotes(in notes, state) ?? difference;
    }

    private string? CompareNotes(in GateNoteSet notes, PlaneState state)
    {
        GateNoteSet own = _gate!.Notes;
        if (Equal(in own, in notes, state) || IsForemost(in own, in notes, state))
        {
            return null;
        }

        // Go on with what is on record, so that one difference does not make others.
        AdoptUses(state);
        return notes.Count <= 1 && own.Count <= 1
            ? $"the note {Describe(in notes, state.Names)} is on record; the gate has {Describe(in own, _own)}"
            : $"the notes {Describe(in notes, state.Names)} are on record; the gate has {Describe(in own, _own)}";
    }

    private bool Equal(in GateNoteSet judged, in GateNoteSet recorded, PlaneState state)
    {
        bool same = judged.Count == recorded.Count;
        for (int i = 0; same && i < judged.Count; i++)
        {
            same = Equal(judged[i], recorded[i], state);
        }

        return same;
    }

    // What versions recorded that had one note for a decision.
    private bool IsForemost(in GateNoteSet judged, in GateNoteSet recorded, PlaneState state) =>
        recorded.Count == 1 && judged.Count > 1 && Equal(judged.Foremost, recorded[0], state);

    private bool Equal(in GateNote judged, in GateNote recorded, PlaneState state) =>
        judged.Kind == recorded.Kind && judged.WouldBe == recorded.WouldBe
        && Same(judged.Rule, recorded.Rule, state) && Same(judged.Exemption, recorded.Exemption, state);

    private bool Same(RuleId judged, RuleId recorded, PlaneState state)
    {
        Rule? left = _own.Rules.Find(judged);
        Rule? right = state.Names.FindRule(recorded);
        return (left?.Name, left?.Template) == (right?.Name, right?.Template);
    }

    private static string Describe(in GateNoteSet notes, INames names)
    {
        List<string> all = [];
        for (int i = 0; i < notes.Count; i++)
        {
            all.Add(Describe(notes[i], names));
        }

        return all.Count == 0 ? "none" : string.Join(" and ", all);
    }

    private static string Describe(in GateNote note, INames names) => note.Kind switch
    {
        GateNoteKind.Exempted => $"{note.Kind} from {note.WouldBe} by {names.FindRule(note.Rule)?.Name}, by {names.FindRule(note.Exemption)?.Name}",
        _ => $"{note.Kind} {note.WouldBe}{(names.FindRule(note.Rule) is { } rule ? $" by {rule.Name}" : "")}",
    };

    private bool Same(in Verdict judged, in Verdict recorded, Rule? rule, INames names)
    {
        if (judged.Kind != recorded.Kind || judged.Detail != recorded.Detail)
        {
            return false;
        }

        Rule? own = _own.Rules.Find(judged.Rule);
        bool sameRule = own is null ? recorded.Rule == RuleId.None : rule is not null && (own.Name, own.Template) == (rule.Name, rule.Template);
        bool sameArgument = judged.Kind == VerdictKind.Switch
            ? NameOf(_own, judged.Argument) == NameOf(names, recorded.Argument)
            : judged.Argument == recorded.Argument;
        return sameRule && sameArgument;
    }

    private static string Describe(in Verdict verdict, Rule? rule, INames names)
    {
        string argument = verdict.Kind switch
        {
            VerdictKind.Switch => $" to '{NameOf(names, verdict.Argument)}'",
            VerdictKind.Shape or VerdictKind.Defer => $" ({verdict.Argument})",
            _ => "",
        };
        return $"{verdict.Kind}{argument}{(rule is null ? "" : $" by {rule.Name}")}";
    }

    private static string NameOf(INames names, ulong symbol)
    {
        Symbol one = new((uint)symbol);
        return names is Vocabulary own && !own.Symbols.Contains(one) ? $"(symbol {symbol})" : names.NameOf(one);
    }

    private bool TryTranslate(in Intent recorded, INames names, out Intent intent)
    {
        intent = recorded;
        return Translate(ref intent.Agent, names) && Translate(ref intent.Resource, names)
            && Translate(ref intent.Topic, names) && Translate(ref intent.Environment, names)
            && Translate(ref intent.Scope, names) && Translate(ref intent.Pool, names)
            && Translate(ref intent.Identity, names) && Translate(ref intent.Role, names)
            && Translate(ref intent.Attributes, names);
    }

    private bool Translate(ref uint attributes, INames names)
    {
        if (attributes == 0)
        {
            return true;
        }

        if (!_ownSetOf.TryGetValue(attributes, out uint own))
        {
            if (names.FindAttributes(attributes) is not { } set || !TryGather(set, names))
            {
                return false;
            }

            if (_own.Attributes.HighestHandle == AttributeCapacity)
            {
                _findings.Note($"more than {AttributeCapacity} attribute sets: later verdicts were taken as they are");
                return false;
            }

            _ownSetOf[attributes] = own = _own.Attributes.Intern(_builder);
        }

        attributes = own;
        return true;
    }

    private bool TryGather(AttributeSet set, INames names)
    {
        _builder.Clear();
        for (int i = 0; i < set.Count; i++)
        {
            Symbol name = set.NameAt(i);
            AttributeValue value = set.ValueAt(i);
            Symbol text = value.AsSymbol;
            Symbol[] items = value.AsList.ToArray();
            bool known = Translate(ref name, names) && Translate(ref text, names);
            foreach (ref Symbol item in items.AsSpan())
            {
                known = known && Translate(ref item, names);
            }

            if (!known)
            {
                return false;
            }

            _ = value.Kind switch
            {
                AttributeKind.String => _builder.Add(name, text),
                AttributeKind.Int64 => _builder.Add(name, value.AsInt64),
                AttributeKind.Double => _builder.Add(name, value.AsDouble),
                AttributeKind.Bool => _builder.Add(name, value.AsBool),
                _ => _builder.Add(name, items),
            };
        }

        return true;
    }

    private bool Translate(ref Symbol symbol, INames names)
    {
        if (symbol.IsNone)
        {
            return true;
        }

        if (_ownOf.TryGetValue(symbol.Id, out Symbol own))
        {
            symbol = own;
            return true;
        }

        string name = names.NameOf(symbol);
        if (_own.Symbols.HighestId >= SymbolCapacity - 1 || SymbolTable.Validate(name) is not null)
        {
            _findings.Note($"more than {SymbolCapacity} names: later verdicts were taken as they are");
            return false;
        }

        symbol = _ownOf[symbol.Id] = _own.Symbols.Intern(name);
        return true;
    }
}
