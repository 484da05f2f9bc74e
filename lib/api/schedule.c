/* SPDX-License-Identifier: MIT */
#include "api/schedule.h"

#include "api/client_options.h"
#include "base/num.h"

#include <stdlib.h>

static const int64_t standard_delays[] = {1000, 2000, 4000, 8000, 30000, 60000};

static enum sockfeed_result read_delays(struct schedule *schedule,
                                        const struct option_list *list)
{
    schedule->delays = calloc(list->count, sizeof *schedule->delays);
    if (schedule->delays == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; i < list->count; i++) {
        uint64_t delay = 0;

        if (num_parse_uint(&delay, span_text(list->items[i]), INT64_MAX) !=
            SOCKFEED_OK) {
            return SOCKFEED_INVALID; /* the setter has checked it */
        }
        schedule->delays[i] = (int64_t)delay;
    }
    return SOCKFEED_OK;
}

enum sockfeed_result schedule_init(struct schedule *schedule,
                                   const struct sockfeed_options *options,
                                   struct rng *rng)
{
    const struct option_list *list =
        client_options_list(options, SOCKFEED_OPTION_DELAY);
    struct reconnect_config config = {
        .policy = (enum sockfeed_reconnect)client_options_number(
            options, SOCKFEED_OPTION_RECONNECT),
        .delays = standard_delays,
        .delay_count = sizeof standard_delays / sizeof standard_delays[0],
        .jitter = client_options_number(options, SOCKFEED_OPTION_JITTER),
        .retries = client_options_number(options, SOCKFEED_OPTION_RETRIES),
    };
    enum sockfeed_result result = SOCKFEED_OK;

    *schedule = (struct schedule){.delays = NULL};
    if (list->count > 0) {
        result = read_delays(schedule, list);
        config.delays = schedule->delays;
        config.delay_count = list->count;
    }
    reconnect_init(&schedule->reconnect, &config, rng);
    return result;
}

void schedule_deinit(struct schedule *schedule)
{
    free(schedule->delays);
    schedule->delays = NULL;
}
