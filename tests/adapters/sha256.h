/* What is under test in c_plain.c: SHA-256 of up to 1,000 bytes, after FIPS 180-4. */
#include <stdint.h>
#include <string.h>

static uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }

/* The first 32 bits of the fractional part of the square (2) or cube (3) root of p, by bisection. */
static uint32_t root(uint64_t p, int power) {
    unsigned __int128 low = 0, high = (unsigned __int128)32 << 32;
    while (high - low > 1) {
        unsigned __int128 middle = (low + high) / 2;
        unsigned __int128 raised = power == 2 ? middle * middle : middle * middle * middle;
        unsigned __int128 wanted = (unsigned __int128)p << 32 * power;
        if (raised <= wanted) low = middle; else high = middle;
    }
    return (uint32_t)low;
}

static void compress(uint32_t state[8], const unsigned char *block, const uint32_t k[64]) {
    uint32_t w[64], s[8];
    for (int t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | block[4 * t + 1] << 16 | block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < 64; t++)
        w[t] = w[t - 16] + w[t - 7] + (rotr(w[t - 15], 7) ^ rotr(w[t - 15], 18) ^ w[t - 15] >> 3)
             + (rotr(w[t - 2], 17) ^ rotr(w[t - 2], 19) ^ w[t - 2] >> 10);
    memcpy(s, state, sizeof s);
    for (int t = 0; t < 64; t++) {
        uint32_t t1 = s[7] + (rotr(s[4], 6) ^ rotr(s[4], 11) ^ rotr(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k[t] + w[t];
        uint32_t t2 = (rotr(s[0], 2) ^ rotr(s[0], 13) ^ rotr(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1, s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

static void sha256(const unsigned char *message, size_t length, unsigned char digest[32]) {
    static uint32_t k[64], iv[8];
    unsigned char padded[1088] = {0};
    uint32_t state[8];
    for (int p = 2, found = 0; !k[63] && found < 64; p++) {
        int is_prime = 1;
        for (int d = 2; d * d <= p; d++) is_prime &= p % d != 0;
        if (is_prime && found < 8) iv[found] = root(p, 2);
        if (is_prime) k[found++] = root(p, 3);
    }
    size_t blocks = (length + 8) / 64 + 1;
    memcpy(padded, message, length), padded[length] = 0x80;
    for (int i = 0; i < 8; i++) padded[64 * blocks - 1 - i] = (unsigned char)((uint64_t)length * 8 >> 8 * i);
    memcpy(state, iv, sizeof state);
    for (size_t i = 0; i < blocks; i++) compress(state, padded + 64 * i, k);
    for (int i = 0; i < 32; i++) digest[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}
