using Floodwall.Crypto;
using Floodwall.Ledger;
using Floodwall.Pipeline;
using FsCheck;
using FsCheck.Fluent;

namespace Floodwall.Reliability.Tests.Parsers;

/// <summary>decode ∘ encode = identity, for values of any shape: FsCheck makes them, and shrinks what does not come back.</summary>
public sealed class RoundTripTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Checkpoints_come_back() => Check.One(Many, Prop.ForAll<string, ulong, string[]>((origin, size, extensions) =>
    {
        string[] lines = [.. (extensions ?? []).Select(Line)];
        Checkpoint made = new(Line(origin), size, Sha256.Hash(BitConverter.GetBytes(size)), lines);
        Assert.True(Checkpoint.TryParse(made.FormatBody(), out Checkpoint? read, out string? error), error);
        Assert.Equal((made.Origin, made.Size, made.Root), (read.Origin, read.Size, read.Root));
        Assert.Equal(lines, read.Extensions);
    }));

    [Fact]
    public void Keys_come_back() => Check.One(Many.WithMaxTest(200), Prop.ForAll<string, byte[]>((name, seed) =>
    {
        string safe = new([.. (name ?? "").Where(char.IsAsciiLetterOrDigit).Take(200), 'k']);
        using Ed25519Signer signer = Ed25519Signer.FromSeed(safe, Sha256.Hash(seed).AsBytes());
        using Ed25519Signer read = Ed25519Signer.ParsePrivateKey(signer.ExportPrivateKey());
        Assert.Equal(signer.ExportPrivateKey(), read.ExportPrivateKey());
        Assert.Equal(signer.VerifierKey.ToString(), VerifierKey.Parse(signer.VerifierKey.ToString()).ToString());
    }));

    [Fact]
    public void The_ledger_s_own_entries_come_back() => Check.One(Many, Prop.ForAll<ulong, long, bool>((number, bytes, torn) =>
    {
        byte[] payload = new byte[LinkEntry.PayloadBytes];
        LinkEntry link = new(number, Sha256.Hash(BitConverter.GetBytes(bytes)));
        link.Encode(payload);
        Assert.True(LinkEntry.TryDecode(payload, out LinkEntry readLink));
        Assert.Equal(link, readLink);

        RecoveryEntry recovery = new(torn ? RecoveryReason.DamagedTail : RecoveryReason.UnsyncedTail, bytes, number, $"{number}.bin");
        Assert.Equal(recovery, RecoveryEntry.TryDecode(recovery.Encode()));

        byte[] header = new byte[LedgerLimits.SegmentHeaderBytes];
        SegmentHeader segment = new((uint)number, number);
        segment.Encode(header);
        Assert.Null(SegmentHeader.Decode(header, out SegmentHeader readHeader));
        Assert.Equal(segment, readHeader);
    }));

    [Fact]
    public void Settings_and_refusal_counts_come_back() => Check.One(Many, Prop.ForAll<long, long, uint>((burst, refill, number) =>
    {
        // Within what a wall can be made with; the reader refuses the rest.
        long most = (long)(AdmissionSettings.MaxTokens * AdmissionSettings.TokenScale);
        long units = AdmissionSettings.TokenScale + (long)((ulong)burst % (ulong)(most - AdmissionSettings.TokenScale));
        SettingsEntry settings = new(units, (long)((ulong)refill % (ulong)most), number % 2 == 0 ? number : null, number, number ^ 5, RefusalRecording.Each, 3);
        byte[] payload = new byte[SettingsEntry.Length];
        settings.Write(payload);
        Assert.Null(SettingsEntry.Read(payload, out SettingsEntry? read));
        Assert.Equal(settings, read);

        RefusalCount count = new() { Tick = (ulong)burst, Agent = new Symbol(number), Duplicate = number, Backpressure = 1, RateLimited = 2, AgentTableFull = 3 };
        payload = new byte[RefusalCountEntry.Length];
        RefusalCountEntry.Write(payload, count);
        Assert.Null(RefusalCountEntry.Read(payload, out RefusalCount readCount));
        Assert.Equal(count, readCount);
    }));

    /// <summary>A line that a checkpoint can hold: not empty, no control characters, no lone surrogates.</summary>
    private static string Line(string? text)
    {
        string kept = new([.. (text ?? "").Where(c => c >= ' ' && !char.IsSurrogate(c))]);
        return kept.Length == 0 ? "x" : kept;
    }
}
