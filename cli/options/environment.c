/* SPDX-License-Identifier: MIT */
#include "cli/options/environment.h"

#include <stdlib.h>

enum sockfeed_result environment_apply(struct options *options,
                                       struct option_error *error)
{
    const char *key_log = getenv("SSLKEYLOGFILE");
    enum sockfeed_result result = SOCKFEED_OK;

    if (key_log != NULL && key_log[0] != '\0') {
        result = sockfeed_options_set_text(
            options->connect, SOCKFEED_OPTION_TLS_KEY_LOG, key_log);
    }
    return result == SOCKFEED_INVALID
               ? option_error_set(error, "SSLKEYLOGFILE: %s",
                                  sockfeed_options_failure(options->connect))
               : result;
}
