"""merkle and stratum_job: from transactions to a header."""

import common
from common import case, display, sha256d

# Transaction ids in display order, and one raw coinbase transaction where known. Each block's merkle root is
# compared with its header, so a wrong digit here cannot pass.
BLOCKS = {
    "genesis": ["4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"],
    "block-170": [
        "b1fea52486ce0c62bb442b530a3f0132b826c74e473d1f2c220bfa78111c5082",
        "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16",
    ],
    "block-100000": [
        "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
        "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
        "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
        "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
    ],
    "block-125552": [
        "51d37bdd871c9e1f4d5541be67a6ab625e32028744d7d4609d0c37747b40cd2d",
        "60c25dda8d41f8d3d7d5c6249e2ea1b05a25bf7ae2ad6d904b512b31f997e1a1",
        "01f314cdd8566d3e5dbdd97de2d9fbfbfd6873e916a00d48758282cbb81a45b9",
        "b519286a1040da6ad83c783eb2872659eaf57b1bec088e614776ffe7dc8f6d01",
    ],
}
COINBASES = {
    "genesis": (
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d"
        "65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f7220"
        "62616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f"
        "4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
    ),
    "block-170": (
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0704ffff001d0102ffffffff0100f205"
        "2a01000000434104d46c4968bde02899d2aa0963367c7a6ce34eec332b32e42e5f3407e052d64ac625da6f0718e7b302140434bd725706957c"
        "092db53805b821a85b23a7ac61725bac00000000"
    ),
    "block-100000": (
        "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff08044c86041b020602ffffffff0100f2"
        "052a010000004341041b0e8c2567c12536aa13357b79a073dc4444acb83c4ec7a0e2f99dd7457516c5817242da796924ca4e99947d087fedf9"
        "ce467cb9f7c6287078f801df276fdf84ac00000000"
    ),
}


def internal(text):
    return bytes.fromhex(text)[::-1]


def merkle_root(leaves):
    """(root, mutated): an odd level's last is paired with itself; mutated when a pair is equal before that (CVE-2012-2459)."""
    level, mutated = list(leaves), False
    while len(level) > 1:
        mutated = mutated or any(level[i] == level[i + 1] for i in range(0, len(level) - 1, 2))
        if len(level) % 2:
            level.append(level[-1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return level[0], mutated


def branch_of_first(leaves):
    """The siblings on the way from the first leaf to the root: what a pool sends."""
    level, branch = list(leaves), []
    while len(level) > 1:
        if len(level) % 2:
            level.append(level[-1])
        branch.append(level[1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return branch


MERKLE_FLAGS = {
    "real-block": "all transactions of a real block; the root is the one in its header",
    "odd-level": "a level with an odd number of nodes above one: its last is paired with itself",
    "single": "one transaction: its id is the root",
    "even": "every level is even",
    "mutated": "a duplicated tail gives the root of a shorter list (CVE-2012-2459); `mutated` is true",
    "equal-neighbours": "two equal ids that are not a pair: not mutated",
}


def ids(count, start=0):
    return [sha256d(f"transaction {start + i}".encode()) for i in range(count)]


def merkle_inputs():
    for count in [2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 31, 32, 33]:
        odd = any((count + (1 << level) - 1) >> level & 1 and count > 1 << level for level in range(7))
        yield f"made-up-{count}", ["odd-level" if odd else "even"], ids(count)
    yield "made-up-1", ["single"], ids(1)
    yield "mutated-3-as-4", ["mutated"], ids(3) + ids(3)[2:]
    yield "mutated-6-as-8", ["mutated"], ids(6) + ids(6)[4:]
    yield "mutated-5-as-6", ["mutated", "odd-level"], ids(5) + ids(5)[4:]
    yield "mutated-5-as-8", ["mutated"], ids(5) + ids(5)[4:] * 3
    yield "mutated-7-as-8", ["mutated"], ids(7) + ids(7)[6:]
    yield "mutated-pair", ["mutated"], ids(1) * 2
    yield "equal-neighbours-no-pair", ["equal-neighbours"], [ids(3)[i] for i in (0, 1, 1, 2)]


def merkle():
    cases, headers = [], {h.slug: h for h in common.known_headers()}
    for slug, txids in BLOCKS.items():
        root, mutated = merkle_root([internal(t) for t in txids])
        if root != headers[slug].bytes[36:68]:
            raise SystemExit(f"{slug}: the transaction ids do not give the merkle root of the header")
        flags = ["real-block", "single" if len(txids) == 1 else "even"]
        cases.append(
            case(slug, flags, "chain-transactions", {"txids": txids}, {"root": display(root), "mutated": mutated})
        )
    for slug, flags, leaves in merkle_inputs():
        root, mutated = merkle_root(leaves)
        if mutated != ("mutated" in flags):
            raise SystemExit(f"{slug}: the flags and the finding about mutation differ")
        given = {"txids": [display(leaf) for leaf in leaves]}
        cases.append(case(slug, flags, "derived", given, {"root": display(root), "mutated": mutated}))
    about = (
        "Transaction ids to the merkle root, both in display order (bytes reversed). `mutated` is true when, on some level, the two nodes of "
        "a pair are equal, the check of Bitcoin Core's ComputeMerkleRoot against CVE-2012-2459; an answer may leave it out."
    )
    return common.document("merkle", "blocks.py", about, MERKLE_FLAGS, cases)


STRATUM_FLAGS = {
    "real-block": "rebuilds a real block's header, whose hash everyone knows",
    "empty-branch": "no transaction but the coinbase: its id is the merkle root",
    "branch-order": "branches differ, so that their order and their byte order show",
    "version-rolling": "version_bits within version_mask replace the job's bits (BIP310)",
    "swap": "every field has different bytes in every place: a swap too many or too few shows",
    "zero-length-extranonce2": "extranonce2 is empty",
}


def swap_words(data):
    """The order of prevhash in mining.notify: each group of four bytes reversed."""
    return b"".join(data[i : i + 4][::-1] for i in range(0, len(data), 4))


def stratum_case(slug, flags, source, job):
    coinbase = bytes.fromhex(job["coinb1"] + job["extranonce1"] + job["extranonce2"] + job["coinb2"])
    root = sha256d(coinbase)
    for sibling in job["merkle_branch"]:
        root = sha256d(root + bytes.fromhex(sibling))
    version = int(job["version"], 16)
    if "version_mask" in job:
        mask = int(job["version_mask"], 16)
        version = version & ~mask | int(job["version_bits"], 16) & mask
    fields = [version.to_bytes(4, "little"), swap_words(bytes.fromhex(job["prevhash"])), root]
    fields += [bytes.fromhex(job[key])[::-1] for key in ("ntime", "nbits", "nonce")]
    header = b"".join(fields)
    return case(slug, flags, source, job, {"header": header.hex(), "hash": common.hash_of(header)})


def real_job(slug, header, cut):
    """The real header as a pool would have sent it, the extranonces being eight bytes of the coinbase script."""
    coinbase = bytes.fromhex(COINBASES[slug])
    leaves = [internal(t) for t in BLOCKS[slug]]
    if sha256d(coinbase) != leaves[0]:
        raise SystemExit(f"{slug}: the coinbase transaction does not hash to its id")
    little = {"version": (0, 4), "ntime": (68, 72), "nbits": (72, 76), "nonce": (76, 80)}
    job = {
        "extranonce1": coinbase[cut : cut + 4].hex(),
        "extranonce2": coinbase[cut + 4 : cut + 8].hex(),
        "prevhash": swap_words(header.bytes[4:36]).hex(),
        "coinb1": coinbase[:cut].hex(),
        "coinb2": coinbase[cut + 8 :].hex(),
        "merkle_branch": [sibling.hex() for sibling in branch_of_first(leaves)],
    }
    return job | {key: header.bytes[a:b][::-1].hex() for key, (a, b) in little.items()}


def made_up_job(branches):
    return {
        "extranonce1": "a1a2a3a4",
        "extranonce2": "b1b2b3b4b5b6b7b8",
        "prevhash": bytes(range(1, 33)).hex(),
        "coinb1": bytes(range(64, 106)).hex(),
        "coinb2": bytes(range(200, 256)).hex(),
        "merkle_branch": [sibling.hex() for sibling in ids(branches, 100)],
        "version": "20000004",
        "ntime": "5e0be100",
        "nbits": "1712a5b3",
        "nonce": "0badcafe",
    }


def stratum_job():
    cases, headers = [], {h.slug: h for h in common.known_headers()}
    for slug, cut in [("genesis", 46), ("block-170", 42), ("block-100000", 42)]:
        flags = ["real-block", "branch-order" if len(BLOCKS[slug]) > 1 else "empty-branch"]
        entry = stratum_case(slug, flags, "chain-transactions", real_job(slug, headers[slug], cut))
        if entry["expect"]["header"] != headers[slug].bytes.hex():
            raise SystemExit(f"{slug}: the job does not give the real header")
        cases.append(entry)
    made = [
        ("made-up-empty-branch", ["swap", "empty-branch"], 0, {}),
        ("made-up-1-branch", ["swap"], 1, {}),
        ("made-up-12-branches", ["swap", "branch-order"], 12, {}),
        ("no-extranonce2", ["zero-length-extranonce2"], 2, {"extranonce2": ""}),
        ("rolled-all-bits", ["version-rolling"], 2, {"version_mask": "1fffe000", "version_bits": "1fffe000"}),
        ("rolled-no-bits", ["version-rolling"], 2, {"version_mask": "1fffe000", "version_bits": "00000000"}),
        ("rolled-some-bits", ["version-rolling"], 2, {"version_mask": "1fffe000", "version_bits": "0abc2000"}),
        ("rolled-narrow-mask", ["version-rolling"], 2, {"version_mask": "00006000", "version_bits": "00004000"}),
        (
            "rolled-clears-a-bit-of-the-job", ["version-rolling"], 2,
            {"version": "3fffe004", "version_mask": "1fffe000", "version_bits": "00002000"},
        ),
        (
            "bits-outside-the-mask-are-ignored", ["version-rolling"], 2,
            {"version_mask": "00ffe000", "version_bits": "1f002000"},
        ),
    ]
    for slug, flags, branches, changes in made:
        cases.append(stratum_case(slug, flags, "derived", made_up_job(branches) | changes))
    about = (
        "The parameters of Stratum V1's mining.notify and mining.submit, as on the wire, to the 80-byte header and its hash in display order. "
        "coinbase = coinb1 + extranonce1 + extranonce2 + coinb2; its double SHA-256 is joined with each of merkle_branch in turn; prevhash is eight "
        "groups of four bytes, each reversed; version, ntime, nbits and nonce are big-endian here and little-endian in the header. "
        "With version_mask, nVersion = (version & ~version_mask) | (version_bits & version_mask)."
    )
    return common.document("stratum_job", "blocks.py", about, STRATUM_FLAGS, cases)


DOCUMENTS = {"merkle": merkle, "stratum_job": stratum_job}
