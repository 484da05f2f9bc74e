/* SPDX-License-Identifier: MIT */
#include "tests/support/standard_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void standard_output_catch(struct standard_output *caught)
{
    char path[] = "/tmp/sockfeed-output-XXXXXX";

    (void)fflush(stdout);
    caught->real = dup(STDOUT_FILENO);
    caught->file = mkstemp(path);
    if (caught->real < 0 || caught->file < 0 || unlink(path) != 0 ||
        dup2(caught->file, STDOUT_FILENO) < 0) {
        abort();
    }
}

void standard_output_release(struct standard_output *caught, struct buf *text)
{
    char block[4096];
    off_t at = 0;
    ssize_t size = 1;

    (void)fflush(stdout);
    if (dup2(caught->real, STDOUT_FILENO) < 0) {
        abort();
    }
    while (size > 0) {
        size = pread(caught->file, block, sizeof block, at);
        buf_append(text, block, size > 0 ? (size_t)size : 0);
        at += size;
    }
    (void)close(caught->real);
    (void)close(caught->file);
}
