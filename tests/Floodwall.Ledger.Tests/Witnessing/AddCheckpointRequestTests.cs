using System.Text;
using Floodwall.Crypto;

namespace Floodwall.Ledger.Tests.Witnessing;

public sealed class AddCheckpointRequestTests
{
    // The example of C2SP tlog-witness.
    private const string Example =
        "old 20852014\n" +
        "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n" +
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n" +
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n" +
        "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n" +
        "\n" +
        "example.com/behind-the-sofa\n" +
        "20852163\n" +
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" +
        "\n" +
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

    [Fact]
    public void The_example_of_the_specification_is_read_and_printed_again()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Example);
        Assert.True(AddCheckpointRequest.TryParse(bytes, out AddCheckpointRequest? request, out _));
        Assert.Equal(20852014ul, request.OldSize);
        Assert.Equal(4, request.Proof.Count);
        Assert.Equal(bytes, request.ToBytes());
        Assert.True(SignedNote.TryParse(request.Note.Span, out SignedNote? note, out _));
        Assert.True(Checkpoint.TryParse(note.Text, out Checkpoint? checkpoint, out _));
        Assert.Equal(20852163ul, checkpoint.Size);
    }

    [Theory]
    [InlineData("")]
    [InlineData("old")]
    [InlineData("old \n\nx")]
    [InlineData("old 1")]
    [InlineData("old 01\n\nx")]
    [InlineData("old +1\n\nx")]
    [InlineData("old -1\n\nx")]
    [InlineData("old 1 \n\nx")]
    [InlineData("old  1\n\nx")]
    [InlineData("Old 1\n\nx")]
    [InlineData("old 1\r\n\r\nx")]
    [InlineData("old 18446744073709551616\n\nx")]
    [InlineData("old 1\n")]
    [InlineData("old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n")]
    [InlineData("old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw\n\nx")]
    [InlineData("old 1\nPlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkax=\n\nx")]
    [InlineData("old 1\nexample.org/log\n5\n")]
    public void A_malformed_body_is_refused_with_a_reason(string body)
    {
        Assert.False(AddCheckpointRequest.TryParse(Encoding.UTF8.GetBytes(body), out _, out string? error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void Sixty_three_proof_lines_are_the_most()
    {
        Hash256[] proof = [.. Enumerable.Range(0, 63).Select(i => MerkleHash.Leaf([(byte)i]))];
        Assert.True(AddCheckpointRequest.TryParse(new AddCheckpointRequest(1, proof, "x"u8.ToArray()).ToBytes(), out AddCheckpointRequest? read, out _));
        Assert.Equal(proof, read.Proof);
        Assert.False(AddCheckpointRequest.TryParse(new AddCheckpointRequest(1, [.. proof, proof[0]], default).ToBytes(), out _, out string? error));
        Assert.Contains("63", error, StringComparison.Ordinal);
        Assert.False(AddCheckpointRequest.TryParse(new byte[AddCheckpointRequest.MaxBytes + 1], out _, out _));
    }
}
