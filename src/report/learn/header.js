// The header: six fields, 80 bytes, and all that hashing them computes.

// Offset and length in bytes; `reads` says how people write the value.
const FIELDS = [
  { key: "version", name: "Version", at: 0, length: 4, reads: "hex", about: "rules the miner follows; bits 13-28 may be rolled" },
  { key: "prev", name: "Previous block", at: 4, length: 32, reads: "hex", about: "the hash of the block before: this is the chain" },
  { key: "merkle", name: "Merkle root", at: 36, length: 32, reads: "hex", about: "one hash that stands for every transaction" },
  { key: "time", name: "Time", at: 68, length: 4, reads: "number", about: "seconds since 1970" },
  { key: "bits", name: "nBits", at: 72, length: 4, reads: "hex", about: "the target in four bytes" },
  { key: "nonce", name: "Nonce", at: 76, length: 4, reads: "number", about: "the miner's to choose" },
];

const fieldAt = (byte) => FIELDS.find(({ at, length }) => byte >= at && byte < at + length);
const little = (number) => Uint8Array.of(number, number >>> 8, number >>> 16, number >>> 24);
const number32 = (bytes, at) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

// The bytes of a field as people read them.
function readField(bytes, field) {
  if (field.reads === "number") return String(number32(bytes, field.at));
  return hexBytes(bytes.slice(field.at, field.at + field.length).reverse());
}

// What people typed as the field's bytes, or what is wrong with it.
function writeField(text, field) {
  const typed = text.trim();
  if (field.reads === "number") {
    const whole = /^\d+$/.test(typed) && Number(typed) < 2 ** 32;
    return whole ? { bytes: little(Number(typed)) } : { fault: "a whole number from 0 to 4294967295, please" };
  }
  const wrong = typed.search(/[^0-9a-f]/i);
  if (wrong >= 0) return { fault: `“${typed[wrong]}” at digit ${wrong + 1} is no hex digit (0-9, a-f)` };
  if (typed.length !== 2 * field.length) return { fault: `${2 * field.length} hex digits, please: here are ${typed.length}` };
  return { bytes: fromHex(typed).reverse() };
}

const withBytes = (bytes, at, part) => {
  const changed = bytes.slice();
  changed.set(part, at);
  return changed;
};
const withNonce = (bytes, nonce) => withBytes(bytes, 76, little(nonce));

// Counts the version's rolling bits (BIP320) up by one.
function rolledVersion(version) {
  const mask = 0x1fffe000;
  return ((version & ~mask) | ((version + 0x2000) & mask)) >>> 0;
}

// The first 64 bytes are hashed again only when they changed: that is what a miner does.
const memory = { key: "", first: null, midstates: 0, headers: 0 };
function firstChunk(bytes) {
  const key = hexBytes(bytes.slice(0, 64));
  if (key !== memory.key) {
    memory.key = key;
    memory.first = Sha256.trace(Sha256.IV, Sha256.firstBlock(bytes));
    memory.midstates++;
  }
  return memory.first;
}

// All of it.
function derive(bytes) {
  memory.headers++;
  const first = firstChunk(bytes);
  const second = Sha256.trace(first.after, Sha256.secondBlock(bytes));
  const last = Sha256.trace(Sha256.IV, Sha256.digestBlock(second.after));
  const digest = Sha256.bytesOf(last.after);
  const hash = BigInt("0x" + hexBytes(digest.slice().reverse()));
  const bits = number32(bytes, 72);
  const { target, fault } = decodeBits(bits);
  return { bytes, first, second, last, digest, hash, bits, target, fault, isBlock: target !== undefined && hash <= target };
}

// Which words of the second chunk the nonce touches: a word is touched when it is made from one that is.
const TOUCHED = (() => {
  const w = Array.from({ length: 16 }, (_, t) => t === 3);
  for (let t = 16; t < 64; t++) w[t] = w[t - 2] || w[t - 7] || w[t - 15] || w[t - 16];
  let [a, b, c, d, e, f, g, h] = Array(8).fill(false);
  const rounds = w.map((word) => {
    const t1 = h || e || f || g || word;
    [a, b, c, d, e, f, g, h] = [t1 || a || b || c, a, b, c, d || t1, e, f, g];
    return [a, b, c, d, e, f, g, h];
  });
  return { w, rounds };
})();
