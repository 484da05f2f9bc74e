/* SPDX-License-Identifier: MIT */
#include "cli/choose/unique.h"

#include "base/json_pointer.h"
#include "base/limits.h"
#include "base/siphash.h"
#include "cli/base/pointer_value.h"

#include <stdlib.h>

enum {
    UNIQUE_SPAN = 60000, /* ms that a value is remembered */
    FIRST_SLOTS = 1024   /* a power of two */
};

/* A value that was seen, by a hash so wide that no two will ever share one. */
struct slot {
    struct siphash hash;
    int64_t time; /* ms; FREE: no value */
};

static const int64_t FREE = INT64_MIN;

/* Values of one span of time, by open addressing. */
struct table {
    struct slot *slots; /* owned; NULL: none yet */
    size_t slot_count;
    size_t count;
    int64_t begin; /* of its span */
};

struct unique {
    struct json_pointer_set pointer;
    struct siphash_key key;
    struct table recent; /* less than a minute, */
    struct table before; /* and the minute before that */
    bool limit_met;
    bool limit_told;
};

static void table_clear(struct table *table)
{
    free(table->slots);
    *table = (struct table){.slots = NULL};
}

/* The slot of the hash, or the free one where it would go; there are slots. */
static struct slot *table_find(const struct table *table,
                               const struct siphash *hash)
{
    size_t mask = table->slot_count - 1;
    size_t at = hash->halves[0] & mask;

    while (table->slots[at].time != FREE &&
           !siphash_equal(&table->slots[at].hash, hash)) {
        at = (at + 1) & mask;
    }
    return &table->slots[at];
}

/* Makes room for one more; half of the slots stay free. */
static enum sockfeed_result table_grow(struct table *table)
{
    struct table bigger = *table;

    if (table->count * 2 < table->slot_count) {
        return SOCKFEED_OK;
    }
    bigger.slot_count =
        table->slot_count == 0 ? FIRST_SLOTS : table->slot_count * 2;
    bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; i < bigger.slot_count; i++) {
        bigger.slots[i].time = FREE;
    }
    for (size_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].time != FREE) {
            *table_find(&bigger, &table->slots[i].hash) = table->slots[i];
        }
    }
    free(table->slots);
    *table = bigger;
    return SOCKFEED_OK;
}

enum sockfeed_result unique_new(struct unique **unique, const char *pointer,
                                struct output_error *error)
{
    struct unique *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    *unique = NULL;
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    json_pointer_init(&made->pointer);
    result = pointer_value_add(&made->pointer, pointer, error);
    if (result == SOCKFEED_OK) {
        result = siphash_key_init(&made->key);
    }
    if (result != SOCKFEED_OK) {
        unique_free(made);
        return result;
    }
    *unique = made;
    return SOCKFEED_OK;
}

void unique_free(struct unique *unique)
{
    if (unique != NULL) {
        json_pointer_deinit(&unique->pointer);
        table_clear(&unique->recent);
        table_clear(&unique->before);
        free(unique);
    }
}

/* Whether two times are less than a minute apart: a clock that was set back
 * leaves values in the future, which are not to be waited for. */
static bool is_near(int64_t time, int64_t now)
{
    return now - time < UNIQUE_SPAN && time - now < UNIQUE_SPAN;
}

static void begin_span(struct unique *unique, int64_t now)
{
    table_clear(&unique->before);
    unique->before = unique->recent;
    unique->recent = (struct table){.begin = now};
}

static bool is_remembered(const struct table *table, const struct siphash *hash,
                          int64_t now)
{
    const struct slot *slot;

    if (table->count == 0) {
        return false;
    }
    slot = table_find(table, hash);
    return slot->time != FREE && is_near(slot->time, now);
}

static enum sockfeed_result remember(struct unique *unique,
                                     const struct siphash *hash, int64_t now)
{
    struct table *recent = &unique->recent;
    enum sockfeed_result result;
    struct slot *slot;

    if (recent->count == LIMIT_UNIQUE_VALUES) {
        unique->limit_met = unique->limit_met || (unique->before.count > 0 &&
                                                  now - unique->before.begin <
                                                      (int64_t)2 * UNIQUE_SPAN);
        begin_span(unique, now);
    }
    result = table_grow(recent);
    if (result != SOCKFEED_OK) {
        return result;
    }
    slot = table_find(recent, hash);
    recent->count += slot->time == FREE;
    *slot = (struct slot){*hash, now};
    return SOCKFEED_OK;
}

enum sockfeed_result unique_take(struct unique *unique, struct span data,
                                 int64_t now, bool *first)
{
    struct span value;
    struct siphash hash;

    *first = true;
    json_pointer_evaluate(&unique->pointer, &value, data, 0);
    if (value.data == NULL) {
        return SOCKFEED_OK;
    }
    if (!is_near(unique->recent.begin, now)) {
        begin_span(unique, now);
    }
    hash = siphash_of(&unique->key, value);
    if (is_remembered(&unique->recent, &hash, now) ||
        is_remembered(&unique->before, &hash, now)) {
        *first = false;
        return SOCKFEED_OK;
    }
    return remember(unique, &hash, now);
}

bool unique_take_limit(struct unique *unique)
{
    bool tell = unique->limit_met && !unique->limit_told;

    unique->limit_told = unique->limit_told || tell;
    return tell;
}
