/* SPDX-License-Identifier: MIT */
#include "api/calls.h"

#include "api/outbox.h"
#include "base/limits.h"

#include <stdlib.h>

enum call_state {
    CALL_WAITING,
    CALL_SENT,
    CALL_FAILED,
};

struct call {
    struct list link;
    uint64_t number;
    struct outbox kept; /* the one message */
    struct calls_effort effort;
    enum call_state state;
    uint64_t id;                 /* SENT: on the wire */
    unsigned connection;         /* SENT: on this one */
    enum sockfeed_result result; /* FAILED: why */
};

#define CALL(link_) LIST_ENTRY(link_, struct call, link)

void calls_init(struct calls *calls)
{
    *calls = (struct calls){.count = 0};
    list_init(&calls->items);
}

static void forget(struct calls *calls, struct call *call)
{
    list_remove(&call->link);
    calls->count--;
    calls->bytes -= call->kept.bytes;
    outbox_deinit(&call->kept);
    free(call);
}

void calls_deinit(struct calls *calls)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &calls->items) {
        forget(calls, CALL(link));
    }
}

enum sockfeed_result calls_add(struct calls *calls, uint64_t *number,
                               const struct sockfeed_outgoing *message,
                               const struct calls_effort *effort)
{
    struct call *call;
    enum sockfeed_result result;

    if (calls->count == LIMIT_ACKS) {
        return SOCKFEED_FULL;
    }
    call = calloc(1, sizeof *call);
    if (call == NULL) {
        return SOCKFEED_NOMEM;
    }
    outbox_init(&call->kept, LIMIT_UNSENT - calls->bytes);
    result = outbox_add(&call->kept, message);
    if (result != SOCKFEED_OK) {
        free(call);
        return result;
    }
    call->effort = *effort;
    call->number = ++calls->numbered;
    list_append(&calls->items, &call->link);
    calls->count++;
    calls->bytes += call->kept.bytes;
    *number = call->number;
    return SOCKFEED_OK;
}

static void fail(struct call *call, enum sockfeed_result result)
{
    call->state = CALL_FAILED;
    call->result = result;
}

/* ---- Sending ----------------------------------------------------------- */

/* The next that may be sent: of those in turn only the first. */
static struct call *find_sendable(const struct calls *calls)
{
    struct list *link;
    struct list *after;
    bool turn_taken = false;

    LIST_EACH (link, after, &calls->items) {
        struct call *call = CALL(link);

        if (call->state == CALL_WAITING &&
            !(call->effort.in_turn && turn_taken)) {
            return call;
        }
        turn_taken =
            turn_taken || (call->effort.in_turn && call->state != CALL_FAILED);
    }
    return NULL;
}

static struct call *find_sent(const struct calls *calls, uint64_t id)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &calls->items) {
        if (CALL(link)->state == CALL_SENT && CALL(link)->id == id) {
            return CALL(link);
        }
    }
    return NULL;
}

/* Nothing went out. */
static void take_back(struct calls *calls, struct call *call)
{
    call->state = CALL_WAITING;
    call->effort.tries++;
    if (calls->next_id == call->id + 1) {
        calls->next_id = call->id;
    }
}

void calls_send(struct calls *calls, unsigned connection, calls_sender *send,
                void *user)
{
    struct call *call = find_sendable(calls);

    while (call != NULL) {
        uint64_t id = calls->next_id++;
        enum sockfeed_result result;

        call->state = CALL_SENT;
        call->id = id;
        call->connection = connection;
        call->effort.tries--;
        result = send(user, call->kept.items, id, call->effort.timeout);
        call = find_sent(calls, id); /* sending may have ended it */
        if (result == SOCKFEED_AGAIN && call != NULL) {
            take_back(calls, call);
            return;
        }
        if (result != SOCKFEED_OK && call != NULL) {
            fail(call, result == SOCKFEED_STATE ? SOCKFEED_NAMESPACE : result);
        }
        call = find_sendable(calls);
    }
}

/* ---- Ends -------------------------------------------------------------- */

/* A try has failed. */
static void fail_try(struct call *call, enum sockfeed_result result)
{
    if (call->effort.tries > 0) {
        call->state = CALL_WAITING;
    } else {
        fail(call, result);
    }
}

bool calls_answered(struct calls *calls, struct sockfeed_answer *answer)
{
    struct call *call = find_sent(calls, answer->call);

    if (call == NULL) {
        return false;
    }
    if (answer->result == SOCKFEED_TIMEOUT && call->effort.tries > 0) {
        fail_try(call, answer->result);
        return false;
    }
    answer->call = call->number;
    forget(calls, call);
    return true;
}

void calls_lost(struct calls *calls, unsigned connection)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &calls->items) {
        struct call *call = CALL(link);

        if (call->state == CALL_SENT &&
            (connection == 0 || call->connection == connection)) {
            fail_try(call, SOCKFEED_LOST);
        }
    }
}

void calls_end(struct calls *calls, enum sockfeed_result result)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &calls->items) {
        if (CALL(link)->state != CALL_FAILED) {
            fail(CALL(link), result);
        }
    }
}

bool calls_take_failed(struct calls *calls, struct sockfeed_answer *answer)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &calls->items) {
        struct call *call = CALL(link);

        if (call->state == CALL_FAILED) {
            *answer = (struct sockfeed_answer){.call = call->number,
                                               .result = call->result};
            forget(calls, call);
            return true;
        }
    }
    return false;
}

enum sockfeed_result calls_withdraw(struct calls *calls, uint64_t number)
{
    struct list *link;
    struct list *after;
    enum sockfeed_result result = SOCKFEED_OK;

    LIST_EACH (link, after, &calls->items) {
        struct call *call = CALL(link);

        if (call->number == number && call->state == CALL_FAILED) {
            result = call->result;
            forget(calls, call);
        }
    }
    return result;
}

size_t calls_spaces(const struct calls *calls, struct span *spaces)
{
    struct list *link;
    struct list *after;
    size_t count = 0;

    LIST_EACH (link, after, &calls->items) {
        spaces[count++] = span_text(CALL(link)->kept.items->space);
    }
    return count;
}
