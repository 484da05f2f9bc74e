/* SPDX-License-Identifier: MIT */
#include "cli/choose/sequence.h"

#include "base/buf.h"
#include "base/json_pointer.h"
#include "base/limits.h"
#include "cli/base/value.h"
#include "cli/choose/sequence_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOLE_KEY_MAX = 1024, /* one with a longer key is told of at once */
    /* Of one key; with more of them the first is told of. They come in one
     * read of a connection that is ahead. */
    HOLES_MOST = 64
};

/* ns that two connections may lie behind each other. A replacement takes less
 * altogether. */
static const int64_t LAG = 10000000000;

struct sequence {
    struct json_pointer_set pointers; /* the number's, then the key's */
    struct siphash_key hash_key;
    const struct output_callbacks *callbacks;
    struct buf scratch;
    struct sequence_table table;
    size_t hole_count; /* that are waited for */
    bool limit_met;
    bool limit_told;
};

/* ---- Life --------------------------------------------------------------- */

static enum sockfeed_result add_pointers(struct sequence *sequence,
                                         struct span text,
                                         struct output_error *error)
{
    struct malformed malformed = {0, "too long"};
    enum sockfeed_result result = SOCKFEED_OK;
    bool more = true;

    while (result == SOCKFEED_OK && more) {
        size_t comma = span_find(text, ',');

        if (sequence->pointers.count == 2) {
            (void)snprintf(error->text, sizeof error->text,
                           "expected POINTER or POINTER,KEY");
            return SOCKFEED_INVALID;
        }
        result = json_pointer_add(&sequence->pointers, &malformed,
                                  span_of(text.data, comma));
        more = comma < text.size;
        text = span_skip(text, more ? comma + 1 : comma);
    }
    if (result == SOCKFEED_INVALID || result == SOCKFEED_FULL) {
        (void)snprintf(error->text, sizeof error->text, "%s", malformed.reason);
        return SOCKFEED_INVALID;
    }
    return result;
}

enum sockfeed_result sequence_new(struct sequence **sequence, const char *text,
                                  const struct output_callbacks *callbacks,
                                  struct output_error *error)
{
    struct sequence *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    *sequence = NULL;
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->callbacks = callbacks;
    json_pointer_init(&made->pointers);
    buf_init(&made->scratch, LIMIT_MESSAGE);
    result = add_pointers(made, span_text(text), error);
    if (result == SOCKFEED_OK) {
        result = siphash_key_init(&made->hash_key);
    }
    if (result != SOCKFEED_OK) {
        sequence_free(made);
        return result;
    }
    *sequence = made;
    return SOCKFEED_OK;
}

void sequence_free(struct sequence *sequence)
{
    if (sequence != NULL) {
        json_pointer_deinit(&sequence->pointers);
        buf_deinit(&sequence->scratch);
        sequence_table_deinit(&sequence->table);
        free(sequence);
    }
}

/* Sources are told apart by the hash as well. */
static struct siphash hash_of(const struct sequence *sequence, unsigned source,
                              struct span key)
{
    struct siphash_key hash_key = sequence->hash_key;

    hash_key.halves[0] ^= source;
    return siphash_of(&hash_key, key);
}

/* ---- Holes -------------------------------------------------------------- */

static void tell(const struct sequence *sequence, const struct output_gap *gap)
{
    if (sequence->callbacks->gap != NULL) {
        sequence->callbacks->gap(sequence->callbacks->user, gap);
    }
}

static void forget_hole(struct sequence *sequence, struct sequence_last *last)
{
    sequence->hole_count--;
    sequence_table_forget_hole(last);
}

/* Tells of what is missing before `got` in the first hole. */
static void tell_of_hole(const struct sequence *sequence,
                         const struct sequence_last *last,
                         const struct whole *got)
{
    const struct sequence_hole *hole = last->hole;
    const struct output_gap gap = {
        .source = last->source,
        .key = hole->has_key ? hole->key : NULL,
        .key_size = hole->key_size,
        .expected = hole->expected.digits,
        .got = got->digits,
        .from = hole->from,
        .to = hole->to,
    };

    tell(sequence, &gap);
}

static void give_up_first(struct sequence *sequence, struct sequence_last *last)
{
    tell_of_hole(sequence, last, &last->hole->got);
    forget_hole(sequence, last);
}

static bool is_recent(int64_t time, int64_t now)
{
    return now >= time && now - time < LAG;
}

/* Whether the first hole, if any, is one that the connection may fill. */
static bool may_fill(const struct sequence_last *last,
                     const struct sequence_from *from)
{
    return last->hole != NULL && last->hole->connection != from->connection;
}

/* What a number means to the holes that are waited for. */
static void fill(struct sequence *sequence, struct sequence_last *last,
                 const struct sequence_from *from, const struct whole *number)
{
    struct sequence_hole *hole;
    int order;

    while (may_fill(last, from) &&
           whole_compare(number, &last->hole->got) >= 0) {
        give_up_first(sequence, last);
    }
    if (!may_fill(last, from)) {
        return;
    }
    hole = last->hole;
    order = whole_compare(number, &hole->expected);
    if (order < 0) {
        return;
    }
    if (order > 0) {
        tell_of_hole(sequence, last, number);
    }
    hole->expected = whole_next(number);
    if (whole_compare(&hole->expected, &hole->got) == 0) {
        forget_hole(sequence, last);
    }
}

/* Waits for the other connection to bring what is missing. False: it cannot. */
static bool wait_for_hole(struct sequence *sequence, struct sequence_last *last,
                          const struct sequence_from *from,
                          const struct whole *number,
                          const struct output_gap *gap)
{
    struct sequence_hole **end = &last->hole;
    struct sequence_hole *hole;

    if (!from->overlaps || gap->key_size > HOLE_KEY_MAX) {
        return false;
    }
    if (last->hole != NULL && last->hole_count == HOLES_MOST) {
        give_up_first(sequence, last);
    }
    hole = malloc(sizeof *hole + gap->key_size);
    if (hole == NULL) {
        return false;
    }
    *hole = (struct sequence_hole){
        .expected = whole_next(&last->number),
        .got = *number,
        .connection = from->connection,
        .from = gap->from,
        .to = gap->to,
        .key_size = gap->key_size,
        .has_key = gap->key != NULL,
    };
    if (gap->key != NULL) {
        memcpy(hole->key, gap->key, gap->key_size);
    }
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = hole;
    last->hole_count++;
    sequence->hole_count++;
    return true;
}

/* Whether the other connection of an overlap brought the last number, which
 * this one only follows. */
static bool follows(const struct sequence_last *last,
                    const struct sequence_from *from, int64_t now)
{
    return last->connection != from->connection &&
           last->connection == from->beside && is_recent(last->time, now);
}

/* ---- Messages ----------------------------------------------------------- */

/* Holds a number against the last one, of which there is one; true: it is the
 * last one now. */
static bool judge(struct sequence *sequence, struct sequence_last *last,
                  const struct sequence_from *from, const struct whole *number,
                  const struct output_gap *gap)
{
    struct whole expected = whole_next(&last->number);
    struct output_gap missing = *gap;
    int order = whole_compare(number, &expected);

    while (last->hole != NULL && !is_recent(last->hole->to, gap->to)) {
        give_up_first(sequence, last);
    }
    fill(sequence, last, from, number);
    if (from->again || (order < 0 && follows(last, from, gap->to))) {
        return false;
    }
    missing.from = last->time;
    missing.expected = expected.digits;
    missing.got = number->digits;
    if (order < 0 ||
        (order > 0 && !wait_for_hole(sequence, last, from, number, &missing))) {
        tell(sequence, &missing);
    }
    return true;
}

static enum sockfeed_result compare(struct sequence *sequence,
                                    const struct sequence_from *from,
                                    const struct siphash *hash,
                                    const struct whole *number,
                                    const struct output_gap *gap)
{
    enum sockfeed_result result = sequence_table_reserve(&sequence->table);
    struct sequence_last *last;

    if (result != SOCKFEED_OK) {
        return result;
    }
    last = sequence_table_find(&sequence->table, hash);
    if (last->number.digits[0] == '\0') {
        if (from->again || sequence->table.count == LIMIT_SEQUENCE_KEYS) {
            sequence->limit_met = sequence->limit_met || !from->again;
            return SOCKFEED_OK;
        }
        sequence->table.count++;
    } else if (!judge(sequence, last, from, number, gap)) {
        return SOCKFEED_OK;
    }
    last->hash = *hash;
    last->number = *number;
    last->time = gap->to;
    last->source = from->source;
    last->connection = from->connection;
    return SOCKFEED_OK;
}

enum sockfeed_result sequence_take(struct sequence *sequence,
                                   const struct sequence_from *from,
                                   struct span data, int64_t now)
{
    struct span values[2] = {
        {NULL, 0},
        {NULL, 0}
    };
    struct output_gap gap = {.source = from->source, .to = now};
    struct whole number;
    struct siphash hash;

    json_pointer_evaluate(&sequence->pointers, values, data, 0);
    if (values[0].data == NULL ||
        !whole_read(&number, value_text(&sequence->scratch, values[0]))) {
        return SOCKFEED_OK;
    }
    gap.key = values[1].data;
    gap.key_size = values[1].size;
    hash = hash_of(sequence, from->source,
                   values[1].data == NULL ? span_text("") : values[1]);
    return compare(sequence, from, &hash, &number, &gap);
}

void sequence_settle(struct sequence *sequence, unsigned source)
{
    const struct sequence_table *table = &sequence->table;

    for (size_t i = 0; sequence->hole_count > 0 && i < table->slot_count; i++) {
        while (table->slots[i].source == source &&
               table->slots[i].hole != NULL) {
            give_up_first(sequence, &table->slots[i]);
        }
    }
}

bool sequence_take_limit(struct sequence *sequence)
{
    bool tell = sequence->limit_met && !sequence->limit_told;

    sequence->limit_told = sequence->limit_told || tell;
    return tell;
}
