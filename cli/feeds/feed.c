/* SPDX-License-Identifier: MIT */
#include "cli/feeds/feed.h"

#include "base/limits.h"
#include "base/url_mask.h"
#include "cli/feeds/recorder.h"
#include "cli/feeds/shares.h"
#include "cli/input/message.h"

#include <stdio.h>

enum {
    LABEL_EXTRA = 64 /* two numbers, and the words around them */
};

static enum sockfeed_result set_delays(struct sockfeed_options *options,
                                       const struct delay_options *delays)
{
    enum sockfeed_result result = SOCKFEED_OK;
    char text[24];

    for (size_t i = 0; result == SOCKFEED_OK && i < delays->count; i++) {
        (void)snprintf(text, sizeof text, "%lld", (long long)delays->at[i]);
        result =
            sockfeed_options_set_text(options, SOCKFEED_OPTION_DELAY, text);
    }
    return result;
}

static enum sockfeed_result set_options(struct feed *feed,
                                        const struct options *options,
                                        const char *url)
{
    enum sockfeed_result result;

    feed->options = sockfeed_options_copy(options->connect);
    if (feed->options == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = sockfeed_options_set_text(feed->options, SOCKFEED_OPTION_URL, url);
    if (result == SOCKFEED_OK) {
        result = set_delays(feed->options, &options->delays);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_options_check(feed->options, &feed->protocol);
    }
    return result;
}

/* The library has --auth; the command gives it once there is a connection. */
static enum sockfeed_result check_credentials(const struct feed *feed,
                                              const struct options *options,
                                              struct option_error *error)
{
    return options->credentials.auth_command != NULL &&
                   feed->protocol != SOCKFEED_PROTOCOL_SIO
               ? option_error_set(error, "%s: --auth-command is for Socket.IO",
                                  feed->shown.data)
               : SOCKFEED_OK;
}

static enum sockfeed_result refused_by_client(const struct feed *feed,
                                              struct option_error *error)
{
    return option_error_set(error, "%s: %s", feed->shown.data,
                            sockfeed_options_failure(feed->options));
}

enum sockfeed_result feed_init(struct feed *feed, const struct options *options,
                               const char *url, size_t share, size_t shares,
                               struct option_error *error)
{
    enum sockfeed_result result;

    *feed = (struct feed){.protocol = SOCKFEED_PROTOCOL_AUTO, .share = share};
    buf_init(&feed->label, LIMIT_URL + LABEL_EXTRA);
    buf_init(&feed->shown, LIMIT_URL + sizeof "***");
    url_mask_password(&feed->shown, span_text(url));
    if (buf_result(&feed->shown) == SOCKFEED_FULL) {
        return option_error_set(error, "a URL is longer than %d bytes",
                                LIMIT_URL);
    }
    buf_append_span(&feed->label, buf_span(&feed->shown));
    if (shares > 1) {
        buf_append_format(&feed->label, " (%zu of %zu)", share + 1, shares);
    }
    if (buf_text(&feed->shown) == NULL || buf_text(&feed->label) == NULL) {
        return SOCKFEED_NOMEM;
    }
    result = set_options(feed, options, url);
    if (result == SOCKFEED_INVALID) {
        return refused_by_client(feed, error);
    }
    return result == SOCKFEED_OK ? check_credentials(feed, options, error)
                                 : result;
}

void feed_deinit(struct feed *feed)
{
    credentials_deinit(&feed->credentials);
    sockfeed_client_free(feed->client);
    sockfeed_options_free(feed->options);
    buf_deinit(&feed->shown);
    buf_deinit(&feed->label);
    *feed = (struct feed){.protocol = SOCKFEED_PROTOCOL_AUTO};
}

/* Says what is wrong, and where in the message; of a file's, on which of its
 * lines. */
static void tell_place(const struct given_message *given,
                       const struct malformed *malformed,
                       struct option_error *error)
{
    struct span text = given->text;
    size_t offset = malformed->offset;
    size_t line = 1;

    for (size_t end = span_find(text, '\n'); end < offset;
         end = span_find(text, '\n')) {
        text = span_skip(text, end + 1);
        offset -= end + 1;
        line++;
    }
    (void)option_error_set(error, "column %zu: %s",
                           message_column(text, offset), malformed->reason);
    if (given->file != NULL) {
        (void)option_error_prefix(error, "%.400s:%zu: ", given->file, line);
    } else if (line > 1) {
        (void)option_error_prefix(error, "line %zu, ", line);
    }
}

/* Says which message it was. What came from a file of its own is not shown. */
static enum sockfeed_result refuse_message(const struct given_message *given,
                                           struct option_error *error)
{
    if (given->line != 0) {
        return option_error_prefix(error, "%s:%u: ", given->origin,
                                   given->line);
    }
    if (given->file != NULL) {
        return option_error_prefix(error, "option --%s: ", given->origin);
    }
    return option_error_prefix(
        error, "option --%s: '%.*s'%s: ", given->origin,
        option_error_shown(given->text), given->text.data,
        given->text.size > OPTION_SHOWN_MAX ? "..." : "");
}

enum sockfeed_result feed_read_message(const struct feed *feed,
                                       struct message *message,
                                       const struct given_message *given,
                                       struct option_error *error)
{
    struct malformed malformed;
    enum sockfeed_result result =
        message_parse(message, &malformed, feed->protocol, given->text);

    if (result != SOCKFEED_INVALID) {
        return result;
    }
    tell_place(given, &malformed, error);
    return refuse_message(given, error);
}

typedef enum sockfeed_result (*give)(struct sockfeed_client *client,
                                     const struct sockfeed_outgoing *message);

static enum sockfeed_result give_message(struct feed *feed,
                                         const struct given_message *given,
                                         give to_client,
                                         struct option_error *error)
{
    struct sockfeed_outgoing outgoing;
    struct message message;
    enum sockfeed_result result;

    message_init(&message);
    result = feed_read_message(feed, &message, given, error);
    if (result == SOCKFEED_OK) {
        outgoing = message_outgoing(&message);
        result = to_client(feed->client, &outgoing);
        if (result == SOCKFEED_INVALID || result == SOCKFEED_FULL) {
            (void)option_error_set(error, "%s", sockfeed_result_text(result));
            result = refuse_message(given, error);
        }
    }
    message_deinit(&message);
    return result;
}

static enum sockfeed_result give_messages(struct feed *feed,
                                          const struct given_messages *given,
                                          give to_client,
                                          struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        result = give_message(feed, &given->at[i], to_client, error);
    }
    return result;
}

static enum sockfeed_result give_subscriptions(struct feed *feed,
                                               const struct send_options *send,
                                               struct option_error *error)
{
    const struct given_messages *given = &send->subscriptions;
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        if (given->at[i].kind == GIVEN_AWAIT) {
            result = sockfeed_client_await(feed->client);
        } else if (shares_has(send, feed->share, i)) {
            result = give_message(feed, &given->at[i],
                                  sockfeed_client_subscribe, error);
        }
    }
    return result;
}

/* The library takes their times with them. */
static enum sockfeed_result give_heartbeats(struct feed *feed,
                                            const struct given_messages *given,
                                            struct option_error *error)
{
    enum sockfeed_result result = SOCKFEED_OK;

    for (size_t i = 0; result == SOCKFEED_OK && i < given->count; i++) {
        const struct given_message *beat = &given->at[i];
        struct sockfeed_outgoing outgoing;
        struct message message;

        message_init(&message);
        result = feed_read_message(feed, &message, beat, error);
        if (result == SOCKFEED_OK) {
            outgoing = message_outgoing(&message);
            result = sockfeed_client_heartbeat(
                feed->client, beat->interval,
                beat->kind == GIVEN_HEARTBEAT_IDLE, &outgoing);
        }
        message_deinit(&message);
    }
    return result;
}

static void on_recorded(struct sockfeed_client *client,
                        const struct sockfeed_event *event, void *user)
{
    struct feed *feed = user;

    recorder_event(feed->recorder, feed, event);
    feed->callback(client, event, user);
}

enum sockfeed_result feed_open(struct feed *feed, struct sockfeed_loop *loop,
                               const struct options *options, unsigned deliver,
                               sockfeed_callback callback,
                               struct option_error *error)
{
    enum sockfeed_result result = sockfeed_options_set_number(
        feed->options, SOCKFEED_OPTION_DELIVER, deliver);

    if (result == SOCKFEED_OK) {
        result = sockfeed_options_set_number(
            feed->options, SOCKFEED_OPTION_PREPARE,
            credentials_wanted(&options->credentials));
    }
    if (result == SOCKFEED_OK) {
        feed->callback = callback;
        result = sockfeed_client_new(
            &feed->client, loop, feed->options,
            feed->recorder == NULL ? callback : on_recorded, feed);
    }
    if (result == SOCKFEED_INVALID) {
        return refused_by_client(feed, error);
    }
    if (result == SOCKFEED_OK) {
        feed->credentials = (struct credentials){
            .options = &options->credentials,
            .loop = loop,
            .client = feed->client,
            .url = feed->label.data,
        };
        result = give_subscriptions(feed, &options->send, error);
    }
    if (result == SOCKFEED_OK) {
        result = give_heartbeats(feed, &options->send.heartbeats, error);
    }
    if (result == SOCKFEED_OK && feed->share == 0 &&
        options->send.retry_emits == 0) {
        result = give_messages(feed, &options->send.emits, sockfeed_client_send,
                               error);
    }
    return result;
}
