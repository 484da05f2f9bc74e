/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_KEEPALIVE_H
#define SESSION_WS_KEEPALIVE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When to ping, and when a ping has been left unanswered for too long. A ping
 * goes out each interval, whatever else is sent; any byte received answers
 * those before it, since a pong cannot overtake a long message. Times are ms;
 * INT64_MAX is never.
 */
struct ws_keepalive {
    int64_t interval; /* 0: no pings */
    int64_t timeout;  /* 0: no answer is waited for */
    int64_t ping_due;
    int64_t pong_due;
    bool paused; /* nothing is read: silence says nothing about the peer */
};

enum ws_keepalive_verdict {
    WS_KEEPALIVE_WAIT,
    WS_KEEPALIVE_PING,
    WS_KEEPALIVE_LOST,
};

void ws_keepalive_start(struct ws_keepalive *keepalive, int64_t interval,
                        int64_t timeout, int64_t now);
void ws_keepalive_stop(struct ws_keepalive *keepalive);

/* Bytes have come. */
void ws_keepalive_answered(struct ws_keepalive *keepalive);

void ws_keepalive_pause(struct ws_keepalive *keepalive);

/* A ping that waits has its whole time again. */
void ws_keepalive_resume(struct ws_keepalive *keepalive, int64_t now);

int64_t ws_keepalive_deadline(const struct ws_keepalive *keepalive);
enum ws_keepalive_verdict ws_keepalive_tick(struct ws_keepalive *keepalive,
                                            int64_t now);

/* now + delay, never where that is no number. */
int64_t ws_keepalive_later(int64_t now, int64_t delay);

#endif
