/* SPDX-License-Identifier: MIT */
#include "cli/sequence.h"

#include "base/buf.h"
#include "base/json_pointer.h"
#include "base/limits.h"
#include "base/rng.h"
#include "base/siphash.h"
#include "cli/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_SLOTS = 64 /* a power of two */
};

/* Digits without leading zeros, and a NUL. */
struct whole {
    char digits[SEQUENCE_DIGITS + 2]; /* one more may come of counting on */
};

/* The last number of one source and key. */
struct last {
    struct siphash hash; /* of both */
    struct whole number; /* empty: a free slot */
    int64_t time;        /* when it came, ns since the epoch */
};

struct sequence {
    struct json_pointer_set pointers; /* the number's, then the key's */
    struct siphash_key hash_key;
    struct buf scratch;
    struct last *slots; /* owned; by open addressing */
    size_t slot_count;
    size_t count;
    bool limit_met;
    bool limit_told;
    struct whole expected; /* of the last hole */
    struct whole got;
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
                                  struct output_error *error)
{
    struct sequence *made = calloc(1, sizeof *made);
    enum sockfeed_result result;
    struct rng rng;

    *sequence = NULL;
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    json_pointer_init(&made->pointers);
    buf_init(&made->scratch, LIMIT_MESSAGE);
    result = add_pointers(made, span_text(text), error);
    if (result == SOCKFEED_OK) {
        result = rng_init_system(&rng);
    }
    if (result != SOCKFEED_OK) {
        sequence_free(made);
        return result;
    }
    rng_bytes(&rng, &made->hash_key, sizeof made->hash_key);
    rng_deinit(&rng);
    *sequence = made;
    return SOCKFEED_OK;
}

void sequence_free(struct sequence *sequence)
{
    if (sequence != NULL) {
        json_pointer_deinit(&sequence->pointers);
        buf_deinit(&sequence->scratch);
        free(sequence->slots);
        free(sequence);
    }
}

/* ---- Numbers ------------------------------------------------------------ */

/* Reads a whole number; false for anything else. */
static bool read_whole(struct sequence *sequence, struct span value,
                       struct whole *number)
{
    struct span text = value_text(&sequence->scratch, value);

    while (text.size > 1 && text.data[0] == '0') {
        text = span_skip(text, 1);
    }
    if (text.size == 0 || text.size > SEQUENCE_DIGITS) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        number->digits[i] = text.data[i];
    }
    number->digits[text.size] = '\0';
    return true;
}

static struct whole one_more(const struct whole *number)
{
    struct whole next = *number;
    size_t size = strlen(next.digits);
    size_t at = size;

    while (at > 0 && next.digits[at - 1] == '9') {
        next.digits[--at] = '0';
    }
    if (at > 0) {
        next.digits[at - 1]++;
    } else {
        memmove(next.digits + 1, next.digits, size + 1);
        next.digits[0] = '1';
    }
    return next;
}

/* ---- The last of each --------------------------------------------------- */

static bool is_free(const struct last *slot)
{
    return slot->number.digits[0] == '\0';
}

static struct last *find(const struct sequence *sequence,
                         const struct siphash *hash)
{
    size_t mask = sequence->slot_count - 1;
    size_t at = hash->halves[0] & mask;

    while (!is_free(&sequence->slots[at]) &&
           (sequence->slots[at].hash.halves[0] != hash->halves[0] ||
            sequence->slots[at].hash.halves[1] != hash->halves[1])) {
        at = (at + 1) & mask;
    }
    return &sequence->slots[at];
}

/* Keeps half of the slots free. */
static enum sockfeed_result grow(struct sequence *sequence)
{
    struct sequence bigger = *sequence;

    if (sequence->count * 2 < sequence->slot_count) {
        return SOCKFEED_OK;
    }
    bigger.slot_count =
        sequence->slot_count == 0 ? FIRST_SLOTS : sequence->slot_count * 2;
    bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; i < sequence->slot_count; i++) {
        if (!is_free(&sequence->slots[i])) {
            *find(&bigger, &sequence->slots[i].hash) = sequence->slots[i];
        }
    }
    free(sequence->slots);
    sequence->slots = bigger.slots;
    sequence->slot_count = bigger.slot_count;
    return SOCKFEED_OK;
}

/* Sources are told apart by the hash as well. */
static struct siphash hash_of(const struct sequence *sequence, unsigned source,
                              struct span key)
{
    struct siphash_key hash_key = sequence->hash_key;

    hash_key.halves[0] ^= source;
    return siphash_of(&hash_key, key);
}

static void take(struct last *last, const struct siphash *hash,
                 const struct whole *number, int64_t now)
{
    *last = (struct last){*hash, *number, now};
}

static enum sockfeed_result compare(struct sequence *sequence,
                                    const struct siphash *hash,
                                    const struct whole *number, int64_t now,
                                    struct output_gap *hole, bool *gap)
{
    enum sockfeed_result result = grow(sequence);
    struct last *last;

    if (result != SOCKFEED_OK) {
        return result;
    }
    last = find(sequence, hash);
    if (is_free(last) && sequence->count == LIMIT_SEQUENCE_KEYS) {
        sequence->limit_met = true;
        return SOCKFEED_OK;
    }
    if (is_free(last)) {
        sequence->count++;
    } else {
        sequence->expected = one_more(&last->number);
        sequence->got = *number;
        *gap = strcmp(sequence->expected.digits, number->digits) != 0;
        hole->expected = sequence->expected.digits;
        hole->got = sequence->got.digits;
        hole->from = last->time;
        hole->to = now;
    }
    take(last, hash, number, now);
    return SOCKFEED_OK;
}

enum sockfeed_result sequence_take(struct sequence *sequence, unsigned source,
                                   struct span data, int64_t now,
                                   struct output_gap *hole, bool *gap)
{
    struct span values[2] = {
        {NULL, 0},
        {NULL, 0}
    };
    struct whole number;
    struct siphash hash;

    *gap = false;
    json_pointer_evaluate(&sequence->pointers, values, data, 0);
    if (values[0].data == NULL || !read_whole(sequence, values[0], &number)) {
        return SOCKFEED_OK;
    }
    *hole = (struct output_gap){
        .source = source, .key = values[1].data, .key_size = values[1].size};
    hash = hash_of(sequence, source,
                   values[1].data == NULL ? span_text("") : values[1]);
    return compare(sequence, &hash, &number, now, hole, gap);
}

bool sequence_take_limit(struct sequence *sequence)
{
    bool tell = sequence->limit_met && !sequence->limit_told;

    sequence->limit_told = sequence->limit_told || tell;
    return tell;
}
