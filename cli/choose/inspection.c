/* SPDX-License-Identifier: MIT */
#include "cli/choose/inspection.h"

#include <stdio.h>

enum {
    MILLISECOND = 1000000 /* ns */
};

static enum sockfeed_result named(struct output_error *error,
                                  const char *option,
                                  enum sockfeed_result result)
{
    struct output_error reason = *error;

    if (result == SOCKFEED_INVALID) {
        (void)snprintf(error->text, sizeof error->text, "%s: %.200s", option,
                       reason.text);
    }
    return result;
}

enum sockfeed_result inspection_init(struct inspection *inspection,
                                     const struct output_options *options,
                                     const struct output_callbacks *callbacks,
                                     struct output_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *inspection = (struct inspection){.callbacks = callbacks};
    inspection->wanted = options->unique != NULL || options->sequence != NULL;
    if (options->unique != NULL) {
        result = named(error, "--unique",
                       unique_new(&inspection->unique, options->unique, error));
    }
    if (result == SOCKFEED_OK && options->sequence != NULL) {
        result = named(error, "--sequence",
                       sequence_new(&inspection->sequence, options->sequence,
                                    callbacks, error));
    }
    return result;
}

void inspection_deinit(struct inspection *inspection)
{
    unique_free(inspection->unique);
    sequence_free(inspection->sequence);
    *inspection = (struct inspection){.callbacks = NULL};
}

static void warn(const struct inspection *inspection, const char *text)
{
    if (inspection->callbacks->warning != NULL) {
        inspection->callbacks->warning(inspection->callbacks->user, text);
    }
}

static enum sockfeed_result look_for_hole(struct inspection *inspection,
                                          struct subject *subject, int64_t now,
                                          bool again)
{
    const struct source *source = subject->source;
    const struct sequence_from from = {
        .source = source->index,
        .connection = subject->connection,
        .beside = source_beside(source, subject->connection),
        .overlaps = source->overlaps,
        .again = again,
    };
    enum sockfeed_result result;

    if (again && !from.overlaps) {
        return SOCKFEED_OK;
    }
    result =
        sequence_take(inspection->sequence, &from, subject_data(subject), now);
    if (sequence_take_limit(inspection->sequence)) {
        warn(inspection, "--sequence: there are too many keys, those beyond "
                         "are not watched");
    }
    return result;
}

enum sockfeed_result inspection_take(struct inspection *inspection,
                                     struct subject *subject, int64_t now,
                                     bool *passes)
{
    enum sockfeed_result result = SOCKFEED_OK;

    *passes = true;
    if (inspection->unique != NULL) {
        result = unique_take(inspection->unique, subject_data(subject),
                             now / MILLISECOND, passes);
        if (unique_take_limit(inspection->unique)) {
            warn(inspection, "--unique: there are too many values in a "
                             "minute, the oldest are forgotten sooner");
        }
    }
    return result == SOCKFEED_OK && inspection->sequence != NULL
               ? look_for_hole(inspection, subject, now, !*passes)
               : result;
}

void inspection_settle(struct inspection *inspection,
                       const struct source *source)
{
    if (inspection->sequence != NULL) {
        sequence_settle(inspection->sequence, source->index);
    }
}
