/* SPDX-License-Identifier: MIT */
#include "cli/feeds/feeds.h"

#include "base/limits.h"
#include "cli/feeds/shares.h"

#include <stdlib.h>

enum sockfeed_result feeds_init(struct feeds *feeds,
                                const struct options *options, void *user,
                                struct option_error *error)
{
    const struct output_texts *urls = &options->urls;
    enum sockfeed_result result = SOCKFEED_OK;

    size_t shares = shares_count(&options->send);

    *feeds = (struct feeds){.at = NULL};
    if (shares > LIMIT_CONNECTIONS / urls->count) {
        return option_error_set(error,
                                "option --per-connection: expected at most %d "
                                "connections, these would be %zu",
                                LIMIT_CONNECTIONS, shares * urls->count);
    }
    feeds->at = calloc(urls->count * shares, sizeof *feeds->at);
    if (feeds->at == NULL) {
        return SOCKFEED_NOMEM;
    }
    while (result == SOCKFEED_OK && feeds->count < urls->count * shares) {
        struct feed *feed = &feeds->at[feeds->count];

        result = feed_init(feed, options, urls->at[feeds->count / shares],
                           feeds->count % shares, shares, error);
        feed->user = user;
        feeds->count++;
    }
    return result;
}

void feeds_deinit(struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        feed_deinit(&feeds->at[i]);
    }
    free(feeds->at);
    *feeds = (struct feeds){.at = NULL};
}

enum sockfeed_result feeds_start(struct feeds *feeds)
{
    enum sockfeed_result result = SOCKFEED_OK;

    while (result == SOCKFEED_OK && feeds->live < feeds->count) {
        result = sockfeed_client_start(feeds->at[feeds->live].client);
        feeds->live++;
    }
    return result;
}

void feeds_event(struct feeds *feeds, struct feed *feed,
                 const struct sockfeed_event *event)
{
    switch (event->type) {
    case SOCKFEED_EVENT_PREPARE:
        credentials_prepare(&feed->credentials, event->connection);
        break;
    case SOCKFEED_EVENT_OPEN:
        feed->is_open = true;
        feed->was_open = true;
        break;
    case SOCKFEED_EVENT_LOST:
        feed->is_open = false;
        break;
    case SOCKFEED_EVENT_CLOSED:
        feed->is_open = false;
        feed->closed = true;
        feeds->live--;
        break;
    case SOCKFEED_EVENT_MESSAGE:
    case SOCKFEED_EVENT_MESSAGES:
    case SOCKFEED_EVENT_TEXTS:
    case SOCKFEED_EVENT_FRAMES:
    case SOCKFEED_EVENT_FRAME:
    case SOCKFEED_EVENT_ANSWER:
    case SOCKFEED_EVENT_DRAINED:
    case SOCKFEED_EVENT_UPGRADED:
    case SOCKFEED_EVENT_SUBSCRIBED:
    case SOCKFEED_EVENT_AWAITING:
    case SOCKFEED_EVENT_SENT:
    case SOCKFEED_EVENT_REPLACED:
    case SOCKFEED_EVENT_REFUSED:
    case SOCKFEED_EVENT_LEFT:
    case SOCKFEED_EVENT_RETRY:
    case SOCKFEED_EVENT_GAP:
    case SOCKFEED_EVENT_NOTICE:
    case SOCKFEED_EVENT_TRACE:
    case SOCKFEED_EVENT_STEP:
    case SOCKFEED_EVENT_PONG:
        break;
    }
}

void feeds_close(struct feeds *feeds, uint16_t code, int64_t timeout)
{
    for (size_t i = 0; i < feeds->count; i++) {
        credentials_deinit(&feeds->at[i].credentials);
        if (!feeds->at[i].closed) {
            struct sockfeed_client *client = feeds->at[i].client;

            if (code == 0 || sockfeed_client_close_with(
                                 client, code, timeout) != SOCKFEED_OK) {
                sockfeed_client_close(client, timeout);
            }
        }
    }
}

void feeds_pause(struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        sockfeed_client_pause(feeds->at[i].client);
    }
}

void feeds_resume(struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        sockfeed_client_resume(feeds->at[i].client);
    }
}

size_t feeds_open_count(const struct feeds *feeds)
{
    size_t count = 0;

    for (size_t i = 0; i < feeds->count; i++) {
        count += feeds->at[i].is_open;
    }
    return count;
}

bool feeds_were_open(const struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        if (feeds->at[i].was_open) {
            return true;
        }
    }
    return false;
}

bool feeds_have_sent(const struct feeds *feeds)
{
    for (size_t i = 0; i < feeds->count; i++) {
        const struct feed *feed = &feeds->at[i];

        if (!feed->closed &&
            (!feed->is_open || sockfeed_client_unsent(feed->client) > 0)) {
            return false;
        }
    }
    return true;
}
