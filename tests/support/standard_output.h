/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_STANDARD_OUTPUT_H
#define TESTS_SUPPORT_STANDARD_OUTPUT_H

#include "base/buf.h"

/* Standard output led into a file for as long as a test needs it; what cmocka
 * has to say then goes to the real one again. */
struct standard_output {
    int real; /* a duplicate of what it was before */
    int file;
};

/* Aborts when the system refuses. */
void standard_output_catch(struct standard_output *caught);

/* Ends it and appends what was written. */
void standard_output_release(struct standard_output *caught, struct buf *text);

#endif
