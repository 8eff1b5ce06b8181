//! AVX-512VL: eight lanes with the rotate and the ternary logic of AVX-512, for CPUs that slow down at 512 bits.

super::avx512::avx512! {
    features: "avx512f,avx512vl", vector: __m256i, register: ymm_reg, lanes: 8,
    count: _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), set1: _mm256_set1_epi32,
    add: _mm256_add_epi32, ternary: _mm256_ternarylogic_epi32, ror: _mm256_ror_epi32, srl: _mm256_srl_epi32,
    testn: _mm256_testn_epi32_mask,
}
