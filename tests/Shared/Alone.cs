namespace Floodwall.Tests;

/// <summary>
/// Tests that read what belongs to the whole process, as its collections and its memory do: no other test of their project runs beside
/// them.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
