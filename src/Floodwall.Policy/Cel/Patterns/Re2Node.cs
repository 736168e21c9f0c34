namespace Floodwall.Policy.Cel;

/// <summary>A part of a pattern, as it was read.</summary>
/// <param name="Size">How many instructions it becomes.</param>
internal abstract record Re2Node(int Size);

/// <summary>Nothing at all.</summary>
internal sealed record Re2Empty() : Re2Node(0);

/// <summary>One code point of a set.</summary>
internal sealed record Re2Set(CodePointSet Set) : Re2Node(1);

/// <summary>A condition on the place between two code points.</summary>
internal sealed record Re2Assertion(Re2Place Place) : Re2Node(1);

/// <summary>One part behind the other.</summary>
internal sealed record Re2Sequence(IReadOnlyList<Re2Node> Parts, int Size) : Re2Node(Size);

/// <summary>One part or the other.</summary>
internal sealed record Re2Choice(IReadOnlyList<Re2Node> Parts, int Size) : Re2Node(Size);

/// <summary>A part several times; without a bound where <paramref name="Most"/> is null.</summary>
internal sealed record Re2Repeat(Re2Node Part, int Least, int? Most, int Size) : Re2Node(Size);

/// <summary>Places between two code points, or at an end.</summary>
internal enum Re2Place
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}
