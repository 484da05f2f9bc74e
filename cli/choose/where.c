/* SPDX-License-Identifier: MIT */
#include "cli/choose/where.h"

#include "base/buf.h"
#include "base/json_pointer.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "base/num.h"
#include "cli/base/value.h"

#include <stdio.h>
#include <stdlib.h>

enum comparison {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    MATCHES,
};

struct condition {
    enum comparison comparison;
    struct buf wanted;   /* VALUE */
    bool is_number;      /* it is a decimal */
    struct regex *regex; /* of MATCHES */
};

struct where {
    struct json_pointer_set pointers; /* one for each condition */
    struct condition *conditions;
    struct span *values; /* found for the message at hand */
    size_t count;
    struct buf scratch;
};

/* ---- Reading conditions ------------------------------------------------ */

/* Longer ones first, since `<` begins `<=`. */
static const struct {
    const char *text;
    enum comparison comparison;
} operators[] = {
    {"!=", NOT_EQUAL    },
    {"<=", LESS_EQUAL   },
    {">=", GREATER_EQUAL},
    {"=",  EQUAL        },
    {"<",  LESS         },
    {">",  GREATER      },
    {"~",  MATCHES      },
};

/* The operator that begins the text, and its size, or 0. */
static size_t read_operator(enum comparison *comparison, struct span text)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (span_starts(text, operators[i].text)) {
            *comparison = operators[i].comparison;
            return strlen(operators[i].text);
        }
    }
    return 0;
}

/* Where the pointer ends: at the first white space if an operator follows it,
 * else where an operator begins. `~` has a meaning inside pointers. */
static size_t pointer_end(struct span text)
{
    size_t end = 0;
    enum comparison comparison;

    while (end < text.size && text.data[end] != ' ' && text.data[end] != '\t') {
        end++;
    }
    if (read_operator(&comparison, span_trim(span_skip(text, end))) > 0) {
        return end;
    }
    for (end = 0; end < text.size; end++) {
        if (text.data[end] != '~' &&
            read_operator(&comparison, span_skip(text, end)) > 0) {
            break;
        }
    }
    while (end > 0 &&
           (text.data[end - 1] == ' ' || text.data[end - 1] == '\t')) {
        end--;
    }
    return end;
}

static enum sockfeed_result refuse(struct output_error *error,
                                   struct span whole, struct span rest,
                                   const char *reason)
{
    (void)snprintf(error->text, sizeof error->text, "%s (column %zu)", reason,
                   whole.size - rest.size + 1);
    return SOCKFEED_INVALID;
}

static bool is_json_string(struct span text)
{
    struct json_scan_result scanned;
    struct malformed malformed;

    return text.size > 0 && text.data[0] == '"' &&
           json_scan(&scanned, &malformed, text, 0) == SOCKFEED_OK;
}

/* VALUE, `text` at the end of `whole`, which may be quoted. */
static enum sockfeed_result read_wanted(struct condition *condition,
                                        struct span whole, struct span text,
                                        struct output_error *error)
{
    const char *pattern;

    buf_init(&condition->wanted, LIMIT_OUTGOING);
    if (is_json_string(span_trim(text))) {
        value_append_text(&condition->wanted, span_trim(text));
    } else if (text.data[0] == '"' && condition->comparison != MATCHES) {
        return refuse(error, whole, text,
                      "what begins with a double quote must be a JSON string");
    } else {
        buf_append_span(&condition->wanted, text);
    }
    pattern = buf_text(&condition->wanted);
    if (pattern == NULL) {
        return buf_result(&condition->wanted);
    }
    condition->is_number = num_is_decimal(buf_span(&condition->wanted));
    if (condition->comparison != MATCHES) {
        return SOCKFEED_OK;
    }
    return regex_new(&condition->regex, pattern, 0, error);
}

static struct span skip_blanks(struct span text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = span_skip(text, 1);
    }
    return text;
}

static enum sockfeed_result read_condition(struct where *where,
                                           struct span whole,
                                           struct output_error *error)
{
    struct condition *condition = &where->conditions[where->count];
    struct span rest = skip_blanks(whole);
    struct span pointer;
    struct malformed malformed;
    size_t size;
    enum sockfeed_result result;

    size = pointer_end(rest);
    pointer = span_of(rest.data, size);
    result = json_pointer_add(&where->pointers, &malformed, pointer);
    if (result == SOCKFEED_INVALID) {
        return refuse(error, whole, span_skip(rest, malformed.offset),
                      malformed.reason);
    }
    if (result != SOCKFEED_OK) {
        return result == SOCKFEED_FULL
                   ? refuse(error, whole, rest, "too much of pointers")
                   : result;
    }
    rest = skip_blanks(span_skip(rest, size));
    size = read_operator(&condition->comparison, rest);
    if (size == 0) {
        return refuse(error, whole, rest,
                      "one of = != < <= > >= ~ must stand here");
    }
    rest = skip_blanks(span_skip(rest, size));
    if (rest.size == 0) {
        return refuse(error, whole, rest,
                      "a value must stand here, \"\" for the empty text");
    }
    where->count++;
    return read_wanted(condition, whole, rest, error);
}

enum sockfeed_result where_new(struct where **where,
                               const struct output_texts *conditions,
                               struct output_error *error)
{
    struct where *created = calloc(1, sizeof *created);
    enum sockfeed_result result = SOCKFEED_OK;

    *where = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    json_pointer_init(&created->pointers);
    buf_init(&created->scratch, SIZE_MAX / 2);
    created->conditions = calloc(conditions->count, sizeof(struct condition));
    created->values = calloc(conditions->count, sizeof(struct span));
    if (created->conditions == NULL || created->values == NULL) {
        result = SOCKFEED_NOMEM;
    }
    for (size_t i = 0; result == SOCKFEED_OK && i < conditions->count; i++) {
        result = read_condition(created, span_text(conditions->at[i]), error);
    }
    if (result != SOCKFEED_OK) {
        where_free(created);
        return result;
    }
    *where = created;
    return SOCKFEED_OK;
}

void where_free(struct where *where)
{
    if (where == NULL) {
        return;
    }
    for (size_t i = 0; i < where->count; i++) {
        buf_deinit(&where->conditions[i].wanted);
        regex_free(where->conditions[i].regex);
    }
    json_pointer_deinit(&where->pointers);
    free(where->conditions);
    free(where->values);
    buf_deinit(&where->scratch);
    free(where);
}

/* ---- Asking ------------------------------------------------------------ */

static int compare_bytes(struct span a, struct span b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size == 0 ? 0 : memcmp(a.data, b.data, size);

    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static bool order_holds(enum comparison comparison, int order)
{
    switch (comparison) {
    case EQUAL:
        return order == 0;
    case NOT_EQUAL:
        return order != 0;
    case LESS:
        return order < 0;
    case LESS_EQUAL:
        return order <= 0;
    case GREATER:
        return order > 0;
    case GREATER_EQUAL:
        return order >= 0;
    case MATCHES:
        break;
    }
    return false;
}

static bool condition_holds(const struct condition *condition,
                            struct buf *scratch, struct span value)
{
    struct span text;
    struct span wanted = buf_span(&condition->wanted);
    int order;

    if (value.data == NULL) {
        return condition->comparison == NOT_EQUAL;
    }
    text = value_text(scratch, value);
    if (condition->comparison == MATCHES) {
        return regex_match(condition->regex, text);
    }
    if (condition->is_number &&
        num_compare(&order, text, wanted) == SOCKFEED_OK) {
        return order_holds(condition->comparison, order);
    }
    order = compare_bytes(text, wanted);
    /* There is an order of numbers and one of texts, and none between a number
     * and a text, or anything else. */
    return (condition->comparison <= NOT_EQUAL ||
            (value.data[0] == '"' && !condition->is_number)) &&
           order_holds(condition->comparison, order);
}

bool where_holds(struct where *where, struct span data)
{
    json_pointer_evaluate(&where->pointers, where->values, data, 0);
    for (size_t i = 0; i < where->count; i++) {
        if (!condition_holds(&where->conditions[i], &where->scratch,
                             where->values[i])) {
            return false;
        }
    }
    return true;
}

bool where_take_limit(struct where *where)
{
    bool limit = false;

    for (size_t i = 0; i < where->count; i++) {
        struct regex *regex = where->conditions[i].regex;

        limit = (regex != NULL && regex_take_limit(regex)) || limit;
    }
    return limit;
}
