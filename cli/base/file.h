/* SPDX-License-Identifier: MIT */
#ifndef CLI_BASE_FILE_H
#define CLI_BASE_FILE_H

#include "base/buf.h"
#include "cli/base/option_error.h"

/* Whole files: values of options, lists of messages, profiles. */

/* Appends a file's content, `-` being standard input where `stdin_too` says
 * so. INVALID with the error set when it cannot be read or is larger than the
 * buffer may become; NOMEM. Waits for the end of the file. */
enum sockfeed_result file_read(struct buf *to, const char *path, bool stdin_too,
                               struct option_error *error) SOCKFEED_CHECK;

/* Whether both descriptors are of one regular file; -1 is of none. */
bool file_is_same(int descriptor, int other);

/* The text behind the byte order mark that some editors begin files with. */
struct span file_without_mark(struct span text);

/* Without one final LF or CR LF. */
struct span file_without_line_end(struct span text);

/* Takes the next line off a text, without its LF or CR LF. False at the end;
 * what follows the last line end is a line only when it is not empty. */
bool file_line(struct span *text, struct span *line);

#endif
