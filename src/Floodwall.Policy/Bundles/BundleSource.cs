namespace Floodwall.Policy;

/// <summary>One policy file's bytes, and the name it goes by in diagnostics.</summary>
/// <param name="Name">Such as its path.</param>
/// <param name="Content">UTF-8, with or without a byte order mark.</param>
public sealed record BundleSource(string Name, ReadOnlyMemory<byte> Content);
