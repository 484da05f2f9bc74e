/* SPDX-License-Identifier: MIT */
#include "cli/input/input.h"

#include "base/buf.h"
#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    INPUT_READ_SIZE = 65536
};

/*
 *   READING --line refused--> WAITING --input_resume--> READING
 *      |                                                  |
 *      +---------- end of file, all lines taken ----------+--> ENDED
 */
enum input_state {
    INPUT_STATE_READING,
    INPUT_STATE_WAITING,
    INPUT_STATE_ENDED,
};

struct input {
    struct input_callbacks callbacks;
    struct sockfeed_watch *watch; /* NULL: a file, which is always ready */
    struct sockfeed_timer *timer; /* reads files, a piece for each turn */
    int descriptor;
    enum input_state state;
    bool at_end;        /* nothing more can be read */
    int error;          /* why, an errno, or 0 */
    bool skipping;      /* inside a line that is too long */
    size_t number;      /* of the line to come, from 1 */
    size_t searched;    /* bytes of `pending` known to hold no LF */
    struct buf pending; /* read, not yet taken */
};

static struct span without_return(struct span line)
{
    if (line.size > 0 && line.data[line.size - 1] == '\r') {
        line.size--;
    }
    return line;
}

/* Hands on the line of that size at the start of what is pending, and takes
 * `taken` bytes away with it. False when it was refused. */
static bool hand_on(struct input *input, size_t size, size_t *head,
                    size_t taken)
{
    struct span line = span_of(input->pending.data + *head, size);

    if (input->skipping) {
        input->skipping = false;
    } else if (!input->callbacks.line(input->callbacks.user,
                                      without_return(line), input->number)) {
        return false;
    }
    input->number++;
    *head += taken;
    return true;
}

/* Hands on whole lines, and at the end what is left. */
static bool hand_on_all(struct input *input)
{
    size_t head = 0;
    bool taken = true;

    while (taken) {
        struct span rest = span_skip(buf_span(&input->pending), head);
        size_t end =
            input->searched + span_find(span_skip(rest, input->searched), '\n');

        if (end < rest.size) {
            taken = hand_on(input, end, &head, end + 1);
            input->searched = taken ? 0 : end;
        } else if (input->at_end && rest.size > 0) {
            taken = hand_on(input, rest.size, &head, rest.size);
            input->searched = 0;
        } else {
            input->searched = rest.size;
            break;
        }
    }
    buf_consume(&input->pending, head);
    return taken;
}

/* Drops the beginning of a line that has grown too long. */
static void check_length(struct input *input)
{
    if (input->pending.size <= LIMIT_OUTGOING) {
        return;
    }
    if (!input->skipping) {
        input->skipping = true;
        input->callbacks.too_long(input->callbacks.user, input->number);
    }
    buf_clear(&input->pending);
    input->searched = 0;
}

static void want(struct input *input, bool more)
{
    if (input->watch != NULL) {
        sockfeed_watch_want(input->watch, more ? SOCKFEED_READABLE : 0);
    } else if (more) {
        sockfeed_timer_set(input->timer, 0);
    } else {
        sockfeed_timer_clear(input->timer);
    }
}

static void proceed(struct input *input)
{
    if (!hand_on_all(input)) {
        input->state = INPUT_STATE_WAITING;
        want(input, false);
    } else if (input->at_end) {
        input->state = INPUT_STATE_ENDED;
        want(input, false);
        input->callbacks.end(input->callbacks.user, input->error);
    } else {
        input->state = INPUT_STATE_READING;
        check_length(input);
        want(input, true);
    }
}

static void read_once(struct input *input)
{
    char *at = buf_reserve(&input->pending, INPUT_READ_SIZE);
    ssize_t count = -1;

    if (at != NULL) {
        count = read(input->descriptor, at, INPUT_READ_SIZE);
    } else {
        errno = ENOMEM;
    }
    if (count > 0) {
        input->pending.size += (size_t)count;
    } else if (count == 0) {
        input->at_end = true;
    } else if (errno != EINTR && errno != EAGAIN) {
        input->at_end = true;
        input->error = errno;
    }
    proceed(input);
}

static void on_readable(void *user, unsigned ready)
{
    (void)ready;
    read_once(user);
}

static void on_turn(void *user)
{
    read_once(user);
}

enum sockfeed_result input_new(struct input **input, struct sockfeed_loop *loop,
                               int descriptor,
                               const struct input_callbacks *callbacks)
{
    struct input *made = calloc(1, sizeof *made);
    enum sockfeed_result result;

    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->callbacks = *callbacks;
    made->descriptor = descriptor;
    made->number = 1;
    /* A line of full length and its end, and one read more. */
    buf_init(&made->pending, (size_t)LIMIT_OUTGOING + 2 + INPUT_READ_SIZE);
    result = sockfeed_watch_new(&made->watch, loop, descriptor,
                                SOCKFEED_READABLE, on_readable, made);
    if (result == SOCKFEED_INVALID) {
        made->watch = NULL;
        result = sockfeed_timer_new(&made->timer, loop, on_turn, made);
    }
    if (result != SOCKFEED_OK) {
        input_free(made);
        return result;
    }
    want(made, true);
    *input = made;
    return SOCKFEED_OK;
}

void input_free(struct input *input)
{
    if (input == NULL) {
        return;
    }
    sockfeed_watch_free(input->watch);
    sockfeed_timer_free(input->timer);
    buf_wipe(&input->pending);
    free(input);
}

void input_resume(struct input *input)
{
    if (input->state == INPUT_STATE_WAITING) {
        proceed(input);
    }
}
