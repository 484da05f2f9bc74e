/* SPDX-License-Identifier: MIT */
#ifndef NET_STEP_H
#define NET_STEP_H

#include "net/address.h"
#include "sockfeed/step.h"

#include <stddef.h>

/* Steps of connecting, told as they are done. */
struct http_response;
struct proxy;
struct tls;

/* Views the step; may be NULL where nobody wants to know. */
typedef void (*step_callback)(void *user, const struct sockfeed_step *step);

/* At most LIMIT_ADDRESSES addresses. */
void step_resolved(step_callback step, void *user, const char *host,
                   const struct address *addresses, size_t count);
void step_connected(step_callback step, void *user, const struct address *peer);
void step_proxied(step_callback step, void *user, const struct proxy *proxy);
void step_secured(step_callback step, void *user, const struct tls *tls);
void step_answered(step_callback step, void *user,
                   const struct http_response *response);

#endif
