"""target_bits, difficulty, retarget: nBits in all its corners."""

import bits
import common
from bits import MAIN_LIMIT, SIGNET_LIMIT, TIMESPAN
from common import case, target_hex

LARGE_MANTISSA = [0x7FFFFF, 0x800000, 0x800001, 0xFFFFFF, 0x00FFFF, 0x008000, 0x007FFF, 0x0000FF, 0x000080, 0x000001]


def expectation(number):
    magnitude, negative, overflow = bits.decode(number)
    target = bits.target(number)
    return {
        "target": None if target is None else target_hex(target),
        "magnitude": None if magnitude is None else target_hex(magnitude),
        "negative": negative,
        "overflow": overflow,
        "compact": None if magnitude is None else f"{bits.encode(magnitude, negative):08x}",
    }


def check_row(row):
    """The source's columns against what is computed here."""
    expect = expectation(int(row["nbits_hex"], 16))
    wanted = {
        "magnitude": row["target_hex"] or None,
        "negative": row["negative"] == "1",
        "overflow": row["overflow"] == "1",
        "compact": row["roundtrip_compact_hex"] or None,
    }
    for key, value in wanted.items():
        if expect[key] != value:
            raise SystemExit(f"nBits {row['nbits_hex']}: {key} is {expect[key]}, the source says {value}")
    return expect


BITS_FLAGS = {
    "valid": "holds a target",
    "negative": "the sign bit is set on a mantissa that is not zero: no target",
    "overflow": "needs more than 256 bits: no target",
    "zero": "a magnitude of zero: no target",
    "not-canonical": "encoding the target again gives other nBits",
    "mainnet": "nBits of the first block of an epoch of the main network",
    "size-sweep": "every length byte from 0 to 36 and 255 with mantissas at their seams",
}


def bits_flags(number, expect):
    flags = [name for name in ("negative", "overflow") if expect[name]]
    if not flags:
        flags = ["zero" if expect["target"] is None else "valid"]
    if expect["target"] is not None and expect["compact"] != f"{number:08x}":
        flags.append("not-canonical")
    return flags


def target_bits():
    cases, seen = [], set()

    def add(number, expect, extra, source):
        if number not in seen:
            seen.add(number)
            flags = bits_flags(number, expect) + extra
            cases.append(case(f"{number:08x}", flags, source, {"bits": f"{number:08x}"}, expect))

    for row in common.rows("nbits.csv"):
        add(int(row["nbits_hex"], 16), check_row(row), [], common.source_of(row["source"]))
    for header in common.epoch_headers()[::4]:  # the difficulty group has them all
        add(header.bits, expectation(header.bits), ["mainnet"], "mainnet-epochs")
    for size in [*range(37), 255]:
        for mantissa in LARGE_MANTISSA:
            number = size << 24 | mantissa
            add(number, expectation(number), ["size-sweep"], "derived")
    about = (
        "nBits (eight hex digits, as getblocktemplate's \"bits\") to the target. `target` is null when nBits are negative, overflow or "
        "zero: no block can have them. The other keys are for those who port arith_uint256: `magnitude`, `negative`, `overflow` as SetCompact "
        "leaves them (null where it overflows), `compact` what GetCompact makes of the magnitude and the sign."
    )
    return common.document("target_bits", "targets.py", about, BITS_FLAGS, cases)


def difficulty():
    flags = {
        "mainnet": BITS_FLAGS["mainnet"],
        "below-one": "easier than difficulty 1",
        "corner": "valid nBits at a corner of the format",
    }
    known = {row["bits_hex"]: row["difficulty"] for row in common.rows("headers_mainnet_2016.csv")}
    cases = []
    for text in known:
        number = int(text, 16)
        if abs(float(known[text]) / bits.difficulty(number) - 1) > 1e-9:
            raise SystemExit(f"nBits {text}: the source has another difficulty")
        expect = {"difficulty": bits.difficulty(number)}
        cases.append(case(text, ["mainnet"], "mainnet-epochs", {"bits": text}, expect))
    for number in [0x207FFFFF, 0x1E0377AE, 0x1D010000, 0x1F00FFFF, 0x2100FFFF, 0x20123456]:
        expect = {"difficulty": bits.difficulty(number)}
        cases.append(case(f"{number:08x}", ["below-one"], "derived", {"bits": f"{number:08x}"}, expect))
    for number in [0x03000001, 0x04123456, 0x02123456, 0x01010000, 0x1D00FFFE]:
        expect = {"difficulty": bits.difficulty(number)}
        cases.append(case(f"{number:08x}", ["corner"], "derived", {"bits": f"{number:08x}"}, expect))
    about = (
        "Difficulty as Bitcoin Core's GetDifficulty computes it: 0xffff * 2^208 / target, from nBits, in binary64. "
        "An answer may differ by one part in 10^12."
    )
    return common.document("difficulty", "targets.py", about, flags, cases)


RETARGET_FLAGS = {
    "published": "a case of Bitcoin Core's own tests",
    "clamped": "the time is held to between a quarter and four times two weeks",
    "limit": "the result would be easier than the network's limit",
    "exact": "two weeks to the second: the same target, rounded to nBits",
    "clamp-seam": "one second to either side of a clamp",
    "backwards": "the last block claims to be older than the first",
    "rounding": "the quotient is cut off, not rounded",
}


def retarget_inputs():
    start, bits_ = 1_500_000_000, 0x17371EF4
    quarter, four = TIMESPAN // 4, TIMESPAN * 4
    for name, span, flags in [
        ("two-weeks", TIMESPAN, ["exact"]),
        ("one-second-less", TIMESPAN - 1, ["rounding"]),
        ("one-second-more", TIMESPAN + 1, ["rounding"]),
        ("quarter", quarter, ["clamp-seam"]),
        ("quarter-less-one", quarter - 1, ["clamp-seam", "clamped"]),
        ("quarter-plus-one", quarter + 1, ["clamp-seam"]),
        ("four-times", four, ["clamp-seam"]),
        ("four-times-less-one", four - 1, ["clamp-seam"]),
        ("four-times-plus-one", four + 1, ["clamp-seam", "clamped"]),
        ("no-time-at-all", 0, ["clamped"]),
        ("backwards", -86_400, ["backwards", "clamped"]),
    ]:
        yield name, flags, bits_, start, start + span, MAIN_LIMIT
    yield "mainnet-limit", ["limit"], 0x1D00FFFF, start, start + four, MAIN_LIMIT
    yield "just-below-limit", ["limit", "clamped"], 0x1C7FFFFF, start, start + four + 1, MAIN_LIMIT
    yield "signet-limit", ["limit"], 0x1E02FFFF, start, start + 2 * TIMESPAN, SIGNET_LIMIT
    yield "sign-bit-would-be-set", ["rounding"], 0x1B400000, start, start + 2 * TIMESPAN, MAIN_LIMIT
    yield "old-times", ["rounding"], 0x1B0404CB, 0, TIMESPAN - 7, MAIN_LIMIT
    yield "last-times", ["rounding"], 0x1B0404CB, 0xFFFFFFFF - TIMESPAN + 5, 0xFFFFFFFF, MAIN_LIMIT


def retarget_case(slug, flags, source, number, first, last, limit):
    given = {"bits": f"{number:08x}", "first_time": first, "last_time": last, "limit": target_hex(limit)}
    return case(slug, flags, source, given, {"bits": f"{bits.retarget(number, first, last, limit):08x}"})


def retarget():
    cases = []
    for row in common.rows("retarget.csv"):
        number, first, last = int(row["nbits"], 16), int(row["first_time"]), int(row["last_time"])
        slug = row["name"].replace("_", "-")
        entry = retarget_case(slug, ["published"], common.source_of(row["source"]), number, first, last, MAIN_LIMIT)
        if entry["expect"]["bits"] != row["expected_nbits"]:
            raise SystemExit(f"retarget {row['name']}: computed {entry['expect']}, the source says {row['expected_nbits']}")
        cases.append(entry)
    for slug, flags, *rest in retarget_inputs():
        cases.append(retarget_case(slug, flags, "derived", *rest))
    about = (
        "nBits of the next epoch (Bitcoin Core's CalculateNextWorkRequired). `first_time` and `last_time` are the times, in seconds, of the "
        "first and the last of the 2,016 blocks; `limit` is the easiest target of the network. The target times the clamped time is "
        "divided by two weeks, cut off, held to the limit, and rounded down to nBits."
    )
    return common.document("retarget", "targets.py", about, RETARGET_FLAGS, cases)


DOCUMENTS = {"target_bits": target_bits, "difficulty": difficulty, "retarget": retarget}
