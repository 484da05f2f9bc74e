/* SPDX-License-Identifier: MIT */
#include "cli/run/answers.h"

#include "base/json_compact.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "cli/base/diag.h"
#include "cli/input/message.h"

#include <assert.h>
#include <stdlib.h>

enum {
    STANDARD_TIMEOUT = 10000 /* ms */
};

/* One that is waited for.
 *
 *   PLANNED --- given to the client ---> MADE --- ANSWER ---> SETTLED
 */
enum awaited_state {
    AWAITED_PLANNED,
    AWAITED_MADE,
    AWAITED_SETTLED,
};

struct awaited {
    struct feed *feed;
    const struct given_message *given;
    bool emit; /* of --retry-emits: nothing is printed */
    enum awaited_state state;
    uint64_t call;          /* MADE: the client's number */
    struct message message; /* while PLANNED */
    struct buf space;       /* SETTLED: the namespace */
    struct buf event;       /* the call's name in an array; then the answer */
    bool answered;          /* `event` is to be printed */
};

/* ---- Naming ------------------------------------------------------------ */

/* Says what became of it; a message out of a file is not shown. */
static void tell(const struct awaited *awaited, enum sockfeed_result result)
{
    struct span text = awaited->given->text;
    const char *option = awaited->given->origin;

    if (awaited->given->file != NULL) {
        diag_line("%s: --%s @%s: %s", awaited->feed->shown.data, option,
                  awaited->given->file, sockfeed_result_text(result));
    } else {
        diag_line("%s: --%s '%.*s'%s: %s", awaited->feed->shown.data, option,
                  option_error_shown(text), text.data,
                  text.size > OPTION_SHOWN_MAX ? "..." : "",
                  sockfeed_result_text(result));
    }
}

/* ---- Settling ---------------------------------------------------------- */

static void settle(struct answers *answers, struct awaited *awaited,
                   enum sockfeed_result result)
{
    awaited->state = AWAITED_SETTLED;
    awaited->answered = result == SOCKFEED_OK && !awaited->emit;
    answers->unsettled--;
    if (result != SOCKFEED_OK) {
        tell(awaited, result);
        if (answers->status == EXIT_STATUS_DONE) {
            answers->status = exit_status_of(result);
        }
    }
}

static int64_t timeout(const struct answers *answers)
{
    return answers->options->ack_timeout == 0 ? STANDARD_TIMEOUT
                                              : answers->options->ack_timeout;
}

static enum sockfeed_result give(struct answers *answers,
                                 struct awaited *awaited)
{
    struct sockfeed_outgoing outgoing = message_outgoing(&awaited->message);
    enum sockfeed_result result =
        awaited->emit
            ? sockfeed_client_deliver(awaited->feed->client, &awaited->call,
                                      &outgoing, timeout(answers),
                                      (unsigned)answers->options->retry_emits)
            : sockfeed_client_call(awaited->feed->client, &awaited->call,
                                   &outgoing, timeout(answers));

    message_deinit(&awaited->message);
    awaited->state = AWAITED_MADE;
    return result;
}

static bool has_emits(const struct answers *answers, const struct feed *feed)
{
    for (size_t i = 0; i < answers->count; i++) {
        if (answers->at[i].feed == feed && answers->at[i].emit &&
            answers->at[i].state != AWAITED_SETTLED) {
            return true;
        }
    }
    return false;
}

/* Makes the calls of a feed, now that it has no emits left. */
static void give_planned(struct answers *answers, const struct feed *feed)
{
    for (size_t i = 0; i < answers->count; i++) {
        struct awaited *awaited = &answers->at[i];

        if (awaited->feed == feed && awaited->state == AWAITED_PLANNED) {
            enum sockfeed_result result = give(answers, awaited);

            if (result != SOCKFEED_OK) {
                settle(answers, awaited, result);
            }
        }
    }
}

/* ---- Printing ---------------------------------------------------------- */

static void print(struct answers *answers, struct awaited *awaited)
{
    struct sockfeed_event event = {.type = SOCKFEED_EVENT_MESSAGE};
    struct sockfeed_message *message = &event.u.message;
    struct span text = buf_span(&awaited->event);
    struct json_scan_result array;
    struct malformed malformed;

    awaited->answered = false;
    if (json_scan(&array, &malformed, text, 0) == SOCKFEED_OK) {
        *message = (struct sockfeed_message){
            .type = SOCKFEED_MESSAGE_EVENT,
            .frame = text.data,
            .frame_size = text.size,
            .data = text.data,
            .data_size = text.size,
            .space = awaited->space.data,
            .space_size = awaited->space.size,
            .name = array.first.data,
            .name_size = array.first.size,
            .args = array.rest.data,
            .args_size = array.rest.size,
            .arg_count = array.count - 1,
        };
        answers->callbacks.print(answers->callbacks.user, awaited->feed,
                                 &event);
    }
    answers->kept -= awaited->event.size;
    buf_deinit(&awaited->event);
}

/* Prints what is answered as far as nothing before it is waited for. */
static void print_next(struct answers *answers, const struct feed *feed)
{
    for (size_t i = 0; i < answers->count; i++) {
        struct awaited *awaited = &answers->at[i];

        if (awaited->feed != feed) {
            continue;
        }
        if (awaited->state != AWAITED_SETTLED) {
            return;
        }
        if (awaited->answered) {
            print(answers, awaited);
        }
    }
}

/* Makes an event of the answer. FULL, NOMEM. */
static enum sockfeed_result keep(struct answers *answers,
                                 struct awaited *awaited,
                                 const struct sockfeed_answer *answer)
{
    struct buf *event = &awaited->event;

    if (answer->data_size > LIMIT_ANSWERS - answers->kept) {
        return SOCKFEED_FULL;
    }
    if (answer->arg_count > 0) {
        buf_append_byte(event, ',');
        json_compact(event, span_of(answer->args, answer->args_size));
    }
    buf_append_byte(event, ']');
    buf_append(&awaited->space, answer->space, answer->space_size);
    if (buf_result(event) != SOCKFEED_OK) {
        return buf_result(event);
    }
    answers->kept += event->size;
    return buf_result(&awaited->space);
}

static struct awaited *find(const struct answers *answers,
                            const struct feed *feed, uint64_t call)
{
    for (size_t i = 0; i < answers->count; i++) {
        struct awaited *awaited = &answers->at[i];

        if (awaited->feed == feed && awaited->state == AWAITED_MADE &&
            awaited->call == call) {
            return awaited;
        }
    }
    return NULL;
}

void answers_event(struct answers *answers, struct feed *feed,
                   const struct sockfeed_event *event)
{
    const struct sockfeed_answer *answer = &event->u.answer;
    struct awaited *awaited = find(answers, feed, answer->call);
    enum sockfeed_result result = answer->result;

    if (awaited == NULL) {
        return;
    }
    if (result == SOCKFEED_OK && !awaited->emit) {
        result = keep(answers, awaited, answer);
    }
    settle(answers, awaited, result);
    if (awaited->emit && !has_emits(answers, feed)) {
        give_planned(answers, feed);
    }
    print_next(answers, feed);
    if (answers->unsettled == 0) {
        answers->callbacks.settled(answers->callbacks.user);
    }
}

/* ---- Acknowledging ----------------------------------------------------- */

void answers_acknowledge(struct feed *feed, struct span acknowledgement,
                         const struct sockfeed_event *event)
{
    const struct sockfeed_message *message = &event->u.message;
    struct sockfeed_acknowledgement answer = {
        .connection = event->connection,
        .space = message->space,
        .space_size = message->space_size,
        .id = message->id,
        .data = acknowledgement.data,
        .size = acknowledgement.size,
    };
    enum sockfeed_result result;

    if (!message->has_id) {
        return;
    }
    result = sockfeed_client_acknowledge(feed->client, &answer);
    if (result != SOCKFEED_OK && result != SOCKFEED_STATE &&
        !feed->unacknowledged) {
        feed->unacknowledged = true;
        diag_line("%s: an event is not acknowledged: %s; further ones are not "
                  "reported",
                  feed->shown.data, sockfeed_result_text(result));
    }
}

/* ---- Life -------------------------------------------------------------- */

/* The beginning of the event that an answer becomes. */
static enum sockfeed_result keep_name(struct awaited *awaited)
{
    struct json_scan_result array;
    struct malformed malformed;

    if (json_scan(&array, &malformed, buf_span(&awaited->message.data), 0) !=
        SOCKFEED_OK) {
        return SOCKFEED_INVALID;
    }
    buf_append_byte(&awaited->event, '[');
    buf_append_span(&awaited->event, array.first);
    return buf_result(&awaited->event);
}

static enum sockfeed_result plan(struct answers *answers, struct feed *feed,
                                 const struct given_message *given, bool emit,
                                 struct option_error *error)
{
    struct awaited *awaited = &answers->at[answers->count++];
    enum sockfeed_result result;

    *awaited = (struct awaited){.feed = feed, .given = given, .emit = emit};
    message_init(&awaited->message);
    buf_init(&awaited->space, LIMIT_NAMESPACE);
    buf_init(&awaited->event, SIZE_MAX / 2);
    answers->unsettled++;
    result = feed_read_message(feed, &awaited->message, given, error);
    return result == SOCKFEED_OK ? keep_name(awaited) : result;
}

static enum sockfeed_result plan_all(struct answers *answers,
                                     const struct feeds *feeds,
                                     const struct given_messages *given,
                                     bool emit, struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; i < given->count; i++) {
        for (size_t j = 0; result == SOCKFEED_OK && j < feeds->count; j++) {
            if (feeds->at[j].share == 0) {
                result =
                    plan(answers, &feeds->at[j], &given->at[i], emit, error);
            }
        }
    }
    return result;
}

/* What cannot be given now is told of before anything is connected. */
static enum sockfeed_result give_first(struct answers *answers, bool emits,
                                       struct option_error *error)
{
    for (size_t i = 0; i < answers->count; i++) {
        struct awaited *awaited = &answers->at[i];

        assert(awaited->feed != NULL); /* it was planned */
        if (awaited->emit == emits) {
            enum sockfeed_result result = give(answers, awaited);

            if (result != SOCKFEED_OK) {
                return option_error_set(error, "--%s: %s",
                                        awaited->given->origin,
                                        sockfeed_result_text(result));
            }
        }
    }
    return SOCKFEED_OK;
}

/* Only Socket.IO has acknowledgements. */
static enum sockfeed_result check_feeds(const struct send_options *options,
                                        const struct feeds *feeds,
                                        struct option_error *error)
{
    const char *option = options->calls.count > 0                ? "call"
                         : options->acknowledgement.data != NULL ? "ack"
                         : options->retry_emits > 0              ? "retry-emits"
                                                                 : NULL;

    for (size_t i = 0; option != NULL && i < feeds->count; i++) {
        if (feeds->at[i].protocol != SOCKFEED_PROTOCOL_SIO) {
            return option_error_set(error,
                                    "%s: --%s is about acknowledgements, "
                                    "which only Socket.IO has",
                                    feeds->at[i].shown.data, option);
        }
    }
    return SOCKFEED_OK;
}

enum sockfeed_result answers_init(struct answers *answers,
                                  const struct send_options *options,
                                  const struct feeds *feeds,
                                  const struct answers_callbacks *callbacks,
                                  struct option_error *error)
{
    size_t emits = options->retry_emits == 0 ? 0 : options->emits.count;
    size_t count = (emits + options->calls.count) * feeds->count;
    enum sockfeed_result result;

    *answers = (struct answers){.options = options,
                                .callbacks = *callbacks,
                                .printing = options->calls.count > 0,
                                .status = EXIT_STATUS_DONE};
    result = check_feeds(options, feeds, error);
    if (result != SOCKFEED_OK || count == 0) {
        return result;
    }
    answers->at = calloc(count, sizeof *answers->at);
    if (answers->at == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (emits > 0) {
        result = plan_all(answers, feeds, &options->emits, true, error);
    }
    if (result == SOCKFEED_OK) {
        result = plan_all(answers, feeds, &options->calls, false, error);
    }
    return result == SOCKFEED_OK ? give_first(answers, emits > 0, error)
                                 : result;
}

void answers_deinit(struct answers *answers)
{
    for (size_t i = 0; i < answers->count; i++) {
        message_deinit(&answers->at[i].message);
        buf_deinit(&answers->at[i].space);
        buf_deinit(&answers->at[i].event);
    }
    free(answers->at);
    *answers = (struct answers){.at = NULL};
}
