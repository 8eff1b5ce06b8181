"""JSON Schemas (draft 2020-12), one a group, closed: a key that is not named here is an error."""

import json

from common import SCHEMA

NULLABLE = True


def hexadecimal(digits, what, nullable=False):
    pattern = {"type": "string", "pattern": f"^[0-9a-f]{{{digits}}}$", "description": what}
    return pattern | ({"type": ["string", "null"]} if nullable else {})


def hex_of_any_length(what):
    return {"type": "string", "pattern": "^([0-9a-f]{2})*$", "description": what}


def integer(maximum, what):
    return {"type": "integer", "minimum": 0, "maximum": maximum, "description": what}


def many(items, what):
    return {"type": "array", "items": items, "description": what}


def closed(properties, optional=()):
    required = [key for key in properties if key not in optional]
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


U32 = 0xFFFFFFFF
HEADER = hexadecimal(160, "the 80 header bytes as on the wire")
PREFIX = hexadecimal(152, "the first 76 header bytes; the nonce follows")
HASH = hexadecimal(64, "a hash in display order: the digest's bytes reversed")
TARGET = hexadecimal(64, "a target, the most significant digit first")
STATE = hexadecimal(64, "eight words a to h, big-endian")
BITS = hexadecimal(8, "nBits, big-endian, as getblocktemplate's \"bits\"")
RANGE = {
    "header": PREFIX,
    "start": integer(1 << 32, "the first nonce"),
    "count": integer(1 << 32, "how many nonces; start + count is at most 2^32"),
    "target": TARGET,
}
TRUTH = {"type": "boolean"}
HIT = closed({"version": integer(U32, "nVersion"), "nonce": integer(U32, "nNonce"), "hash": HASH}, ["hash"])

# group: (input, expect)
GROUPS = {
    "header_hash": (closed({"header": HEADER}), closed({"hash": HASH})),
    "midstate": (
        closed({"header": HEADER}),
        closed(
            {"midstate": STATE, "first_hash": hexadecimal(64, "the first of the two digests, not reversed")}, ["first_hash"]
        ),
    ),
    "compress": (
        closed({"state": STATE, "block": hexadecimal(128, "the 64 bytes of the block")}),
        closed({"state": STATE}),
    ),
    "meets_target": (closed({"header": HEADER, "target": TARGET}), closed({"meets": TRUTH})),
    "target_bits": (
        closed({"bits": BITS}),
        closed(
            {
                "target": hexadecimal(64, "the target, or null where nBits hold none", NULLABLE),
                "magnitude": hexadecimal(64, "what SetCompact computes; null where it overflows", NULLABLE),
                "negative": TRUTH,
                "overflow": TRUTH,
                "compact": hexadecimal(8, "GetCompact of magnitude and sign; null where it overflows", NULLABLE),
            },
            ["magnitude", "negative", "overflow", "compact"],
        ),
    ),
    "difficulty": (closed({"bits": BITS}), closed({"difficulty": {"type": "number", "exclusiveMinimum": 0}})),
    "retarget": (
        closed(
            {
                "bits": BITS,
                "first_time": integer(U32, "time of the first block of the epoch, in seconds since 1970"),
                "last_time": integer(U32, "time of the last block of the epoch, in seconds since 1970"),
                "limit": hexadecimal(64, "the easiest target of the network"),
            }
        ),
        closed({"bits": BITS}),
    ),
    "merkle": (
        closed({"txids": many(HASH, "transaction ids in display order, the coinbase first") | {"minItems": 1}}),
        closed({"root": HASH, "mutated": TRUTH}, ["mutated"]),
    ),
    "scan": (
        closed(RANGE),
        closed(
            {
                "nonces": many(integer(U32, "nNonce"), "every hit, ascending"),
                "hashes": many(HASH, "their hashes in the same order"),
            },
            ["hashes"],
        ),
    ),
    "rolled": (
        closed({**RANGE, "versions": many(integer(U32, "nVersion"), "each replaces the first four bytes") | {"minItems": 1}}),
        closed({"hits": many(HIT, "every hit, ascending by version and then by nonce")}),
    ),
    "stratum_job": (
        closed(
            {
                "extranonce1": hex_of_any_length("from mining.subscribe"),
                "extranonce2": hex_of_any_length("the miner's own"),
                "prevhash": hexadecimal(64, "eight groups of four bytes, each reversed"),
                "coinb1": hex_of_any_length("the coinbase transaction before the extranonces"),
                "coinb2": hex_of_any_length("the coinbase transaction after the extranonces"),
                "merkle_branch": many(hexadecimal(64, "in the order that SHA-256 emits"), "siblings from the leaf up"),
                "version": hexadecimal(8, "nVersion of the job, big-endian"),
                "version_mask": hexadecimal(8, "the bits that may be rolled (BIP310)"),
                "version_bits": hexadecimal(8, "the sixth parameter of mining.submit"),
                "nbits": BITS,
                "ntime": hexadecimal(8, "nTime, big-endian"),
                "nonce": hexadecimal(8, "nNonce, big-endian"),
            },
            ["version_mask", "version_bits"],
        ),
        closed({"header": HEADER, "hash": HASH}, ["hash"]),
    ),
    "accumulated": (
        closed(RANGE),
        closed(
            {"hits": integer(1 << 32, "how many nonces meet the target"), "digest": hexadecimal(64, "SHA-256, not reversed")},
            ["hits"],
        ),
    ),
    # No file of ours: nist/*.rsp hold these.
    "sha256": (
        closed({"message": hex_of_any_length("the whole message")}),
        closed({"digest": hexadecimal(64, "SHA-256, in the order that it emits")}),
    ),
    "sha256_monte": (
        closed({"seed": hexadecimal(64, "MD0 = MD1 = MD2; then a thousand times MDi = SHA-256(MDi-3 | MDi-2 | MDi-1)")}),
        closed({"digest": hexadecimal(64, "the last of the thousand")}),
    ),
}


def schema(group):
    given, expect = GROUPS[group]
    text = {"type": "object", "additionalProperties": {"type": "string"}}
    one = {
        "id": {"type": "string", "pattern": f"^{group}/[a-z0-9]+(-[a-z0-9]+)*$"},
        "flags": many({"type": "string"}, "why the case exists; each is explained in the file's flags"),
        "source": {"type": "string", "description": "a key of the file's sources"},
        "input": given,
        "expect": expect,
    }
    whole = {
        "schema": {"const": SCHEMA},
        "group": {"const": group},
        "about": {"type": "string"},
        "license": {"type": "string"},
        "made_by": {"type": "string"},
        "sources": text,
        "flags": text,
        "cases": many(closed(one, ["flags", "source"]), "one test each"),
    }
    optional = ["about", "license", "made_by", "sources", "flags"]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:hashjoule:vectors:{group}:1",
        "title": f"hashjoule vectors, group {group}, version 1",
    }
    return json.dumps(head | closed(whole, optional), indent=1) + "\n"
