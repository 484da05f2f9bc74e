/* SPDX-License-Identifier: MIT */
#ifndef CLI_OUTPUT_OUTPUT_H
#define CLI_OUTPUT_OUTPUT_H

#include "cli/base/output_callbacks.h"
#include "cli/base/output_options.h"
#include "sockfeed.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Everything between an event of the library and standard output: choosing
 * (patterns, globs, --where, -n), rewriting (--inflate, --unwrap, --decode),
 * printing (forms, templates, selections) and the writer behind it all. One
 * object for the process; each URL is one of its sources.
 */

/* What a value of one option must be, for checks while options are read. */
enum output_value {
    OUTPUT_VALUE_REGEX,
    OUTPUT_VALUE_TEMPLATE,
    OUTPUT_VALUE_POINTER,
    OUTPUT_VALUE_SEQUENCE,
    OUTPUT_VALUE_POINTERS, /* with commas between them */
    OUTPUT_VALUE_WHERE,
    OUTPUT_VALUE_GLOB,
};

/* Whether the text can be such a value: OK, INVALID with the reason (without
 * the option's name), NOMEM. */
enum sockfeed_result output_check(enum output_value kind, const char *text,
                                  struct output_error *error) SOCKFEED_CHECK;

struct output;

/* Gives the output. INVALID with `error` set for values and combinations that
 * cannot be; SYSTEM with `error` set when standard output cannot be had
 * (closed); NOMEM. Nothing is written. */
enum sockfeed_result output_new(struct output **output,
                                struct sockfeed_loop *loop,
                                const struct output_options *options,
                                const struct output_callbacks *callbacks,
                                struct output_error *error) SOCKFEED_CHECK;

/* Fits NULL. What was not flushed is lost. */
void output_free(struct output *output);

/* Adds a source and gives its number, counted from 0. `url` is what is shown
 * (passwords masked) and is copied; `connection` is shown in envelopes unless
 * it is 0. INVALID with `error` set for options that this protocol cannot
 * have (-E on plain WebSocket); `protocol` is not AUTO. */
enum sockfeed_result output_add_source(
    struct output *output, unsigned *source, const char *url,
    enum sockfeed_protocol protocol, unsigned connection,
    struct output_error *error) SOCKFEED_CHECK;

/* Which SOCKFEED_DELIVER_ flags the output of this source needs; nothing of
 * DELIVER_MESSAGES means that messages need not be validated for it. */
unsigned output_wants(const struct output *output, unsigned source);

/* Whether `heard` is to be called; not at first. */
void output_listen(struct output *output, bool on);

/* Takes a MESSAGE, TEXTS or a received FRAME; ignores all others. DONE, GONE and
 * FAILED are final: what comes after them is ignored. What comes after FULL
 * is kept as well, and FULL again until there is room. */
enum output_verdict output_event(struct output *output, unsigned source,
                                 const struct sockfeed_event *event);

/* Takes an OPEN, REPLACED, LOST or CLOSED of the source's client; ignores all
 * others. May call `gap`. */
void output_connection(struct output *output, unsigned source,
                       const struct sockfeed_event *event);

/* At EVENT_DRAINED: writes what was collected, in one go where it fits. */
enum output_verdict output_drained(struct output *output);

/* Prints a line that is no message (--status inline), after what came before
 * it. `line` has no line end. */
enum output_verdict output_line(struct output *output, const char *line,
                                size_t size);

/* Inside `dropped`: how long ago the first of those messages was, in ms. */
int64_t output_dropped_for(const struct output *output);

/* Bytes that standard output has not taken yet, --latest's not counted. */
size_t output_pending(const struct output *output);

/* Whether messages go to this very file, by whatever name. */
bool output_goes_to(const struct output *output, int descriptor);

/* At the end: prints what --latest holds back, writes everything, waiting at
 * most `timeout` ms (-1: without end), reports the last dropped messages.
 * Stops waiting when the descriptor `wake` is readable (a signal; -1 for
 * none). Answers GO_ON when all is written, FULL when time ran out, or GONE,
 * FAILED. */
enum output_verdict output_finish(struct output *output, int64_t timeout,
                                  int wake);

/* The sentence after OUTPUT_FAILED, and what kind of failure it is: SYSTEM,
 * or NOMEM. */
const char *output_failure(const struct output *output);
enum sockfeed_result output_failure_result(const struct output *output);

struct latency;

/* The figures of --latency, NULL where they are not asked for. */
struct latency *output_latency(const struct output *output);

struct output_counts {
    uint64_t received;       /* messages and frames seen */
    uint64_t received_bytes; /* of their text as received */
    uint64_t printed;        /* messages */
    uint64_t dropped;        /* by --on-full drop; printed before */
    uint64_t written;        /* bytes that standard output has taken */
};

struct output_counts output_counts(const struct output *output);

#endif
