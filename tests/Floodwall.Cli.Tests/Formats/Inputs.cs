using System.Text;
using Floodwall.Cli.Formats;

namespace Floodwall.Cli.Tests.Formats;

/// <summary>Reads text and files in one call.</summary>
internal static class Inputs
{
    public static (List<ChangeRecord> Records, ReadReport Report, InputFormat Format) ReadFile(string path, ReadOptions? options = null)
    {
        using ChangeSource source = ChangeSource.OpenFile(path, options ?? new ReadOptions());
        return ([.. source.Read()], source.Report, source.Format);
    }

    public static (List<ChangeRecord> Records, ReadReport Report, InputFormat Format) Read(string text, ReadOptions? options = null) =>
        Read(Encoding.UTF8.GetBytes(text), options);

    public static (List<ChangeRecord> Records, ReadReport Report, InputFormat Format) Read(byte[] bytes, ReadOptions? options = null)
    {
        using ChangeSource source = ChangeSource.Open(new MemoryStream(bytes), "in", options ?? new ReadOptions());
        return ([.. source.Read()], source.Report, source.Format);
    }

    public static ChangeRecord One(string text, ReadOptions? options = null) => Assert.Single(Read(text, options).Records);

    public static InputException Refused(string text, ReadOptions? options = null) =>
        Assert.Throws<InputException>(() => Read(text, options));

    /// <summary>A stream that gives a few bytes at a time, as a pipe may.</summary>
    public sealed class Trickle(byte[] bytes, int step) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, step));
    }
}
