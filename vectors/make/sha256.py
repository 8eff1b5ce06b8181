"""SHA-256 in plain Python, from FIPS 180-4 alone, so that midstates and single compressions can be made.

The constants are computed, not typed: the first 32 bits of the fractional parts of square and cube
roots of primes. `check()` compares the whole with hashlib, so two implementations stand behind each vector.
"""

import hashlib
from math import isqrt

MASK = 0xFFFFFFFF


def _primes(count):
    found = []
    n = 2
    while len(found) < count:
        if all(n % p for p in found):
            found.append(n)
        n += 1
    return found


def _cube_root(n):
    """floor(n ** (1/3)), exact."""
    low, high = 0, 1 << (n.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**3 <= n else (low, middle - 1)
    return low


IV = [isqrt(p << 64) & MASK for p in _primes(8)]
K = [_cube_root(p << 96) & MASK for p in _primes(64)]


def _rotr(x, n):
    return (x >> n | x << (32 - n)) & MASK


def compress(state, block):
    """The state after one block: eight words and 64 bytes in, eight words out."""
    w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for t in range(16, 64):
        s0 = _rotr(w[t - 15], 7) ^ _rotr(w[t - 15], 18) ^ w[t - 15] >> 3
        s1 = _rotr(w[t - 2], 17) ^ _rotr(w[t - 2], 19) ^ w[t - 2] >> 10
        w.append((s1 + w[t - 7] + s0 + w[t - 16]) & MASK)
    a, b, c, d, e, f, g, h = state
    for t in range(64):
        t1 = h + (_rotr(e, 6) ^ _rotr(e, 11) ^ _rotr(e, 25)) + (e & f ^ ~e & MASK & g) + K[t] + w[t]
        t2 = (_rotr(a, 2) ^ _rotr(a, 13) ^ _rotr(a, 22)) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = (t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g
    return [(x + y) & MASK for x, y in zip(state, (a, b, c, d, e, f, g, h))]


def pad(message):
    zeros = (55 - len(message)) % 64
    return message + b"\x80" + bytes(zeros) + (8 * len(message)).to_bytes(8, "big")


def to_bytes(state):
    return b"".join(word.to_bytes(4, "big") for word in state)


def sha256(message):
    state, padded = IV, pad(message)
    for i in range(0, len(padded), 64):
        state = compress(state, padded[i : i + 64])
    return to_bytes(state)


def sha256d(message):
    """Twice, through hashlib: for the many. `check()` ties it to the plain code above."""
    return hashlib.sha256(hashlib.sha256(message).digest()).digest()


def check():
    """Padding seams and some bulk, against hashlib."""
    for length in [*range(0, 130), 191, 192, 1000]:
        message = bytes((7 * i + length) & 255 for i in range(length))
        if sha256(message) != hashlib.sha256(message).digest():
            raise SystemExit(f"the plain SHA-256 disagrees with hashlib on {length} bytes")
