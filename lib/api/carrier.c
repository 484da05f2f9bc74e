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

void carrier_pause(struct carrier *carrier)
{
    carrier->class->pause(carrier);
}

void carrier_resume(struct carrier *carrier)
{
    carrier->class->resume(carrier);
}

void carrier_close(struct carrier *carrier, int64_t timeout)
{
    carrier->class->close(carrier, timeout);
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
