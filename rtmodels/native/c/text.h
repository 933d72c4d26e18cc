/* The text of JSON, byte by byte: strings, UTF-8, escapes, and skipping of values.

   Nothing here knows Python. `decode.c` and `encode.c` include this file.

   Functions that read take `p`, the next byte, and `end`, the end of the frame. They
   rely on two things that `program_decode` ensures: *end is 0 and may be read, and the
   frame begins at least MIN_FRAME bytes before it. So a loop that stops at 0 stops in
   bounds, and the last 16 bytes of a frame can always be loaded together. */
#ifndef RTMODELS_TEXT_H
#define RTMODELS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define LIKELY(x) __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define LIKELY(x) (x)
#define UNLIKELY(x) (x)
#endif

/* RTMODELS_NO_SIMD selects the portable code, for tests on machines that have both. */
#if !defined(RTMODELS_NO_SIMD) && (defined(__x86_64__) || defined(_M_X64))
#define HAVE_SSE2 1
#include <emmintrin.h>
#else
#define HAVE_SSE2 0
#endif

#if defined(_MSC_VER)
#include <intrin.h>
#endif

enum { MIN_FRAME = 16 };

static inline uint64_t load8(const void *p)
{
    uint64_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* Return the number of the lowest bit that is set; `bits` is not 0. */
static inline int lowest_bit(uint64_t bits)
{
#if defined(_MSC_VER) && !defined(__clang__)
    unsigned long index;
    _BitScanForward64(&index, bits);
    return (int)index;
#else
    return __builtin_ctzll(bits);
#endif
}

static inline uint32_t load4(const void *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

/* Return whether two texts are equal. It is inline, since most have few bytes. The last
   block overlaps the one before, so that no bytes are left over. */
static inline bool are_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    if (size >= 8) {
        for (size_t i = 0; i + 8 <= size; i += 8)
            if (load8(a + i) != load8(b + i)) return false;
        return load8(a + size - 8) == load8(b + size - 8);
    }
    if (size >= 4)
        return load4(a) == load4(b) && load4(a + size - 4) == load4(b + size - 4);
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i]) return false;
    return true;
}

/* Return whether the bytes at p are `text`; reads no further than the frame. */
static inline bool starts_with(const uint8_t *p, const uint8_t *end, const void *text,
                               size_t size)
{
    return (size_t)(end - p) >= size && are_equal(p, text, size);
}

static inline bool is_space(uint8_t c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Return the first byte that is not white space. It stops at the 0 at the end. */
static inline const uint8_t *skip_space(const uint8_t *p)
{
    if (UNLIKELY(*p <= ' '))
        while (is_space(*p)) p++;
    return p;
}

/* Return whether a byte stands for itself in a JSON string. */
static inline bool is_plain(uint8_t c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

#if HAVE_SSE2
/* Return a bit for each of 16 bytes that is not plain. */
static inline unsigned find_special(__m128i bytes)
{
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), control));
}
#endif

/* Return a value other than 0 if one of 8 bytes is not plain. Bytes from 0x80 on count
   as plain. x - 0x20 borrows into the top bit for x < 0x20, and ~x rules out x >= 0x80. */
static inline uint64_t has_special(uint64_t bytes)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t quote = bytes ^ (ones * '"'), slash = bytes ^ (ones * '\\');
    uint64_t found = ((quote - ones) & ~quote) | ((slash - ones) & ~slash)
                     | ((bytes - ones * 0x20) & ~bytes);
    return found & (ones * 0x80);
}

/* Return the first byte from p on that is not plain, or `end`, where 0 is not plain
   either. *high is changed to true if a byte before it is not ASCII. */
static inline const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end, bool *high)
{
#if HAVE_SSE2
    /* Each round but the last advances by 16 bytes. The last one loads the 16 bytes
       before `end`, of which the first `behind` were seen before, or precede p. */
    unsigned seen_high = 0;
    for (;;) {
        ptrdiff_t left = end - p;
        int behind = 0;
        if (UNLIKELY(left < 16)) {
            if (left <= 0) break;
            behind = (int)(16 - left);
        }
        __m128i bytes = _mm_loadu_si128((const __m128i *)(p - behind));
        unsigned special = find_special(bytes) >> behind;
        unsigned above = (unsigned)_mm_movemask_epi8(bytes) >> behind;

        if (special) {
            int index = lowest_bit(special);
            *high |= (seen_high | (above & ((1u << index) - 1))) != 0;
            return p + index;
        }
        seen_high |= above;
        if (behind) break;
        p += 16;
    }
    *high |= seen_high != 0;
    return end;
#else
    while (end - p >= 8) {
        uint64_t bytes = load8(p);
        if (has_special(bytes)) break;
        *high |= (bytes & 0x8080808080808080u) != 0;
        p += 8;
    }
    while (p < end && is_plain(*p)) *high |= *p++ >= 0x80;
    return p;
#endif
}

/* ---- UTF-8 ------------------------------------------------------------------------ */

static inline bool is_continuation(uint8_t c)
{
    return (c & 0xC0) == 0x80;
}

/* Return the size of the UTF-8 sequence at s, which begins with a byte from 0x80 on and
   ends before `stop`, and store its character; return 0 if it is invalid, which includes
   overlong forms and surrogates. */
static inline int utf8_read(const uint8_t *s, const uint8_t *stop, uint32_t *character)
{
    ptrdiff_t left = stop - s;
    uint8_t c = s[0];

    if (c < 0xE0) {
        if (c < 0xC2 || left < 2 || !is_continuation(s[1])) return 0;
        *character = (uint32_t)(c & 0x1F) << 6 | (s[1] & 0x3F);
        return 2;
    }
    if (c < 0xF0) {
        if (left < 3 || !is_continuation(s[1]) || !is_continuation(s[2])) return 0;
        *character = (uint32_t)(c & 0x0F) << 12 | (uint32_t)(s[1] & 0x3F) << 6
                     | (s[2] & 0x3F);
        bool surrogate = *character >= 0xD800 && *character < 0xE000;
        return *character < 0x800 || surrogate ? 0 : 3;
    }
    if (c > 0xF4 || left < 4) return 0;
    if (!is_continuation(s[1]) || !is_continuation(s[2]) || !is_continuation(s[3]))
        return 0;
    *character = (uint32_t)(c & 0x07) << 18 | (uint32_t)(s[1] & 0x3F) << 12
                 | (uint32_t)(s[2] & 0x3F) << 6 | (s[3] & 0x3F);
    return *character < 0x10000 || *character > 0x10FFFF ? 0 : 4;
}

/* Return the number of characters in [s, stop), and the largest one, or -1 if the bytes
   are not UTF-8. Each round advances by at least one byte. */
static inline ptrdiff_t utf8_measure(const uint8_t *s, const uint8_t *stop, uint32_t *largest)
{
    ptrdiff_t count = 0;
    *largest = 0;
    while (s < stop) {
        if (*s < 0x80) {
            s++;
            count++;
            /* Most text is ASCII with a few others in between. */
            while (stop - s >= 8 && !(load8(s) & 0x8080808080808080u)) {
                s += 8;
                count += 8;
            }
            continue;
        }
        uint32_t character;
        int size = utf8_read(s, stop, &character);
        if (!size) return -1;
        if (character > *largest) *largest = character;
        s += size;
        count++;
    }
    return count;
}

/* Write the characters of [s, stop), which is valid, to `out` as integers of `width`
   bytes: 1, 2 or 4. Callers pass a constant, so that the compiler makes three loops. */
static inline void utf8_decode(void *out, int width, const uint8_t *s, const uint8_t *stop)
{
    uint8_t *out1 = out;
    uint16_t *out2 = out;
    uint32_t *out4 = out;
    while (s < stop) {
        uint32_t character = *s;
        int size = 1;
        if (character >= 0x80) size = utf8_read(s, stop, &character);
        s += size ? size : 1;
        if (width == 1) *out1++ = (uint8_t)character;
        else if (width == 2) *out2++ = (uint16_t)character;
        else *out4++ = character;
    }
}

/* Write a character, of up to 4 bytes, and return the end of them. */
static inline uint8_t *utf8_write(uint8_t *out, uint32_t character)
{
    if (character < 0x80) {
        *out++ = (uint8_t)character;
        return out;
    }
    if (character < 0x800) {
        *out++ = (uint8_t)(0xC0 | character >> 6);
    } else {
        if (character < 0x10000) {
            *out++ = (uint8_t)(0xE0 | character >> 12);
        } else {
            *out++ = (uint8_t)(0xF0 | character >> 18);
            *out++ = (uint8_t)(0x80 | (character >> 12 & 0x3F));
        }
        *out++ = (uint8_t)(0x80 | (character >> 6 & 0x3F));
    }
    *out++ = (uint8_t)(0x80 | (character & 0x3F));
    return out;
}

/* ---- Escapes ---------------------------------------------------------------------- */

/* Read four hexadecimal digits; the 0 at the end of a frame is none. */
static inline bool read_hex4(const uint8_t *p, uint32_t *value)
{
    *value = 0;
    for (int i = 0; i < 4; i++) {
        uint8_t c = p[i];
        if (c >= '0' && c <= '9') c -= '0';
        else if (c >= 'a' && c <= 'f') c -= 'a' - 10;
        else if (c >= 'A' && c <= 'F') c -= 'A' - 10;
        else return false;
        *value = *value << 4 | c;
    }
    return true;
}

/* Read the escape at p, a backslash, and write its character, of up to 4 bytes, to *out.
   Return the end of the escape, or NULL if it is invalid or a lone surrogate. */
static inline const uint8_t *unescape(const uint8_t *p, uint8_t **out)
{
    uint32_t character, low;
    switch (p[1]) {
    case '"': case '\\': case '/': character = p[1]; break;
    case 'b': character = '\b'; break;
    case 'f': character = '\f'; break;
    case 'n': character = '\n'; break;
    case 'r': character = '\r'; break;
    case 't': character = '\t'; break;
    case 'u':
        if (!read_hex4(p + 2, &character)) return NULL;
        p += 4;
        if (character < 0xD800 || character >= 0xE000) break;

        /* The first half of a pair has to be followed by the second. */
        if (character >= 0xDC00 || p[2] != '\\' || p[3] != 'u') return NULL;
        if (!read_hex4(p + 4, &low) || low < 0xDC00 || low >= 0xE000) return NULL;
        character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
        p += 6;
        break;
    default: return NULL;
    }
    *out = utf8_write(*out, character);
    return p + 2;
}

/* Write the escape of a byte that is not plain: up to 6 bytes. Return their end. */
static inline uint8_t *write_escape(uint8_t *out, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    *out++ = '\\';
    switch (c) {
    case '"': case '\\': *out++ = c; break;
    case '\b': *out++ = 'b'; break;
    case '\f': *out++ = 'f'; break;
    case '\n': *out++ = 'n'; break;
    case '\r': *out++ = 'r'; break;
    case '\t': *out++ = 't'; break;
    default:
        memcpy(out, "u00", 3);
        out[3] = (uint8_t)hex[c >> 4];
        out[4] = (uint8_t)hex[c & 15];
        out += 5;
    }
    return out;
}

/* ---- Skipping --------------------------------------------------------------------- */

/* Return the end of the string whose opening quote is before p, or NULL. Each round ends
   behind escapes, which a 0, as at the end of the frame, cannot be part of. */
static inline const uint8_t *skip_string(const uint8_t *p, const uint8_t *end)
{
    bool high = false;
    for (;;) {
        p = skip_plain(p, end, &high);
        if (*p == '"') return p + 1;
        do {
            if (*p != '\\' || !p[1]) return NULL;
            int digits = p[1] == 'u' ? 4 : 0;
            for (p += 2; digits && is_plain(*p); digits--) p++;
        } while (*p == '\\');
    }
}

/* Return the end of the number or word at p, or NULL. Integers of 19 digits and more may
   have more than 64 bits, which a parser may round, and are not for this program. */
static inline const uint8_t *skip_token(const uint8_t *p)
{
    const uint8_t *start = p;
    bool is_whole = true;
    /* No control character, such as the 0 at the end, continues a token. */
    while (*p > ' ' && *p != ',' && *p != '}' && *p != ']' && *p != ':' && *p != '"') {
        is_whole &= *p != '.' && *p != 'e' && *p != 'E';
        p++;
    }
    return p == start || (is_whole && p - start > 18) ? NULL : p;
}

/* Return the end of the value at p, or NULL if it nests deeper than max_depth levels.
   Whether the bytes up to there are JSON is left to a parser. Each case advances by a
   byte at least, or returns. */
static inline const uint8_t *skip_value(const uint8_t *p, const uint8_t *end, int max_depth)
{
    int depth = 0;
    do {
        switch (*p) {
        case '"':
            p = skip_string(p + 1, end);
            break;
        case '{': case '[':
            p = ++depth > max_depth ? NULL : p + 1;
            break;
        case '}': case ']':
            p = --depth < 0 ? NULL : p + 1;
            break;
        case ',': case ':': case ' ': case '\t': case '\n': case '\r':
            p = depth ? p + 1 : NULL;
            break;
        default:
            p = skip_token(p);
        }
    } while (p && depth);
    return p;
}

#endif
