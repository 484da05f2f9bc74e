/* SPDX-License-Identifier: MIT */
#include "session/reconnect.h"

#include "base/rng.h"

enum {
    SPREAD_MAX = 1000000000 /* ms, 11 days; rng_between has an end */
};

void reconnect_init(struct reconnect *reconnect,
                    const struct reconnect_config *config, struct rng *rng)
{
    *reconnect = (struct reconnect){.config = *config, .rng = rng};
}

void reconnect_opened(struct reconnect *reconnect, int64_t now)
{
    reconnect->open = true;
    reconnect->ever_open = true;
    reconnect->delivered = false;
    reconnect->opened_at = now;
}

void reconnect_delivered(struct reconnect *reconnect)
{
    if (!reconnect->delivered) {
        reconnect->delivered = reconnect->open;
        reconnect->attempts = 0;
    }
}

/* Whether trying the same again could come to anything else. */
static bool is_curable(enum sockfeed_result result)
{
    switch (result) {
    case SOCKFEED_OK:      /* we closed */
    case SOCKFEED_INVALID: /* what we ask for cannot be */
    case SOCKFEED_STATE:
    case SOCKFEED_NOMEM:
    case SOCKFEED_CA_FILE:
    case SOCKFEED_OWN_CERTIFICATE:
        return false;
    case SOCKFEED_MORE:
    case SOCKFEED_AGAIN:
    case SOCKFEED_SYSTEM:
    case SOCKFEED_FULL:
    case SOCKFEED_RESOLVE:
    case SOCKFEED_CONNECT:
    case SOCKFEED_TIMEOUT:
    case SOCKFEED_TLS:
    case SOCKFEED_CERTIFICATE:
    case SOCKFEED_PIN:
    case SOCKFEED_REFUSED:
    case SOCKFEED_PROTOCOL:
    case SOCKFEED_TOO_LARGE:
    case SOCKFEED_NAMESPACE:
    case SOCKFEED_LOST:
    case SOCKFEED_CLOSED:
    case SOCKFEED_PROXY_NAME:
    case SOCKFEED_PROXY:
    case SOCKFEED_INTERFACE:
    case SOCKFEED_REDIRECTS:
        return true;
    }
    return false;
}

/* A refused namespace and a DISCONNECT are the server's considered word. */
static bool is_final(const struct reconnect_end *end)
{
    return end->disconnected || end->result == SOCKFEED_NAMESPACE;
}

static bool may_try(const struct reconnect *reconnect,
                    const struct reconnect_end *end)
{
    if (!is_curable(end->result)) {
        return false;
    }
    if (reconnect->config.retries >= 0 &&
        reconnect->attempts >= reconnect->config.retries) {
        return false;
    }
    switch (reconnect->config.policy) {
    case SOCKFEED_RECONNECT_NEVER:
        return false;
    case SOCKFEED_RECONNECT_LOST:
        return reconnect->ever_open && !is_final(end);
    case SOCKFEED_RECONNECT_ALWAYS:
        return true;
    }
    return false;
}

static int64_t jittered(struct reconnect *reconnect, int64_t delay)
{
    int64_t spread = delay / 1000 * reconnect->config.jitter +
                     delay % 1000 * reconnect->config.jitter / 1000;

    return spread == 0
               ? delay
               : rng_between(reconnect->rng, delay - spread, delay + spread);
}

static int64_t take_delay(struct reconnect *reconnect,
                          const struct reconnect_end *end)
{
    int64_t asked = end->retry_after < RECONNECT_RETRY_AFTER_MAX
                        ? end->retry_after
                        : RECONNECT_RETRY_AFTER_MAX;
    int64_t delay = reconnect->config.delays[reconnect->next];

    if (reconnect->next + 1 < reconnect->config.delay_count) {
        reconnect->next++;
    }
    reconnect->last_delay = delay;
    delay = jittered(reconnect, delay);
    return delay > asked ? delay : asked;
}

enum sockfeed_result reconnect_ended(struct reconnect *reconnect,
                                     int64_t *delay, int64_t now,
                                     const struct reconnect_end *end)
{
    if (reconnect->open &&
        now - reconnect->opened_at > 2 * reconnect->last_delay) {
        reconnect->next = 0;
    }
    reconnect->open = false;
    reconnect->delivered = false;
    if (!may_try(reconnect, end)) {
        return end->result;
    }
    reconnect->attempts++;
    *delay = take_delay(reconnect, end);
    return SOCKFEED_AGAIN;
}

int64_t reconnect_attempts(const struct reconnect *reconnect)
{
    return reconnect->attempts;
}
