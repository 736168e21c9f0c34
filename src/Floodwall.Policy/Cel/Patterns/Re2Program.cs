using System.Text;

namespace Floodwall.Policy.Cel;

/// <summary>
/// A pattern as a program for a machine that follows all ways through it at once (Thompson 1968; R. Cox, "Regular Expression Matching: the
/// Virtual Machine Approach"), so that the time is at most the text's length times the program's, and is charged as it is spent.
/// </summary>
internal sealed class Re2Program
{
    private const int VisitsPerStep = 8;

    private readonly List<Instruction> _code = [];

    /// <summary>The program of a pattern.</summary>
    public Re2Program(Re2Node pattern)
    {
        Emit(pattern);
        _code.Add(new Instruction(Operation.Match, 0, null, default));
    }

    private enum Operation
    {
        /// <summary>Reads a code point of the set, and goes on with the next instruction.</summary>
        Set,

        /// <summary>Goes on with the next instruction if the place is right.</summary>
        Assert,

        /// <summary>Goes on with the next instruction and with another.</summary>
        Split,

        /// <summary>Goes on with another instruction.</summary>
        Jump,

        /// <summary>The pattern is matched.</summary>
        Match,
    }

    /// <summary>Whether a part of the text matches; null where the budget does not suffice.</summary>
    public bool? IsMatch(string text, Func<long, bool> charge)
    {
        Threads current = new(_code.Count);
        Threads next = new(_code.Count);
        Stack<int> pending = new();
        int before = -1;
        int at = 0;
        while (true)
        {
            int length = 0;
            int after = at < text.Length ? Decode(text, at, out length) : -1;

            // A match may start anywhere.
            int visits = 1;
            if (Follow(0, current, pending, before, after, ref visits))
            {
                return true;
            }

            if (after < 0)
            {
                return false;
            }

            at += length;
            int behind = at < text.Length ? Decode(text, at, out _) : -1;
            next.Clear();
            for (int i = 0; i < current.Count; i++)
            {
                int thread = current[i];
                if (_code[thread].Set!.Contains(after) && Follow(thread + 1, next, pending, after, behind, ref visits))
                {
                    return true;
                }
            }

            if (!charge(1 + ((visits + current.Count) / VisitsPerStep)))
            {
                return null;
            }

            (current, next, before) = (next, current, after);
        }
    }

    /// <summary>Adds all instructions that read a code point and can be reached from one without reading. True where a match can.</summary>
    private bool Follow(int start, Threads threads, Stack<int> pending, int before, int after, ref int visits)
    {
        pending.Clear();
        pending.Push(start);
        while (pending.TryPop(out int at))
        {
            if (!threads.TryVisit(at))
            {
                continue;
            }

            visits++;
            Instruction instruction = _code[at];
            switch (instruction.Operation)
            {
                case Operation.Match:
                    return true;
                case Operation.Set:
                    threads.Add(at);
                    break;
                case Operation.Jump:
                    pending.Push(instruction.Other);
                    break;
                case Operation.Split:
                    pending.Push(instruction.Other);
                    pending.Push(at + 1);
                    break;
                default:
                    if (IsAt(instruction.Place, before, after))
                    {
                        pending.Push(at + 1);
                    }

                    break;
            }
        }

        return false;
    }

    private static bool IsAt(Re2Place place, int before, int after) => place switch
    {
        Re2Place.TextStart => before < 0,
        Re2Place.TextEnd => after < 0,
        Re2Place.LineStart => before is < 0 or '\n',
        Re2Place.LineEnd => after is < 0 or '\n',
        Re2Place.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    private static bool IsWord(int codePoint) => codePoint is >= 0 and < 0x80 && (char.IsAsciiLetterOrDigit((char)codePoint) || codePoint == '_');

    private static int Decode(string text, int at, out int length)
    {
        // A surrogate that stands alone is read as U+FFFD.
        Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out length);
        return rune.Value;
    }

    private void Emit(Re2Node node)
    {
        switch (node)
        {
            case Re2Set set:
                _code.Add(new Instruction(Operation.Set, 0, set.Set, default));
                break;
            case Re2Assertion assertion:
                _code.Add(new Instruction(Operation.Assert, 0, null, assertion.Place));
                break;
            case Re2Sequence sequence:
                foreach (Re2Node part in sequence.Parts)
                {
                    Emit(part);
                }

                break;
            case Re2Choice choice:
                EmitChoice(choice);
                break;
            case Re2Repeat repeat:
                EmitRepeat(repeat);
                break;
        }
    }

    private void EmitChoice(Re2Choice choice)
    {
        List<int> jumps = [];
        for (int i = 0; i < choice.Parts.Count; i++)
        {
            if (i == choice.Parts.Count - 1)
            {
                Emit(choice.Parts[i]);
                break;
            }

            int split = Placeholder();
            Emit(choice.Parts[i]);
            jumps.Add(Placeholder());
            _code[split] = new Instruction(Operation.Split, _code.Count, null, default);
        }

        jumps.ForEach(jump => _code[jump] = new Instruction(Operation.Jump, _code.Count, null, default));
    }

    private void EmitRepeat(Re2Repeat repeat)
    {
        for (int i = 0; i < repeat.Least; i++)
        {
            Emit(repeat.Part);
        }

        List<int> splits = [];
        if (repeat.Most is null)
        {
            int split = Placeholder();
            splits.Add(split);
            Emit(repeat.Part);
            _code.Add(new Instruction(Operation.Jump, split, null, default));
        }

        for (int i = repeat.Least; i < repeat.Most; i++)
        {
            splits.Add(Placeholder());
            Emit(repeat.Part);
        }

        splits.ForEach(split => _code[split] = new Instruction(Operation.Split, _code.Count, null, default));
    }

    private int Placeholder()
    {
        _code.Add(default);
        return _code.Count - 1;
    }

    private readonly record struct Instruction(Operation Operation, int Other, CodePointSet? Set, Re2Place Place);

    /// <summary>The instructions that wait for the next code point, and which were visited on the way to them.</summary>
    private sealed class Threads(int instructions)
    {
        private readonly int[] _waiting = new int[instructions];
        private readonly int[] _visited = new int[instructions];
        private int _round = 1;

        public int Count { get; private set; }

        public int this[int index] => _waiting[index];

        public bool TryVisit(int instruction)
        {
            bool first = _visited[instruction] != _round;
            _visited[instruction] = _round;
            return first;
        }

        public void Add(int instruction) => _waiting[Count++] = instruction;

        public void Clear()
        {
            _round++;
            Count = 0;
        }
    }
}
