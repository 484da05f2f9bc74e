/* SPDX-License-Identifier: MIT */
#include "cli/choose/sequence_table.h"

#include <stdlib.h>

enum {
    FIRST_SLOTS = 64 /* a power of two */
};

void sequence_table_forget_hole(struct sequence_last *last)
{
    struct sequence_hole *hole = last->hole;

    last->hole = hole->next;
    last->hole_count--;
    free(hole);
}

void sequence_table_deinit(struct sequence_table *table)
{
    for (size_t i = 0; i < table->slot_count; i++) {
        while (table->slots[i].hole != NULL) {
            sequence_table_forget_hole(&table->slots[i]);
        }
    }
    free(table->slots);
    *table = (struct sequence_table){.slots = NULL};
}

static bool is_free(const struct sequence_last *slot)
{
    return slot->number.digits[0] == '\0';
}

struct sequence_last *sequence_table_find(const struct sequence_table *table,
                                          const struct siphash *hash)
{
    size_t mask = table->slot_count - 1;
    size_t at = hash->halves[0] & mask;

    while (!is_free(&table->slots[at]) &&
           !siphash_equal(&table->slots[at].hash, hash)) {
        at = (at + 1) & mask;
    }
    return &table->slots[at];
}

enum sockfeed_result sequence_table_reserve(struct sequence_table *table)
{
    struct sequence_table bigger = *table;

    if (table->count * 2 < table->slot_count) {
        return SOCKFEED_OK;
    }
    bigger.slot_count =
        table->slot_count == 0 ? FIRST_SLOTS : table->slot_count * 2;
    bigger.slots = calloc(bigger.slot_count, sizeof *bigger.slots);
    if (bigger.slots == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; i < table->slot_count; i++) {
        if (!is_free(&table->slots[i])) {
            *sequence_table_find(&bigger, &table->slots[i].hash) =
                table->slots[i];
        }
    }
    free(table->slots);
    *table = bigger;
    return SOCKFEED_OK;
}
