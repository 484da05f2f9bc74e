/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_COMPLETION_H
#define CLI_INPUT_COMPLETION_H

#include "base/limits.h"
#include "base/span.h"

#include <stdbool.h>
#include <stddef.h>

/* What was typed of a word, and what the words that begin so have in common. */
struct completion {
    struct span typed;
    char common[LIMIT_EVENT_NAME]; /* with a NUL, once there are words */
    size_t size;                   /* of it; at least what was typed */
    size_t count;                  /* of the words */
};

/* `typed` must live as long. */
void completion_init(struct completion *completion, struct span typed);

/* Whether the word begins with what was typed; then it counts. */
bool completion_consider(struct completion *completion, const char *word);

/* What is to be typed further, perhaps nothing; a NUL follows. */
const char *completion_rest(const struct completion *completion);

#endif
