/* SPDX-License-Identifier: MIT */
#include "cli/serve/replay_answers.h"

#include "base/json_equal.h"
#include "base/json_walk.h"
#include "base/limits.h"

#include <stdlib.h>

void replay_answers_init(struct replay_answers *answers)
{
    replay_notes_init(&answers->requests, LIMIT_REPLAY_ANSWERS);
    replay_notes_init(&answers->replies, LIMIT_REPLAY_ANSWERS);
}

void replay_answers_deinit(struct replay_answers *answers)
{
    replay_notes_deinit(&answers->requests);
    replay_notes_deinit(&answers->replies);
}

void replay_answers_learn(struct replay_answers *answers,
                          const struct moment *moment)
{
    struct replay_note note = {
        .type = SOCKFEED_SAID_EVENT,
        .connection = moment->connection,
        .time = moment->time,
        .space = span_of(moment->said.space, moment->said.space_size),
        .has_id = true,
        .id = moment->said.id,
        .other = answers->requests.count,
        .data = span_of(moment->said.data, moment->said.size),
    };
    struct replay_note *request;

    if (moment->type != MOMENT_SAID || !moment->said.has_id) {
        return;
    }
    if (moment->said.type == SOCKFEED_SAID_EVENT && !moment->incoming) {
        /* Without room it is not answered. */
        (void)replay_notes_add(&answers->requests, &note);
    } else if (moment->said.type == SOCKFEED_SAID_ANSWER && moment->incoming) {
        request = replay_notes_find(&answers->requests, &note);
        if (request != NULL && request->answer == NULL) {
            request->answer = replay_notes_add(&answers->replies, &note);
        }
    }
}

void replay_answers_used_deinit(struct replay_answers_used *used)
{
    free(used->marks);
    used->marks = NULL;
}

static struct span first_of(struct span array)
{
    struct json_walk walk;
    struct span key;
    struct span value = {NULL, 0};

    json_walk_init(&walk, array);
    (void)json_walk_next(&walk, &key, &value);
    return value;
}

/* How well a recorded request fits; 0: not at all. */
static unsigned rank(const struct replay_note *request, bool used,
                     struct span space, struct span array)
{
    if (request->answer == NULL || !span_equal(request->space, space)) {
        return 0;
    }
    if (json_equal(request->data, array)) {
        return used ? 3 : 4;
    }
    if (json_equal(first_of(request->data), first_of(array))) {
        return used ? 1 : 2;
    }
    return 0;
}

const struct replay_note *replay_answers_find(
    const struct replay_answers *answers, struct replay_answers_used *used,
    struct span space, struct span array)
{
    const struct replay_note *best = NULL;
    unsigned best_rank = 0;
    struct list *link;
    struct list *after;

    if (used->marks == NULL) {
        used->marks = calloc(answers->requests.count + 1, sizeof(bool));
    }
    LIST_EACH (link, after, &answers->requests.list) {
        const struct replay_note *request =
            LIST_ENTRY(link, struct replay_note, link);
        bool is_used = used->marks != NULL && used->marks[request->other];
        unsigned fit = rank(request, is_used, space, array);

        if (fit > best_rank) {
            best = request;
            best_rank = fit;
        }
    }
    if (best != NULL && used->marks != NULL) {
        used->marks[best->other] = true;
    }
    return best;
}
