using Floodwall.Policy.Cel;
using Floodwall.Tests;

namespace Floodwall.Policy.Tests.Cel;

[Collection(nameof(Alone))]
public sealed class CelPatternMemoryTests
{
    [Fact]
    public void A_match_takes_no_memory_but_its_steps()
    {
        // What these make of .NET's NonBacktracking engine: gigabytes, or seconds, or both.
        string text = new('a', 2_000);
        foreach (string pattern in (string[])["((a{0,6}){0,6}){0,6}b", "(a*){500}b", "(a{0,20}){0,20}b", "(a?){300}a{300}b", "(a|b|ab)*[ab]{200}c", "(a{0,9}){0,9}b", "((a*)*|b*)*c"])
        {
            Assert.True(CelPattern.TryCompile(pattern, null, out CelPattern? compiled, out string? error), error);
            compiled.IsMatch(text);
            using NoCollection exact = new();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.False(compiled.IsMatch(text));

            // Larger ones borrow their memory, which the pool may have to make anew.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, compiled.Steps <= 256 ? 0 : 100_000);
        }
    }
}
