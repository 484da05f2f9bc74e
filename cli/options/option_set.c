/* SPDX-License-Identifier: MIT */
#include "cli/options/option_set.h"

#include "base/num.h"
#include "cli/base/file_name.h"
#include "cli/options/profile.h"

#include <assert.h>
#include <string.h>

enum {
    DAY_MS = 86400000
};

static_assert(sizeof(enum output_form) == sizeof(int),
              "option_set_choice stores enums as int");

enum sockfeed_result option_set_flag(struct options *options,
                                     const struct option *option,
                                     struct span value,
                                     struct option_error *error)
{
    (void)value;
    (void)error;
    *(bool *)option_field(options, option) = true;
    return SOCKFEED_OK;
}

enum sockfeed_result option_set_more(struct options *options,
                                     const struct option *option,
                                     struct span value,
                                     struct option_error *error)
{
    (void)value;
    (void)error;
    *(unsigned *)option_field(options, option) += 1;
    return SOCKFEED_OK;
}

/* Looks a word up in the option's choices; without a value the first. */
enum sockfeed_result option_set_choose(const struct option *option,
                                       struct span value, int *chosen,
                                       struct option_error *error)
{
    const struct option_choice *choice = option->choices;

    for (; choice->word != NULL; choice++) {
        if (value.data == NULL || span_is(value, choice->word)) {
            *chosen = choice->value;
            return SOCKFEED_OK;
        }
    }
    choice = option->choices;
    (void)option_error_set(error, "expected %s", choice->word);
    for (choice++; choice->word != NULL; choice++) {
        (void)option_error_add(error, "%s%s",
                               choice[1].word == NULL ? " or " : ", ",
                               choice->word);
    }
    return SOCKFEED_INVALID;
}

enum sockfeed_result option_set_choice(struct options *options,
                                       const struct option *option,
                                       struct span value,
                                       struct option_error *error)
{
    int chosen;
    enum sockfeed_result result =
        option_set_choose(option, value, &chosen, error);

    if (result == SOCKFEED_OK) {
        memcpy(option_field(options, option), &chosen, sizeof chosen);
    }
    return result;
}

enum sockfeed_result option_set_command(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    if (span_trim(value).size == 0) {
        return option_error_set(error, "expected a command");
    }
    *(const char **)option_field(options, option) = value.data;
    return SOCKFEED_OK;
}

enum sockfeed_result option_set_parse_count(uint64_t *count, struct span value,
                                            uint64_t max,
                                            struct option_error *error)
{
    if (num_parse_uint(count, value, max) != SOCKFEED_OK || *count == 0) {
        return option_error_set(error, "expected a count, at least 1");
    }
    return SOCKFEED_OK;
}

enum sockfeed_result option_set_count(struct options *options,
                                      const struct option *option,
                                      struct span value,
                                      struct option_error *error)
{
    uint64_t count;
    enum sockfeed_result result =
        option_set_parse_count(&count, value, INT64_MAX, error);

    if (result == SOCKFEED_OK) {
        *(uint64_t *)option_field(options, option) = count;
    }
    return result;
}

enum sockfeed_result option_set_parse_seconds(int64_t *milliseconds,
                                              struct span value,
                                              struct option_error *error)
{
    if (num_parse_seconds(milliseconds, value) != SOCKFEED_OK ||
        *milliseconds == 0) {
        return option_error_set(error, "expected seconds, above 0");
    }
    return SOCKFEED_OK;
}

enum sockfeed_result option_set_seconds(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    int64_t milliseconds;
    enum sockfeed_result result =
        option_set_parse_seconds(&milliseconds, value, error);

    if (result == SOCKFEED_OK) {
        *(int64_t *)option_field(options, option) = milliseconds;
    }
    return result;
}

enum sockfeed_result option_set_parse_size(uint64_t *bytes, struct span value,
                                           struct option_error *error)
{
    if (num_parse_size(bytes, value, PTRDIFF_MAX) != SOCKFEED_OK ||
        *bytes == 0) {
        return option_error_set(error, "expected a size in bytes, at least 1, "
                                       "with or without K, M or G");
    }
    return SOCKFEED_OK;
}

enum sockfeed_result option_set_size(struct options *options,
                                     const struct option *option,
                                     struct span value,
                                     struct option_error *error)
{
    uint64_t bytes;
    enum sockfeed_result result = option_set_parse_size(&bytes, value, error);

    if (result == SOCKFEED_OK) {
        *(size_t *)option_field(options, option) = (size_t)bytes;
    }
    return result;
}

enum sockfeed_result option_set_delays(struct options *options,
                                       const struct option *option,
                                       struct span value,
                                       struct option_error *error)
{
    struct delay_options *delays = option_field(options, option);
    struct delay_options parsed = {.count = 0};
    bool more = true;

    while (more) {
        size_t comma = span_find(value, ',');

        if (parsed.count == OPTIONS_DELAYS_MAX) {
            return option_error_set(error, "expected at most %d delays",
                                    OPTIONS_DELAYS_MAX);
        }
        if (num_parse_seconds(&parsed.at[parsed.count],
                              span_of(value.data, comma)) != SOCKFEED_OK) {
            return option_error_set(error,
                                    "expected seconds separated by commas");
        }
        if (parsed.at[parsed.count] > DAY_MS) {
            return option_error_set(error, "expected at most one day (86400)");
        }
        parsed.count++;
        more = comma < value.size;
        value = span_skip(value, more ? comma + 1 : comma);
    }
    *delays = parsed;
    return SOCKFEED_OK;
}

static enum sockfeed_result check(const struct option *option,
                                  struct span value, struct option_error *error)
{
    struct output_error reason;
    enum sockfeed_result result =
        output_check(option->check, value.data, &reason);

    return result == SOCKFEED_INVALID
               ? option_error_set(error, "%s", reason.text)
               : result;
}

enum sockfeed_result option_set_checked(struct options *options,
                                        const struct option *option,
                                        struct span value,
                                        struct option_error *error)
{
    enum sockfeed_result result = check(option, value, error);

    if (result == SOCKFEED_OK) {
        *(const char **)option_field(options, option) = value.data;
    }
    return result;
}

enum sockfeed_result option_set_checked_list(struct options *options,
                                             const struct option *option,
                                             struct span value,
                                             struct option_error *error)
{
    enum sockfeed_result result = check(option, value, error);

    if (result != SOCKFEED_OK) {
        return result;
    }
    return options_add_text(option_field(options, option), value.data);
}

enum sockfeed_result option_set_file(struct options *options,
                                     const struct option *option,
                                     struct span value,
                                     struct option_error *error)
{
    struct file_name name;
    enum sockfeed_result result = file_name_init(&name, value.data, error);

    if (result == SOCKFEED_OK) {
        *(const char **)option_field(options, option) = value.data;
    }
    return result;
}

enum sockfeed_result option_set_config(struct options *options,
                                       const struct option *option,
                                       struct span value,
                                       struct option_error *error)
{
    (void)option;
    return profile_read(options, value.data, error);
}
