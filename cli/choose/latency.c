/* SPDX-License-Identifier: MIT */
#include "cli/choose/latency.h"

#include "base/buf.h"
#include "base/json_pointer.h"
#include "base/limits.h"
#include "cli/base/pointer_value.h"
#include "cli/base/value.h"
#include "cli/choose/instant.h"

#include <stdio.h>
#include <stdlib.h>

struct latency {
    struct json_pointer_set pointer;
    struct buf scratch;
    struct latency_figures all;
    struct latency_figures recent;
};

enum sockfeed_result latency_new(struct latency **latency, const char *pointer,
                                 struct output_error *error)
{
    struct latency *created = calloc(1, sizeof *created);
    struct output_error reason = {""};
    enum sockfeed_result result;

    *latency = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    json_pointer_init(&created->pointer);
    buf_init(&created->scratch, LIMIT_MESSAGE);
    result = pointer_value_add(&created->pointer, pointer, &reason);
    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "--latency: %.200s",
                       reason.text);
    }
    if (result != SOCKFEED_OK) {
        latency_free(created);
        return result;
    }
    *latency = created;
    return SOCKFEED_OK;
}

void latency_free(struct latency *latency)
{
    if (latency != NULL) {
        json_pointer_deinit(&latency->pointer);
        buf_deinit(&latency->scratch);
        free(latency);
    }
}

static void add(struct latency_figures *figures, int64_t passed)
{
    histogram_add(&figures->spread, passed > 0 ? (uint64_t)passed : 0, 1);
    figures->early += passed < 0;
}

void latency_observe(struct latency *latency, struct span data, int64_t now)
{
    struct span value;
    int64_t then;

    json_pointer_evaluate(&latency->pointer, &value, data, 0);
    if (value.data == NULL ||
        !instant_parse(&then, value_text(&latency->scratch, value)) ||
        then < 0) {
        return;
    }
    add(&latency->all, now - then);
    add(&latency->recent, now - then);
}

const struct latency_figures *latency_all(const struct latency *latency)
{
    return &latency->all;
}

const struct latency_figures *latency_recent(const struct latency *latency)
{
    return &latency->recent;
}

void latency_forget(struct latency *latency)
{
    histogram_clear(&latency->recent.spread);
    latency->recent.early = 0;
}
