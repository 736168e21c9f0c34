namespace Floodwall.Reliability.Child.Parsers;

/// <summary>
/// Inputs for a parser: some well-formed, most changed in a few bytes, some with parts moved, doubled, cut or exchanged for those of
/// another, and a few of plain noise.
/// </summary>
internal sealed class Mutator(Random random, Func<Random, byte[]> make)
{
    private const int LongestNoise = 300;

    private static readonly byte[] Telling = [0, 1, 0x0A, 0x20, 0x2B, 0x30, 0x3D, 0x7F, 0x80, 0xC0, 0xE2, 0xFE, 0xFF];

    public byte[] Next(out bool untouched)
    {
        untouched = false;
        int kind = random.Next(16);
        if (kind == 0)
        {
            byte[] noise = new byte[random.Next(LongestNoise)];
            random.NextBytes(noise);
            return noise;
        }

        byte[] input = make(random);
        if (kind == 1)
        {
            untouched = true;
            return input;
        }

        for (int changes = kind < 10 ? 1 : random.Next(2, 8); changes > 0; changes--)
        {
            input = Change(input);
        }

        return input;
    }

    private byte[] Change(byte[] input)
    {
        if (input.Length == 0)
        {
            return [Telling[random.Next(Telling.Length)]];
        }

        int at = random.Next(input.Length);
        int to = random.Next(at, Math.Min(input.Length, at + 40) + 1);
        switch (random.Next(9))
        {
            case 0:
                input[at] ^= (byte)(1 << random.Next(8));
                return input;
            case 1:
                input[at] = (byte)random.Next(256);
                return input;
            case 2:
                input[at] = Telling[random.Next(Telling.Length)];
                return input;
            case 3:
                return [.. input[..at], Telling[random.Next(Telling.Length)], .. input[at..]];
            case 4:
                return [.. input[..at], .. input[to..]];
            case 5:
                return [.. input[..to], .. input[at..]];
            case 6:
                return input[..at];
            case 7:
                byte[] other = make(random);
                int from = random.Next(other.Length + 1);
                return [.. input[..at], .. other[from..]];
            default:
                int second = random.Next(input.Length);
                (input[at], input[second]) = (input[second], input[at]);
                return input;
        }
    }
}
