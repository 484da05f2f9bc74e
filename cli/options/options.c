/* SPDX-License-Identifier: MIT */
#include "cli/options/options.h"

#include "base/limits.h"
#include "base/wipe.h"
#include "cli/base/clock.h"

#include <stdlib.h>
#include <string.h>

enum {
    COMMAND_TIMEOUT = 10000 /* ms, as long as connecting may take */
};

enum sockfeed_result options_init(struct options *options)
{
    *options = (struct options){.action = OPTIONS_ACTION_STREAM,
                                .started = clock_now(),
                                .credentials = {.timeout = COMMAND_TIMEOUT}};
    options->connect = sockfeed_options_new();
    return options->connect == NULL ? SOCKFEED_NOMEM : SOCKFEED_OK;
}

void options_deinit(struct options *options)
{
    for (size_t i = 0; i < options->kept_count; i++) {
        wipe(options->kept[i].data, options->kept[i].size);
        free(options->kept[i].data);
    }
    free(options->kept);
    free(options->urls.at);
    free(options->output.events.at);
    free(options->output.match.at);
    free(options->output.reject.at);
    free(options->output.where.at);
    free(options->send.subscriptions.at);
    free(options->send.each.at);
    free(options->send.heartbeats.at);
    free(options->send.replies.at);
    free(options->send.emits.at);
    free(options->send.calls.at);
    sockfeed_options_free(options->connect);
    *options = (struct options){.action = OPTIONS_ACTION_STREAM};
}

/* Whether an array of `count` is full: capacities are powers of two. */
static bool is_full(size_t count)
{
    return (count & (count - 1)) == 0;
}

/* Makes room for one more of `size` bytes in an array that grows by doubling;
 * NULL when out of memory, and the array is as it was. */
static void *grow(void *array, size_t count, size_t size)
{
    return is_full(count) ? realloc(array, (count == 0 ? 1 : count * 2) * size)
                          : array;
}

const char *options_keep(struct options *options, struct span text)
{
    struct kept_text *kept =
        grow(options->kept, options->kept_count, sizeof *kept);
    char *copy;

    if (kept == NULL) {
        return NULL;
    }
    options->kept = kept;
    copy = malloc(text.size + 1);
    if (copy == NULL) {
        return NULL;
    }
    if (text.size > 0) {
        memcpy(copy, text.data, text.size);
    }
    copy[text.size] = '\0';
    kept[options->kept_count++] = (struct kept_text){copy, text.size};
    return copy;
}

enum sockfeed_result options_take_stdin(struct options *options)
{
    if (options->send.lines_taken) {
        return SOCKFEED_INVALID;
    }
    options->send.lines_taken = true;
    return SOCKFEED_OK;
}

enum sockfeed_result options_add_message(struct given_messages *messages,
                                         const struct given_message *message)
{
    struct given_message *at;

    if (message->text.size > LIMIT_SUBSCRIPTIONS - messages->size) {
        return SOCKFEED_FULL;
    }
    at = grow(messages->at, messages->count, sizeof *at);
    if (at == NULL) {
        return SOCKFEED_NOMEM;
    }
    messages->at = at;
    at[messages->count++] = *message;
    messages->size += message->text.size;
    return SOCKFEED_OK;
}

enum sockfeed_result options_add_text(struct output_texts *texts,
                                      const char *text)
{
    const char **at = grow(texts->at, texts->count, sizeof *at);

    if (at == NULL) {
        return SOCKFEED_NOMEM;
    }
    texts->at = at;
    at[texts->count++] = text;
    return SOCKFEED_OK;
}
