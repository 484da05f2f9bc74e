/* SPDX-License-Identifier: MIT */
#include "session/eio_heartbeat.h"

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Whether it is us who ping. */
static bool pings(const struct eio_heartbeat *heartbeat)
{
    return (heartbeat->revision == EIO_REVISION_3) ==
           (heartbeat->role == EIO_HEARTBEAT_CLIENT);
}

void eio_heartbeat_start(struct eio_heartbeat *heartbeat,
                         enum eio_revision revision,
                         enum eio_heartbeat_role role, int64_t opened,
                         int64_t interval, int64_t timeout)
{
    *heartbeat = (struct eio_heartbeat){.revision = revision,
                                        .role = role,
                                        .interval = interval,
                                        .timeout = timeout,
                                        .ping_at = INT64_MAX,
                                        .pong_at = INT64_MAX,
                                        .dead_at = opened + interval + timeout};
    if (pings(heartbeat)) {
        heartbeat->ping_at = opened + interval;
    }
}

/* A client of revision 3 that sees packets knows that the server lives; one of
 * revision 4 waits for pings, as the reference does, and a server of revision
 * 4 for the pong. */
void eio_heartbeat_received(struct eio_heartbeat *heartbeat, int64_t now,
                            enum eio_packet_type type)
{
    int64_t watched = now + heartbeat->interval + heartbeat->timeout;

    if (heartbeat->revision == EIO_REVISION_3) {
        heartbeat->dead_at = watched;
    } else if (heartbeat->role == EIO_HEARTBEAT_CLIENT) {
        if (type == EIO_PACKET_PING) {
            heartbeat->dead_at = watched;
        }
        return;
    }
    if (type == EIO_PACKET_PONG && pings(heartbeat)) {
        heartbeat->dead_at = watched;
        heartbeat->ping_at = now + heartbeat->interval;
    }
}

/* Twice in the time that either deadline of the server leaves. */
static int64_t pong_interval(const struct eio_heartbeat *heartbeat)
{
    int64_t half = earlier(heartbeat->interval, heartbeat->timeout) / 2;

    return half > 0 ? half : 1;
}

void eio_heartbeat_pause(struct eio_heartbeat *heartbeat, int64_t now)
{
    if (heartbeat->paused) {
        return;
    }
    heartbeat->paused = true;
    if (pings(heartbeat)) {
        /* The pong that the next ping waits for will not be seen. */
        heartbeat->ping_at =
            earlier(heartbeat->ping_at, now + heartbeat->interval);
    } else if (heartbeat->role == EIO_HEARTBEAT_CLIENT) {
        heartbeat->pong_at = now + pong_interval(heartbeat);
    }
}

void eio_heartbeat_resume(struct eio_heartbeat *heartbeat, int64_t now)
{
    if (!heartbeat->paused) {
        return;
    }
    heartbeat->paused = false;
    heartbeat->pong_at = INT64_MAX;
    heartbeat->dead_at = now + heartbeat->interval + heartbeat->timeout;
}

/* Pings whose pongs nobody reads go on all the same. */
static void ping_sent(struct eio_heartbeat *heartbeat, int64_t now)
{
    heartbeat->ping_at =
        heartbeat->paused ? now + heartbeat->interval : INT64_MAX;
    heartbeat->dead_at = now + heartbeat->timeout;
}

int64_t eio_heartbeat_deadline(const struct eio_heartbeat *heartbeat)
{
    int64_t act = earlier(heartbeat->ping_at, heartbeat->pong_at);

    return heartbeat->paused ? act : earlier(act, heartbeat->dead_at);
}

enum eio_heartbeat_due eio_heartbeat_due(struct eio_heartbeat *heartbeat,
                                         int64_t now)
{
    /* First, so that a peer is asked before it is given up when the process
     * itself was held up or the machine asleep. */
    if (now >= heartbeat->ping_at) {
        ping_sent(heartbeat, now);
        return EIO_HEARTBEAT_PING;
    }
    if (!heartbeat->paused && now >= heartbeat->dead_at) {
        return EIO_HEARTBEAT_DEAD;
    }
    if (now >= heartbeat->pong_at) {
        heartbeat->pong_at = now + pong_interval(heartbeat);
        return EIO_HEARTBEAT_PONG;
    }
    return EIO_HEARTBEAT_NOTHING;
}
