/* SPDX-License-Identifier: MIT */
#include "cli/decode_cryptocompare.h"

#include "base/json_quote.h"
#include "base/num.h"

#include <stdint.h>

enum {
    FIXED_MAX = 9,
    MASK_BITS = 64,
    FIELDS_MAX = FIXED_MAX + MASK_BITS + 1
};

struct field {
    const char *name; /* NULL ends a list */
    bool text;        /* a string even where it looks like a number */
};

struct layout {
    const char *type;
    const struct field *fixed;
    const struct field *optional; /* by bit; NULL: the type has no mask */
};

/* ---- The streamer's tables ---------------------------------------------- */

static const struct field current_fixed[] = {
    {"TYPE",       true },
    {"MARKET",     true },
    {"FROMSYMBOL", true },
    {"TOSYMBOL",   true },
    {"FLAGS",      false},
    {NULL,         false},
};

static const struct field current_optional[] = {
    {"PRICE",                 false}, /* 1 */
    {"BID",                   false},
    {"ASK",                   false},
    {"LASTUPDATE",            false},
    {"MEDIAN",                false}, /* 10 */
    {"LASTVOLUME",            false},
    {"LASTVOLUMETO",          false},
    {"LASTTRADEID",           true },
    {"VOLUMEDAY",             false}, /* 100 */
    {"VOLUMEDAYTO",           false},
    {"VOLUME24HOUR",          false},
    {"VOLUME24HOURTO",        false},
    {"OPENDAY",               false}, /* 1000 */
    {"HIGHDAY",               false},
    {"LOWDAY",                false},
    {"OPEN24HOUR",            false},
    {"HIGH24HOUR",            false}, /* 10000 */
    {"LOW24HOUR",             false},
    {"LASTMARKET",            true },
    {"VOLUMEHOUR",            false},
    {"VOLUMEHOURTO",          false}, /* 100000 */
    {"OPENHOUR",              false},
    {"HIGHHOUR",              false},
    {"LOWHOUR",               false},
    {"TOPTIERVOLUME24HOUR",   false}, /* 1000000 */
    {"TOPTIERVOLUME24HOURTO", false},
    {NULL,                    false},
};

static const struct field trade_fixed[] = {
    {"TYPE", true },
    {"M",    true },
    {"FSYM", true },
    {"TSYM", true },
    {"F",    false},
    {NULL,   false},
};

static const struct field trade_optional[] = {
    {"ID",    true },
    {"TS",    false},
    {"Q",     false},
    {"P",     false},
    {"TOTAL", false}, /* 10 */
    {"RTS",   false},
    {"CCSEQ", false},
    {"TSNS",  false},
    {"RTSNS", false}, /* 100 */
    {NULL,    false},
};

static const struct field book_fixed[] = {
    {"TYPE",   true },
    {"M",      true },
    {"FSYM",   true },
    {"TSYM",   true },
    {"SIDE",   false},
    {"ACTION", false},
    {"CCSEQ",  false},
    {"P",      false},
    {"Q",      false},
    {NULL,     false},
};

static const struct field book_optional[] = {
    {"SEQ",        false},
    {"REPORTEDNS", false},
    {"DELAYNS",    false},
    {NULL,         false},
};

static const struct field candle_fixed[] = {
    {"TYPE",       true },
    {"MARKET",     true },
    {"FROMSYMBOL", true },
    {"TOSYMBOL",   true },
    {"TS",         false},
    {"UNIT",       true },
    {"ACTION",     true },
    {NULL,         false},
};

static const struct field candle_optional[] = {
    {"OPEN",        false},
    {"HIGH",        false},
    {"LOW",         false},
    {"CLOSE",       false},
    {"VOLUMEFROM",  false}, /* 10 */
    {"VOLUMETO",    false},
    {"TOTALTRADES", false},
    {"FIRSTTS",     false},
    {"LASTTS",      false}, /* 100 */
    {"FIRSTPRICE",  false},
    {"MAXPRICE",    false},
    {"MINPRICE",    false},
    {"LASTPRICE",   false}, /* 1000 */
    {NULL,          false},
};

static const struct field volume[] = {
    {"TYPE",       true },
    {"SYMBOL",     true },
    {"FULLVOLUME", false},
    {NULL,         false},
};

static const struct field top_volume[] = {
    {"TYPE",              true },
    {"SYMBOL",            true },
    {"TOPTIERFULLVOLUME", false},
    {NULL,                false},
};

static const struct field notice[] = {
    {"TYPE",    true },
    {"MESSAGE", true },
    {NULL,      false},
};

static const struct layout layouts[] = {
    {"5",   current_fixed, current_optional},
    {"2",   current_fixed, current_optional},
    {"0",   trade_fixed,   trade_optional  },
    {"3",   notice,        NULL            },
    {"8",   book_fixed,    book_optional   },
    {"11",  volume,        NULL            },
    {"21",  top_volume,    NULL            },
    {"24",  candle_fixed,  candle_optional },
    {"401", notice,        NULL            },
    {"429", notice,        NULL            },
    {"500", notice,        NULL            },
};

/* ---- Reading ------------------------------------------------------------ */

static const struct layout *find_layout(struct span type)
{
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++) {
        if (span_is(type, layouts[i].type)) {
            return &layouts[i];
        }
    }
    return NULL;
}

static size_t count_names(const struct field *names)
{
    size_t count = 0;

    while (names[count].name != NULL) {
        count++;
    }
    return count;
}

/* Splits at `~` and answers with the number of fields, FIELDS_MAX + 1 where
 * there are more than can be. */
static size_t split(struct span fields[FIELDS_MAX], struct span text)
{
    size_t count = 0;

    for (;;) {
        size_t size = span_find(text, '~');

        if (count == FIELDS_MAX) {
            return FIELDS_MAX + 1;
        }
        fields[count++] = span_of(text.data, size);
        if (size == text.size) {
            return count;
        }
        text = span_skip(text, size + 1);
    }
}

static bool parse_mask(uint64_t *mask, struct span text)
{
    *mask = 0;
    if (text.size == 0 || text.size > MASK_BITS / 4) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit = memchr(digits, text.data[i], sizeof digits - 1);

        if (digit == NULL) {
            return false;
        }
        *mask = *mask << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

static size_t count_bits(uint64_t mask)
{
    size_t count = 0;

    for (; mask != 0; mask &= mask - 1) {
        count++;
    }
    return count;
}

/* ---- Printing ----------------------------------------------------------- */

static void append_value(struct buf *out, bool text, struct span value)
{
    if (!text && num_is_decimal(value)) {
        buf_append_span(out, value);
    } else {
        json_quote(out, value);
    }
}

static void append_name(struct buf *out, const char *name)
{
    buf_append_text(out, ",\"");
    buf_append_text(out, name);
    buf_append_text(out, "\":");
}

static void append_fixed(struct buf *out, const struct field *names,
                         const struct span *values)
{
    buf_append_byte(out, '{');
    for (size_t i = 0; names[i].name != NULL; i++) {
        append_name(out, names[i].name);
        append_value(out, names[i].text, values[i]);
    }
}

static void append_optional(struct buf *out, const struct field *names,
                            const struct span *values, uint64_t mask)
{
    size_t known = count_names(names);

    for (size_t bit = 0; bit < MASK_BITS; bit++) {
        if ((mask >> bit & 1) == 0) {
            continue;
        }
        if (bit < known) {
            append_name(out, names[bit].name);
        } else {
            buf_append_text(out, ",\"BIT");
            buf_append_uint(out, bit);
            buf_append_text(out, "\":");
        }
        append_value(out, bit < known && names[bit].text, *values);
        values++;
    }
}

enum decode_outcome decode_cryptocompare(struct buf *out, struct span text)
{
    struct span fields[FIELDS_MAX] = {
        {NULL, 0}
    };
    const struct layout *layout;
    uint64_t mask = 0;
    size_t from = out->size;
    size_t type = span_find(text, '~');
    size_t fixed;
    size_t count;

    layout = find_layout(span_of(text.data, type));
    if (type == text.size || layout == NULL) {
        return DECODE_OTHER;
    }
    fixed = count_names(layout->fixed);
    count = split(fields, text);
    if (layout->optional == NULL) {
        if (count != fixed) {
            return DECODE_DAMAGED;
        }
    } else if (count <= fixed || count > FIELDS_MAX ||
               !parse_mask(&mask, fields[count - 1]) ||
               count_bits(mask) != count - fixed - 1) {
        return DECODE_DAMAGED;
    }
    append_fixed(out, layout->fixed, fields);
    if (layout->optional != NULL) {
        append_optional(out, layout->optional, fields + fixed, mask);
    }
    buf_append_byte(out, '}');
    /* Each name came with the comma before it; the first one needs none. */
    if (buf_result(out) == SOCKFEED_OK) {
        memmove(out->data + from + 1, out->data + from + 2,
                out->size - from - 2);
        out->size--;
    }
    return DECODE_DONE;
}
