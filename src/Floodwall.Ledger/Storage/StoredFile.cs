namespace Floodwall.Ledger;

/// <summary>A file as a folder lists it.</summary>
/// <param name="Name">Name within the folder.</param>
/// <param name="Length">Length in bytes.</param>
public readonly record struct StoredFile(string Name, long Length);
