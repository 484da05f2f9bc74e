/* SPDX-License-Identifier: MIT */
#ifndef API_CLIENT_OPTIONS_H
#define API_CLIENT_OPTIONS_H

#include "base/span.h"
#include "sockfeed/options.h"
#include "sockfeed/result.h"

/* Texts that add up: one for each call of the setter. */
struct option_list {
    char **items; /* owned, each NUL-terminated */
    size_t count;
};

/* By the option's kind. */
union option_value {
    char *text; /* owned; NULL where it was never set */
    int64_t number;
    struct option_list list;
};

struct sockfeed_options {
    union option_value values[SOCKFEED_OPTION_COUNT];
    char failure[256]; /* why the last setter or check refused */
};

/* These three answer with what is empty for an option of another kind. The
 * value of a TEXT, empty where it was never set, views the options. */
struct span client_options_text(const struct sockfeed_options *options,
                                enum sockfeed_option option);

int64_t client_options_number(const struct sockfeed_options *options,
                              enum sockfeed_option option);

const struct option_list *client_options_list(
    const struct sockfeed_options *options, enum sockfeed_option option);

/* Takes those texts out of a LIST that are like the given one. */
void client_options_remove(struct sockfeed_options *options,
                           enum sockfeed_option option,
                           bool (*like)(const char *item, const char *given),
                           const char *given);

/* Keeps the reason for sockfeed_options_failure and answers INVALID. */
enum sockfeed_result client_options_refuse(struct sockfeed_options *options,
                                           const char *format, ...)
    SOCKFEED_PRINTF(2, 3);

#endif
