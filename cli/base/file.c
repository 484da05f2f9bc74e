/* SPDX-License-Identifier: MIT */
#include "cli/base/file.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_READ_SIZE = 65536
};

/* Reads up to the end of the file; -1 with errno set. */
static int read_all(struct buf *to, int descriptor)
{
    for (;;) {
        size_t room = to->limit - to->size;
        char *at;
        ssize_t count;

        if (room == 0) {
            errno = EFBIG;
            return -1;
        }
        room = room < FILE_READ_SIZE ? room : FILE_READ_SIZE;
        at = buf_reserve(to, room);
        if (at == NULL) {
            errno = ENOMEM;
            return -1;
        }
        count = read(descriptor, at, room);
        if (count > 0) {
            to->size += (size_t)count;
        } else if (count == 0) {
            return 0;
        } else if (errno != EINTR) {
            return -1;
        }
    }
}

enum sockfeed_result file_read(struct buf *to, const char *path, bool stdin_too,
                               struct option_error *error)
{
    bool is_stdin = stdin_too && strcmp(path, "-") == 0;
    int descriptor =
        is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int failure = 0;

    if (descriptor < 0 || read_all(to, descriptor) != 0) {
        failure = errno;
    }
    if (descriptor >= 0 && !is_stdin) {
        (void)close(descriptor);
    }
    if (failure == 0) {
        return SOCKFEED_OK;
    }
    if (failure == ENOMEM) {
        return SOCKFEED_NOMEM;
    }
    if (is_stdin) {
        path = "standard input";
    }
    return failure == EFBIG
               ? option_error_set(error, "%s has more than %zu bytes", path,
                                  to->limit - 1)
               : option_error_set(error, "cannot read %s: %s", path,
                                  strerror(failure));
}

bool file_is_same(int descriptor, int other)
{
    struct stat one;
    struct stat two;

    return fstat(descriptor, &one) == 0 && fstat(other, &two) == 0 &&
           S_ISREG(one.st_mode) && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

struct span file_without_line_end(struct span text)
{
    if (text.data != NULL && text.size > 0 &&
        text.data[text.size - 1] == '\n') {
        text.size--;
        if (text.size > 0 && text.data[text.size - 1] == '\r') {
            text.size--;
        }
    }
    return text;
}

struct span file_without_mark(struct span text)
{
    static const char mark[] = "\xef\xbb\xbf";

    return span_starts(text, mark) ? span_skip(text, sizeof mark - 1) : text;
}

bool file_line(struct span *text, struct span *line)
{
    size_t end = span_find(*text, '\n');
    size_t past = end < text->size ? end + 1 : end;

    if (text->size == 0) {
        return false;
    }
    *line = file_without_line_end(span_of(text->data, past));
    *text = span_skip(*text, past);
    return true;
}
