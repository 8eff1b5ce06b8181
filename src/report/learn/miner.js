// A worker that tries nonces: the midstate once, then two compressions for each.
const INTERVAL_MS = 250;

const K = Int32Array.from(Sha256.K);
const IV = Int32Array.from(Sha256.IV);
const state = new Int32Array(8);

const Sigma0 = (x) => ((x >>> 2) | (x << 30)) ^ ((x >>> 13) | (x << 19)) ^ ((x >>> 22) | (x << 10));
const Sigma1 = (x) => ((x >>> 6) | (x << 26)) ^ ((x >>> 11) | (x << 21)) ^ ((x >>> 25) | (x << 7));
const Ch = (x, y, z) => z ^ (x & (y ^ z));
const Maj = (x, y, z) => (x & y) | (z & (x | y));

// The 64 rounds over the schedule `w`, from `s` into `state`. Instead of moving eight words, each line renames them.
function rounds(s, w) {
  let [a, b, c, d, e, f, g, h] = [s[0] | 0, s[1] | 0, s[2] | 0, s[3] | 0, s[4] | 0, s[5] | 0, s[6] | 0, s[7] | 0];
  for (let t = 0; t < 64; t += 8) {
    h = (h + Sigma1(e) + Ch(e, f, g) + K[t] + w[t]) | 0; d = (d + h) | 0; h = (h + Sigma0(a) + Maj(a, b, c)) | 0;
    g = (g + Sigma1(d) + Ch(d, e, f) + K[t + 1] + w[t + 1]) | 0; c = (c + g) | 0; g = (g + Sigma0(h) + Maj(h, a, b)) | 0;
    f = (f + Sigma1(c) + Ch(c, d, e) + K[t + 2] + w[t + 2]) | 0; b = (b + f) | 0; f = (f + Sigma0(g) + Maj(g, h, a)) | 0;
    e = (e + Sigma1(b) + Ch(b, c, d) + K[t + 3] + w[t + 3]) | 0; a = (a + e) | 0; e = (e + Sigma0(f) + Maj(f, g, h)) | 0;
    d = (d + Sigma1(a) + Ch(a, b, c) + K[t + 4] + w[t + 4]) | 0; h = (h + d) | 0; d = (d + Sigma0(e) + Maj(e, f, g)) | 0;
    c = (c + Sigma1(h) + Ch(h, a, b) + K[t + 5] + w[t + 5]) | 0; g = (g + c) | 0; c = (c + Sigma0(d) + Maj(d, e, f)) | 0;
    b = (b + Sigma1(g) + Ch(g, h, a) + K[t + 6] + w[t + 6]) | 0; f = (f + b) | 0; b = (b + Sigma0(c) + Maj(c, d, e)) | 0;
    a = (a + Sigma1(f) + Ch(f, g, h) + K[t + 7] + w[t + 7]) | 0; e = (e + a) | 0; a = (a + Sigma0(b) + Maj(b, c, d)) | 0;
  }
  state[0] = a; state[1] = b; state[2] = c; state[3] = d;
  state[4] = e; state[5] = f; state[6] = g; state[7] = h;
}

function expand(w) {
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15], y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (((s1 + w[t - 7]) | 0) + ((s0 + w[t - 16]) | 0)) | 0;
  }
}

const swap = (x) => ((x << 24) | ((x & 0xff00) << 8) | ((x >>> 8) & 0xff00) | (x >>> 24)) >>> 0;

// Tries every `stride`-th nonce from `first`. Whatever passes on its first 32 bits is sent for judgement.
self.onmessage = ({ data: { header, topWord, first, stride } }) => {
  const midstate = Int32Array.from(Sha256.trace(Sha256.IV, Sha256.firstBlock(header)).after);
  const [w, v] = [new Int32Array(64), new Int32Array(64)];
  w.set(Sha256.secondBlock(header));
  v.set(Sha256.digestBlock(new Uint32Array(8)));
  let [hashes, since] = [0, Date.now()];
  for (let nonce = first; nonce < 2 ** 32; nonce += stride) {
    w[3] = swap(nonce);
    expand(w);
    rounds(midstate, w);
    for (let i = 0; i < 8; i++) v[i] = (midstate[i] + state[i]) | 0;
    expand(v);
    rounds(IV, v);
    const top = swap((state[7] + IV[7]) | 0);
    hashes++;
    if (top <= topWord) self.postMessage({ nonce });
    if (hashes % 4096 === 0 && Date.now() - since >= INTERVAL_MS) {
      self.postMessage({ hashes });
      [hashes, since] = [0, Date.now()];
    }
  }
  self.postMessage({ hashes, exhausted: true });
};
