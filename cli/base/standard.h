/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_STANDARD_H
#define CLI_BASE_STANDARD_H

#include "sockfeed.h"

/* Sees to it that descriptors 0, 1 and 2 are taken: one that the program was
 * started without (`>&-`) would be given to the next file or socket that is
 * opened, and messages be written into that. What takes the place fails as a
 * closed one does: it cannot be read from, or not written to. SYSTEM. To be
 * called before anything is opened. */
enum sockfeed_result standard_hold(void) SOCKFEED_CHECK;

#endif
