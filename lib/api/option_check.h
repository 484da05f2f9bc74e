/* SPDX-License-Identifier: MIT */
#ifndef API_OPTION_CHECK_H
#define API_OPTION_CHECK_H

#include "base/span.h"
#include "sockfeed/options.h"

#include <stdint.h>

/* What one option alone may be. Both answer NULL where the value is good and
 * a reason, as in "expected …", where it is not. The URL is not looked at
 * here: endpoint_init reads it. */
const char *option_check_text(enum sockfeed_option option, struct span value);
const char *option_check_number(enum sockfeed_option option, int64_t value);

#endif
