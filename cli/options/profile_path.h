/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_PROFILE_PATH_H
#define CLI_OPTIONS_PROFILE_PATH_H

#include "base/buf.h"
#include "cli/base/option_error.h"
#include "sockfeed.h"

/*
 * Where the profile `@NAME` is: first the user's own, sockfeed/NAME in
 * $XDG_CONFIG_HOME (~/.config where that is not set), then those that came
 * with the program, sockfeed/profiles/NAME in each folder of $XDG_DATA_DIRS
 * and in the share/ beside the program's bin/. Relative folders are ignored (XDG
 * Base Directory Specification).
 */

/* Puts the path of the first that is there into `path`. INVALID with the error
 * naming the folders where there is none, NOMEM. */
enum sockfeed_result profile_path_find(struct buf *path, const char *name,
                                       struct option_error *error)
    SOCKFEED_CHECK;

#endif
