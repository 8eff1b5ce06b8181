"""header_hash, midstate, compress, meets_target: what happens to one header."""

import bits
import common
import sha256
from common import Header, case, hash_of, number_of, target_hex

NETWORK_FLAGS = {
    "main": "mainnet",
    "regtest": "other-network",
    "signet": "other-network",
    "testnet3": "other-network",
    "testnet4": "other-network",
}
HEADER_FLAGS = {
    "mainnet": "a block of the main network",
    "other-network": "a block of regtest, signet, testnet3 or testnet4",
    "published-hash": "the hash was published with the header, not computed by us",
    "computed-hash": "the hash was computed from the header, with two implementations",
    "epoch-start": "the first block of a retarget epoch (height divisible by 2,016)",
    "made-up": "no real block: bytes chosen so that one swapped field or byte shows",
    "rolled-version": "nVersion has bits of BIP320's range (13 to 28) set",
}


def flags_of(header):
    flags = [NETWORK_FLAGS[header.network], "published-hash" if header.is_published else "computed-hash"]
    return flags + (["rolled-version"] if header.version & 0x1FFFE000 else [])


def made_up():
    """Headers whose 80 bytes all differ, or are all alike."""
    patterns = {
        "ascending-bytes": bytes(range(80)),
        "descending-bytes": bytes(range(80, 0, -1)),
        "all-zero": bytes(80),
        "all-ones": b"\xff" * 80,
        "only-nonce-set": bytes(76) + bytes.fromhex("01020304"),
        "only-version-set": bytes.fromhex("01020304") + bytes(76),
        "sign-bit-of-version": bytes.fromhex("000000ff") + bytes(76),
        "sign-bit-of-nonce": bytes(76) + bytes.fromhex("00000080"),
    }
    return {f"made-up-{name}": pattern for name, pattern in patterns.items()}


def header_hash():
    cases = [
        case(h.slug, flags_of(h), h.source, {"header": h.bytes.hex()}, {"hash": hash_of(h.bytes)})
        for h in common.known_headers()
    ]
    taken = {entry["slug"] for entry in cases}
    for h in common.epoch_headers():
        if h.slug not in taken:
            given, expect = {"header": h.bytes.hex()}, {"hash": hash_of(h.bytes)}
            cases.append(case(h.slug, [*flags_of(h), "epoch-start"], h.source, given, expect))
    for slug, header in made_up().items():
        expect = {"hash": hash_of(header)}
        cases.append(case(slug, ["made-up", "computed-hash"], "derived", {"header": header.hex()}, expect))
    about = (
        "SHA-256 of SHA-256 of the 80 header bytes. `header` is the header as on the wire; `hash` is in display order, "
        "the digest's bytes reversed, as block explorers and Bitcoin Core's RPC write it."
    )
    return common.document("header_hash", "headers.py", about, HEADER_FLAGS, cases)


def midstate_row(row):
    """Recomputed, and compared with the words that the source lists."""
    header = bytes.fromhex(row["header_hex"])
    state = sha256.compress(sha256.IV, header[:64])
    second = sha256.pad(header)[64:]
    first_hash = sha256.to_bytes(sha256.compress(state, second))
    if sha256.to_bytes(state).hex() != row["midstate_be_words"] or first_hash.hex() != row["first_hash_raw"]:
        raise SystemExit(f"{row['name']}: the midstate in the source is not the one computed here")
    return header, state, first_hash


def midstate():
    flags = {"mainnet": HEADER_FLAGS["mainnet"], "other-network": HEADER_FLAGS["other-network"]}
    cases = []
    for row, known in zip(common.rows("midstates.csv"), common.known_headers(), strict=True):
        header, state, first_hash = midstate_row(row)
        if header != known.bytes:
            raise SystemExit(f"{row['name']}: midstates.csv and headers_known.csv differ")
        expect = {"midstate": sha256.to_bytes(state).hex(), "first_hash": first_hash.hex()}
        given = {"header": header.hex()}
        cases.append(case(known.slug, [NETWORK_FLAGS[known.network]], known.source, given, expect))
    about = (
        "The state of SHA-256 after the first 64 of the 80 header bytes. `midstate` is eight words of eight hex digits each, "
        "a to h, as FIPS 180-4 writes them (big-endian; getwork wrote them swapped). `first_hash` is the digest of the first of the "
        "two SHA-256, in the order that SHA-256 emits."
    )
    return common.document("midstate", "headers.py", about, flags, cases)


def compress_inputs():
    """(slug, flags, state, block): the three compressions of real headers, and blocks at the ends of the number range."""
    for known in common.known_headers()[:6]:
        first, second = known.bytes[:64], sha256.pad(known.bytes)[64:]
        state = sha256.compress(sha256.IV, first)
        digest = sha256.to_bytes(sha256.compress(state, second))
        yield f"{known.slug}-first-block", ["header-block"], sha256.IV, first
        yield f"{known.slug}-second-block", ["header-block"], state, second
        yield f"{known.slug}-second-hash", ["header-block"], sha256.IV, sha256.pad(digest)
    ones = [0xFFFFFFFF] * 8
    yield "iv-zero-block", ["carry"], sha256.IV, bytes(64)
    yield "iv-ones-block", ["carry"], sha256.IV, b"\xff" * 64
    yield "zero-state-zero-block", ["carry"], [0] * 8, bytes(64)
    yield "ones-state-ones-block", ["carry"], ones, b"\xff" * 64
    yield "ascending", ["word-order"], [i * 0x01010101 for i in range(8)], bytes(range(64))
    for word in range(16):
        block = bytearray(64)
        block[4 * word : 4 * word + 4] = bytes.fromhex("80000001")
        yield f"only-word-{word}", ["word-order"], sha256.IV, bytes(block)
    for word in range(8):
        yield f"only-state-word-{word}", ["word-order"], [0x80000001 * (i == word) for i in range(8)], bytes(64)


def compress():
    flags = {
        "header-block": "one of the three compressions that a header hash takes",
        "carry": "all zeros or all ones: carries and their absence",
        "word-order": "one word alone is set, or all differ: a word in the wrong place shows",
    }
    cases = []
    for slug, case_flags, state, block in compress_inputs():
        given = {"state": sha256.to_bytes(state).hex(), "block": block.hex()}
        expect = {"state": sha256.to_bytes(sha256.compress(state, block)).hex()}
        cases.append(case(slug, case_flags, "derived", given, expect))
    about = (
        "One application of SHA-256's compression function, with the final addition (FIPS 180-4, 6.2.2). `state` is eight words "
        "of eight hex digits each, a to h, big-endian; `block` is 64 bytes as they stand in the message."
    )
    return common.document("compress", "headers.py", about, flags, cases)


MEETS_FLAGS = {
    "equal": "the target equals the hash: it is met, for the rule is hash <= target",
    "one-below": "the target is the hash minus one: not met",
    "one-above": "the target is the hash plus one: met",
    "own-bits": "the target that the header's own nBits name",
    "byte-order": "met or not depending on which end of the hash is compared first",
    "extreme": "a target of zero, or of 2^256 - 1",
    "word-seam": "hash and target first differ at the seam of two 32-bit words",
}


def seam_targets(number):
    """At each seam of 32-bit words: the target whose lower words are all ones, and one with all zeros below."""
    for word in range(1, 8):
        below = (1 << 32 * word) - 1
        yield word, "ones", number | below
        yield word, "zeros", number & ~below


def meets_inputs(header: Header):
    number = number_of(header.bytes)
    yield "equal", ["equal"], number
    yield "one-below", ["one-below"], number - 1
    yield "one-above", ["one-above"], number + 1
    swapped = int.from_bytes(number.to_bytes(32, "big"), "little")
    yield "reversed-hash", ["byte-order"], swapped
    yield "zero", ["extreme"], 0
    yield "max", ["extreme"], common.TOP - 1


def meets_target():
    cases = []

    def add(slug, flags, header, target):
        given = {"header": header.hex(), "target": target_hex(target)}
        cases.append(case(slug, flags, "derived", given, {"meets": number_of(header) <= target}))

    for header in common.known_headers():
        add(f"{header.slug}-own-bits", ["own-bits"], header.bytes, bits.target(header.bits))
        for suffix, flags, target in meets_inputs(header):
            add(f"{header.slug}-{suffix}", flags, header.bytes, target)
    for slug, header in made_up().items():
        for word, kind, target in seam_targets(number_of(header)):
            add(f"{slug}-word-{word}-{kind}", ["word-seam"], header, target)
    about = (
        "Whether the header's hash, read as a 256-bit number, is at most the target. `target` is 64 hex digits, the most "
        "significant first, the order of getblocktemplate's \"target\"."
    )
    return common.document("meets_target", "headers.py", about, MEETS_FLAGS, cases)


DOCUMENTS = {"header_hash": header_hash, "midstate": midstate, "compress": compress, "meets_target": meets_target}
