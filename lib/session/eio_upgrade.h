/* SPDX-License-Identifier: MIT */
#ifndef SESSION_EIO_UPGRADE_H
#define SESSION_EIO_UPGRADE_H

#include "base/span.h"

#include <stdint.h>

/*
 * The client's side of an upgrade from long-polling to a WebSocket, which goes
 * on until it is done as if there were none:
 *
 *   OPENING --- the WebSocket is open: 2probe ---> PROBING
 *   PROBING --- 3probe: polling is to pause -----> PAUSING
 *   PAUSING --- polling is quiet: 5 -------------> DONE
 *      |
 *      +--- anything else, at any time before ---> FAILED
 *
 * Pausing first is what makes nothing come twice or out of order: what the
 * server has not yet given to the GET that waits it sends over the WebSocket,
 * once it has seen the 5; a GET that waits then it would end with a close
 * packet.
 */
enum eio_upgrade_state {
    EIO_UPGRADE_OPENING,
    EIO_UPGRADE_PROBING,
    EIO_UPGRADE_PAUSING,
    EIO_UPGRADE_DONE,
    EIO_UPGRADE_FAILED,
};

struct eio_upgrade {
    enum eio_upgrade_state state;
    int64_t deadline;   /* when it is given up */
    const char *reason; /* FAILED: why, static */
};

void eio_upgrade_start(struct eio_upgrade *upgrade, int64_t deadline);

/* The packet that is to be sent over the WebSocket now that it is open, or now
 * that polling is quiet; static. Once it has been sent the next state comes,
 * and before that the upgrade may still fail. */
struct span eio_upgrade_packet(const struct eio_upgrade *upgrade);
void eio_upgrade_sent(struct eio_upgrade *upgrade);

/* A message has come over the WebSocket. */
void eio_upgrade_received(struct eio_upgrade *upgrade, bool binary,
                          struct span message);

/* It is given up for a reason of the owner's, which is static; not once it is
 * over. */
void eio_upgrade_fail(struct eio_upgrade *upgrade, const char *reason);

void eio_upgrade_tick(struct eio_upgrade *upgrade, int64_t now);

#endif
