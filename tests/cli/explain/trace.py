"""Every word of hashing a block header, computed without hashjoule.

    python3 trace.py HEADER_HEX     prints the words as JSON

The rounds are written here from FIPS 180-4; hashlib judges both ends: the first digest and the block hash.
"""

import hashlib
import json
import sys

MASK = 0xFFFFFFFF


def primes(count):
    found = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found


def root_fraction(prime, power):
    """The first 32 bits of the fraction of the prime's square or cube root."""
    wanted, low, high = prime << 32 * power, 0, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= wanted else (low, middle)
    return low & MASK


K = [root_fraction(prime, 3) for prime in primes(64)]
IV = [root_fraction(prime, 2) for prime in primes(8)]


def turn(x, n):
    return (x >> n | x << (32 - n)) & MASK


def compress(before, block):
    w = list(block)
    for t in range(16, 64):
        s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ w[t - 15] >> 3
        s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ w[t - 2] >> 10
        w.append((w[t - 16] + s0 + w[t - 7] + s1) & MASK)
    rounds, state = [], before
    for t in range(64):
        a, b, c, d, e, f, g, h = state
        t1 = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + (e & f ^ ~e & MASK & g) + K[t] + w[t]
        t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + (a & b ^ a & c ^ b & c)
        state = [(t1 + t2) & MASK, a, b, c, (d + t1) & MASK, e, f, g]
        rounds.append(state)
    after = [(x + y) & MASK for x, y in zip(before, state)]
    return {"before": before, "w": w, "rounds": rounds, "after": after}


def words(data):
    return [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)]


def data(state):
    return b"".join(word.to_bytes(4, "big") for word in state)


def in_hex(value):
    if isinstance(value, dict):
        return {key: in_hex(inner) for key, inner in value.items()}
    return [in_hex(inner) for inner in value] if isinstance(value, list) else f"{value:08x}"


def explain(header):
    pad = lambda message: b"\x80" + bytes(-(message + 9) % 64) + (8 * message).to_bytes(8, "big")
    first = compress(IV, words(header[:64]))
    second = compress(first["after"], words(header[64:] + pad(80)))
    digest = hashlib.sha256(header).digest()
    assert data(second["after"]) == digest, "the two chunks do not give hashlib's digest"
    last = compress(IV, words(digest + pad(32)))
    block_hash = hashlib.sha256(digest).digest()
    assert data(last["after"]) == block_hash, "the second hash is not hashlib's"
    document = {"first_chunk": in_hex(first), "second_chunk": in_hex(second), "second_hash": in_hex(last)}
    return document | {"first_digest_hex": digest.hex(), "digest_hex": block_hash.hex(), "hash": block_hash[::-1].hex()}


if __name__ == "__main__":
    json.dump(explain(bytes.fromhex(sys.argv[1])), sys.stdout)
