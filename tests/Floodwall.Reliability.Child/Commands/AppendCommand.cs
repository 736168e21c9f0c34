using System.Globalization;
using System.Security.Cryptography;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>
/// Appends until it is killed. <c>opened SIZE</c> once the ledger is open, <c>appended INDEX SHA256</c> after each entry,
/// <c>durable SIZE</c> and <c>signed SIZE ROOT</c> after each checkpoint.
/// </summary>
internal static class AppendCommand
{
    public static int Run(string directory, int seed)
    {
        Random random = new(seed);
        using StreamWriter lines = Ledgers.Lines();
        byte[] entry = new byte[LedgerLimits.MaxEntryBytes];
        lines.WriteLine("opening");
        while (true)
        {
            LedgerWriter writer = LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer);
            writer.Publisher.Durable = size => lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"durable {size}"));
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"opened {writer.AppendedSize}"));
            int rounds = random.Next(1, 30);
            for (int round = 0; round < rounds; round++)
            {
                Append(writer, random, entry, lines);
                if (random.Next(3) == 0)
                {
                    TreeHead head = writer.SealTip();
                    writer.Publisher.Publish(head);
                    lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"signed {head.Size} {head.Root.ToBase64()}"));
                }
            }

            writer.Close();
        }
    }

    private static void Append(LedgerWriter writer, Random random, byte[] entry, StreamWriter lines)
    {
        int count = random.Next(1, 60);
        int longest = random.Next(4) == 0 ? LedgerLimits.MaxPayloadBytes : 100;
        for (int i = 0; i < count; i++)
        {
            int length = random.Next(longest + 1);
            Span<byte> room = writer.Begin(0x20, length, out ulong index);
            random.NextBytes(room);
            room.CopyTo(entry);
            writer.Commit();
            string hash = Convert.ToHexStringLower(SHA256.HashData(entry.AsSpan(0, length)));
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"appended {index} {hash}"));
        }
    }
}
