/* SPDX-License-Identifier: MIT */
#include "base/json_escape.h"

#include "base/num.h"

enum {
    UNIT_SIZE = 6 /* of \uXXXX */
};

/* Whether the text begins with \uXXXX. */
static bool decode_unit(uint32_t *unit, struct span text)
{
    uint32_t sum = 0;

    if (text.size < UNIT_SIZE || !span_starts(text, "\\u")) {
        return false;
    }
    for (size_t i = 2; i < UNIT_SIZE; i++) {
        int value = num_hex_value(text.data[i]);

        if (value < 0) {
            return false;
        }
        sum = sum << 4 | (uint32_t)value;
    }
    *unit = sum;
    return true;
}

static size_t decode_units(uint32_t *point, struct span text)
{
    uint32_t high;
    uint32_t low;

    if (!decode_unit(&high, text)) {
        return 0;
    }
    if (high >= 0xD800 && high <= 0xDBFF &&
        decode_unit(&low, span_skip(text, UNIT_SIZE)) && low >= 0xDC00 &&
        low <= 0xDFFF) {
        *point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return 2 * (size_t)UNIT_SIZE;
    }
    *point = high;
    return UNIT_SIZE;
}

size_t json_escape_decode(uint32_t *point, struct span text)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter;

    if (text.size < 2 || text.data[0] != '\\') {
        return 0;
    }
    if (text.data[1] == 'u') {
        return decode_units(point, text);
    }
    letter = memchr(letters, text.data[1], sizeof letters - 1);
    if (letter == NULL) {
        return 0;
    }
    *point = (uint32_t)meanings[letter - letters];
    return 2;
}
