/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_REPLAY_NOTES_H
#define CLI_SERVE_REPLAY_NOTES_H

#include "base/list.h"
#include "base/span.h"
#include "sockfeed.h"

#include <stdint.h>

/* What is remembered of a conversation while it is replayed. */
struct replay_note {
    struct list link;
    enum sockfeed_said_type type;
    uint64_t connection; /* of the recording; 0: of the client itself */
    int64_t time;        /* of the recording, ns */
    struct span space;
    bool has_id;
    uint64_t id;
    uint64_t other; /* the id of the same thing on the other side */
    struct span data;
    const struct replay_note *answer; /* to it, or NULL */
};

/* A list of them, oldest first, of at most LIMIT_REPLAY_BYTES. */
struct replay_notes {
    struct list list;
    size_t limit; /* of `count` */
    size_t count;
    size_t bytes;
};

void replay_notes_init(struct replay_notes *notes, size_t limit);
void replay_notes_deinit(struct replay_notes *notes);

/* Adds a copy, which it gives a pointer to; NULL when there is no room. */
struct replay_note *replay_notes_add(struct replay_notes *notes,
                                     const struct replay_note *note);
void replay_notes_drop(struct replay_notes *notes, struct replay_note *note);

/* The oldest, or NULL. */
struct replay_note *replay_notes_first(const struct replay_notes *notes);

/* The newest of this type with this connection, namespace and id, or NULL. */
struct replay_note *replay_notes_find(const struct replay_notes *notes,
                                      const struct replay_note *wanted);

#endif
