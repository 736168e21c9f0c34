// Checks what Floodwall wrote with golang.org/x/mod/sumdb/note and .../tlog, which know nothing of Floodwall.
//
//	go run main.go VKEY_FILE TILES EARLIER_CHECKPOINT CONSISTENCY PROOF:ENTRY...
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var verifiers note.Verifiers

func main() {
	if len(os.Args) < 5 {
		fail("usage: main VKEY_FILE TILES EARLIER_CHECKPOINT CONSISTENCY PROOF:ENTRY...")
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[1]))))
	check(err, "vkey")
	verifiers = note.VerifierList(verifier)

	tree := openCheckpoint(read(filepath.Join(os.Args[2], "checkpoint")))
	fmt.Printf("ok: note opened the checkpoint over %d entries, root %v\n", tree.N, tree.Hash)
	checkForgery(read(filepath.Join(os.Args[2], "checkpoint")))

	checkConsistency(openCheckpoint(read(os.Args[3])), tree, read(os.Args[4]))
	reader := tlog.TileHashReader(tree, tiles(os.Args[2]))
	for _, pair := range os.Args[5:] {
		files := strings.SplitN(pair, ":", 2)
		checkRecord(tree, reader, read(files[0]), read(files[1]))
	}
	fmt.Printf("ok: tlog.CheckRecord accepted %d inclusion proofs, each equal to the one it makes from the tiles, and no changed entry\n", len(os.Args)-5)
	checkTiles(os.Args[2], tree, reader)
}

// openCheckpoint verifies a signed note and reads origin, size and root out of it.
func openCheckpoint(msg []byte) tlog.Tree {
	n, err := note.Open(msg, verifiers)
	check(err, "note.Open")
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != n.Sigs[0].Name {
		fail("checkpoint text is not origin, size, root: %q", n.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "tree size")
	root, err := tlog.ParseHash(lines[2])
	check(err, "root hash")
	return tlog.Tree{N: size, Hash: root}
}

func checkForgery(msg []byte) {
	forged := bytes.Replace(msg, []byte("\n\n"), []byte("\nx\n\n"), 1)
	if _, err := note.Open(forged, verifiers); err == nil {
		fail("note.Open accepted a forged checkpoint")
	}
}

func checkConsistency(earlier, tree tlog.Tree, text []byte) {
	head, msg := split(text)
	if len(head) < 1 || head[0] != fmt.Sprintf("old %d", earlier.N) {
		fail("consistency proof does not begin with 'old %d'", earlier.N)
	}
	if now := openCheckpoint(msg); now != tree {
		fail("consistency proof leads to another checkpoint")
	}
	proof := tlog.TreeProof(hashes(head[1:]))
	check(tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash), "tlog.CheckTree")
	wrong := earlier.Hash
	wrong[0] ^= 1
	if tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, wrong) == nil {
		fail("tlog.CheckTree accepted another root")
	}
	fmt.Printf("ok: tlog.CheckTree accepted the consistency proof from %d to %d, and not another root\n", earlier.N, tree.N)
}

func checkRecord(tree tlog.Tree, reader tlog.HashReader, file, entry []byte) {
	head, msg := split(file)
	if len(head) < 2 || head[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(head[1], "index ") {
		fail("not a tlog-proof without extra data")
	}
	index, err := strconv.ParseInt(head[1][len("index "):], 10, 64)
	check(err, "index")
	if openCheckpoint(msg) != tree {
		fail("proof of entry %d has another checkpoint", index)
	}
	proof := tlog.RecordProof(hashes(head[2:]))
	check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)), fmt.Sprintf("tlog.CheckRecord of %d", index))
	changed := append([]byte{}, entry...)
	changed[len(changed)-1] ^= 1
	if tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(changed)) == nil {
		fail("tlog.CheckRecord accepted a changed entry")
	}
	own, err := tlog.ProveRecord(tree.N, index, reader)
	check(err, "tlog.ProveRecord from tiles")
	if fmt.Sprint(own) != fmt.Sprint(proof) {
		fail("the proof of entry %d is not the one that tlog makes from the tiles", index)
	}
}

// checkTiles rebuilds the root from tiles, which TileHashReader authenticates on the way, and again from the entries alone.
func checkTiles(dir string, tree tlog.Tree, reader tlog.HashReader) {
	root, err := tlog.TreeHash(tree.N, reader)
	check(err, "tlog.TreeHash from tiles")
	if root != tree.Hash {
		fail("the tiles give the root %v", root)
	}
	fmt.Println("ok: tlog.TileHashReader rebuilt the root from the tiles")

	var stored []tlog.Hash
	storedReader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	index := int64(0)
	for n := int64(0); n*256 < tree.N; n++ {
		width := min(256, tree.N-n*256)
		path := strings.Replace(tlog.Tile{H: 8, L: 0, N: n, W: int(width)}.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle := read(filepath.Join(dir, path))
		leaves := make([]int64, width)
		for i := range leaves {
			leaves[i] = tlog.StoredHashIndex(0, index+int64(i))
		}
		want, err := reader.ReadHashes(leaves)
		check(err, "leaf tile")
		for i := range leaves {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				fail("%s ends within an entry", path)
			}
			entry := bundle[2 : 2+int(binary.BigEndian.Uint16(bundle))]
			bundle = bundle[2+len(entry):]
			if tlog.RecordHash(entry) != want[i] {
				fail("entry %d is not the one in the leaf tile", index)
			}
			more, err := tlog.StoredHashes(index, entry, storedReader)
			check(err, "tlog.StoredHashes")
			stored = append(stored, more...)
			index++
		}
		if len(bundle) != 0 {
			fail("%s holds more than %d entries", path, width)
		}
	}
	root, err = tlog.TreeHash(tree.N, storedReader)
	check(err, "tlog.TreeHash from entries")
	if root != tree.Hash {
		fail("the entries give the root %v", root)
	}
	fmt.Printf("ok: tlog.StoredHashes rebuilt the root from the %d entries of the bundles\n", index)
}

// tiles reads C2SP tlog-tiles, whose paths leave out the tile height that Go's have.
type tiles string

func (t tiles) Height() int { return 8 }

func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range wanted {
		content, err := os.ReadFile(filepath.Join(string(t), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		data = append(data, content)
	}
	return data, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// split parts a proof at its first empty line.
func split(text []byte) (head []string, msg []byte) {
	at := bytes.Index(text, []byte("\n\n"))
	if at < 0 {
		fail("no empty line before the checkpoint")
	}
	return strings.Split(string(text[:at]), "\n"), text[at+2:]
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != tlog.HashSize {
			fail("%q is no hash", line)
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		found = append(found, hash)
	}
	return found
}

func read(path string) []byte {
	content, err := os.ReadFile(path)
	check(err, "read")
	return content
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}

func check(err error, what string) {
	if err != nil {
		fail("%s: %v", what, err)
	}
}

func fail(format string, args ...interface{}) {
	fmt.Printf("FAILED: "+format+"\n", args...)
	os.Exit(1)
}
