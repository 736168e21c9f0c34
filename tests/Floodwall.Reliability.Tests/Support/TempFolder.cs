namespace Floodwall.Reliability.Tests;

/// <summary>A folder of its own for a test, deleted at its end.</summary>
internal sealed class TempFolder : IDisposable
{
    public TempFolder() => Path = Directory.CreateTempSubdirectory("floodwall-reliability-").FullName;

    public string Path { get; }

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
