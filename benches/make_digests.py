#!/usr/bin/env python3
"""Makes src/bench/known_digests.csv with Python's own SHA-256, which shares no code with the crate.

Usage: python3 benches/make_digests.py > src/bench/known_digests.csv

The work is that of src/bench/work.rs: the genesis header of Bitcoin's main network with version
0x20000000; in the mode `rolling` the versions 0x20000000 | i << 13 for i = 0..127. A slice is what
one thread searches in one round: slice s of 2^22 hashes has the nonces s * 2^22 .. (s + 1) * 2^22
(one-version) or s * 2^15 .. (s + 1) * 2^15 (rolling); the short one of 2^18 hashes is its first
sixteenth. A hit is a hash with 13 leading zero bits. The digest is SHA-256 over version and nonce
of each hit, ascending, as u32 little-endian.
"""

import hashlib
import multiprocessing
import struct

SLICES = 16
MERKLE_ROOT = bytes.fromhex("3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a")
TIME, BITS, BASE_VERSION = 1231006505, 0x1D00FFFF, 0x20000000


def hits(version, nonces):
    first = hashlib.sha256(struct.pack("<I", version) + bytes(32) + MERKLE_ROOT[:28])
    tail = MERKLE_ROOT[28:] + struct.pack("<II", TIME, BITS)
    first.update(tail)
    for nonce in nonces:
        inner = first.copy()
        inner.update(nonce.to_bytes(4, "little"))
        block_hash = hashlib.sha256(inner.digest()).digest()
        if block_hash[31] == 0 and block_hash[30] < 8:
            yield struct.pack("<II", version, nonce)


def slice_of(job):
    mode, number, bits = job
    if mode == "one-version":
        versions, count, start = [BASE_VERSION], 1 << bits, number << 22
    else:
        versions, count, start = [BASE_VERSION | i << 13 for i in range(128)], 1 << (bits - 7), number << 15
    found = [hit for version in versions for hit in hits(version, range(start, start + count))]
    return f"{mode},{number},{bits},{len(found)},{hashlib.sha256(b''.join(found)).hexdigest()}"


if __name__ == "__main__":
    print("mode,slice,log2_hashes,hits,sha256")
    jobs = [(mode, s, bits) for mode in ("one-version", "rolling") for bits in (18, 22) for s in range(SLICES)]
    with multiprocessing.Pool(1) as pool:
        for line in pool.imap(slice_of, jobs):
            print(line, flush=True)
