/* How it works. A vector of text is decoded in three steps. Each character's high and low nibble
 * select a byte from two tables, and the character is in the alphabet exactly when the two have no
 * bit in common. A third table, by high nibble, says what to add to get the six bits. Two multiply-
 * and-add instructions then join four times six bits to 24, and a shuffle puts those bytes in order.
 * Encoding is the same backwards: shuffle, multiply to spread, add what the range of the value says.
 *
 * A vector is loaded whole before anything is stored, and a store reaches no further than the input
 * that was loaded, which makes it safe in place. */
#include "base64_x86.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

#define SSSE3 __attribute__((target("ssse3")))
#define AVX2 __attribute__((target("avx2")))

/* Classes of high nibbles, a bit each: 2 (+ /), 3 (digits), 4 and 6 (no 0: '@' '`'), 5 and 7 (ends
 * with z), any other. The low table holds the classes that the low nibble is impossible in. */
#define LOW_NIBBLES 0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a
#define HIGH_NIBBLES 0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10
/* By high nibble; entry 1, which no valid character has, is lent to '/'. */
#define TO_VALUE 0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0
/* By range of value: 0 is a..z, 1..10 the digits, then '+', '/', and 13 is A..Z. */
#define TO_TEXT 71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0
#define JOIN_BYTES 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1
#define SPREAD_BYTES 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10

static int32_t load_mask(const uint8_t mask[4]) {
  int32_t key;
  memcpy(&key, mask, sizeof key);
  return key;
}

SSSE3 static size_t decode_ssse3(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  const __m128i low_table = _mm_setr_epi8(LOW_NIBBLES), high_table = _mm_setr_epi8(HIGH_NIBBLES);
  const __m128i to_value = _mm_setr_epi8(TO_VALUE), join = _mm_setr_epi8(JOIN_BYTES);
  const __m128i nibble = _mm_set1_epi8(0x0f), slash = _mm_set1_epi8('/');
  const __m128i key = _mm_set1_epi32(load_mask(mask));
  size_t i = 0;
  for (; len - i >= 16; i += 16, out += 12) {
    __m128i text = _mm_xor_si128(_mm_loadu_si128((const __m128i *)(in + i)), key);
    __m128i high = _mm_and_si128(_mm_srli_epi32(text, 4), nibble);
    __m128i low = _mm_and_si128(text, nibble);
    __m128i wrong = _mm_and_si128(_mm_shuffle_epi8(low_table, low), _mm_shuffle_epi8(high_table, high));
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(wrong, _mm_setzero_si128())) != 0xffff) break;
    __m128i entry = _mm_add_epi8(high, _mm_cmpeq_epi8(text, slash));
    __m128i value = _mm_add_epi8(text, _mm_shuffle_epi8(to_value, entry));
    __m128i pairs = _mm_maddubs_epi16(value, _mm_set1_epi32(0x01400140));
    __m128i quads = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00011000));
    _mm_storeu_si128((__m128i *)out, _mm_shuffle_epi8(quads, join));
  }
  return i;
}

AVX2 static size_t decode_avx2(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  const __m256i low_table = _mm256_setr_epi8(LOW_NIBBLES, LOW_NIBBLES);
  const __m256i high_table = _mm256_setr_epi8(HIGH_NIBBLES, HIGH_NIBBLES);
  const __m256i to_value = _mm256_setr_epi8(TO_VALUE, TO_VALUE);
  const __m256i join = _mm256_setr_epi8(JOIN_BYTES, JOIN_BYTES);
  const __m256i close_gap = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
  const __m256i nibble = _mm256_set1_epi8(0x0f), slash = _mm256_set1_epi8('/');
  const __m256i key = _mm256_set1_epi32(load_mask(mask));
  size_t i = 0;
  for (; len - i >= 32; i += 32, out += 24) {
    __m256i text = _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(in + i)), key);
    __m256i high = _mm256_and_si256(_mm256_srli_epi32(text, 4), nibble);
    __m256i low = _mm256_and_si256(text, nibble);
    __m256i low_wrong = _mm256_shuffle_epi8(low_table, low);
    __m256i high_wrong = _mm256_shuffle_epi8(high_table, high);
    if (!_mm256_testz_si256(low_wrong, high_wrong)) break;
    __m256i entry = _mm256_add_epi8(high, _mm256_cmpeq_epi8(text, slash));
    __m256i value = _mm256_add_epi8(text, _mm256_shuffle_epi8(to_value, entry));
    __m256i pairs = _mm256_maddubs_epi16(value, _mm256_set1_epi32(0x01400140));
    __m256i quads = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00011000));
    __m256i bytes = _mm256_shuffle_epi8(quads, join);
    _mm256_storeu_si256((__m256i *)out, _mm256_permutevar8x32_epi32(bytes, close_gap));
  }
  return i;
}

/* 16 bytes are read for 12 that are used. */
SSSE3 static size_t encode_ssse3(const uint8_t *in, size_t len, uint8_t *out) {
  const __m128i spread = _mm_setr_epi8(SPREAD_BYTES), to_text = _mm_setr_epi8(TO_TEXT);
  size_t i = 0;
  for (; len - i >= 16; i += 12, out += 16) {
    __m128i bytes = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(in + i)), spread);
    __m128i odd = _mm_mulhi_epu16(_mm_and_si128(bytes, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
    __m128i even = _mm_mullo_epi16(_mm_and_si128(bytes, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
    __m128i value = _mm_or_si128(odd, even);
    __m128i upper = _mm_cmpgt_epi8(_mm_set1_epi8(26), value);
    __m128i range = _mm_or_si128(_mm_subs_epu8(value, _mm_set1_epi8(51)), _mm_and_si128(upper, _mm_set1_epi8(13)));
    __m128i text = _mm_add_epi8(value, _mm_shuffle_epi8(to_text, range));
    _mm_storeu_si128((__m128i *)out, text);
  }
  return i;
}

/* Each half takes 12 bytes; the second load reads 4 beyond what is used. */
AVX2 static size_t encode_avx2(const uint8_t *in, size_t len, uint8_t *out) {
  const __m256i spread = _mm256_setr_epi8(SPREAD_BYTES, SPREAD_BYTES);
  const __m256i to_text = _mm256_setr_epi8(TO_TEXT, TO_TEXT);
  size_t i = 0;
  for (; len - i >= 28; i += 24, out += 32) {
    __m256i bytes = _mm256_loadu2_m128i((const __m128i *)(in + i + 12), (const __m128i *)(in + i));
    bytes = _mm256_shuffle_epi8(bytes, spread);
    __m256i odd =
        _mm256_mulhi_epu16(_mm256_and_si256(bytes, _mm256_set1_epi32(0x0fc0fc00)), _mm256_set1_epi32(0x04000040));
    __m256i even =
        _mm256_mullo_epi16(_mm256_and_si256(bytes, _mm256_set1_epi32(0x003f03f0)), _mm256_set1_epi32(0x01000010));
    __m256i value = _mm256_or_si256(odd, even);
    __m256i upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), value);
    __m256i range =
        _mm256_or_si256(_mm256_subs_epu8(value, _mm256_set1_epi8(51)), _mm256_and_si256(upper, _mm256_set1_epi8(13)));
    __m256i text = _mm256_add_epi8(value, _mm256_shuffle_epi8(to_text, range));
    _mm256_storeu_si256((__m256i *)out, text);
  }
  return i;
}

/* Before the constructor that fills in what these tests read has run, they say no, and the portable
 * code does the work. What is left of a wide vector may still fill a narrow one. */
size_t ws_base64_encode_vector(const uint8_t *in, size_t len, uint8_t *out) {
  if (!__builtin_cpu_supports("ssse3")) return 0;
  size_t taken = __builtin_cpu_supports("avx2") ? encode_avx2(in, len, out) : 0;
  return taken + encode_ssse3(in + taken, len - taken, out + taken / 3 * 4);
}

size_t ws_base64_decode_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  if (!__builtin_cpu_supports("ssse3")) return 0;
  size_t taken = __builtin_cpu_supports("avx2") ? decode_avx2(in, len, mask, out) : 0;
  return taken + decode_ssse3(in + taken, len - taken, mask, out + taken / 4 * 3);
}

#else

size_t ws_base64_encode_vector(const uint8_t *in, size_t len, uint8_t *out) {
  (void)in;
  (void)len;
  (void)out;
  return 0;
}

size_t ws_base64_decode_vector(const uint8_t *in, size_t len, const uint8_t mask[4], uint8_t *out) {
  (void)in;
  (void)len;
  (void)mask;
  (void)out;
  return 0;
}

#endif
