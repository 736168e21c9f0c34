using Floodwall.Policy.Cel;

namespace Floodwall.Policy.Tests.Cel;

/// <summary><c>cidrContains</c>.</summary>
public sealed class CidrTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.0.1", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", "10.0.0.0/7", false)]
    [InlineData("10.1.2.3/8", "10.200.0.0", true)]
    [InlineData("0.0.0.0/0", "255.255.255.255", true)]
    [InlineData("0.0.0.0/0", "::1", false)]
    [InlineData("192.168.1.128/25", "192.168.1.127", false)]
    [InlineData("192.168.1.1/32", "192.168.1.1", true)]
    [InlineData("2001:db8::/32", "2001:DB8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::", false)]
    [InlineData("2001:db8::/33", "2001:db8:8000::/34", false)]
    [InlineData("::/0", "fe80::1", true)]
    [InlineData("::1/128", "::1", true)]
    public void Contains(string network, string inner, bool expected) =>
        Assert.Equal(expected, Assert.IsType<CelBool>(Evaluate(network, inner)).Value);

    [Theory]
    [InlineData("10.0.0.0", "10.0.0.1")]
    [InlineData("10.0.0.0/33", "10.0.0.1")]
    [InlineData("10.0.0.0/08", "10.0.0.1")]
    [InlineData("10.0.0.0/-1", "10.0.0.1")]
    [InlineData("10.0.0.0/", "10.0.0.1")]
    [InlineData("10.0.0/8", "10.0.0.1")]
    [InlineData("10.0.0.0.0/8", "10.0.0.1")]
    [InlineData("010.0.0.0/8", "10.0.0.1")]
    [InlineData("10.0.0.0/8", "10.0.0.256")]
    [InlineData("10.0.0.0/8", "0x0a.0.0.1")]
    [InlineData("10.0.0.0/8", "")]
    [InlineData("10.0.0.0/8", " 10.0.0.1")]
    [InlineData("::/0", "fe80::1%eth0")]
    [InlineData("::/0", "::ffff:10.0.0.1")]
    [InlineData("::/0", "[::1]")]
    [InlineData("::/129", "::1")]
    [InlineData("1:2:3:4:5:6:7/64", "::1")]
    public void What_is_no_network_or_address_is_an_error(string network, string inner) => Assert.IsType<CelError>(Evaluate(network, inner));

    private static CelValue Evaluate(string network, string inner) => new ReferenceEvaluator().Evaluate(
        RandomExpressions.Call("cidrContains", new LiteralExpr(Literal.Of(network), default), new LiteralExpr(Literal.Of(inner), default)), CelActivation.Empty);
}
