using Floodwall.Ledger;

namespace Floodwall.Reliability.Child.Commands;

/// <summary>
/// Races for the ledger each time a line comes: <c>won</c>, or <c>locked</c> where another writer has it. The winner holds it until
/// the next line, and lets go with <c>left</c>; the others answer <c>left</c> at once. Ends with its input.
/// </summary>
internal static class RaceCommand
{
    public static int Run(string directory)
    {
        using StreamWriter lines = Ledgers.Lines();
        lines.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
            LedgerWriter? writer = null;
            try
            {
                writer = LedgerWriter.Open(Ledgers.Options(directory), Ledgers.Signer);
                lines.WriteLine("won");
            }
            catch (LedgerLockedException)
            {
                lines.WriteLine("locked");
            }

            Console.ReadLine();
            if (writer is not null)
            {
                writer.Begin(0x30, 4, out _).Fill(1);
                writer.Commit();
                writer.Close();
            }

            lines.WriteLine("left");
        }

        return 0;
    }
}
