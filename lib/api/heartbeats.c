/* SPDX-License-Identifier: MIT */
#include "api/heartbeats.h"

void heartbeats_init(struct heartbeats *heartbeats)
{
    *heartbeats = (struct heartbeats){.intervals = {0}};
    outbox_init(&heartbeats->messages, LIMIT_OUTGOING);
}

void heartbeats_deinit(struct heartbeats *heartbeats)
{
    outbox_deinit(&heartbeats->messages);
}

enum sockfeed_result heartbeats_add(struct heartbeats *heartbeats,
                                    int64_t interval, bool idle,
                                    const struct sockfeed_outgoing *message)
{
    size_t index = heartbeats->messages.count;
    enum sockfeed_result result;

    if (index == LIMIT_HEARTBEATS) {
        return SOCKFEED_FULL;
    }
    result = outbox_add(&heartbeats->messages, message);
    if (result == SOCKFEED_OK) {
        heartbeats->intervals[index] = interval;
        heartbeats->idle[index] = idle;
    }
    return result;
}

void heartbeats_start(struct beats *beats, const struct heartbeats *of,
                      int64_t now)
{
    beats->of = of;
    for (size_t i = 0; i < of->messages.count; i++) {
        beats->due[i] = now + of->intervals[i];
    }
}

int64_t heartbeats_due(const struct beats *beats)
{
    int64_t due = INT64_MAX;

    for (size_t i = 0; i < beats->of->messages.count; i++) {
        due = beats->due[i] < due ? beats->due[i] : due;
    }
    return due;
}

const struct sockfeed_outgoing *heartbeats_take(struct beats *beats,
                                                int64_t now, int64_t active)
{
    const struct heartbeats *of = beats->of;

    for (size_t i = 0; i < of->messages.count; i++) {
        int64_t interval = of->intervals[i];

        if (of->idle[i] && active + interval > beats->due[i]) {
            beats->due[i] = active + interval;
        }
        if (beats->due[i] <= now) {
            /* In step with the first, unless a whole beat was missed. */
            beats->due[i] += now - beats->due[i] < interval
                                 ? interval
                                 : now - beats->due[i] + interval;
            return &of->messages.items[i];
        }
    }
    return NULL;
}
