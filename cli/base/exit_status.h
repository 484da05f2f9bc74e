/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_EXIT_STATUS_H
#define CLI_BASE_EXIT_STATUS_H

#include "sockfeed.h"

/* What the program leaves with: curl's numbers where the meaning is the
 * same. Nothing outside this pair names a number. */
enum exit_status {
    EXIT_STATUS_DONE = 0,
    EXIT_STATUS_UNEXPECTED = 1,
    EXIT_STATUS_USAGE = 2,
    EXIT_STATUS_PROXY_NAME = 5,
    EXIT_STATUS_RESOLVE = 6,
    EXIT_STATUS_CONNECT = 7,
    EXIT_STATUS_PROTOCOL = 8,
    EXIT_STATUS_REFUSED = 22,
    EXIT_STATUS_WRITE = 23,
    EXIT_STATUS_MEMORY = 27,
    EXIT_STATUS_TIMEOUT = 28,
    EXIT_STATUS_TLS = 35,
    EXIT_STATUS_INTERFACE = 45,
    EXIT_STATUS_REDIRECTS = 47,
    EXIT_STATUS_LOST = 56,
    EXIT_STATUS_OWN_CERTIFICATE = 58,
    EXIT_STATUS_CERTIFICATE = 60,
    EXIT_STATUS_TOO_LARGE = 63,
    EXIT_STATUS_NAMESPACE = 67,
    EXIT_STATUS_CA_FILE = 77,
    EXIT_STATUS_PIN = 90,
    EXIT_STATUS_PROXY = 97,
};

/* The status for a client that ended with this result. */
enum exit_status exit_status_of(enum sockfeed_result result);

#endif
