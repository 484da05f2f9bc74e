/* SPDX-License-Identifier: MIT */
#include "api/carrier.h"

void carrier_free(struct carrier *carrier)
{
    if (carrier != NULL) {
        carrier->class->free(carrier);
    }
}

enum sockfeed_result carrier_send(struct carrier *carrier, bool binary,
                                  struct span message)
{
    return carrier->class->send(carrier, binary, message);
}

void carrier_adopt(struct carrier *carrier,
                   const struct carrier_handlers *handlers, void *user)
{
    carrier->class->adopt(carrier, handlers, user);
}

static void ignore_open(void *user, const struct carrier_opened *opened)
{
    (void)user;
    (void)opened;
}

static void ignore_message(void *user, enum ws_opcode opcode,
                           struct span payload)
{
    (void)user;
    (void)opcode;
    (void)payload;
}

static void ignore(void *user)
{
    (void)user;
}

static void ignore_end(void *user, const struct sockfeed_failure *failure)
{
    (void)user;
    (void)failure;
}

static void ignore_event(void *user, struct sockfeed_event *event)
{
    (void)user;
    (void)event;
}

void carrier_silence(struct carrier *carrier)
{
    static const struct carrier_handlers deaf = {
        .open = ignore_open,
        .message = ignore_message,
        .received = ignore_message,
        .sent = ignore_message,
        .drained = ignore,
        .settle = ignore,
        .ended = ignore_end,
        .event = ignore_event,
    };

    carrier_adopt(carrier, &deaf, NULL);
    carrier_pause(carrier);
}

void carrier_pause(struct carrier *carrier)
{
    carrier->class->pause(carrier);
}

void carrier_resume(struct carrier *carrier)
{
    carrier->class->resume(carrier);
}

void carrier_close(struct carrier *carrier, uint16_t code, int64_t timeout)
{
    carrier->class->close(carrier, code, timeout);
}

void carrier_reject(struct carrier *carrier, enum sockfeed_result reason)
{
    carrier->class->reject(carrier, reason);
}

enum sockfeed_result carrier_ping(struct carrier *carrier, struct span payload)
{
    return carrier->class->ping == NULL
               ? SOCKFEED_STATE
               : carrier->class->ping(carrier, payload);
}
