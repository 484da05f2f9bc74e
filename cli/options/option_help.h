/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_OPTION_HELP_H
#define CLI_OPTIONS_OPTION_HELP_H

#include "base/buf.h"

/* Appends what --help prints: the options by group, in 80 columns. */
void option_help(struct buf *out);

#endif
