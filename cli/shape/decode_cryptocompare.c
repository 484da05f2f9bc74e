/* SPDX-License-Identifier: MIT */
#include "cli/shape/decode_cryptocompare.h"

#include "base/json_quote.h"
#include "base/num.h"

#include <stdint.h>

enum {
    FIXED_MAX = 9,
    MASK_BITS = 64,
    FIELDS_MAX = FIXED_MAX + MASK_BITS + 1
};

struct field {
    const char *key; /* `,"NAME":`; NULL ends a list */
    size_t size;     /* of the key */
    bool text;       /* a string even where it looks like a number */
};

#define FIELD(name, text)                              \
 {                                                     \
  ",\"" name "\":", sizeof(",\"" name "\":") - 1, text \
 }
#define TEXT(name)   FIELD(name, true)
#define NUMBER(name) FIELD(name, false)
#define END      \
 {               \
  NULL, 0, false \
 }

struct layout {
    const char *type;
    const struct field *fixed;
    const struct field *optional; /* by bit; NULL: the type has no mask */
};

/* ---- The streamer's tables ---------------------------------------------- */

static const struct field current_fixed[] = {
    TEXT("TYPE"),     TEXT("MARKET"),  TEXT("FROMSYMBOL"),
    TEXT("TOSYMBOL"), NUMBER("FLAGS"), END,
};

static const struct field current_optional[] = {
    NUMBER("PRICE"), /* 1 */
    NUMBER("BID"),
    NUMBER("ASK"),
    NUMBER("LASTUPDATE"),
    NUMBER("MEDIAN"), /* 10 */
    NUMBER("LASTVOLUME"),
    NUMBER("LASTVOLUMETO"),
    TEXT("LASTTRADEID"),
    NUMBER("VOLUMEDAY"), /* 100 */
    NUMBER("VOLUMEDAYTO"),
    NUMBER("VOLUME24HOUR"),
    NUMBER("VOLUME24HOURTO"),
    NUMBER("OPENDAY"), /* 1000 */
    NUMBER("HIGHDAY"),
    NUMBER("LOWDAY"),
    NUMBER("OPEN24HOUR"),
    NUMBER("HIGH24HOUR"), /* 10000 */
    NUMBER("LOW24HOUR"),
    TEXT("LASTMARKET"),
    NUMBER("VOLUMEHOUR"),
    NUMBER("VOLUMEHOURTO"), /* 100000 */
    NUMBER("OPENHOUR"),
    NUMBER("HIGHHOUR"),
    NUMBER("LOWHOUR"),
    NUMBER("TOPTIERVOLUME24HOUR"), /* 1000000 */
    NUMBER("TOPTIERVOLUME24HOURTO"),
    END,
};

static const struct field trade_fixed[] = {
    TEXT("TYPE"), TEXT("M"), TEXT("FSYM"), TEXT("TSYM"), NUMBER("F"), END,
};

static const struct field trade_optional[] = {
    TEXT("ID"),
    NUMBER("TS"),
    NUMBER("Q"),
    NUMBER("P"),
    NUMBER("TOTAL"), /* 10 */
    NUMBER("RTS"),
    NUMBER("CCSEQ"),
    NUMBER("TSNS"),
    NUMBER("RTSNS"), /* 100 */
    END,
};

static const struct field book_fixed[] = {
    TEXT("TYPE"),    TEXT("M"),
    TEXT("FSYM"),    TEXT("TSYM"),
    NUMBER("SIDE"),  NUMBER("ACTION"),
    NUMBER("CCSEQ"), NUMBER("P"),
    NUMBER("Q"),     END,
};

static const struct field book_optional[] = {
    NUMBER("SEQ"),
    NUMBER("REPORTEDNS"),
    NUMBER("DELAYNS"),
    END,
};

static const struct field candle_fixed[] = {
    TEXT("TYPE"), TEXT("MARKET"), TEXT("FROMSYMBOL"), TEXT("TOSYMBOL"),
    NUMBER("TS"), TEXT("UNIT"),   TEXT("ACTION"),     END,
};

static const struct field candle_optional[] = {
    NUMBER("OPEN"),
    NUMBER("HIGH"),
    NUMBER("LOW"),
    NUMBER("CLOSE"),
    NUMBER("VOLUMEFROM"), /* 10 */
    NUMBER("VOLUMETO"),
    NUMBER("TOTALTRADES"),
    NUMBER("FIRSTTS"),
    NUMBER("LASTTS"), /* 100 */
    NUMBER("FIRSTPRICE"),
    NUMBER("MAXPRICE"),
    NUMBER("MINPRICE"),
    NUMBER("LASTPRICE"), /* 1000 */
    END,
};

static const struct field volume[] = {
    TEXT("TYPE"),
    TEXT("SYMBOL"),
    NUMBER("FULLVOLUME"),
    END,
};

static const struct field top_volume[] = {
    TEXT("TYPE"),
    TEXT("SYMBOL"),
    NUMBER("TOPTIERFULLVOLUME"),
    END,
};

static const struct field notice[] = {
    TEXT("TYPE"),
    TEXT("MESSAGE"),
    END,
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

    while (names[count].key != NULL) {
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

static void append_fixed(struct buf *out, const struct field *names,
                         const struct span *values)
{
    buf_append_byte(out, '{');
    for (size_t i = 0; names[i].key != NULL; i++) {
        buf_append(out, names[i].key, names[i].size);
        append_value(out, names[i].text, values[i]);
    }
}

static void append_optional(struct buf *out, const struct field *names,
                            const struct span *values, uint64_t mask)
{
    size_t known = count_names(names);

    for (size_t bit = 0; mask != 0; bit++, mask >>= 1) {
        if ((mask & 1) == 0) {
            continue;
        }
        if (bit < known) {
            buf_append(out, names[bit].key, names[bit].size);
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
