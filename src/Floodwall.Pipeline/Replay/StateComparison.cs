namespace Floodwall.Pipeline;

/// <summary>Says where two states differ.</summary>
internal static class StateComparison
{
    /// <summary>
    /// The first difference between what a replay arrived at and what a snapshot states, or null. The clock of a snapshot may be ahead:
    /// it moves without anything being recorded.
    /// </summary>
    public static string? Explain(PlaneState replayed, PlaneState recorded)
    {
        if (recorded.Settings != replayed.Settings)
        {
            return "the settings differ from those recorded before";
        }

        if (!recorded.Gate.SequenceEqual(replayed.Gate))
        {
            return "the gate's composition differs from the one recorded before";
        }

        if (recorded.Clock < replayed.Clock)
        {
            return $"the clock is {recorded.Clock}, behind tick {replayed.Clock} recorded before";
        }

        if (recorded.Clock == replayed.Clock && recorded.ReleasesLeft != replayed.ReleasesLeft)
        {
            return $"{recorded.ReleasesLeft} releases are left in tick {recorded.Clock}; the replay has {replayed.ReleasesLeft}";
        }

        if (recorded.Counters != replayed.Counters)
        {
            return $"the counters are {recorded.Counters}; the replay has {replayed.Counters}";
        }

        return Vocabulary(replayed.Names, recorded.Names) ?? Facts(replayed, recorded) ?? Uses(replayed, recorded) ?? Queue(replayed, recorded) ?? Tokens(replayed, recorded);
    }

    private static string? Vocabulary(RecordedVocabulary replayed, RecordedVocabulary recorded)
    {
        bool same = recorded.Symbols.Count == replayed.Symbols.Count
            && recorded.Rules.Count == replayed.Rules.Count
            && recorded.Attributes.Count == replayed.Attributes.Count
            && recorded.Symbols.All(s => replayed.Symbols.TryGetValue(s.Key, out string? name) && name == s.Value)
            && recorded.Rules.All(r => replayed.Rules.TryGetValue(r.Key, out Rule? rule) && rule == r.Value)
            && recorded.Attributes.All(a =>
                replayed.Attributes.TryGetValue(a.Key, out AttributeSet? set) && set.Encoded.AsSpan().SequenceEqual(a.Value.Encoded));
        return same ? null : "the names, rules or attribute sets differ from those defined before";
    }

    private static string? Facts(PlaneState replayed, PlaneState recorded)
    {
        foreach (Fact fact in recorded.Facts.All)
        {
            (FactKind kind, Symbol subject, Symbol name) = fact.Key;
            if (!replayed.Facts.TryGet(kind, subject, name, out FactReading reading) || reading != new FactReading(fact.Value, fact.Tick))
            {
                return $"the fact {kind} '{recorded.Names.NameOf(subject)}' '{recorded.Names.NameOf(name)}' differs from the one recorded before";
            }
        }

        return recorded.Facts.Count == replayed.Facts.Count
            ? null
            : $"{recorded.Facts.Count} facts are known; the replay knows {replayed.Facts.Count}";
    }

    private static string? Uses(PlaneState replayed, PlaneState recorded)
    {
        for (uint rule = 0; recorded.Uses.Next(ref rule, out ulong uses);)
        {
            RuleId exemption = new(rule);
            if (replayed.Uses.Of(exemption) != uses)
            {
                return $"{recorded.Names.FindRule(exemption)?.Name} was used {uses} times; the replay has {replayed.Uses.Of(exemption)}";
            }
        }

        return recorded.Uses.Count == replayed.Uses.Count
            ? null
            : $"{recorded.Uses.Count} exemptions were used; the replay has {replayed.Uses.Count}";
    }

    private static string? Queue(PlaneState replayed, PlaneState recorded)
    {
        PendingIntent? gone = replayed.Pending.FirstOrDefault(p => !recorded.IsPending(p.Intent.Agent, p.Intent.Id));
        return gone is null
            ? null
            : $"intent {gone.Intent.Id} of agent '{replayed.Names.NameOf(gone.Intent.Agent)}' waited on record, was not decided, and waits no more";
    }

    private static string? Tokens(PlaneState replayed, PlaneState recorded)
    {
        foreach (AgentTokens agent in recorded.Tokens)
        {
            if (!replayed.TryGetBucket(agent.Agent, out TokenBucket bucket) || !bucket.Equals(new TokenBucket(agent.Tokens, agent.LastTick)))
            {
                string have = bucket.Seen ? $"{bucket.Tokens} as of tick {bucket.Last}" : "none";
                return $"agent '{recorded.Names.NameOf(agent.Agent)}' has {agent.Tokens} millionths of a token as of tick {agent.LastTick}; "
                    + $"the replay has {have}";
            }
        }

        return recorded.Agents == replayed.Agents ? null : $"{recorded.Agents} agents are known; the replay knows {replayed.Agents}";
    }
}
