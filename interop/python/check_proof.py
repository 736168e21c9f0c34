"""Checks a proof that Floodwall wrote with nothing but Python's standard library and the openssl command.

    python3 check_proof.py VKEY_FILE PROOF ENTRY...

It refuses a wrong signature, entry or path. Prints what each decision entry says, in the numbers that the ledger gave to names.
"""
import base64
import hashlib
import struct
import subprocess
import sys
import tempfile


def fail(message):
    sys.exit("FAILED: " + message)


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(entry, index, size, path):
    """RFC 9162 section 2.1.3.2: the root that entry and path lead to."""
    if index >= size:
        fail(f"entry {index} is not under a checkpoint over {size}")
    fn, sn, r = index, size - 1, hashlib.sha256(b"\x00" + entry).digest()
    for p in path:
        if sn == 0:
            fail("the proof is too long")
        if fn & 1 or fn == sn:
            r = node(p, r)
            while fn & 1 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        fail("the proof is too short")
    return r


def check_signature(vkey, text, lines):
    """C2SP signed-note: a line by this key, whose signature over the text openssl verifies."""
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded)
    if key[0] != 1 or hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] != key_id:
        fail("the vkey is not one of Ed25519, or its hash is wrong")
    for line in lines:
        dash, signer, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if dash != "\u2014" or signer != name or signature[:4].hex() != key_id:
            continue
        with tempfile.NamedTemporaryFile() as public, tempfile.NamedTemporaryFile() as sig, tempfile.NamedTemporaryFile() as msg:
            # SubjectPublicKeyInfo of an Ed25519 key (RFC 8410) is a fixed prefix and the key.
            public.write(bytes.fromhex("302a300506032b6570032100") + key[1:])
            sig.write(signature[4:])
            msg.write(text.encode())
            for file in (public, sig, msg):
                file.flush()
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", public.name, "-keyform", "DER",
                       "-rawin", "-in", msg.name, "-sigfile", sig.name]
            if subprocess.run(command, capture_output=True).returncode != 0:
                fail("the checkpoint's signature does not verify")
            return
    fail("no signature is by the trusted key")


def describe(entry):
    """The fields of a decision entry that every one has (docs/proofs.md)."""
    index = int.from_bytes(entry[1:7], "little")
    if entry[0] != 0x13:
        return f"entry {index}, kind 0x{entry[0]:02x}"
    traits, verdict, rule, _, intent, agent, resource = struct.unpack_from("<BBIBQII", entry, 7)
    action = ["apply", "scale", "destroy"][traits & 3]
    word = ["admit", "shape", "defer", "require-approval", "switch", "reject"][verdict]
    return f"entry {index}: {word} (rule {rule}): {action} of resource {resource} by agent {agent}, intent {intent}"


def main():
    if len(sys.argv) < 4 or len(sys.argv) % 2:
        fail("usage: check_proof.py VKEY_FILE PROOF ENTRY...")
    vkey = open(sys.argv[1], encoding="utf-8").read().strip()
    for proof_file, entry_file in zip(sys.argv[2::2], sys.argv[3::2]):
        text = open(proof_file, encoding="utf-8", newline="\n").read()
        entry = open(entry_file, "rb").read()
        head, note = text.split("\n\n", 1)
        header, index, *path = head.split("\n")
        if header != "c2sp.org/tlog-proof@v1" or not index.startswith("index "):
            fail("not a tlog-proof without extra data")
        body, signatures = note.rsplit("\n\n", 1)
        body += "\n"
        origin, size, root = body.split("\n")[:3]
        if origin != vkey.split("+")[0]:
            fail(f"the checkpoint is one of {origin}")
        check_signature(vkey, body, signatures.splitlines())
        found = root_of(entry, int(index[6:]), int(size), [base64.b64decode(line) for line in path])
        if base64.b64encode(found).decode() != root:
            fail("entry and proof do not lead to the signed root")
        print("ok:", describe(entry))


main()
