namespace Floodwall.Policy.Cel;

/// <summary>What a step of a compiled pattern does.</summary>
internal enum PatternOp
{
    /// <summary>The pattern matches.</summary>
    Match,

    /// <summary>Takes a character of a set, and goes on with the next step.</summary>
    Take,

    /// <summary>Goes on with the next step at a certain place only.</summary>
    Assert,

    /// <summary>Goes on with the next step and with another.</summary>
    Split,

    /// <summary>Goes on with another step.</summary>
    Jump,
}

/// <summary>A step.</summary>
internal readonly record struct PatternStep(PatternOp Op, int Other = 0, RuneSet? Set = null, PatternPlace Place = default);

/// <summary>Compiles a pattern to steps: Thompson's construction (Ken Thompson, CACM 11 (1968) 419).</summary>
internal static class PatternProgram
{
    public static PatternStep[] Compile(PatternNode root)
    {
        List<PatternStep> steps = [];
        Emit(root, steps);
        steps.Add(new PatternStep(PatternOp.Match));
        return [.. steps];
    }

    private static void Emit(PatternNode node, List<PatternStep> steps)
    {
        switch (node)
        {
            case PatternSet set:
                steps.Add(new PatternStep(PatternOp.Take, Set: set.Set));
                break;
            case PatternAssertion assertion:
                steps.Add(new PatternStep(PatternOp.Assert, Place: assertion.Place));
                break;
            case PatternSequence sequence:
                foreach (PatternNode part in sequence.Parts)
                {
                    Emit(part, steps);
                }

                break;
            case PatternChoice choice:
                Choice(choice, steps);
                break;
            case PatternRepeat repeat:
                Repeat(repeat, steps);
                break;
        }
    }

    private static void Choice(PatternChoice choice, List<PatternStep> steps)
    {
        var jumps = new List<int>();
        for (int i = 0; i < choice.Parts.Count; i++)
        {
            bool last = i == choice.Parts.Count - 1;
            int split = steps.Count;
            if (!last)
            {
                steps.Add(default);
            }

            Emit(choice.Parts[i], steps);
            if (!last)
            {
                jumps.Add(steps.Count);
                steps.Add(default);
                steps[split] = new PatternStep(PatternOp.Split, steps.Count);
            }
        }

        foreach (int jump in jumps)
        {
            steps[jump] = new PatternStep(PatternOp.Jump, steps.Count);
        }
    }

    private static void Repeat(PatternRepeat repeat, List<PatternStep> steps)
    {
        int last = steps.Count;
        for (int i = 0; i < repeat.Min; i++)
        {
            last = steps.Count;
            Emit(repeat.Part, steps);
        }

        if (repeat.Max is null && repeat.Min > 0)
        {
            steps.Add(new PatternStep(PatternOp.Split, last));
            return;
        }

        if (repeat.Max is null)
        {
            int split = steps.Count;
            steps.Add(default);
            Emit(repeat.Part, steps);
            steps.Add(new PatternStep(PatternOp.Jump, split));
            steps[split] = new PatternStep(PatternOp.Split, steps.Count);
            return;
        }

        var splits = new List<int>();
        for (int i = repeat.Min; i < repeat.Max; i++)
        {
            splits.Add(steps.Count);
            steps.Add(default);
            Emit(repeat.Part, steps);
        }

        foreach (int split in splits)
        {
            steps[split] = new PatternStep(PatternOp.Split, steps.Count);
        }
    }
}
