/* SPDX-License-Identifier: MIT */
#ifndef CLI_INPUT_HISTORY_PATH_H
#define CLI_INPUT_HISTORY_PATH_H

#include "base/buf.h"

#include <stdbool.h>

/*
 * Where the lines that were typed are kept: sockfeed/history in
 * $XDG_STATE_HOME (~/.local/state where that is not set; XDG Base Directory
 * Specification). What is typed may be a secret: folder and file are for their
 * owner alone.
 */

/* Puts the path, with a NUL, into an empty buffer and makes folder and file
 * where they are missing. False: there is no such place. */
bool history_path_make(struct buf *path);

#endif
