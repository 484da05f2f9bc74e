/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHOOSE_SEQUENCE_TABLE_H
#define CLI_CHOOSE_SEQUENCE_TABLE_H

#include "base/siphash.h"
#include "cli/base/whole.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The last numbers that --sequence has seen. */

/* Numbers that one of two connections has left out, and the other may bring
 * yet. */
struct sequence_hole {
    struct sequence_hole *next; /* owned; the numbers of this are larger */
    struct whole expected;      /* the first that is missing still */
    struct whole got;           /* the first that is not */
    unsigned connection;        /* which has left them out */
    int64_t from; /* when the number before them came, and when `got` */
    int64_t to;
    size_t key_size;
    bool has_key;
    char key[]; /* JSON */
};

/* The last number of one source and key. */
struct sequence_last {
    struct siphash hash; /* of both */
    struct whole number; /* empty: a free slot */
    int64_t time;        /* when it came, ns since the epoch */
    unsigned source;
    unsigned connection;
    struct sequence_hole *hole; /* owned; NULL: none is waited for */
    unsigned hole_count;
};

/* By open addressing; half of the slots stay free. All bytes zero is an empty
 * one. */
struct sequence_table {
    struct sequence_last *slots; /* owned */
    size_t slot_count;
    size_t count; /* that the owner has filled */
};

/* Forgets the first hole. */
void sequence_table_forget_hole(struct sequence_last *last);

/* Frees the holes too. */
void sequence_table_deinit(struct sequence_table *table);

/* Makes room for one more, which moves the slots. NOMEM. */
enum sockfeed_result sequence_table_reserve(struct sequence_table *table)
    SOCKFEED_CHECK;

/* The slot of the hash, or the free one where it goes; there is room. */
struct sequence_last *sequence_table_find(const struct sequence_table *table,
                                          const struct siphash *hash);

#endif
