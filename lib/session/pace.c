/* SPDX-License-Identifier: MIT */
#include "session/pace.h"

#include <stdlib.h>

enum {
    /* ms; one more than a second, since times are cut to milliseconds. */
    PACE_WINDOW = 1001
};

enum sockfeed_result pace_init(struct pace *pace, size_t limit)
{
    *pace = (struct pace){.limit = limit};
    if (limit == 0) {
        return SOCKFEED_OK;
    }
    pace->times = calloc(limit, sizeof *pace->times);
    return pace->times == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

void pace_deinit(struct pace *pace)
{
    free(pace->times);
    *pace = (struct pace){.times = NULL};
}

bool pace_allows(const struct pace *pace, int64_t now)
{
    return pace->count < pace->limit || pace->limit == 0 ||
           (pace->fresh < pace->limit && now >= pace_due(pace));
}

void pace_take(struct pace *pace, int64_t now)
{
    if (pace->limit == 0) {
        return;
    }
    pace->times[pace->next] = now;
    pace->next = (pace->next + 1) % pace->limit;
    pace->count += pace->count < pace->limit;
    pace->fresh++;
    pace->taken = now;
}

void pace_turn(struct pace *pace, int64_t now)
{
    if (now <= pace->taken) {
        return;
    }
    for (size_t i = 1; i <= pace->fresh; i++) {
        pace->times[(pace->next + pace->limit - i) % pace->limit] = now;
    }
    pace->fresh = 0;
}

bool pace_is_fresh(const struct pace *pace)
{
    return pace->fresh > 0;
}

int64_t pace_due(const struct pace *pace)
{
    return pace->times[pace->next] + PACE_WINDOW;
}
