using System.Buffers.Binary;
using Floodwall.Ledger;
using Floodwall.Load.Measuring;
using Floodwall.Pipeline;

namespace Floodwall.Load.Flood;

/// <summary>Proves from a closed ledger's files that it holds what was decided: verified, and every decision counted.</summary>
internal static class LedgerProof
{
    // In a decision's payload (DecisionEntry): the intent's id.
    private const int IdOffset = 7;

    /// <returns>Size and root.</returns>
    /// <exception cref="WrongAnswerException">It does not verify, or holds other decisions.</exception>
    public static string Of(string directory, long decided, ulong idSum)
    {
        VerificationReport report = LedgerVerifier.Verify(directory, FloodShape.Signer.VerifierKey);
        WrongAnswerException.ThrowUnless(report.Status == VerificationStatus.Good, $"{directory} does not verify: {report.Message}");
        WrongAnswerException.ThrowUnlessEqual(report.AppendedSize, report.SignedSize, "entries under the closing signature");
        long count = 0;
        ulong sum = 0;
        using (EntryCursor cursor = LedgerReader.Open(directory).ReadFrom(0))
        {
            while (cursor.MoveNext())
            {
                LedgerEntry entry = cursor.Current;
                if (entry.Kind == WallEntryKinds.Decision)
                {
                    count++;
                    sum += BinaryPrimitives.ReadUInt64LittleEndian(entry.Payload[IdOffset..]);
                }
            }
        }

        WrongAnswerException.ThrowUnlessEqual(decided, count, "decisions in the ledger");
        WrongAnswerException.ThrowUnlessEqual(idSum, sum, "sum of the decisions' ids in the ledger");
        return $"{report.SignedSize} entries, root {report.Root?.ToBase64()}";
    }
}
