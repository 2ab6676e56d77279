#include "mask_x86.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

/* As in mask.c, loads come before the stores that may overwrite what they read. */
__attribute__((target("avx2"))) static size_t mask_avx2(const uint8_t *in, size_t len, const uint8_t mask[4],
                                                        uint8_t *out) {
  int32_t four;
  memcpy(&four, mask, sizeof four);
  const __m256i key = _mm256_set1_epi32(four);
  size_t i = 0;
  for (; len - i >= 4 * sizeof key; i += 4 * sizeof key) {
    __m256i a = _mm256_loadu_si256((const __m256i *)(in + i));
    __m256i b = _mm256_loadu_si256((const __m256i *)(in + i + sizeof key));
    __m256i c = _mm256_loadu_si256((const __m256i *)(in + i + 2 * sizeof key));
    __m256i d = _mm256_loadu_si256((const __m256i *)(in + i + 3 * sizeof key));
    _mm256_storeu_si256((__m256i *)(out + i), _mm256_xor_si256(a, key));
    _mm256_storeu_si256((__m256i *)(out + i + sizeof key), _mm256_xor_si256(b, key));
    _mm256_storeu_si256((__m256i *)(out + i + 2 * sizeof key), _mm256_xor_si256(c, key));
    _mm256_storeu_si256((__m256i *)(out + i + 3 * sizeof key), _mm256_xor_si256(d, key));
  }
  return i;
}

/* Before the constructor that fills in what this test reads has run, it says no, and the portable code does the work. */
size_t ws_mask_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  return __builtin_cpu_supports("avx2") ? mask_avx2(in, len, mask, out) : 0;
}

#else

size_t ws_mask_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  (void)in;
  (void)len;
  (void)mask;
  (void)out;
  return 0;
}

#endif
