namespace Floodwall.Ledger.Tests.Tiles;

public sealed class TilePathTests
{
    // The examples of C2SP tlog-tiles and its rules for elements.
    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(0, 999, 256, "tile/0/999")]
    [InlineData(1, 1000, 256, "tile/1/x001/000")]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(2, 273, 112, "tile/2/273.p/112")]
    [InlineData(63, 1234067, 1, "tile/63/x001/x234/067.p/1")]
    [InlineData(0, ulong.MaxValue, 255, "tile/0/x018/x446/x744/x073/x709/x551/615.p/255")]
    public void Hash_tiles_are_named_as_the_specification_says(int level, ulong index, int width, string path) =>
        Assert.Equal(path, TilePath.Hashes(level, index, width));

    [Fact]
    public void Entry_bundles_are_named_alike()
    {
        Assert.Equal("tile/entries/x001/x234/067", TilePath.Entries(1234067, 256));
        Assert.Equal("tile/entries/000.p/7", TilePath.Entries(0, 7));
    }

    [Fact]
    public void Tiles_that_cannot_be_have_no_name()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(-1, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(64, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(0, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Entries(0, 257));
    }
}
