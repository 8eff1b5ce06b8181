// SHA-256 in its plainest form (FIPS 180-4). Shared by the page and by its mining workers.
const Sha256 = (() => {
  const PRIMES = [];
  for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((p) => n % p)) PRIMES.push(n);

  // The first 32 bits of the fraction of a prime's root: nothing up anyone's sleeve.
  const fraction = (prime, power) => {
    const wanted = BigInt(prime) << BigInt(32 * power);
    let root = 0n;
    for (let bit = 1n << 40n; bit; bit >>= 1n) if ((root + bit) ** BigInt(power) <= wanted) root += bit;
    return Number(root & 0xffffffffn);
  };
  const K = Uint32Array.from(PRIMES, (prime) => fraction(prime, 3));
  const IV = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(prime, 2));

  const rotr = (x, n) => ((x >>> n) | (x << (32 - n))) >>> 0;
  const Sigma0 = (x) => (rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22)) >>> 0;
  const Sigma1 = (x) => (rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25)) >>> 0;
  const sigma0 = (x) => (rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)) >>> 0;
  const sigma1 = (x) => (rotr(x, 17) ^ rotr(x, 19) ^ (x >>> 10)) >>> 0;
  const Ch = (x, y, z) => ((x & y) ^ (~x & z)) >>> 0;
  const Maj = (x, y, z) => ((x & y) ^ (x & z) ^ (y & z)) >>> 0;

  function schedule(block) {
    const w = new Uint32Array(64);
    w.set(block);
    for (let t = 16; t < 64; t++) w[t] = sigma1(w[t - 2]) + w[t - 7] + sigma0(w[t - 15]) + w[t - 16];
    return w;
  }

  // What one round computes from a..h, K and W. All sums are modulo 2^32.
  function round([a, b, c, d, e, f, g, h], k, w) {
    const parts = { Sigma1: Sigma1(e), Ch: Ch(e, f, g), Sigma0: Sigma0(a), Maj: Maj(a, b, c) };
    const T1 = (h + parts.Sigma1 + parts.Ch + k + w) >>> 0;
    const T2 = (parts.Sigma0 + parts.Maj) >>> 0;
    return { ...parts, T1, T2, after: Uint32Array.of(T1 + T2, a, b, c, d + T1, e, f, g) };
  }

  // Every word of one compression.
  function trace(before, block) {
    const w = schedule(block);
    const rounds = [];
    let state = before;
    for (let t = 0; t < 64; t++) rounds.push((state = round(state, K[t], w[t]).after));
    return { before, w, rounds, after: before.map((word, i) => word + state[i]) };
  }

  const words = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i));
  };
  const bytesOf = (words) => Uint8Array.from([...words].flatMap((w) => [w >>> 24, w >>> 16, w >>> 8, w]));

  // The three blocks of hashing a header: bytes 0-63, bytes 64-79 with padding, the first digest with padding.
  const firstBlock = (header) => words(header.slice(0, 64));
  const secondBlock = (header) => Uint32Array.of(...words(header.slice(64)), 0x80000000, ...Array(10).fill(0), 640);
  const digestBlock = (digest) => Uint32Array.of(...digest, 0x80000000, ...Array(6).fill(0), 256);

  return { K, IV, round, trace, schedule, words, bytesOf, firstBlock, secondBlock, digestBlock, sigma0, sigma1 };
})();
