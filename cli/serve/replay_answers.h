/* SPDX-License-Identifier: MIT */
#ifndef CLI_SERVE_REPLAY_ANSWERS_H
#define CLI_SERVE_REPLAY_ANSWERS_H

#include "cli/files/recording.h"
#include "cli/serve/replay_notes.h"

/* What clients asked the server when the capture was recorded, and how it
 * answered: so are those answered who ask the same now. */
struct replay_answers {
    struct replay_notes requests;
    struct replay_notes replies;
};

void replay_answers_init(struct replay_answers *answers);
void replay_answers_deinit(struct replay_answers *answers);

/* Remembers a request, or the answer to one; further ones than there is room
 * for are not. */
void replay_answers_learn(struct replay_answers *answers,
                          const struct moment *moment);

/* Which requests have been given as a match: each is so once before any is
 * again. All zero bytes are none. */
struct replay_answers_used {
    bool *marks; /* owned; as many as there are requests */
};
void replay_answers_used_deinit(struct replay_answers_used *used);

/* The recorded request, with its answer, that is like this one: it says the
 * same, or at least has the same name. NULL where there is none. */
const struct replay_note *replay_answers_find(
    const struct replay_answers *answers, struct replay_answers_used *used,
    struct span space, struct span array);

#endif
