/* SPDX-License-Identifier: MIT */
#include "cli/base/standard.h"

#include <fcntl.h>

enum {
    STANDARD_COUNT = 3 /* input, output, error */
};

enum sockfeed_result standard_hold(void)
{
    for (int descriptor = 0; descriptor < STANDARD_COUNT; descriptor++) {
        /* open() gives the lowest free number, which is this one. */
        if (fcntl(descriptor, F_GETFD) < 0 &&
            open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY) < 0) {
            return SOCKFEED_SYSTEM;
        }
    }
    return SOCKFEED_OK;
}
