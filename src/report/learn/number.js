// Numbers: targets in 256 bits, nBits, and figures as people write them.

const MAX = (1n << 256n) - 1n;
const hex32 = (word) => (word >>> 0).toString(16).padStart(8, "0");
const hexBytes = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const hex256 = (number) => number.toString(16).padStart(64, "0");
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

// Bitcoin Core's SetCompact, refusing what is no target.
function decodeBits(bits) {
  const size = bits >>> 24;
  const mantissa = BigInt(bits & 0x7fffff);
  const target = size > 3 ? mantissa << BigInt(8 * (size - 3)) : mantissa >> BigInt(8 * (3 - size));
  if (bits & 0x800000 && target > 0n) return { fault: "negative: the top bit of its second byte is a sign" };
  if (target > MAX) return { fault: "more than 256 bits: the first byte is the length, at most 20 (32 bytes)" };
  if (target === 0n) return { fault: "zero: no hash can be expected to meet it" };
  return { target };
}

// Bitcoin Core's GetCompact: the top three bytes and the length; the rest is cut off.
function encodeBits(target) {
  let size = Math.ceil(target.toString(2).length / 8);
  let mantissa = Number(size > 3 ? target >> BigInt(8 * (size - 3)) : target << BigInt(8 * (3 - size)));
  if (mantissa & 0x800000) [mantissa, size] = [mantissa >>> 8, size + 1];
  return ((size << 24) | mantissa) >>> 0;
}

// Logarithm to base 2 of a big number, to a float's precision.
function log2(number) {
  if (number <= 0n) return 0;
  const length = number.toString(2).length;
  const shift = Math.max(0, length - 53);
  return Math.log2(Number(number >> BigInt(shift))) + shift;
}

const difficultyOf = (target) => 2 ** (log2(0xffffn << 208n) - log2(target));
const expectedHashes = (target) => 2 ** (256 - log2(target + 1n));

const PREFIXES = ["", "k", "M", "G", "T", "P", "E", "Z"];

// Three digits and a prefix: 81.2 MH/s.
function si(value, unit) {
  if (!(value > 0)) return `0 ${unit}`;
  let step = Math.min(PREFIXES.length - 1, Math.max(0, Math.floor(Math.log10(value * 1.0005) / 3)));
  if (value < 1) {
    const small = ["", "m", "µ", "n"][Math.min(3, Math.ceil(-Math.log10(value) / 3))];
    return `${digits(value * 1000 ** Math.min(3, Math.ceil(-Math.log10(value) / 3)))} ${small}${unit}`;
  }
  return `${digits(value / 1000 ** step)} ${PREFIXES[step]}${unit}`;
}

const digits = (x) => (x >= 99.95 ? x.toFixed(0) : x >= 9.995 ? x.toFixed(1) : x.toFixed(2));

const NAMES = [[1e24, "septillion"], [1e21, "sextillion"], [1e18, "quintillion"], [1e15, "quadrillion"], [1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

// A count in words where it is large: 4.29 billion.
function count(x) {
  const found = NAMES.find(([size]) => x >= size);
  if (found && x < 1e27) return `${digits(x / found[0])} ${found[1]}`;
  return x >= 1e27 ? x.toExponential(2).replace("e+", " × 10^") : Math.round(x).toLocaleString("en");
}

const UNITS = [["years", 31557600], ["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]];

// Seconds as people say them.
function duration(seconds) {
  const found = UNITS.find(([, length]) => seconds >= 2 * length);
  if (!found) return si(seconds, "s");
  const amount = seconds / found[1];
  return `${amount >= 1e6 ? count(amount) : Number(amount.toPrecision(2)).toLocaleString("en")} ${found[0]}`;
}

const dateOf = (time) => new Date(time * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC");
