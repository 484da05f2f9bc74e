/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_ENVIRONMENT_H
#define CLI_OPTIONS_ENVIRONMENT_H

#include "cli/base/option_error.h"
#include "cli/options/options.h"

/* Takes from the environment what no option says: SSLKEYLOGFILE, the file that
 * curl and browsers append the secrets of TLS to. NOMEM; INVALID with the
 * error set. */
enum sockfeed_result environment_apply(
    struct options *options, struct option_error *error) SOCKFEED_CHECK;

#endif
