/* SPDX-License-Identifier: MIT */
#include "cli/serve/market.h"

#include <string.h>

/* The bits of the mask that a move may touch. */
enum field {
    FIELD_PRICE = 0,
    FIELD_LASTUPDATE = 3,
    FIELD_LASTVOLUME = 5,
    FIELD_LASTVOLUMETO = 6,
    FIELD_LASTTRADEID = 7,
    FIELD_VOLUMEDAY = 8,
    FIELD_VOLUMEDAYTO = 9,
    FIELD_VOLUME24HOUR = 10,
    FIELD_VOLUME24HOURTO = 11,
    FIELD_OPENDAY = 12,
    FIELD_HIGHDAY = 13,
    FIELD_LOWDAY = 14,
    FIELD_OPEN24HOUR = 15,
    FIELD_HIGH24HOUR = 16,
    FIELD_LOW24HOUR = 17,
    FIELD_LASTMARKET = 18,
};

enum field_kind {
    KIND_ABSENT, /* the feed never tells it */
    KIND_PRICE,
    KIND_AMOUNT,
    KIND_INTEGER,
    KIND_EXCHANGE,
};

static const enum field_kind kinds[MARKET_FIELDS] = {
    [FIELD_PRICE] = KIND_PRICE,          [FIELD_LASTUPDATE] = KIND_INTEGER,
    [FIELD_LASTVOLUME] = KIND_AMOUNT,    [FIELD_LASTVOLUMETO] = KIND_PRICE,
    [FIELD_LASTTRADEID] = KIND_INTEGER,  [FIELD_VOLUMEDAY] = KIND_AMOUNT,
    [FIELD_VOLUMEDAYTO] = KIND_PRICE,    [FIELD_VOLUME24HOUR] = KIND_AMOUNT,
    [FIELD_VOLUME24HOURTO] = KIND_PRICE, [FIELD_OPENDAY] = KIND_PRICE,
    [FIELD_HIGHDAY] = KIND_PRICE,        [FIELD_LOWDAY] = KIND_PRICE,
    [FIELD_OPEN24HOUR] = KIND_PRICE,     [FIELD_HIGH24HOUR] = KIND_PRICE,
    [FIELD_LOW24HOUR] = KIND_PRICE,      [FIELD_LASTMARKET] = KIND_EXCHANGE,
};

static const char *const exchanges[] = {"Coinbase", "Kraken",   "Bitstamp",
                                        "itBit",    "Bitfinex", "Gemini"};

enum {
    EXCHANGES = sizeof exchanges / sizeof exchanges[0],
    PRICE_SCALE = 100,
    AMOUNT_SCALE = 100000000,
};

/* Prices to begin with, in 1/100; pairs not listed get one from their name. */
static const struct {
    const char *symbol;
    int64_t price;
} known[] = {
    {"BTC", 6743215},
    {"ETH", 352480 },
    {"LTC", 8423   },
    {"SOL", 17250  },
    {"XMR", 15830  },
};

static int64_t price_of(struct span symbol)
{
    uint32_t hash = 2166136261U; /* FNV-1a: any spread will do */

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_is(symbol, known[i].symbol)) {
            return known[i].price;
        }
    }
    for (size_t i = 0; i < symbol.size; i++) {
        hash = (hash ^ (unsigned char)symbol.data[i]) * 16777619U;
    }
    return 500 + (int64_t)(hash % 50000);
}

/* Splits TYPE~MARKET~FROM~TO; false unless all four are there and nothing
 * else. */
static bool split_key(struct span parts[4], struct span key)
{
    for (size_t i = 0; i < 4; i++) {
        size_t size = span_find(key, '~');

        parts[i] = span_of(key.data, size);
        if (size == 0 || (i < 3) != (size < key.size)) {
            return false;
        }
        key = span_skip(key, i < 3 ? size + 1 : size);
    }
    return true;
}

/* What an amount costs. A day's turnover times the scale would not fit, so
 * whole units and the rest are multiplied apart. */
static int64_t cost(int64_t amount, int64_t price)
{
    return amount / AMOUNT_SCALE * price +
           amount % AMOUNT_SCALE * price / AMOUNT_SCALE;
}

static void init_values(struct market *market, int64_t price, struct rng *rng,
                        int64_t now)
{
    int64_t *values = market->values;

    values[FIELD_PRICE] = price;
    values[FIELD_LASTUPDATE] = now;
    values[FIELD_LASTVOLUME] = rng_between(rng, 1000000, 90000000);
    values[FIELD_LASTVOLUMETO] = cost(values[FIELD_LASTVOLUME], price);
    values[FIELD_LASTTRADEID] = rng_between(rng, 100000000, 999999999);
    values[FIELD_VOLUMEDAY] = rng_between(rng, 3000, 9000) * AMOUNT_SCALE +
                              rng_between(rng, 0, AMOUNT_SCALE - 1);
    values[FIELD_VOLUMEDAYTO] = cost(values[FIELD_VOLUMEDAY], price);
    values[FIELD_VOLUME24HOUR] =
        values[FIELD_VOLUMEDAY] + rng_between(rng, 5000, 20000) * AMOUNT_SCALE;
    values[FIELD_VOLUME24HOURTO] = cost(values[FIELD_VOLUME24HOUR], price);
    values[FIELD_OPENDAY] = price - price * rng_between(rng, -20, 20) / 1000;
    values[FIELD_HIGHDAY] = price + price * rng_between(rng, 20, 30) / 1000;
    values[FIELD_LOWDAY] = price - price * rng_between(rng, 20, 30) / 1000;
    values[FIELD_OPEN24HOUR] = price - price * rng_between(rng, -30, 30) / 1000;
    values[FIELD_HIGH24HOUR] =
        values[FIELD_HIGHDAY] + price * rng_between(rng, 0, 10) / 1000;
    values[FIELD_LOW24HOUR] =
        values[FIELD_LOWDAY] - price * rng_between(rng, 0, 10) / 1000;
    values[FIELD_LASTMARKET] = rng_below(rng, EXCHANGES);
}

bool market_init(struct market *market, struct span key, struct rng *rng,
                 int64_t now)
{
    struct span parts[4];

    if (key.size >= sizeof market->key || !split_key(parts, key) ||
        (!span_is(parts[0], "2") && !span_is(parts[0], "5"))) {
        return false;
    }
    *market = (struct market){.flags = 4};
    memcpy(market->key, key.data, key.size);
    market->aggregate = span_is(parts[0], "5");
    init_values(market, price_of(parts[2]), rng, now);
    return true;
}

/* A step of up to 0.05 %, drawn back to the day's open the further off the
 * price is, so that a long run stays believable. */
static int64_t next_price(const struct market *market, struct rng *rng)
{
    int64_t price = market->values[FIELD_PRICE];
    int64_t reach = price / 4000 + 1;
    int64_t step =
        rng_between(rng, -reach, reach) + rng_between(rng, -reach, reach);
    int64_t drawn = (market->values[FIELD_OPENDAY] - price) / 2000;

    return price + step + drawn > 1 ? price + step + drawn : 1;
}

static uint32_t set(struct market *market, enum field field, int64_t value)
{
    if (market->values[field] == value) {
        return 0;
    }
    market->values[field] = value;
    return UINT32_C(1) << field;
}

static uint32_t set_price(struct market *market, int64_t price)
{
    int64_t *values = market->values;
    int64_t before = values[FIELD_PRICE];
    uint32_t mask = set(market, FIELD_PRICE, price);

    market->flags = price > before ? 1 : price < before ? 2 : 4;
    if (price > values[FIELD_HIGHDAY]) {
        mask |= set(market, FIELD_HIGHDAY, price);
    }
    if (price < values[FIELD_LOWDAY]) {
        mask |= set(market, FIELD_LOWDAY, price);
    }
    if (price > values[FIELD_HIGH24HOUR]) {
        mask |= set(market, FIELD_HIGH24HOUR, price);
    }
    if (price < values[FIELD_LOW24HOUR]) {
        mask |= set(market, FIELD_LOW24HOUR, price);
    }
    return mask;
}

static uint32_t add(struct market *market, enum field field, int64_t more)
{
    return set(market, field, market->values[field] + more);
}

uint32_t market_move(struct market *market, struct rng *rng, int64_t now)
{
    /* One trade in four goes at the price of the last. */
    uint32_t mask =
        set_price(market, rng_below(rng, 4) == 0 ? market->values[FIELD_PRICE]
                                                 : next_price(market, rng));
    int64_t amount = rng_between(rng, 10000, 60000000);
    int64_t paid = cost(amount, market->values[FIELD_PRICE]);

    mask |= set(market, FIELD_LASTUPDATE, now);
    mask |= set(market, FIELD_LASTVOLUME, amount);
    mask |= set(market, FIELD_LASTVOLUMETO, paid);
    mask |= add(market, FIELD_LASTTRADEID, rng_between(rng, 1, 9));
    mask |= add(market, FIELD_VOLUMEDAY, amount);
    mask |= add(market, FIELD_VOLUMEDAYTO, paid);
    mask |= add(market, FIELD_VOLUME24HOUR, amount);
    mask |= add(market, FIELD_VOLUME24HOURTO, paid);
    if (market->aggregate) {
        mask |= set(market, FIELD_LASTMARKET, rng_below(rng, EXCHANGES));
    }
    return mask;
}

uint32_t market_all(const struct market *market)
{
    uint32_t mask = 0;

    for (size_t bit = 0; bit < MARKET_FIELDS; bit++) {
        if (kinds[bit] != KIND_ABSENT &&
            (bit != FIELD_LASTMARKET || market->aggregate)) {
            mask |= UINT32_C(1) << bit;
        }
    }
    return mask;
}

/* A decimal as JavaScript prints it: no zeros at the end of the fraction. */
static void print_decimal(struct buf *to, int64_t value, int64_t scale)
{
    int64_t fraction = value % scale;

    buf_append_uint(to, (uint64_t)(value / scale));
    if (fraction > 0) {
        buf_append_byte(to, '.');
    }
    while (fraction > 0) {
        scale /= 10;
        buf_append_byte(to, (char)('0' + fraction / scale));
        fraction %= scale;
    }
}

static void print_value(struct buf *to, enum field_kind kind, int64_t value)
{
    switch (kind) {
    case KIND_PRICE:
        print_decimal(to, value, PRICE_SCALE);
        break;
    case KIND_AMOUNT:
        print_decimal(to, value, AMOUNT_SCALE);
        break;
    case KIND_INTEGER:
        buf_append_uint(to, (uint64_t)value);
        break;
    case KIND_EXCHANGE:
        buf_append_text(to, exchanges[value]);
        break;
    case KIND_ABSENT:
        break;
    }
}

void market_print(struct buf *to, const struct market *market, uint32_t mask)
{
    buf_append_text(to, market->key);
    buf_append_byte(to, '~');
    buf_append_uint(to, market->flags);
    for (size_t bit = 0; bit < MARKET_FIELDS; bit++) {
        if ((mask & (UINT32_C(1) << bit)) != 0) {
            buf_append_byte(to, '~');
            print_value(to, kinds[bit], market->values[bit]);
        }
    }
    buf_append_format(to, "~%x", (unsigned)mask);
}
