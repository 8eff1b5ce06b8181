"""nBits by Bitcoin Core's rules (arith_uint256::SetCompact, GetCompact, GetDifficulty, CalculateNextWorkRequired),
written from their description with Python's unbounded integers."""

TOP = 1 << 256
TIMESPAN = 14 * 24 * 60 * 60
MAIN_LIMIT = (1 << 224) - 1
SIGNET_LIMIT = 0x377AE << 8 * 27


def decode(bits):
    """(magnitude, negative, overflow); the magnitude is None when it does not fit into 256 bits."""
    size, mantissa = bits >> 24, bits & 0x007FFFFF
    number = mantissa >> 8 * (3 - size) if size <= 3 else mantissa << 8 * (size - 3)
    shifted = mantissa >> 8 * (3 - size) if size <= 3 else mantissa
    negative = shifted != 0 and bits & 0x00800000 != 0
    return (None if number >= TOP else number), negative, number >= TOP


def target(bits):
    """The target, or None when nBits hold none (negative, too large, zero)."""
    number, negative, overflow = decode(bits)
    return None if negative or overflow or number == 0 else number


def encode(number, negative=False):
    """The compact form, rounded down; the sign bit of the mantissa moves a byte into the length."""
    size = (number.bit_length() + 7) // 8
    mantissa = number << 8 * (3 - size) if size <= 3 else number >> 8 * (size - 3)
    if mantissa & 0x00800000:
        mantissa, size = mantissa >> 8, size + 1
    return size << 24 | mantissa | (0x00800000 if negative and mantissa else 0)


def difficulty(bits):
    """Scaling by powers of 256 is exact in binary64, so the one division decides every bit."""
    return 0xFFFF / (bits & 0x00FFFFFF) * 256.0 ** (29 - (bits >> 24))


def retarget(bits, first_time, last_time, limit):
    span = min(max(last_time - first_time, TIMESPAN // 4), TIMESPAN * 4)
    # Bitcoin Core multiplies modulo 2^256; no target of a real network comes near.
    product = target(bits) * span
    if product >= TOP:
        raise SystemExit(f"{bits:08x}: the product needs more than 256 bits, which Bitcoin Core cuts off")
    return encode(min(product // TIMESPAN, limit))
