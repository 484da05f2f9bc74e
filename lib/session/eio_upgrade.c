/* SPDX-License-Identifier: MIT */
#include "session/eio_upgrade.h"

void eio_upgrade_start(struct eio_upgrade *upgrade, int64_t deadline)
{
    *upgrade = (struct eio_upgrade){.state = EIO_UPGRADE_OPENING,
                                    .deadline = deadline};
}

struct span eio_upgrade_packet(const struct eio_upgrade *upgrade)
{
    switch (upgrade->state) {
    case EIO_UPGRADE_OPENING:
        return span_text("2probe");
    case EIO_UPGRADE_PAUSING:
        return span_text("5");
    case EIO_UPGRADE_PROBING:
    case EIO_UPGRADE_DONE:
    case EIO_UPGRADE_FAILED:
        break;
    }
    return span_text(NULL);
}

void eio_upgrade_sent(struct eio_upgrade *upgrade)
{
    if (upgrade->state == EIO_UPGRADE_OPENING) {
        upgrade->state = EIO_UPGRADE_PROBING;
    } else if (upgrade->state == EIO_UPGRADE_PAUSING) {
        upgrade->state = EIO_UPGRADE_DONE;
    }
}

void eio_upgrade_received(struct eio_upgrade *upgrade, bool binary,
                          struct span message)
{
    switch (upgrade->state) {
    case EIO_UPGRADE_PROBING:
        if (!binary && span_is(message, "3probe")) {
            upgrade->state = EIO_UPGRADE_PAUSING;
        } else {
            eio_upgrade_fail(upgrade, "the probe was answered with something "
                                      "else");
        }
        break;
    case EIO_UPGRADE_OPENING:
    case EIO_UPGRADE_PAUSING:
        eio_upgrade_fail(upgrade, "a message came before its time");
        break;
    case EIO_UPGRADE_DONE:
    case EIO_UPGRADE_FAILED:
        break;
    }
}

void eio_upgrade_fail(struct eio_upgrade *upgrade, const char *reason)
{
    if (upgrade->state < EIO_UPGRADE_DONE) {
        upgrade->state = EIO_UPGRADE_FAILED;
        upgrade->reason = reason;
    }
}

void eio_upgrade_tick(struct eio_upgrade *upgrade, int64_t now)
{
    if (now >= upgrade->deadline) {
        eio_upgrade_fail(upgrade, "time ran out");
    }
}
