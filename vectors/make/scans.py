"""scan, rolled, accumulated: searches over ranges of nonces, with every hit."""

import hashlib
import json
from functools import cache

import bits
import common
from common import SOURCES, TOP, Header, case, number_of, target_hex

ALL = TOP - 1
DENSE = (1 << 253) - 1  # one in eight
HALF = (1 << 255) - 1


def slug_of_scan(name):
    slugs = {
        "genesis around solution": "genesis-around-solution",
        "genesis low": "genesis-low",
        "block 125552 around solution": "block-125552-around-solution",
        "fourth halving 840000 top of nonce space": "block-840000-top-of-nonce-space",
        "genesis around solution at its own nBits": "genesis-around-solution-own-bits",
        "genesis target equals hash (must hit)": "genesis-target-equals-hash",
        "fourth halving #840000 target equals hash (must hit)": "block-840000-target-equals-hash",
        "fourth halving #840000 target equals hash minus 1 (must miss)": "block-840000-target-one-below-hash",
    }
    return slugs[name]


def search(prefix, start, count, target):
    """Every (nonce, hash) of the range that meets the target, ascending; hashlib does the hashing."""
    found, first = [], hashlib.sha256(prefix)
    for nonce in range(start, start + count):
        inner = first.copy()
        inner.update(nonce.to_bytes(4, "little"))
        digest = hashlib.sha256(inner.digest()).digest()
        if int.from_bytes(digest, "little") <= target:
            found.append((nonce, digest))
    return found


def hits(found):
    return {"nonces": [nonce for nonce, _ in found], "hashes": [common.display(digest) for _, digest in found]}


def scan_case(slug, flags, source, prefix, start, count, target):
    given = {"header": prefix.hex(), "start": start, "count": count, "target": target_hex(target)}
    return case(slug, flags, source, given, hits(search(prefix, start, count, target)))


SCAN_FLAGS = {
    "published": "computed by another program first, and again here",
    "first-and-last": "hits at the first and at the last nonce of the range",
    "just-outside": "a hit lies directly before or after the range: it must not be reported",
    "empty-range": "a count of zero",
    "no-hits": "no nonce of the range meets the target",
    "every-nonce": "every nonce meets the target",
    "lane-seam": "a count next to a multiple of 8, 16, 32 or 64, from an unaligned start: the ends of vector lanes",
    "dense": "many hits near each other, several within one vector",
    "sign-seam": "the range crosses 2^31, where a signed nonce turns negative",
    "top-of-range": "the range ends at the last nonce, 2^32 - 1",
    "bottom-of-range": "the range starts at nonce 0",
    "equal": "the target equals the hash",
    "one-below": "the target is the hash minus one",
    "own-bits": "the target of the header's own nBits, which a real block met",
    "several-hits": "more than one hit within one range",
    "easy-target": "the target's top 32 bits are not zero (regtest, shares below difficulty 1)",
}


@cache
def known():
    return {header.slug: header for header in common.known_headers()}


def published():
    for entry in json.loads((SOURCES / "scan.json").read_text()):
        prefix = bytes.fromhex(entry["header76_hex"])
        target = int(entry["target_hex"], 16)
        flags = ["published"] + (["easy-target", "several-hits"] if target >> 224 else [])
        slug = slug_of_scan(entry["name"])
        if slug.endswith("equals-hash"):
            flags.append("equal")
        if slug.endswith("below-hash"):
            flags += ["one-below", "no-hits"]
        if slug.endswith("top-of-nonce-space"):
            flags.append("top-of-range")
        ours = scan_case(slug, flags, "chain", prefix, entry["start"], entry["count"], target)
        theirs = [(hit["nonce"], hit["hash"]) for hit in entry["hits"]]
        if list(zip(ours["expect"]["nonces"], ours["expect"]["hashes"])) != theirs:
            raise SystemExit(f"scan {entry['name']}: the hits in the source are not those found here")
        yield ours


def own_bits(header: Header):
    """513 nonces, the solution not at a multiple of anything."""
    start = max(0, min(header.nonce - 301, (1 << 32) - 513))
    prefix, target = header.bytes[:76], bits.target(header.bits)
    flags = ["own-bits"] + (["easy-target", "several-hits"] if target >> 224 else [])
    return scan_case(f"{header.slug}-own-bits", flags, header.source, prefix, start, 513, target)


def edges():
    prefix = known()["block-125552"].bytes[:76]
    nonce = known()["block-125552"].nonce
    own = bits.target(known()["block-125552"].bits)
    number = number_of(known()["block-125552"].bytes)
    top = 1 << 32

    def seam(slug, flags, start, count, target):
        return scan_case(slug, flags, "derived", prefix, start, count, target)

    yield seam("empty-at-zero", ["empty-range"], 0, 0, ALL)
    yield seam("empty-in-the-middle", ["empty-range"], nonce, 0, ALL)
    yield seam("empty-at-the-top", ["empty-range"], top, 0, ALL)
    yield seam("only-nonce-zero", ["every-nonce", "bottom-of-range"], 0, 1, ALL)
    yield seam("only-last-nonce", ["every-nonce", "top-of-range"], top - 1, 1, ALL)
    yield seam("last-hundred-all", ["every-nonce", "top-of-range"], top - 100, 100, ALL)
    yield seam("first-hundred-all", ["every-nonce", "bottom-of-range"], 0, 100, ALL)
    yield seam("target-zero", ["no-hits"], nonce - 50, 100, 0)
    yield seam("first-in-range", ["first-and-last"], nonce, 77, own)
    yield seam("last-in-range", ["first-and-last"], nonce - 76, 77, own)
    yield seam("directly-before-range", ["just-outside", "no-hits"], nonce + 1, 77, own)
    yield seam("directly-after-range", ["just-outside", "no-hits"], nonce - 77, 77, own)
    yield seam("equal-in-a-wide-range", ["equal"], nonce - 1000, 2003, number)
    yield seam("one-below-in-a-wide-range", ["one-below", "no-hits"], nonce - 1000, 2003, number - 1)
    yield seam("across-the-sign-bit", ["sign-seam", "dense", "easy-target"], (1 << 31) - 333, 666, DENSE)
    yield seam("top-dense", ["top-of-range", "dense", "easy-target"], top - 517, 517, DENSE)
    yield seam("bottom-dense", ["bottom-of-range", "dense", "easy-target"], 0, 517, DENSE)
    yield seam("half-of-all", ["dense", "easy-target"], 1_000_003, 301, HALF)
    for count in [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129]:
        yield seam(f"lanes-{count}", ["lane-seam", "easy-target"], 123_457, count, HALF)
    for start in range(16):
        yield seam(f"unaligned-{start}", ["lane-seam", "easy-target"], 0x0100_0000 + start, 37, HALF)


def second_genesis_hit():
    genesis = known()["genesis"]
    prefix, target = genesis.bytes[:76], bits.target(genesis.bits)
    return scan_case("genesis-second-hit", ["own-bits"], "derived", prefix, 3_197_545_707 - 40_000, 65_537, target)


def scan():
    cases = [*published(), *(own_bits(header) for header in known().values()), second_genesis_hit(), *edges()]
    about = (
        "Every nonce of start .. start + count whose header meets the target, ascending. `header` is the first 76 bytes; the nonce follows as four "
        "bytes, little-endian. `target` is 64 hex digits, the most significant first. `hashes` are those of the hits in display order; an answer may "
        "leave them out."
    )
    return common.document("scan", "scans.py", about, SCAN_FLAGS, cases)


ROLLED_FLAGS = {
    "real-block": "one of the versions is that of a real block, whose nonce is found",
    "one-version": "a family of one",
    "several-versions": "hits in more than one version",
    "mask-ends": "the lowest and the highest bit of BIP320's mask 1fffe000",
    "many-versions": "more versions than any vector has lanes",
    "no-hits": "no version has a hit",
    "descending": "the versions are not listed in ascending order; the answer is",
    "top-of-range": SCAN_FLAGS["top-of-range"],
}


def rolled_case(slug, flags, source, header, versions, start, count, target):
    tail = header.bytes[4:76]
    found = []
    for version in sorted(versions):
        for nonce, digest in search(version.to_bytes(4, "little") + tail, start, count, target):
            found.append({"version": version, "nonce": nonce, "hash": common.display(digest)})
    given = {
        "header": header.prefix(), "versions": versions, "start": start, "count": count, "target": target_hex(target),
    }
    return case(slug, flags, source, given, {"hits": found})


def rolled():
    real, rare = known()["block-757753"], 1 << 244
    base = 0x20000004
    versions = lambda count: [base | i << 13 for i in range(count)]  # noqa: E731
    around = max(0, real.nonce - 100)
    cases = [
        rolled_case(
            "block-757753", ["real-block"], real.source, real,
            [base, base | 1 << 13, real.version, base | 0x1FFFE000], around, 201, bits.target(real.bits),
        ),
        rolled_case("one-version", ["one-version"], "derived", real, [base], 99, 1003, 1 << 249),
        rolled_case("mask-ends", ["mask-ends"], "derived", real, [base | 1 << 13, base | 1 << 28], 5, 1003, 1 << 249),
        rolled_case("two-versions", ["several-versions"], "derived", real, versions(2), 0, 4097, rare << 4),
        rolled_case("five-versions", ["several-versions"], "derived", real, versions(5), 77, 3001, rare << 4),
        rolled_case("seventeen-versions", ["many-versions"], "derived", real, versions(17), 1 << 20, 129, rare << 6),
        rolled_case("130-versions", ["many-versions"], "derived", real, versions(130), 3, 33, rare << 6),
        rolled_case("no-hits", ["no-hits"], "derived", real, versions(4), 0, 1000, 0),
        rolled_case("descending", ["descending"], "derived", real, versions(6)[::-1], 0, 513, rare << 5),
        rolled_case("top-of-range", ["top-of-range"], "derived", real, versions(4), (1 << 32) - 257, 257, rare << 6),
    ]
    about = (
        "Every pair of version and nonce that meets the target, ascending by version and then by nonce. `header` is the first 76 bytes, of which "
        "each of `versions` (numbers; four bytes little-endian in the header) replaces the first four. `hash` is in display order; an answer "
        "may leave it out."
    )
    return common.document("rolled", "scans.py", about, ROLLED_FLAGS, cases)


ACCUMULATED_FLAGS = {
    "every-nonce": SCAN_FLAGS["every-nonce"],
    "dense": "one in 16 to one in 4,096 hits",
    "rare": "one hit in 65,536",
    "sign-seam": SCAN_FLAGS["sign-seam"],
    "top-of-range": SCAN_FLAGS["top-of-range"],
    "bottom-of-range": SCAN_FLAGS["bottom-of-range"],
}


def accumulated_case(slug, flags, header, start, count, target):
    found = search(header.bytes[:76], start, count, target)
    digest = hashlib.sha256(b"".join(nonce.to_bytes(4, "little") + raw for nonce, raw in found)).hexdigest()
    given = {"header": header.prefix(), "start": start, "count": count, "target": target_hex(target)}
    return case(slug, flags, "derived", given, {"hits": len(found), "digest": digest})


def accumulated():
    of = known()
    cases = [
        accumulated_case("every-65536", ["every-nonce", "bottom-of-range"], of["genesis"], 0, 1 << 16, ALL),
        accumulated_case("top-65537", ["dense", "top-of-range"], of["block-125552"], (1 << 32) - 65537, 65537, ALL >> 4),
        accumulated_case("sign-999999", ["dense", "sign-seam"], of["block-709632"], (1 << 31) - 333_333, 999_999, ALL >> 8),
        accumulated_case("million", ["dense"], of["block-100000"], 1, 1_000_000, ALL >> 12),
        accumulated_case("two-million", ["rare"], of["block-57043"], 3_000_000_001, 1 << 21, ALL >> 16),
    ]
    about = (
        "Many hashes, one digest. For every nonce of start .. start + count whose header meets the target, ascending, take the nonce as four bytes, "
        "little-endian, and the 32 bytes of its hash in the order that SHA-256 emits; `digest` is SHA-256 of all of that, in the order that SHA-256 "
        "emits, and `hits` their number. `header` and `target` as in scan."
    )
    return common.document("accumulated", "scans.py", about, ACCUMULATED_FLAGS, cases)


DOCUMENTS = {"scan": scan, "rolled": rolled, "accumulated": accumulated}
