using System.Globalization;
using Floodwall.Ledger;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>
/// Fills the disk: appends until there is no more room, checks that the refusal changed nothing and that what was appended can still be
/// signed, and says <c>full SIZE</c>.
/// </summary>
internal static class FillCommand
{
    public static int Run(string directory)
    {
        using LedgerWriter writer = LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer);
        try
        {
            while (true)
            {
                writer.Begin(0x30, LedgerLimits.MaxPayloadBytes, out ulong index).Fill((byte)index);
                writer.Commit();
            }
        }
        catch (LedgerFullException full)
        {
            if (writer.IsPoisoned || writer.HasRoomFor(256))
            {
                Console.WriteLine($"poisoned, or room that is none, after: {full.Message}");
                return 1;
            }

            writer.Publisher.Publish(writer.SealTip());
            ulong size = writer.AppendedSize;
            writer.Close();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"full {size}"));
            return 0;
        }
    }
}
