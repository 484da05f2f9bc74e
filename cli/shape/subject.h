/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHAPE_SUBJECT_H
#define CLI_SHAPE_SUBJECT_H

#include "base/buf.h"
#include "base/span.h"
#include "cli/shape/source.h"
#include "sockfeed.h"

/*
 * The message at hand on its way from the library to a line: all that
 * patterns, pointers and forms ask about it. Views of the library's memory as
 * long as nothing was rewritten, else of the subject's own buffers, which are
 * used again for the next message. What costs something is made when it is
 * first asked for.
 */

enum subject_kind {
    SUBJECT_EVENT,  /* Socket.IO: a name and arguments */
    SUBJECT_TEXT,   /* a text, perhaps JSON */
    SUBJECT_BINARY, /* bytes */
};

struct subject {
    enum subject_kind kind;
    struct source *source;
    unsigned connection;  /* of the source, counted from 1 */
    struct span received; /* the frame's text; a message's text after
                           * inflating; data NULL for bytes */
    struct span text;     /* TEXT, BINARY: the content */
    bool inflated;        /* TEXT: it came as bytes */
    bool rewritten;       /* `json` is not what came; it counts, not `text` */
    bool is_json;         /* TEXT, BINARY: the content is JSON; known once
                           * `json` is */

    struct span json;  /* what -o json prints; data NULL: not made yet */
    struct span space; /* EVENT: the namespace */
    struct span name;  /* EVENT: JSON token */
    struct span args;  /* EVENT: the arguments, commas between them */
    size_t arg_count;  /* EVENT */
    bool has_id;       /* EVENT: an acknowledgement is asked for */
    uint64_t id;       /* by this */

    struct buf made[2]; /* `json`, where it is made; by turns */
    unsigned turn;      /* which of them is free */
    struct buf array;   /* the data of an event with several arguments */
};

void subject_init(struct subject *subject);

/* Fits a zeroed one. */
void subject_deinit(struct subject *subject);

/* Takes up a message, of which it keeps views. NOMEM. */
enum sockfeed_result subject_take(
    struct subject *subject, struct source *source, unsigned connection,
    const struct sockfeed_message *message) SOCKFEED_CHECK;

/* The bytes of a binary message turned out to be this text, valid UTF-8 that
 * lives as long as the message. */
void subject_become_text(struct subject *subject, struct span text);

/* The text that -o json prints, one line; of what is no JSON a string, of
 * other bytes an object. Empty when out of memory. */
struct span subject_json(struct subject *subject);

/* What -o data prints: the argument, an array of several, null; the text that
 * -o json prints where there is no event. Pointers begin here. */
struct span subject_data(struct subject *subject);

/* Puts a JSON text (one line) in place of a part of subject_json. `part` is a
 * view of it, inside the arguments of an event; `text` is none. NOMEM. */
enum sockfeed_result subject_replace(struct subject *subject, struct span part,
                                     struct span text) SOCKFEED_CHECK;

#endif
