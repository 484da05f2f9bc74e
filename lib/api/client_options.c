/* SPDX-License-Identifier: MIT */
#include "api/client_options.h"

#include "api/option_check.h"
#include "base/limits.h"
#include "base/wipe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_kind {
    KIND_TEXT,
    KIND_NUMBER,
    KIND_LIST
};

static const enum option_kind kinds[SOCKFEED_OPTION_COUNT] = {
#define OPTION_KIND(name, kind, text) [SOCKFEED_OPTION_##name] = KIND_##kind,
    SOCKFEED_OPTIONS(OPTION_KIND)
#undef OPTION_KIND
};

static const int64_t defaults[SOCKFEED_OPTION_COUNT] = {
    [SOCKFEED_OPTION_TLS_VERSION] = 12,
    [SOCKFEED_OPTION_CONNECT_TIMEOUT] = 10000,
    [SOCKFEED_OPTION_MAX_MESSAGE] = LIMIT_MESSAGE,
    [SOCKFEED_OPTION_MAX_ATTACHMENTS] = LIMIT_ATTACHMENTS,
    [SOCKFEED_OPTION_RECOVERY] = 1,
    [SOCKFEED_OPTION_RECONNECT] = SOCKFEED_RECONNECT_LOST,
    [SOCKFEED_OPTION_JITTER] = 200,
    [SOCKFEED_OPTION_RETRIES] = -1,
    [SOCKFEED_OPTION_AWAIT_TIMEOUT] = 10000,
    [SOCKFEED_OPTION_PING_INTERVAL] = 20000,
    [SOCKFEED_OPTION_PING_TIMEOUT] = 20000,
    [SOCKFEED_OPTION_DELIVER] = SOCKFEED_DELIVER_MESSAGES,
};

struct sockfeed_options *sockfeed_options_new(void)
{
    struct sockfeed_options *options = calloc(1, sizeof *options);

    if (options == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < SOCKFEED_OPTION_COUNT; i++) {
        if (kinds[i] == KIND_NUMBER) {
            options->values[i].number = defaults[i];
        }
    }
    return options;
}

static void list_deinit(struct option_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        wipe_text(list->items[i]);
        free(list->items[i]);
    }
    free(list->items);
}

static void value_deinit(union option_value *value, enum option_kind kind)
{
    switch (kind) {
    case KIND_TEXT:
        wipe_text(value->text);
        free(value->text);
        break;
    case KIND_LIST:
        list_deinit(&value->list);
        break;
    case KIND_NUMBER:
        break;
    }
}

void sockfeed_options_free(struct sockfeed_options *options)
{
    if (options == NULL) {
        return;
    }
    for (size_t i = 0; i < SOCKFEED_OPTION_COUNT; i++) {
        value_deinit(&options->values[i], kinds[i]);
    }
    free(options);
}

static char *text_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

static enum sockfeed_result list_add(struct option_list *list,
                                     const char *value)
{
    char **items =
        realloc(list->items, (list->count + 1) * sizeof *list->items);

    if (items == NULL) {
        return SOCKFEED_NOMEM;
    }
    list->items = items;
    items[list->count] = text_copy(value);
    if (items[list->count] == NULL) {
        return SOCKFEED_NOMEM;
    }
    list->count++;
    return SOCKFEED_OK;
}

static enum sockfeed_result value_set(union option_value *value,
                                      enum option_kind kind, const char *text)
{
    char *copy;

    if (kind == KIND_LIST) {
        return list_add(&value->list, text);
    }
    copy = text_copy(text);
    if (copy == NULL) {
        return SOCKFEED_NOMEM;
    }
    wipe_text(value->text);
    free(value->text);
    value->text = copy;
    return SOCKFEED_OK;
}

static bool list_copy(struct option_list *to, const struct option_list *from)
{
    for (size_t i = 0; i < from->count; i++) {
        if (list_add(to, from->items[i]) != SOCKFEED_OK) {
            return false;
        }
    }
    return true;
}

static bool value_copy(union option_value *to, const union option_value *from,
                       enum option_kind kind)
{
    switch (kind) {
    case KIND_TEXT:
        return from->text == NULL ||
               value_set(to, kind, from->text) == SOCKFEED_OK;
    case KIND_NUMBER:
        to->number = from->number;
        return true;
    case KIND_LIST:
        return list_copy(&to->list, &from->list);
    }
    return false;
}

struct sockfeed_options *sockfeed_options_copy(
    const struct sockfeed_options *options)
{
    struct sockfeed_options *copy = sockfeed_options_new();

    for (size_t i = 0; copy != NULL && i < SOCKFEED_OPTION_COUNT; i++) {
        if (!value_copy(&copy->values[i], &options->values[i], kinds[i])) {
            sockfeed_options_free(copy);
            return NULL;
        }
    }
    return copy;
}

enum sockfeed_result sockfeed_options_set_text(struct sockfeed_options *options,
                                               enum sockfeed_option option,
                                               const char *value)
{
    const char *reason;

    if (option >= SOCKFEED_OPTION_COUNT || kinds[option] == KIND_NUMBER) {
        return client_options_refuse(options, "not an option with a text");
    }
    reason = option_check_text(option, span_text(value));
    if (reason != NULL) {
        return client_options_refuse(options, "%s", reason);
    }
    return value_set(&options->values[option], kinds[option], value);
}

enum sockfeed_result sockfeed_options_set_number(
    struct sockfeed_options *options, enum sockfeed_option option,
    int64_t value)
{
    const char *reason;

    if (option >= SOCKFEED_OPTION_COUNT || kinds[option] != KIND_NUMBER) {
        return client_options_refuse(options, "not an option with a number");
    }
    reason = option_check_number(option, value);
    if (reason != NULL) {
        return client_options_refuse(options, "%s", reason);
    }
    options->values[option].number = value;
    return SOCKFEED_OK;
}

int64_t sockfeed_options_number(const struct sockfeed_options *options,
                                enum sockfeed_option option)
{
    return option < SOCKFEED_OPTION_COUNT
               ? client_options_number(options, option)
               : 0;
}

const char *sockfeed_options_failure(const struct sockfeed_options *options)
{
    return options->failure;
}

struct span client_options_text(const struct sockfeed_options *options,
                                enum sockfeed_option option)
{
    return span_text(kinds[option] == KIND_TEXT ? options->values[option].text
                                                : NULL);
}

int64_t client_options_number(const struct sockfeed_options *options,
                              enum sockfeed_option option)
{
    return kinds[option] == KIND_NUMBER ? options->values[option].number : 0;
}

const struct option_list *client_options_list(
    const struct sockfeed_options *options, enum sockfeed_option option)
{
    static const struct option_list none = {NULL, 0};

    return kinds[option] == KIND_LIST ? &options->values[option].list : &none;
}

void client_options_remove(struct sockfeed_options *options,
                           enum sockfeed_option option,
                           bool (*like)(const char *item, const char *given),
                           const char *given)
{
    struct option_list *list = &options->values[option].list;
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (like(list->items[i], given)) {
            wipe_text(list->items[i]);
            free(list->items[i]);
        } else {
            list->items[kept++] = list->items[i];
        }
    }
    list->count = kept;
}

enum sockfeed_result client_options_refuse(struct sockfeed_options *options,
                                           const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(options->failure, sizeof options->failure, format,
                    arguments);
    va_end(arguments);
    return SOCKFEED_INVALID;
}
