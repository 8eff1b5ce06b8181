"""What all makers share: reading the sources, header fields, the layout of a vector file."""

import csv
import json
from pathlib import Path

from sha256 import sha256d

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
SCHEMA = "hashjoule-vectors/1"
TOP = 1 << 256


def rows(name):
    with open(SOURCES / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def target_hex(number):
    return f"{number:064x}"


def display(digest):
    """Digest bytes as everyone writes block hashes: reversed."""
    return digest[::-1].hex()


def hash_of(header):
    return display(sha256d(header))


def number_of(header):
    """The hash as the number that is compared with a target."""
    return int.from_bytes(sha256d(header), "little")


class Header:
    """One header of the sources: its slug, network, 80 bytes, published hash, and where both come from."""

    def __init__(self, slug, network, hex80, published, source, is_published=True):
        self.slug, self.network, self.source = slug, network, source
        self.bytes = bytes.fromhex(hex80)
        self.is_published = is_published
        if hash_of(self.bytes) != published:
            raise SystemExit(f"{slug}: the header does not hash to the published hash")

    @property
    def version(self):
        return int.from_bytes(self.bytes[0:4], "little")

    @property
    def bits(self):
        return int.from_bytes(self.bytes[72:76], "little")

    @property
    def nonce(self):
        return int.from_bytes(self.bytes[76:80], "little")

    def prefix(self):
        return self.bytes[:76].hex()


def slug_of(row):
    """block-125552, genesis, testnet3-genesis, testnet3-21066."""
    if row["network"] == "main":
        return "genesis" if row["height"] == "0" else f"block-{row['height']}"
    return f"{row['network']}-{'genesis' if row['height'] == '0' else row['height']}"


def known_headers():
    return [
        Header(
            slug_of(row), row["network"], row["header_hex"], row["hash"],
            source_of(row["source"]), row["expected_known"] == "1",
        )
        for row in rows("headers_known.csv")
    ]


def epoch_headers():
    """The first header of every retarget epoch of the main network."""
    return [
        Header(f"block-{row['height']}", "main", row["header_hex"], row["hash"], "mainnet-epochs")
        for row in rows("headers_mainnet_2016.csv")
    ]


SOURCE_TEXTS = {
    "bitcoin-core": "Bitcoin Core, src/kernel/chainparams.cpp (MIT): the genesis blocks and their hashes",
    "bitcoin-core-tests": "Bitcoin Core, src/test/arith_uint256_tests.cpp and src/test/pow_tests.cpp (MIT): inputs and results",
    "bitcoinj": "bitcoinj, core/src/test/resources (Apache-2.0): raw blocks; hashes published there or computed from them",
    "raito": "keep-starknet-strange/raito, packages/client/tests/data (MIT): headers with hashes",
    "wiki": "en.bitcoin.it, article 'Block hashing algorithm' (CC BY 3.0; the header is a fact of the chain)",
    "mastering-bitcoin": "Mastering Bitcoin, chapter on mining: block 277316",
    "chain": "the public block chain; the header proves its own hash",
    "mainnet-epochs": "the public block chain, heights divisible by 2,016; each header names its predecessor and meets its target",
    "chain-transactions": "the public block chain: transaction ids and coinbase transactions, tied to a real header by its merkle root",
    "derived": "computed by the script named in made_by from inputs chosen for the seam that the flag names",
    "nist": "NIST, Cryptographic Algorithm Validation Program, SHA test vectors for byte-oriented messages (public domain)",
}


def source_of(text):
    """The key of SOURCE_TEXTS for the free text in headers_known.csv."""
    starts = {
        "Bitcoin Core src/kernel": "bitcoin-core",
        "Bitcoin Core src/test": "bitcoin-core-tests",
        "bitcoinj": "bitcoinj",
        "keep-starknet-strange": "raito",
        "en.bitcoin.it": "wiki",
        "Mastering Bitcoin": "mastering-bitcoin",
        "public chain": "chain",
        "derived": "derived",
    }
    for start, key in starts.items():
        if text.startswith(start):
            return key
    raise SystemExit(f"no key for the source {text!r}")


def case(slug, flags, source, given, expect):
    return {"slug": slug, "flags": flags, "source": source, "input": given, "expect": expect}


def document(group, made_by, about, flag_texts, cases):
    """The text of a vector file: one case a line, so that diffs and error positions are readable."""
    seen = set()
    for entry in cases:
        if entry["slug"] in seen:
            raise SystemExit(f"{group}: two cases are named {entry['slug']}")
        seen.add(entry["slug"])
    used_flags = {flag for entry in cases for flag in entry["flags"]}
    used_sources = {entry["source"] for entry in cases}
    if used_flags != set(flag_texts):
        raise SystemExit(f"{group}: flags used and flags explained differ: {used_flags ^ set(flag_texts)}")
    head = {
        "schema": SCHEMA,
        "group": group,
        "about": about,
        "license": "CC0-1.0",
        "made_by": f"vectors/make/{made_by}",
        "sources": {key: SOURCE_TEXTS[key] for key in sorted(used_sources)},
        "flags": {key: flag_texts[key] for key in sorted(flag_texts)},
    }
    lines = [
        json.dumps({"id": f"{group}/{entry['slug']}", **{k: v for k, v in entry.items() if k != "slug"}})
        for entry in cases
    ]
    start = json.dumps(head, indent=2, ensure_ascii=False)
    return start[: -len("\n}")] + ',\n  "cases": [\n    ' + ",\n    ".join(lines) + "\n  ]\n}\n"
