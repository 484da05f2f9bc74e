/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_SERVE_H
#define CLI_OPTIONS_OPTION_SERVE_H

#include "cli/options/option_table.h"

/* Setters of the options that only demo and serve have. */
option_setter option_serve_listen;  /* ADDR:PORT, [ADDR]:PORT for IPv6 */
option_setter option_serve_metrics; /* struct listen_options; loopback where
                                     * there is a port alone */
option_setter option_serve_seed;
option_setter option_serve_identity; /* a client's too: one of its own files */
option_setter option_serve_speed;    /* a decimal factor, or max */

/* Holds those of serve against each other: OK, or INVALID with the error
 * set. */
enum sockfeed_result option_serve_check(
    const struct options *options, struct option_error *error) SOCKFEED_CHECK;

#endif
