/* Numbers as JSON has them: parsing and writing.

   Nothing here knows Python. `decode.c` and `encode.c` include this file; the rules for
   `p` and the end of a frame are those of text.h. */
#ifndef RTMODELS_NUMBERS_H
#define RTMODELS_NUMBERS_H

#include "text.h"

enum { MAX_DIGITS = 18 }; /* as many as a 64-bit integer holds, whichever they are */

typedef enum {
    NUMBER_INVALID, /* not a number, or one that is left to the Python path */
    NUMBER_INT,
    NUMBER_FLOAT,
    NUMBER_LONG_FLOAT, /* valid, but to be rounded by a complete parser */
} NumberKind;

typedef struct {
    NumberKind kind;
    int64_t whole;      /* for NUMBER_INT */
    double fraction;    /* for NUMBER_FLOAT */
    const uint8_t *end; /* the byte after it */
} Number;

/* The powers of ten that a double holds exactly. */
static const double POWERS_OF_TEN[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};
enum { MAX_POWER = 22, MAX_EXPONENT = 10000 };

static inline bool is_digit(uint8_t c)
{
    return (uint8_t)(c - '0') < 10;
}

/* Read the fraction and the exponent at p of a number that begins with the `digits`
   digits of `mantissa`. Each loop ends at a byte that is no digit. */
static Number read_float(const uint8_t *p, uint64_t mantissa, int digits, bool negative)
{
    const Number invalid = {.kind = NUMBER_INVALID};
    int scale = 0;
    bool is_long = false;

    if (*p == '.') {
        if (!is_digit(*++p)) return invalid;
        for (; is_digit(*p); p++) {
            if (digits >= MAX_DIGITS) {
                is_long = true;
                continue;
            }
            mantissa = mantissa * 10 + (*p - '0');
            scale--;
            digits += mantissa != 0; /* zeros in front take no room */
        }
    }

    if (*p == 'e' || *p == 'E') {
        p++;
        bool below = *p == '-';
        if (*p == '-' || *p == '+') p++;
        if (!is_digit(*p)) return invalid;

        int exponent = 0;
        for (; is_digit(*p); p++)
            if (exponent < MAX_EXPONENT) exponent = exponent * 10 + (*p - '0');
        scale += below ? -exponent : exponent;
    }

    /* With both operands exact, one division or product rounds correctly. */
    Number number = {.kind = NUMBER_LONG_FLOAT, .end = p};
    bool is_exact = !is_long && mantissa <= (uint64_t)1 << 53;
    if (is_exact && scale >= -MAX_POWER && scale <= MAX_POWER) {
        double value = (double)mantissa;
        value = scale < 0 ? value / POWERS_OF_TEN[-scale] : value * POWERS_OF_TEN[scale];
        number.kind = NUMBER_FLOAT;
        number.fraction = negative ? -value : value;
    }
    return number;
}

/* Read the number at p. Integers of more than MAX_DIGITS digits, and -0, are left to
   the Python path. The loop ends at a byte that is no digit. */
static inline Number read_number(const uint8_t *p)
{
    const Number invalid = {.kind = NUMBER_INVALID};
    bool negative = *p == '-';
    const uint8_t *first = p += negative;
    uint64_t mantissa = 0;

    if (*p == '0') {
        p++;
        if (is_digit(*p)) return invalid;
    } else {
        for (; is_digit(*p); p++) {
            if (UNLIKELY(p - first >= MAX_DIGITS)) return invalid;
            mantissa = mantissa * 10 + (*p - '0');
        }
        if (p == first) return invalid;
    }

    if (UNLIKELY(*p == '.' || *p == 'e' || *p == 'E'))
        return read_float(p, mantissa, mantissa ? (int)(p - first) : 0, negative);
    if (UNLIKELY(negative && !mantissa)) return invalid;

    int64_t whole = (int64_t)mantissa;
    return (Number){.kind = NUMBER_INT, .whole = negative ? -whole : whole, .end = p};
}

static const char DIGIT_PAIRS[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

/* Write an integer, of up to 20 digits, and return the end of it. */
static inline uint8_t *write_unsigned(uint8_t *out, uint64_t value)
{
    if (value < 10) {
        *out = (uint8_t)('0' + value);
        return out + 1;
    }
    uint8_t digits[20], *first = digits + sizeof digits;
    for (; value >= 100; value /= 100) {
        first -= 2;
        memcpy(first, &DIGIT_PAIRS[value % 100 * 2], 2);
    }
    first -= 2;
    memcpy(first, &DIGIT_PAIRS[value * 2], 2);
    first += *first == '0';

    size_t size = (size_t)(digits + sizeof digits - first);
    memcpy(out, first, size);
    return out + size;
}

static inline uint8_t *write_signed(uint8_t *out, int64_t value)
{
    if (value >= 0) return write_unsigned(out, (uint64_t)value);
    *out = '-';
    return write_unsigned(out + 1, 0 - (uint64_t)value);
}

enum { MAX_DECIMALS = 6 };

/* Write a float of up to MAX_DECIMALS decimals, as most are, in up to 24 bytes; return
   NULL for all others.

   The text is the shortest one that reads as `value`, as orjson's is: with fewer than
   15 digits, only one number with the same count of decimals is as close to it, and
   fewer decimals were tried before. */
static inline uint8_t *write_short_float(uint8_t *out, double value)
{
    double size = value < 0 ? -value : value;
    if (!(size >= 1e-4 && size < 1e9)) return NULL;

    for (int decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
        uint64_t power = (uint64_t)POWERS_OF_TEN[decimals];
        uint64_t scaled = (uint64_t)(size * POWERS_OF_TEN[decimals] + 0.5);
        if (scaled >= 100000000000000u) return NULL;
        if ((double)scaled / POWERS_OF_TEN[decimals] != size) continue;

        if (value < 0) *out++ = '-';
        out = write_unsigned(out, scaled / power);
        *out++ = '.';
        if (!decimals) *out++ = '0';
        for (uint64_t rest = scaled % power, unit = power / 10; unit; unit /= 10)
            *out++ = (uint8_t)('0' + rest / unit % 10);
        return out;
    }
    return NULL;
}

#endif
