/* Base64 with the usual alphabet and padding: decoding and encoding.

   Nothing here knows Python. `decode.c` and `encode.c` include this file. Processors with
   AVX-512 or NEON convert 64 characters at a time, those with AVX2 32; the rest, and all
   of it on other processors, is converted four at a time by a table. */
#ifndef RTMODELS_BASE64_H
#define RTMODELS_BASE64_H

#include "text.h"

#if HAVE_SSE2 && (defined(__GNUC__) || defined(__clang__))
#define HAVE_AVX_CODE 1
#include <immintrin.h>
#else
#define HAVE_AVX_CODE 0
#endif

#if !defined(RTMODELS_NO_SIMD) && (defined(__aarch64__) || defined(_M_ARM64))
#define HAVE_NEON 1
#include <arm_neon.h>
#else
#define HAVE_NEON 0
#endif

static const char BASE64_ALPHABET[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The six bits that each byte stands for. */
enum { NO = 0x80 }; /* it is not in the alphabet */
static const uint8_t BASE64_VALUES[256] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
};

#if HAVE_AVX_CODE
#define WITH_AVX2 __attribute__((target("avx2"))) static inline
#define WITH_AVX512 \
    __attribute__((target("avx512f,avx512bw,avx512vbmi"))) static inline

static inline bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2");
}

static inline bool has_avx512(void)
{
#if defined(RTMODELS_NO_AVX512) /* for tests of the code for AVX2 */
    return false;
#else
    return __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw");
#endif
}

/* Decode characters from s, `size` of them at most; return how many, a multiple of 64.
   It stops at a character that is not in the alphabet. */
WITH_AVX512 size_t base64_decode_avx512(const uint8_t *s, size_t size, uint8_t *out)
{
    static const uint8_t three_of_four[64] = {
        2,  1,  0,  6,  5,  4,  10, 9,  8,  14, 13, 12, 18, 17, 16, 22,
        21, 20, 26, 25, 24, 30, 29, 28, 34, 33, 32, 38, 37, 36, 42, 41,
        40, 46, 45, 44, 50, 49, 48, 54, 53, 52, 58, 57, 56, 62, 61, 60,
    };
    const __m512i first_half = _mm512_loadu_si512(BASE64_VALUES);
    const __m512i second_half = _mm512_loadu_si512(BASE64_VALUES + 64);
    const __m512i order = _mm512_loadu_si512(three_of_four);

    size_t done = 0;
    for (; size - done >= 64; done += 64) {
        __m512i bytes = _mm512_loadu_si512(s + done);
        __m512i sixes = _mm512_permutex2var_epi8(first_half, bytes, second_half);
        /* The look-up ignores the highest bit, which no character has. */
        if (_mm512_movepi8_mask(_mm512_or_si512(sixes, bytes))) break;

        __m512i twelves = _mm512_maddubs_epi16(sixes, _mm512_set1_epi32(0x01400140));
        __m512i threes = _mm512_madd_epi16(twelves, _mm512_set1_epi32(0x00011000));
        threes = _mm512_permutexvar_epi8(order, threes);
        _mm512_mask_storeu_epi8(out + done / 4 * 3, 0xFFFFFFFFFFFF, threes);
    }
    return done;
}

/* Encode bytes from s, `size` of them at most; return how many, a multiple of 48. */
WITH_AVX512 size_t base64_encode_avx512(const uint8_t *s, size_t size, uint8_t *out)
{
    /* Three bytes a, b, c become b, a, c, b, in which each group of six bits is in one
       piece: it begins at bit 10, 4, 22 and 16. */
    static const uint8_t spread[64] = {
        1,  0,  2,  1,  4,  3,  5,  4,  7,  6,  8,  7,  10, 9,  11, 10,
        13, 12, 14, 13, 16, 15, 17, 16, 19, 18, 20, 19, 22, 21, 23, 22,
        25, 24, 26, 25, 28, 27, 29, 28, 31, 30, 32, 31, 34, 33, 35, 34,
        37, 36, 38, 37, 40, 39, 41, 40, 43, 42, 44, 43, 46, 45, 47, 46,
    };
    const __m512i order = _mm512_loadu_si512(spread);
    const __m512i shifts = _mm512_set1_epi64(0x3036242A1016040A);
    const __m512i alphabet = _mm512_loadu_si512(BASE64_ALPHABET);

    size_t done = 0;
    for (; size - done >= 48; done += 48) {
        __m512i bytes = _mm512_maskz_loadu_epi8(0xFFFFFFFFFFFF, s + done);
        bytes = _mm512_permutexvar_epi8(order, bytes);
        __m512i sixes = _mm512_multishift_epi64_epi8(shifts, bytes);
        /* The look-up ignores all but six bits. */
        _mm512_storeu_si512(out + done / 3 * 4, _mm512_permutexvar_epi8(sixes, alphabet));
    }
    return done;
}

/* Decode characters from s, `size` of them at most; return how many, a multiple of 32.
   It stops at a character that is not in the alphabet.

   A byte is looked up by its halves, `high` and `low`. The alphabet has five kinds of
   rows: '+' and '/' in row 2, digits in row 3, letters in rows 4 and 6, letters in rows
   5 and 7, and nothing in the others. Each kind has a bit; `rows` has the kind of each
   row, and `columns` the kinds that lack a character in each column. */
WITH_AVX2 size_t base64_decode_avx2(const uint8_t *s, size_t size, uint8_t *out)
{
    enum { SIGNS = 1, DIGITS = 2, FIRST = 4, LAST = 8, NONE = 16 };
    enum { IN_NO_SIGN = NONE | SIGNS, PAST_9 = DIGITS, PAST_Z = DIGITS | LAST };
    const __m256i columns = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        IN_NO_SIGN | FIRST, IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN,
        IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN, IN_NO_SIGN | PAST_9,
        NONE | PAST_Z, IN_NO_SIGN | PAST_Z, IN_NO_SIGN | PAST_Z, IN_NO_SIGN | PAST_Z,
        NONE | PAST_Z));
    const __m256i rows = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(NONE, NONE, SIGNS, DIGITS, FIRST, LAST, FIRST, LAST, NONE, NONE,
                      NONE, NONE, NONE, NONE, NONE, NONE));
    /* What to add to a byte of each row: '+', digits, letters. '/' uses entry 1. */
    const __m256i offsets = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0,
                      0, 0, 0, 0, 0, 0, 0));
    /* Of each 32-bit group, three bytes in the opposite order. */
    const __m256i three_of_four = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    const __m256i close_gap = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
    const __m256i nibble = _mm256_set1_epi8(0x0F), slash = _mm256_set1_epi8('/');

    /* 24 bytes of each 32 that are stored count. 43 characters become 32 bytes. */
    size_t done = 0;
    while (size - done >= 44) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(s + done));
        __m256i high = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble);
        __m256i low = _mm256_and_si256(bytes, nibble);
        __m256i missing = _mm256_and_si256(_mm256_shuffle_epi8(rows, high),
                                           _mm256_shuffle_epi8(columns, low));
        if (!_mm256_testz_si256(missing, missing)) break;

        __m256i row = _mm256_add_epi8(high, _mm256_cmpeq_epi8(bytes, slash));
        __m256i sixes = _mm256_add_epi8(bytes, _mm256_shuffle_epi8(offsets, row));
        __m256i twelves = _mm256_maddubs_epi16(sixes, _mm256_set1_epi32(0x01400140));
        __m256i threes = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
        threes = _mm256_shuffle_epi8(threes, three_of_four);
        threes = _mm256_permutevar8x32_epi32(threes, close_gap);
        _mm256_storeu_si256((__m256i *)(out + done / 4 * 3), threes);
        done += 32;
    }
    return done;
}

/* Encode bytes from s, `size` of them at most; return how many, a multiple of 24. */
WITH_AVX2 size_t base64_encode_avx2(const uint8_t *s, size_t size, uint8_t *out)
{
    /* Three bytes a, b, c become b, a, c, b: two 16-bit integers, ab and bc. */
    const __m256i spread = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    /* What to add to six bits: by their kind, as computed below. */
    const __m256i offsets = _mm256_broadcastsi128_si256(
        _mm_setr_epi8('A', 'a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62,
                      '/' - 63, 0, 0));

    /* Each round loads 28 bytes and uses 24. */
    size_t done = 0;
    while (size - done >= 28) {
        __m128i first = _mm_loadu_si128((const __m128i *)(s + done));
        __m128i second = _mm_loadu_si128((const __m128i *)(s + done + 12));
        __m256i bytes = _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1);
        bytes = _mm256_shuffle_epi8(bytes, spread);

        /* Products move each group of six bits to a byte of its own. */
        __m256i right = _mm256_mulhi_epu16(
            _mm256_and_si256(bytes, _mm256_set1_epi32(0x0FC0FC00)),
            _mm256_set1_epi32(0x04000040));
        __m256i left = _mm256_mullo_epi16(
            _mm256_and_si256(bytes, _mm256_set1_epi32(0x003F03F0)),
            _mm256_set1_epi32(0x01000010));
        __m256i sixes = _mm256_or_si256(right, left);

        /* 0 for capital letters, 1 for small ones, 2 to 11 for digits, 12 and 13. */
        __m256i kinds = _mm256_subs_epu8(sixes, _mm256_set1_epi8(51));
        kinds = _mm256_sub_epi8(kinds, _mm256_cmpgt_epi8(sixes, _mm256_set1_epi8(25)));
        __m256i text = _mm256_add_epi8(sixes, _mm256_shuffle_epi8(offsets, kinds));
        _mm256_storeu_si256((__m256i *)(out + done / 3 * 4), text);
        done += 24;
    }
    return done;
}
#endif

#if HAVE_NEON
static inline uint8x16x4_t base64_load_table(const void *table)
{
    const uint8_t *bytes = table;
    return (uint8x16x4_t){{vld1q_u8(bytes), vld1q_u8(bytes + 16), vld1q_u8(bytes + 32),
                           vld1q_u8(bytes + 48)}};
}

/* As base64_decode_avx512. */
static inline size_t base64_decode_neon(const uint8_t *s, size_t size, uint8_t *out)
{
    const uint8x16x4_t first_half = base64_load_table(BASE64_VALUES);
    const uint8x16x4_t second_half = base64_load_table(BASE64_VALUES + 64);

    size_t done = 0;
    for (; size - done >= 64; done += 64) {
        uint8x16x4_t bytes = vld4q_u8(s + done), sixes; /* each fourth byte, four times */
        uint8x16_t wrong = vdupq_n_u8(0);
        for (int i = 0; i < 4; i++) {
            /* A look-up is 0 outside its table, which is here 64 bytes. */
            uint8x16_t high = vsubq_u8(bytes.val[i], vdupq_n_u8(64));
            sixes.val[i] = vorrq_u8(vqtbl4q_u8(first_half, bytes.val[i]),
                                    vqtbl4q_u8(second_half, high));
            wrong = vorrq_u8(wrong, vorrq_u8(sixes.val[i], bytes.val[i]));
        }
        if (vmaxvq_u8(wrong) & NO) break;

        uint8x16x3_t threes;
        threes.val[0] = vsliq_n_u8(vshrq_n_u8(sixes.val[1], 4), sixes.val[0], 2);
        threes.val[1] = vsliq_n_u8(vshrq_n_u8(sixes.val[2], 2), sixes.val[1], 4);
        threes.val[2] = vsliq_n_u8(sixes.val[3], sixes.val[2], 6);
        vst3q_u8(out + done / 4 * 3, threes);
    }
    return done;
}

/* As base64_encode_avx512. */
static inline size_t base64_encode_neon(const uint8_t *s, size_t size, uint8_t *out)
{
    const uint8x16x4_t alphabet = base64_load_table(BASE64_ALPHABET);
    const uint8x16_t six_bits = vdupq_n_u8(63);

    size_t done = 0;
    for (; size - done >= 48; done += 48) {
        uint8x16x3_t bytes = vld3q_u8(s + done); /* each third byte, three times */
        uint8x16x4_t text;
        text.val[0] = vshrq_n_u8(bytes.val[0], 2);
        text.val[1] = vsliq_n_u8(vshrq_n_u8(bytes.val[1], 4), bytes.val[0], 4);
        text.val[2] = vsliq_n_u8(vshrq_n_u8(bytes.val[2], 6), bytes.val[1], 2);
        text.val[3] = bytes.val[2];
        for (int i = 0; i < 4; i++)
            text.val[i] = vqtbl4q_u8(alphabet, vandq_u8(text.val[i], six_bits));
        vst4q_u8(out + done / 3 * 4, text);
    }
    return done;
}
#endif

/* Decode as much as the processor can decode in blocks, and return how much that is: a
   multiple of four characters. */
static inline size_t base64_decode_blocks(const uint8_t *s, size_t size, uint8_t *out)
{
#if HAVE_AVX_CODE
    if (has_avx512()) return base64_decode_avx512(s, size, out);
    if (has_avx2()) return base64_decode_avx2(s, size, out);
#elif HAVE_NEON
    return base64_decode_neon(s, size, out);
#endif
    (void)s, (void)size, (void)out;
    return 0;
}

/* Likewise for encoding: a multiple of three bytes. */
static inline size_t base64_encode_blocks(const uint8_t *s, size_t size, uint8_t *out)
{
#if HAVE_AVX_CODE
    if (has_avx512()) return base64_encode_avx512(s, size, out);
    if (has_avx2()) return base64_encode_avx2(s, size, out);
#elif HAVE_NEON
    return base64_encode_neon(s, size, out);
#endif
    (void)s, (void)size, (void)out;
    return 0;
}

/* Return how many bytes `size` characters at s stand for, if they are base64. */
static inline size_t base64_decoded_size(const uint8_t *s, size_t size)
{
    if (!size) return 0;
    return size / 4 * 3 - (s[size - 1] == '=') - (size > 1 && s[size - 2] == '=');
}

/* Decode `size` characters, a multiple of four, to `out`, which has room for exactly
   `base64_decoded_size`. Return whether they are base64 in the one spelling that its
   bytes encode to: padded, and without a bit in the last character that is not used. */
static inline bool base64_decode(const uint8_t *s, size_t size, uint8_t *out)
{
    if (!size) return true;
    size_t padding = s[size - 1] == '=' ? 1 + (s[size - 2] == '=') : 0;
    size_t body = padding ? size - 4 : size;

    size_t i = base64_decode_blocks(s, body, out);
    out += i / 4 * 3;
    for (; i < body; i += 4) {
        uint32_t a = BASE64_VALUES[s[i]], b = BASE64_VALUES[s[i + 1]];
        uint32_t c = BASE64_VALUES[s[i + 2]], d = BASE64_VALUES[s[i + 3]];
        if ((a | b | c | d) & NO) return false;
        uint32_t bits = a << 18 | b << 12 | c << 6 | d;
        *out++ = (uint8_t)(bits >> 16);
        *out++ = (uint8_t)(bits >> 8);
        *out++ = (uint8_t)bits;
    }
    if (!padding) return true;

    uint32_t a = BASE64_VALUES[s[i]], b = BASE64_VALUES[s[i + 1]];
    uint32_t c = padding == 1 ? BASE64_VALUES[s[i + 2]] : 0;
    uint32_t unused = padding == 1 ? c & 3 : b & 15;
    if ((a | b | c) & NO || unused) return false;
    *out++ = (uint8_t)(a << 2 | b >> 4);
    if (padding == 1) *out = (uint8_t)(b << 4 | c >> 2);
    return true;
}

/* Write the four characters for 24 bits, and return their end. */
static inline uint8_t *base64_write(uint8_t *out, uint32_t bits)
{
    out[0] = (uint8_t)BASE64_ALPHABET[bits >> 18];
    out[1] = (uint8_t)BASE64_ALPHABET[bits >> 12 & 63];
    out[2] = (uint8_t)BASE64_ALPHABET[bits >> 6 & 63];
    out[3] = (uint8_t)BASE64_ALPHABET[bits & 63];
    return out + 4;
}

/* Encode `size` bytes, as (size + 2) / 3 * 4 characters; return the end of them. */
static inline uint8_t *base64_encode(const uint8_t *s, size_t size, uint8_t *out)
{
    size_t i = base64_encode_blocks(s, size, out);
    out += i / 3 * 4;
    for (; i + 3 <= size; i += 3)
        out = base64_write(out, (uint32_t)s[i] << 16 | (uint32_t)s[i + 1] << 8 | s[i + 2]);
    if (i == size) return out;

    bool has_two = size - i == 2;
    out = base64_write(out, (uint32_t)s[i] << 16 | (has_two ? (uint32_t)s[i + 1] << 8 : 0));
    out[-1] = '=';
    if (!has_two) out[-2] = '=';
    return out;
}

#endif
