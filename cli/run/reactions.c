/* SPDX-License-Identifier: MIT */
#include "cli/run/reactions.h"

#include "base/limits.h"
#include "cli/base/diag.h"
#include "cli/base/regex.h"
#include "cli/input/message.h"
#include "cli/input/reply.h"

#include <stdlib.h>

/* ---- Life --------------------------------------------------------------- */

static enum sockfeed_result compile_awaits(struct reactions *reactions,
                                           const struct given_messages *given,
                                           struct output_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    reactions->awaits = calloc(given->count + 1, sizeof *reactions->awaits);
    if (reactions->awaits == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        if (given->at[i].kind == GIVEN_AWAIT) {
            result = regex_new(&reactions->awaits[reactions->await_count],
                               given->at[i].text.data, 0, error);
            reactions->await_count += result == SOCKFEED_OK;
        }
    }
    return result;
}

static enum sockfeed_result compile_replies(struct reactions *reactions,
                                            const struct output_texts *given,
                                            struct output_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    reactions->replies = calloc(given->count + 1, sizeof *reactions->replies);
    if (reactions->replies == NULL) {
        return SOCKFEED_NOMEM;
    }
    while (result == SOCKFEED_OK && reactions->reply_count < given->count) {
        size_t at = reactions->reply_count;

        result =
            reply_new(&reactions->replies[at], span_text(given->at[at]), error);
        reactions->reply_count += result == SOCKFEED_OK;
    }
    return result;
}

enum sockfeed_result reactions_init(struct reactions *reactions,
                                    const struct send_options *options,
                                    struct feeds *feeds,
                                    struct option_error *error)
{
    struct output_error reason = {""};
    enum sockfeed_result result;

    *reactions = (struct reactions){.feeds = feeds};
    result = compile_awaits(reactions, &options->subscriptions, &reason);
    if (result == SOCKFEED_OK) {
        result = compile_replies(reactions, &options->replies, &reason);
    }
    return result == SOCKFEED_INVALID
               ? option_error_set(error, "%s", reason.text)
               : result;
}

void reactions_deinit(struct reactions *reactions)
{
    for (size_t i = 0; i < reactions->await_count; i++) {
        regex_free(reactions->awaits[i]);
    }
    for (size_t i = 0; i < reactions->reply_count; i++) {
        reply_free(reactions->replies[i]);
    }
    free(reactions->awaits);
    free(reactions->replies);
    *reactions = (struct reactions){.feeds = NULL};
}

bool reactions_any(const struct reactions *reactions)
{
    return reactions->await_count + reactions->reply_count > 0;
}

/* ---- Awaiting ----------------------------------------------------------- */

static void forget(struct reactions *reactions, struct feed *feed)
{
    if (feed->awaiting != 0) {
        feed->awaiting = 0;
        reactions->awaiting--;
    }
}

void reactions_event(struct reactions *reactions, struct feed *feed,
                     const struct sockfeed_event *event)
{
    if (event->type == SOCKFEED_EVENT_AWAITING) {
        forget(reactions, feed);
        feed->awaiting = event->connection;
        feed->await_index = event->u.awaiting.index;
        reactions->awaiting++;
    } else if (event->type == SOCKFEED_EVENT_LOST ||
               event->type == SOCKFEED_EVENT_CLOSED) {
        forget(reactions, feed);
    }
}

bool reactions_listen(const struct reactions *reactions)
{
    return reactions->awaiting > 0 || reactions->reply_count > 0;
}

/* A pattern that reaches a limit matches nothing, which is told once. */
static void warn_of_limit(const char *option)
{
    diag_line("%s: a match took too long and counts as none; further ones are "
              "not reported",
              option);
}

static void await(struct reactions *reactions, struct feed *feed,
                  struct span text)
{
    struct regex *regex = reactions->awaits[feed->await_index];

    if (regex_match(regex, text)) {
        unsigned connection = feed->awaiting;

        forget(reactions, feed);
        sockfeed_client_proceed(feed->client, connection);
    } else if (regex_take_limit(regex)) {
        warn_of_limit("--await");
    }
}

/* ---- Answering ---------------------------------------------------------- */

static void report(struct reactions *reactions, const char *reason)
{
    if (!reactions->reported) {
        reactions->reported = true;
        diag_line("--reply: an answer was not sent: %s; further ones are not "
                  "reported",
                  reason);
    }
}

static void send(struct reactions *reactions, const struct feed *feed,
                 unsigned connection, struct span text)
{
    struct message message;
    struct malformed malformed;
    enum sockfeed_result result;

    message_init(&message);
    result = message_parse(&message, &malformed, feed->protocol, text);
    if (result == SOCKFEED_OK) {
        struct sockfeed_outgoing outgoing = message_outgoing(&message);

        result = sockfeed_client_answer(feed->client, connection, &outgoing);
    } else if (result == SOCKFEED_INVALID) {
        report(reactions, malformed.reason);
        result = SOCKFEED_OK;
    }
    if (result != SOCKFEED_OK) {
        report(reactions, sockfeed_result_text(result));
    }
    message_deinit(&message);
}

static bool answer(struct reactions *reactions, struct feed *feed,
                   unsigned connection, struct span text)
{
    struct buf out;
    bool answered = false;

    buf_init(&out, LIMIT_OUTGOING);
    for (size_t i = 0; i < reactions->reply_count && !answered; i++) {
        answered = reply_make(reactions->replies[i], &out, text);
        if (!answered && reply_take_limit(reactions->replies[i])) {
            warn_of_limit("--reply");
        }
    }
    if (answered && buf_result(&out) == SOCKFEED_OK) {
        send(reactions, feed, connection, buf_span(&out));
    } else if (answered) {
        report(reactions, sockfeed_result_text(buf_result(&out)));
    }
    buf_deinit(&out);
    return answered;
}

bool reactions_take(struct reactions *reactions, struct feed *feed,
                    unsigned connection, struct span text)
{
    if (feed->awaiting == connection) {
        await(reactions, feed, text);
    }
    return reactions->reply_count > 0 &&
           answer(reactions, feed, connection, text);
}
