/* SPDX-License-Identifier: MIT */
#include "cli/options/option_client.h"

#include "base/limits.h"
#include "base/num.h"
#include "cli/base/file.h"
#include "cli/options/option_set.h"

#include <unistd.h>

static enum sockfeed_result refused_by_client(const struct options *options,
                                              struct option_error *error)
{
    return option_error_set(error, "%s",
                            sockfeed_options_failure(options->connect));
}

static enum sockfeed_result set_client_number(struct options *options,
                                              const struct option *option,
                                              int64_t number,
                                              struct option_error *error)
{
    enum sockfeed_result result =
        sockfeed_options_set_number(options->connect, option->client, number);

    return result == SOCKFEED_INVALID ? refused_by_client(options, error)
                                      : result;
}

enum sockfeed_result option_client_text(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    enum sockfeed_result result;

    if (span_find(value, '\0') < value.size) {
        return option_error_set(error, "expected text without NUL bytes");
    }
    result =
        sockfeed_options_set_text(options->connect, option->client, value.data);
    return result == SOCKFEED_INVALID ? refused_by_client(options, error)
                                      : result;
}

static enum sockfeed_result add_cookie_lines(struct options *options,
                                             struct span text,
                                             struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;
    unsigned number = 1;
    struct buf copy;
    struct span line;

    buf_init(&copy, LIMIT_PROFILE);
    while (result == SOCKFEED_OK && file_line(&text, &line)) {
        buf_clear(&copy);
        buf_append_span(&copy, line);
        result = buf_text(&copy) == NULL
                     ? SOCKFEED_NOMEM
                     : sockfeed_options_set_text(options->connect,
                                                 SOCKFEED_OPTION_COOKIE_LINE,
                                                 copy.data);
        if (result == SOCKFEED_INVALID) {
            (void)refused_by_client(options, error);
            (void)option_error_prefix(error, "line %u: ", number);
        }
        number++;
    }
    buf_wipe(&copy);
    return result;
}

enum sockfeed_result option_client_cookie(struct options *options,
                                          const struct option *option,
                                          struct span value,
                                          struct option_error *error)
{
    enum sockfeed_result result;
    struct buf content;

    if (value.size == 0 || options->from_file != NULL ||
        span_find(value, '=') < value.size) {
        return option_client_text(options, option, value, error);
    }
    /* What names no file is a cookie without its name: it is not shown. */
    if (access(value.data, F_OK) != 0) {
        return option_error_set(error, "expected NAME=VALUE, or the name of a "
                                       "file with cookies: there is none");
    }
    buf_init(&content, LIMIT_PROFILE);
    result = file_read(&content, value.data, false, error);
    if (result == SOCKFEED_OK) {
        result = add_cookie_lines(options, buf_span(&content), error);
    }
    buf_wipe(&content);
    return result;
}

enum sockfeed_result option_client_flag(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    (void)value;
    return set_client_number(options, option, 1, error);
}

enum sockfeed_result option_client_no(struct options *options,
                                      const struct option *option,
                                      struct span value,
                                      struct option_error *error)
{
    (void)value;
    return set_client_number(options, option, 0, error);
}

enum sockfeed_result option_client_choice(struct options *options,
                                          const struct option *option,
                                          struct span value,
                                          struct option_error *error)
{
    int chosen;
    enum sockfeed_result result =
        option_set_choose(option, value, &chosen, error);

    return result == SOCKFEED_OK
               ? set_client_number(options, option, chosen, error)
               : result;
}

enum sockfeed_result option_client_count(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    uint64_t count;

    if (num_parse_uint(&count, value, INT64_MAX) != SOCKFEED_OK) {
        return option_error_set(error, "expected a count");
    }
    return set_client_number(options, option, (int64_t)count, error);
}

enum sockfeed_result option_client_rate(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    uint64_t count;
    enum sockfeed_result result =
        option_set_parse_count(&count, value, INT64_MAX, error);

    return result == SOCKFEED_OK
               ? set_client_number(options, option, (int64_t)count, error)
               : result;
}

enum sockfeed_result option_client_delay(struct options *options,
                                         const struct option *option,
                                         struct span value,
                                         struct option_error *error)
{
    int64_t milliseconds;
    enum sockfeed_result result =
        option_set_parse_seconds(&milliseconds, value, error);

    return result == SOCKFEED_OK
               ? set_client_number(options, option, milliseconds, error)
               : result;
}

enum sockfeed_result option_client_seconds(struct options *options,
                                           const struct option *option,
                                           struct span value,
                                           struct option_error *error)
{
    int64_t milliseconds;

    if (num_parse_seconds(&milliseconds, value) != SOCKFEED_OK) {
        return option_error_set(error, "expected seconds");
    }
    return set_client_number(options, option, milliseconds, error);
}

/* Commands that are run before connecting may take as long. */
enum sockfeed_result option_client_connect_timeout(struct options *options,
                                                   const struct option *option,
                                                   struct span value,
                                                   struct option_error *error)
{
    enum sockfeed_result result =
        option_client_seconds(options, option, value, error);

    return result == SOCKFEED_OK &&
                   num_parse_seconds(&options->credentials.timeout, value) !=
                       SOCKFEED_OK
               ? SOCKFEED_INVALID
               : result;
}

enum sockfeed_result option_client_permille(struct options *options,
                                            const struct option *option,
                                            struct span value,
                                            struct option_error *error)
{
    int64_t permille;

    if (num_parse_permille(&permille, value) != SOCKFEED_OK) {
        return option_error_set(error, "expected a fraction from 0 to 1");
    }
    return set_client_number(options, option, permille, error);
}

enum sockfeed_result option_client_max_message(struct options *options,
                                               const struct option *option,
                                               struct span value,
                                               struct option_error *error)
{
    uint64_t bytes;
    enum sockfeed_result result = option_set_parse_size(&bytes, value, error);

    if (result != SOCKFEED_OK) {
        return result;
    }
    options->output.max_message = (size_t)bytes;
    return set_client_number(options, option, (int64_t)bytes, error);
}
