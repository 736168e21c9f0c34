using System.Runtime.InteropServices;
using Floodwall.Crypto;

namespace Floodwall.Ledger;

/// <summary>The unfinished tile of each level from 1 up, fed with the roots of full bundles. A tile goes out when it is full.</summary>
internal sealed class TileTower(TileFolder folder, BundleHasher hasher)
{
    private readonly List<UnfinishedTile> _levels = [];

    /// <summary>Takes in the root of the next full bundle.</summary>
    public void Append(Hash256 root)
    {
        for (int level = 1; ; level++)
        {
            if (level > _levels.Count)
            {
                _levels.Add(new UnfinishedTile());
            }

            UnfinishedTile tile = _levels[level - 1];
            tile.Hashes[tile.Width++] = root;
            if (tile.Width < TilePath.FullWidth)
            {
                return;
            }

            Put(level, tile);
            root = hasher.Root(tile.Hashes);
            tile.Width = 0;
            tile.Index++;
        }
    }

    /// <summary>Writes what is unfinished as partial tiles.</summary>
    public void PutPartial()
    {
        for (int level = 1; level <= _levels.Count; level++)
        {
            if (_levels[level - 1].Width > 0)
            {
                Put(level, _levels[level - 1]);
            }
        }
    }

    private void Put(int level, UnfinishedTile tile) => folder.Put(
        TilePath.Hashes(level, tile.Index, tile.Width), MemoryMarshal.AsBytes<Hash256>(tile.Hashes.AsSpan(0, tile.Width)));

    private sealed class UnfinishedTile
    {
        public readonly Hash256[] Hashes = new Hash256[TilePath.FullWidth];

        public ulong Index { get; set; }

        public int Width { get; set; }
    }
}
