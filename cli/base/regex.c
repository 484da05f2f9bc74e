/* SPDX-License-Identifier: MIT */
#include "cli/base/regex.h"

#include "base/buf.h"
#include "base/limits.h"
#include "cli/base/regex_literal.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

struct regex {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    struct buf literal; /* stands in every text that matches; may be empty */
    struct span text;   /* of the last match */
    int groups;         /* pcre2's answer to the last match */
    bool compiled;      /* to machine code */
    bool limit_met;
    bool limit_told;
};

static void explain(struct output_error *error, int code, size_t offset)
{
    char reason[160];

    if (pcre2_get_error_message(code, (PCRE2_UCHAR *)reason, sizeof reason) <
        0) {
        (void)snprintf(reason, sizeof reason, "not a regular expression");
    }
    (void)snprintf(error->text, sizeof error->text, "%s (column %zu)", reason,
                   offset + 1);
}

/* Room for a match, and its limits. */
static enum sockfeed_result prepare(struct regex *regex)
{
    regex->match = pcre2_match_data_create_from_pattern(regex->code, NULL);
    regex->context = pcre2_match_context_create(NULL);
    if (regex->match == NULL || regex->context == NULL) {
        return SOCKFEED_NOMEM;
    }
    (void)pcre2_set_match_limit(regex->context, LIMIT_REGEX_STEPS);
    (void)pcre2_set_heap_limit(regex->context, LIMIT_REGEX_STACK / 1024);
    /* Without JIT (a hardened kernel, another processor) the interpreter
     * gives the same answers. */
    regex->compiled = pcre2_jit_compile(regex->code, PCRE2_JIT_COMPLETE) == 0;
    if (regex->compiled) {
        regex->stack = pcre2_jit_stack_create(LIMIT_REGEX_STACK_FIRST,
                                              LIMIT_REGEX_STACK, NULL);
        if (regex->stack == NULL) {
            return SOCKFEED_NOMEM;
        }
        pcre2_jit_stack_assign(regex->context, NULL, regex->stack);
    }
    return SOCKFEED_OK;
}

enum sockfeed_result regex_new(struct regex **regex, const char *pattern,
                               unsigned flags, struct output_error *error)
{
    struct regex *created = calloc(1, sizeof *created);
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    int code = 0;
    size_t offset = 0;
    enum sockfeed_result result;

    *regex = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    if ((flags & REGEX_CASELESS) != 0) {
        options |= PCRE2_CASELESS;
    }
    buf_init(&created->literal, LIMIT_REGEX_LITERAL);
    created->code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
                                  options, &code, &offset, NULL);
    if (created->code == NULL) {
        explain(error, code, offset);
        regex_free(created);
        return code == PCRE2_ERROR_NOMEMORY ? SOCKFEED_NOMEM : SOCKFEED_INVALID;
    }
    result = prepare(created);
    if (result != SOCKFEED_OK) {
        regex_free(created);
        return result;
    }
    if ((flags & REGEX_CASELESS) == 0) {
        regex_literal(&created->literal, span_text(pattern));
    }
    *regex = created;
    return SOCKFEED_OK;
}

void regex_free(struct regex *regex)
{
    if (regex == NULL) {
        return;
    }
    pcre2_code_free(regex->code);
    pcre2_match_data_free(regex->match);
    pcre2_match_context_free(regex->context);
    pcre2_jit_stack_free(regex->stack);
    buf_deinit(&regex->literal);
    free(regex);
}

bool regex_match(struct regex *regex, struct span text)
{
    PCRE2_SPTR subject;

    regex->groups = 0;
    /* PCRE2 takes no NULL, also for an empty text. */
    regex->text = text.data == NULL ? span_text("") : text;
    if (regex->literal.size > 0 &&
        !regex_literal_in(buf_span(&regex->literal), regex->text)) {
        return false;
    }
    subject = (PCRE2_SPTR)regex->text.data;
    regex->groups = regex->compiled
                        ? pcre2_jit_match(regex->code, subject, text.size, 0, 0,
                                          regex->match, regex->context)
                        : pcre2_match(regex->code, subject, text.size, 0, 0,
                                      regex->match, regex->context);
    /* Other errors than no match are limits: of steps, of stack, of memory. */
    if (regex->groups < 0 && regex->groups != PCRE2_ERROR_NOMATCH) {
        regex->limit_met = true;
    }
    return regex->groups > 0;
}

struct span regex_group(const struct regex *regex, unsigned group)
{
    const size_t *ends = pcre2_get_ovector_pointer(regex->match);
    size_t from;

    if (regex->groups <= 0 || group >= (unsigned)regex->groups ||
        ends[2 * (size_t)group] == PCRE2_UNSET) {
        return span_of(NULL, 0);
    }
    from = ends[2 * (size_t)group];
    /* \K in a lookahead can put the start after the end. */
    if (ends[2 * (size_t)group + 1] < from) {
        return span_of(regex->text.data + from, 0);
    }
    return span_of(regex->text.data + from, ends[2 * (size_t)group + 1] - from);
}

unsigned regex_group_count(const struct regex *regex)
{
    uint32_t count = 0;

    (void)pcre2_pattern_info(regex->code, PCRE2_INFO_CAPTURECOUNT, &count);
    return count;
}

unsigned regex_group_named(const struct regex *regex, struct span name)
{
    char text[LIMIT_REGEX_GROUP_NAME + 1];
    int number;

    if (name.size > LIMIT_REGEX_GROUP_NAME) {
        return 0;
    }
    memcpy(text, name.data, name.size);
    text[name.size] = '\0';
    number = pcre2_substring_number_from_name(regex->code, (PCRE2_SPTR)text);
    return number > 0 ? (unsigned)number : 0;
}

bool regex_take_limit(struct regex *regex)
{
    bool first = regex->limit_met && !regex->limit_told;

    regex->limit_told = regex->limit_met;
    return first;
}

void regex_version(char *text, size_t size)
{
    char version[64]; /* PCRE2_CONFIG_VERSION wants 24 */

    text[0] = '\0';
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= (int)sizeof version &&
        pcre2_config(PCRE2_CONFIG_VERSION, version) > 0) {
        /* The date of the release follows. */
        (void)snprintf(text, size, "%.*s", (int)strcspn(version, " "), version);
    }
}
