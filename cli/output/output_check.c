/* SPDX-License-Identifier: MIT */
#include "cli/output/output.h"

#include "cli/base/regex.h"
#include "cli/choose/event_filter.h"
#include "cli/choose/latest.h"
#include "cli/choose/sequence.h"
#include "cli/choose/where.h"
#include "cli/shape/select.h"
#include "cli/shape/template.h"

#include <stdio.h>

/* Each is made as it will be for use, so that what passes here is taken there
 * too, and thrown away. */

static enum sockfeed_result check_regex(const char *text,
                                        struct output_error *error)
{
    struct regex *made;
    enum sockfeed_result result = regex_new(&made, text, 0, error);

    regex_free(made);
    return result;
}

static enum sockfeed_result check_template(const char *text,
                                           struct output_error *error)
{
    struct template *made;
    enum sockfeed_result result = template_new(&made, text, error);

    template_free(made);
    return result;
}

static enum sockfeed_result check_pointer(const char *text,
                                          struct output_error *error)
{
    struct latest *made;
    enum sockfeed_result result = latest_new(&made, text, 1, 1, error);

    latest_free(made);
    return result;
}

static enum sockfeed_result check_sequence(const char *text,
                                           struct output_error *error)
{
    struct sequence *made;
    enum sockfeed_result result = sequence_new(&made, text, NULL, error);

    sequence_free(made);
    return result;
}

static enum sockfeed_result check_pointers(const char *text,
                                           struct output_error *error)
{
    struct select *made;
    enum sockfeed_result result = select_new(&made, text, error);

    select_free(made);
    return result;
}

static enum sockfeed_result check_where(const char *text,
                                        struct output_error *error)
{
    struct where *made;
    struct output_texts one = {&text, 1};
    enum sockfeed_result result = where_new(&made, &one, error);

    where_free(made);
    return result;
}

enum sockfeed_result output_check(enum output_value kind, const char *text,
                                  struct output_error *error)
{
    switch (kind) {
    case OUTPUT_VALUE_REGEX:
        return check_regex(text, error);
    case OUTPUT_VALUE_TEMPLATE:
        return check_template(text, error);
    case OUTPUT_VALUE_POINTER:
        return check_pointer(text, error);
    case OUTPUT_VALUE_SEQUENCE:
        return check_sequence(text, error);
    case OUTPUT_VALUE_POINTERS:
        return check_pointers(text, error);
    case OUTPUT_VALUE_WHERE:
        return check_where(text, error);
    case OUTPUT_VALUE_GLOB:
        return event_filter_check(text, error);
    }
    return SOCKFEED_INVALID;
}
