// Checks a proof that Floodwall wrote with @sigstore/verify, which npm bundles and which knows nothing of Floodwall.
//
//   node verify.js SIGSTORE_VERIFY_FOLDER VKEY_FILE PROOF:ENTRY...
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const [, , library, vkeyFile, ...pairs] = process.argv;
if (!vkeyFile) {
  fail('usage: node verify.js SIGSTORE_VERIFY_FOLDER VKEY_FILE PROOF:ENTRY...');
}

const { verifyCheckpoint } = require(path.join(library, 'dist/tlog/checkpoint.js'));
const { verifyMerkleInclusion } = require(path.join(library, 'dist/tlog/merkle.js'));
const log = readKey(fs.readFileSync(vkeyFile, 'utf8').trim());

for (const pair of pairs) {
  const [proofFile, entryFile] = pair.split(':');
  const body = fs.readFileSync(entryFile);
  const inclusionProof = readProof(fs.readFileSync(proofFile, 'utf8'));

  const checkpoint = verifyCheckpoint({ inclusionProof }, [log]);
  verifyMerkleInclusion({ canonicalizedBody: body, inclusionProof }, checkpoint);

  const changed = Buffer.from(body);
  changed[changed.length - 1] ^= 1;
  mustThrow('a changed entry', () => verifyMerkleInclusion({ canonicalizedBody: changed, inclusionProof }, checkpoint));
  const elsewhere = { ...inclusionProof, logIndex: String(BigInt(inclusionProof.logIndex) ^ 1n) };
  mustThrow('another index', () => verifyMerkleInclusion({ canonicalizedBody: body, inclusionProof: elsewhere }, checkpoint));
  const envelope = inclusionProof.checkpoint.envelope.replace('\n\n', '\nextension\n\n');
  mustThrow('a forged checkpoint', () => verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [log]));
}

console.log(
  `ok: verifyCheckpoint and verifyMerkleInclusion accepted ${pairs.length} proofs, and no changed entry, index or checkpoint`);

// vkey: name+hex8(key id)+base64(0x01 ‖ public key)
function readKey(vkey) {
  const [, name, id, key] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? fail(`no vkey: ${vkey}`);
  const raw = Buffer.from(key, 'base64');
  if (raw.length !== 33 || raw[0] !== 1) {
    fail('no Ed25519 vkey');
  }

  return {
    baseURL: name,
    logID: Buffer.from(id, 'hex'),
    publicKey: crypto.createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
      format: 'jwk',
    }),
  };
}

function readProof(text) {
  const end = text.indexOf('\n\n');
  const [header, index, ...hashes] = text.slice(0, end).split('\n');
  if (header !== 'c2sp.org/tlog-proof@v1' || !index.startsWith('index ')) {
    fail('not a tlog-proof without extra data');
  }

  return {
    logIndex: index.slice('index '.length),
    hashes: hashes.map((line) => Buffer.from(line, 'base64')),
    checkpoint: { envelope: text.slice(end + 2) },
  };
}

function mustThrow(what, action) {
  try {
    action();
  } catch {
    return;
  }

  fail(`${what} was accepted`);
}

function fail(message) {
  console.log(`FAILED: ${message}`);
  process.exit(1);
}
