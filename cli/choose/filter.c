/* SPDX-License-Identifier: MIT */
#include "cli/choose/filter.h"

#include <stdio.h>
#include <stdlib.h>

/* Puts the option's name before the reason. */
static void name_option(struct output_error *error, const char *option)
{
    struct output_error reason = *error;

    (void)snprintf(error->text, sizeof error->text, "%s: %.200s", option,
                   reason.text);
}

/* Compiles the patterns of a repeatable option; the array ends as the option
 * does, in what was not yet compiled with NULL. */
static enum sockfeed_result compile(struct regex ***regexes,
                                    const struct output_texts *texts,
                                    const char *option,
                                    struct output_error *error)
{
    if (texts->count == 0) {
        return SOCKFEED_OK;
    }
    *regexes = calloc(texts->count, sizeof **regexes);
    if (*regexes == NULL) {
        return SOCKFEED_NOMEM;
    }
    for (size_t i = 0; i < texts->count; i++) {
        enum sockfeed_result result =
            regex_new(&(*regexes)[i], texts->at[i], 0, error);

        if (result == SOCKFEED_INVALID) {
            name_option(error, option);
        }
        if (result != SOCKFEED_OK) {
            return result;
        }
    }
    return SOCKFEED_OK;
}

static void free_all(struct regex **regexes, size_t count)
{
    for (size_t i = 0; regexes != NULL && i < count; i++) {
        regex_free(regexes[i]);
    }
    free(regexes);
}

static enum sockfeed_result init_single(struct filter *filter,
                                        struct output_error *error)
{
    const struct output_options *options = filter->options;
    const char *option = "-E";
    enum sockfeed_result result =
        event_filter_init(&filter->events, &options->events, error);

    if (result == SOCKFEED_OK && options->until != NULL) {
        option = "--until";
        result = regex_new(&filter->until, options->until, 0, error);
    }
    if (result == SOCKFEED_OK && options->where.count > 0) {
        option = "--where";
        result = where_new(&filter->where, &options->where, error);
    }
    if (result == SOCKFEED_INVALID) {
        name_option(error, option);
    }
    return result;
}

enum sockfeed_result filter_init(struct filter *filter,
                                 const struct output_options *options,
                                 const struct output_callbacks *callbacks,
                                 struct output_error *error)
{
    enum sockfeed_result result;

    *filter = (struct filter){.options = options, .callbacks = callbacks};
    filter->wanted = options->events.count > 0 || options->match.count > 0 ||
                     options->reject.count > 0 || options->where.count > 0 ||
                     options->until != NULL;
    result = compile(&filter->match, &options->match, "--match", error);
    if (result == SOCKFEED_OK) {
        result = compile(&filter->reject, &options->reject, "--reject", error);
    }
    if (result == SOCKFEED_OK) {
        result = init_single(filter, error);
    }
    return result;
}

void filter_deinit(struct filter *filter)
{
    if (filter->options == NULL) {
        return;
    }
    event_filter_deinit(&filter->events);
    free_all(filter->match, filter->options->match.count);
    free_all(filter->reject, filter->options->reject.count);
    regex_free(filter->until);
    where_free(filter->where);
    *filter = (struct filter){0};
}

static void warn_of_limit(const struct filter *filter, const char *option)
{
    if (filter->callbacks->warning != NULL) {
        char line[120];

        (void)snprintf(line, sizeof line,
                       "%s: a match took too long and counts as none; further "
                       "ones are not reported",
                       option);
        filter->callbacks->warning(filter->callbacks->user, line);
    }
}

static bool matches(const struct filter *filter, struct regex *regex,
                    const char *option, struct span text)
{
    bool found = regex_match(regex, text);

    if (!found && regex_take_limit(regex)) {
        warn_of_limit(filter, option);
    }
    return found;
}

/* All of --match, none of --reject. */
static bool passes_patterns(const struct filter *filter, struct span text)
{
    for (size_t i = 0; i < filter->options->match.count; i++) {
        if (!matches(filter, filter->match[i], "--match", text)) {
            return false;
        }
    }
    for (size_t i = 0; i < filter->options->reject.count; i++) {
        if (matches(filter, filter->reject[i], "--reject", text)) {
            return false;
        }
    }
    return true;
}

static bool has_patterns(const struct filter *filter)
{
    return filter->options->match.count + filter->options->reject.count > 0;
}

/* Patterns see plain messages as received, bytes and events as -o json
 * prints them. */
static struct span pattern_text(struct subject *subject)
{
    return subject->source->plain && subject->received.data != NULL
               ? subject->received
               : subject_json(subject);
}

bool filter_early(struct filter *filter, struct subject *subject)
{
    if (subject->kind == SUBJECT_EVENT) {
        return filter->options->events.count == 0 ||
               event_filter_passes(&filter->events, subject->name);
    }
    /* Bytes may become a text yet. */
    return subject->kind != SUBJECT_TEXT || subject->inflated ||
           !has_patterns(filter) ||
           passes_patterns(filter, pattern_text(subject));
}

bool filter_late(struct filter *filter, struct subject *subject)
{
    bool asked = subject->kind == SUBJECT_TEXT && !subject->inflated;

    if (!asked && has_patterns(filter) &&
        !passes_patterns(filter, pattern_text(subject))) {
        return false;
    }
    if (filter->where == NULL) {
        return true;
    }
    if (where_holds(filter->where, subject_data(subject))) {
        return true;
    }
    if (where_take_limit(filter->where)) {
        warn_of_limit(filter, "--where");
    }
    return false;
}

bool filter_frame(struct filter *filter, struct span text)
{
    return passes_patterns(filter, text);
}

bool filter_is_last(struct filter *filter, struct subject *subject)
{
    return filter->until != NULL &&
           matches(filter, filter->until, "--until", pattern_text(subject));
}

bool filter_is_last_frame(struct filter *filter, struct span text)
{
    return filter->until != NULL &&
           matches(filter, filter->until, "--until", text);
}
