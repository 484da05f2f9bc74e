/* SPDX-License-Identifier: MIT */
#include "tests/support/vector_file.h"

#include <stdlib.h>

enum {
    LINE_LIMIT = 1048576
};

void vector_file_open(struct vector_file *vectors, const char *path)
{
    memset(vectors, 0, sizeof *vectors);
    buf_init(&vectors->line, LINE_LIMIT);
    vectors->file = fopen(path, "r");
    if (vectors->file == NULL) {
        fprintf(stderr, "%s cannot be read\n", path);
        abort();
    }
}

void vector_file_close(struct vector_file *vectors)
{
    (void)fclose(vectors->file);
    buf_deinit(&vectors->line);
}

bool vector_file_part(struct span *list, struct span *part, char separator)
{
    size_t size;

    if (list->size == 0) {
        return false;
    }
    size = span_find(*list, separator);
    *part = span_of(list->data, size);
    *list = span_skip(*list, size < list->size ? size + 1 : size);
    return true;
}

bool vector_file_next(struct vector_file *vectors)
{
    struct span rest;
    int c = getc(vectors->file);

    buf_clear(&vectors->line);
    while (c != EOF && c != '\n') {
        buf_append_byte(&vectors->line, (char)c);
        c = getc(vectors->file);
    }
    rest = buf_span(&vectors->line);
    if (rest.size == 0) {
        return false;
    }
    memset(vectors->fields, 0, sizeof vectors->fields);
    for (size_t i = 0; i < VECTOR_FIELDS; i++) {
        if (!vector_file_part(&rest, &vectors->fields[i], '\t')) {
            break;
        }
    }
    return true;
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

void vector_file_bytes(struct buf *to, struct span field)
{
    if (span_is(field, "-")) {
        return;
    }
    for (size_t i = 0; i + 1 < field.size; i += 2) {
        buf_append_byte(
            to, (char)(digit(field.data[i]) * 16 + digit(field.data[i + 1])));
    }
}
