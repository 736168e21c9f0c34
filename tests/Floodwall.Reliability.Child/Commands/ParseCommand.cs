using System.Globalization;
using Floodwall.Reliability.Child.Parsers;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>
/// Feeds a parser with made and mutated inputs. <c>at N</c> before every thousandth input, so that a hang or a crash is known to a
/// thousand, and <c>accepted N</c> at the end; a violation is <c>wrong N: what</c> with the input in hexadecimal, and exit code 1.
/// </summary>
internal static class ParseCommand
{
    private const int HeartbeatInputs = 1000;

    public static int Run(string name, int seed, int count)
    {
        ParserCase parser = ParserCases.All.Single(parser => parser.Name == name);
        using StreamWriter lines = Ledgers.Lines();
        Mutator mutator = new(new Random(seed), parser.Make);
        int accepted = 0;
        for (int i = 0; i < count; i++)
        {
            if (i % HeartbeatInputs == 0)
            {
                lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"at {i}"));
            }

            byte[] input = mutator.Next(out bool untouched);
            string? wrong;
            try
            {
                bool taken = parser.Parse(input, out wrong);
                accepted += taken ? 1 : 0;
                wrong ??= untouched && !taken ? "a well-formed input is refused" : null;
            }
#pragma warning disable CA1031 // any exception is what the test looks for
            catch (Exception thrown)
#pragma warning restore CA1031
            {
                wrong = thrown.ToString();
            }

            if (wrong is not null)
            {
                lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrong {i}: {Convert.ToHexStringLower(input)}: {wrong}"));
                return 1;
            }
        }

        lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accepted {accepted}"));
        return 0;
    }
}
