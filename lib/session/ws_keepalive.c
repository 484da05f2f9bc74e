/* SPDX-License-Identifier: MIT */
#include "session/ws_keepalive.h"

static const int64_t never = INT64_MAX;

int64_t ws_keepalive_later(int64_t now, int64_t delay)
{
    return delay > never - now ? never : now + delay;
}

void ws_keepalive_start(struct ws_keepalive *keepalive, int64_t interval,
                        int64_t timeout, int64_t now)
{
    *keepalive = (struct ws_keepalive){
        .interval = interval,
        .timeout = timeout,
        .ping_due = interval > 0 ? ws_keepalive_later(now, interval) : never,
        .pong_due = never,
    };
}

void ws_keepalive_stop(struct ws_keepalive *keepalive)
{
    keepalive->ping_due = never;
    keepalive->pong_due = never;
}

void ws_keepalive_answered(struct ws_keepalive *keepalive)
{
    keepalive->pong_due = never;
}

void ws_keepalive_pause(struct ws_keepalive *keepalive)
{
    keepalive->paused = true;
}

void ws_keepalive_resume(struct ws_keepalive *keepalive, int64_t now)
{
    keepalive->paused = false;
    if (keepalive->pong_due != never) {
        keepalive->pong_due = ws_keepalive_later(now, keepalive->timeout);
    }
}

int64_t ws_keepalive_deadline(const struct ws_keepalive *keepalive)
{
    bool pong_first = keepalive->pong_due < keepalive->ping_due;

    return pong_first && !keepalive->paused ? keepalive->pong_due
                                            : keepalive->ping_due;
}

enum ws_keepalive_verdict ws_keepalive_tick(struct ws_keepalive *keepalive,
                                            int64_t now)
{
    if (keepalive->pong_due <= now && !keepalive->paused) {
        return WS_KEEPALIVE_LOST;
    }
    if (keepalive->ping_due > now) {
        return WS_KEEPALIVE_WAIT;
    }
    keepalive->ping_due = ws_keepalive_later(now, keepalive->interval);
    if (keepalive->pong_due == never && keepalive->timeout > 0) {
        keepalive->pong_due = ws_keepalive_later(now, keepalive->timeout);
    }
    return WS_KEEPALIVE_PING;
}
