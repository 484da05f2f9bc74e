/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_LOOPBACK_H
#define TESTS_SUPPORT_LOOPBACK_H

#include "net/address.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;

/* Sockets of IPv4 loopback for tests. What goes wrong ends the program. */

/* A listening socket on a port of its own, non-blocking on accept. */
int loopback_listen(uint16_t *port);

/* A port that nothing listens on, as long as the socket given is open. */
int loopback_dead_port(uint16_t *port);

struct address loopback_address(uint16_t port);

/* Runs the loop until the condition holds, at most so many milliseconds;
 * whether it came to hold. */
bool loopback_run(struct loop *loop, const bool *condition,
                  int64_t milliseconds);

#endif
