/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_VECTOR_FILE_H
#define TESTS_SUPPORT_VECTOR_FILE_H

#include "base/buf.h"
#include "base/span.h"

#include <stdio.h>

enum {
    VECTOR_FIELDS = 12
};

/* A file of tests/vectors that lines.mjs has written, line by line. */
struct vector_file {
    FILE *file;
    struct buf line;
    struct span fields[VECTOR_FIELDS]; /* of the present line; rest empty */
};

/* Aborts when there is no such file: tests run in the project's folder. */
void vector_file_open(struct vector_file *vectors, const char *path);
void vector_file_close(struct vector_file *vectors);

/* Steps to the next line; false at the end. */
bool vector_file_next(struct vector_file *vectors);

/* Takes the part of the list before the separator off it; false when nothing
 * is left. */
bool vector_file_part(struct span *list, struct span *part, char separator);

/* Appends the bytes that the hexadecimal field stands for. */
void vector_file_bytes(struct buf *to, struct span field);

#endif
