/* SPDX-License-Identifier: MIT */
#include "cli/choose/latest.h"

#include "base/buf.h"
#include "base/json_pointer.h"
#include "base/siphash.h"
#include "cli/base/pointer_value.h"

#include <stdint.h>
#include <stdlib.h>

enum {
    FIRST_SLOTS = 64 /* a power of two, as all table sizes */
};

/* Entries outlive their lines: the same keys come again, and with them the
 * memory is there already. */
struct entry {
    uint64_t hash;
    struct buf key;
    struct buf line;
    bool fresh; /* the line has not been taken out */
};

struct latest {
    struct json_pointer_set pointer;
    struct siphash_key hash_key;
    size_t max_keys;
    size_t limit; /* of bytes */
    size_t bytes; /* in keys and lines of all entries */

    struct entry *entries; /* in the order in which keys first came */
    size_t count;
    size_t capacity;

    uint32_t *slots; /* hash table: index of an entry plus 1, or 0 */
    size_t slot_count;

    size_t *order; /* entries with fresh lines, oldest key first */
    size_t fresh;
    size_t taken; /* of order */
};

static uint64_t hash_of(const struct latest *latest, struct span key)
{
    return siphash_of(&latest->hash_key, key).halves[0];
}

enum sockfeed_result latest_new(struct latest **latest, const char *pointer,
                                size_t keys, size_t limit,
                                struct output_error *error)
{
    struct latest *created = calloc(1, sizeof *created);
    enum sockfeed_result result;

    *latest = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->max_keys = keys;
    created->limit = limit;
    json_pointer_init(&created->pointer);
    result = pointer_value_add(&created->pointer, pointer, error);
    if (result == SOCKFEED_OK) {
        result = siphash_key_init(&created->hash_key);
    }
    if (result != SOCKFEED_OK) {
        latest_free(created);
        return result;
    }
    *latest = created;
    return SOCKFEED_OK;
}

static void forget_entries(struct latest *latest)
{
    for (size_t i = 0; i < latest->count; i++) {
        buf_deinit(&latest->entries[i].key);
        buf_deinit(&latest->entries[i].line);
    }
    for (size_t i = 0; i < latest->slot_count; i++) {
        latest->slots[i] = 0;
    }
    latest->count = 0;
    latest->bytes = 0;
}

void latest_free(struct latest *latest)
{
    if (latest == NULL) {
        return;
    }
    forget_entries(latest);
    json_pointer_deinit(&latest->pointer);
    free(latest->entries);
    free(latest->slots);
    free(latest->order);
    free(latest);
}

struct span latest_key(struct latest *latest, struct span data)
{
    struct span value;

    json_pointer_evaluate(&latest->pointer, &value, data, 0);
    return value;
}

/* The slot of the key, or the free one where it would go. */
static size_t find_slot(const struct latest *latest, uint64_t hash,
                        struct span key)
{
    size_t at = hash & (latest->slot_count - 1);

    while (latest->slots[at] != 0) {
        const struct entry *entry = &latest->entries[latest->slots[at] - 1];

        if (entry->hash == hash && span_equal(buf_span(&entry->key), key)) {
            break;
        }
        at = (at + 1) & (latest->slot_count - 1);
    }
    return at;
}

/* Twice the slots, room for half as many entries. */
static enum sockfeed_result grow(struct latest *latest)
{
    size_t slot_count =
        latest->slot_count == 0 ? FIRST_SLOTS : 2 * latest->slot_count;
    size_t capacity = slot_count / 2;
    struct entry *entries =
        realloc(latest->entries, capacity * sizeof *entries);
    size_t *order;
    uint32_t *slots;

    if (entries == NULL) {
        return SOCKFEED_NOMEM;
    }
    latest->entries = entries;
    order = realloc(latest->order, capacity * sizeof *order);
    if (order == NULL) {
        return SOCKFEED_NOMEM;
    }
    latest->order = order;
    slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return SOCKFEED_NOMEM;
    }
    free(latest->slots);
    latest->slots = slots;
    latest->slot_count = slot_count;
    latest->capacity = capacity;
    for (size_t i = 0; i < latest->count; i++) {
        struct entry *entry = &latest->entries[i];

        slots[find_slot(latest, entry->hash, buf_span(&entry->key))] =
            (uint32_t)i + 1;
    }
    return SOCKFEED_OK;
}

static enum sockfeed_result add_entry(struct latest *latest, uint64_t hash,
                                      struct span key)
{
    struct entry *entry;
    enum sockfeed_result result = SOCKFEED_OK;

    if (latest->count == latest->capacity) {
        result = grow(latest);
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    entry = &latest->entries[latest->count];
    *entry = (struct entry){.hash = hash};
    buf_init(&entry->key, SIZE_MAX / 2);
    buf_init(&entry->line, SIZE_MAX / 2);
    buf_append_span(&entry->key, key);
    if (buf_result(&entry->key) != SOCKFEED_OK) {
        buf_deinit(&entry->key);
        return SOCKFEED_NOMEM;
    }
    latest->slots[find_slot(latest, hash, key)] = (uint32_t)latest->count + 1;
    latest->count++;
    latest->bytes += key.size;
    return SOCKFEED_OK;
}

static enum sockfeed_result set_line(struct latest *latest, size_t index,
                                     struct span line)
{
    struct entry *entry = &latest->entries[index];

    latest->bytes += line.size - entry->line.size;
    buf_clear(&entry->line);
    buf_append_span(&entry->line, line);
    if (buf_result(&entry->line) != SOCKFEED_OK) {
        return SOCKFEED_NOMEM;
    }
    if (!entry->fresh) {
        entry->fresh = true;
        latest->order[latest->fresh++] = index;
    }
    return SOCKFEED_OK;
}

/* Room for another line, and perhaps another key. With nothing left to take
 * out, old entries are only memory, and go. */
static bool make_room(struct latest *latest, bool new_key, size_t bytes)
{
    if ((!new_key || latest->count < latest->max_keys) &&
        latest->bytes + bytes <= latest->limit) {
        return true;
    }
    if (latest->fresh > 0) {
        return false;
    }
    forget_entries(latest);
    return true;
}

enum sockfeed_result latest_put(struct latest *latest, struct span key,
                                struct span line)
{
    uint64_t hash = hash_of(latest, key);
    uint32_t slot = 0;
    enum sockfeed_result result = SOCKFEED_OK;

    if (latest->slot_count > 0) {
        slot = latest->slots[find_slot(latest, hash, key)];
    }
    if (!make_room(latest, slot == 0, key.size + line.size)) {
        return SOCKFEED_FULL;
    }
    /* Making room may have forgotten the entry that was found. */
    if (slot == 0 || latest->count == 0) {
        result = add_entry(latest, hash, key);
        slot = (uint32_t)latest->count;
    }
    return result == SOCKFEED_OK ? set_line(latest, slot - 1, line) : result;
}

bool latest_take(struct latest *latest, struct span *line)
{
    struct entry *entry;

    if (latest->taken == latest->fresh) {
        latest->fresh = 0;
        latest->taken = 0;
        return false;
    }
    entry = &latest->entries[latest->order[latest->taken++]];
    entry->fresh = false;
    *line = buf_span(&entry->line);
    return true;
}
