/* SPDX-License-Identifier: MIT */
/*
 * The end of a pipe in the benchmarks: prints for each line of standard input
 * how old it was when it had been read, in ns. A line begins with the time it
 * was sent, {"t":NS (see source.c). One reading of the clock for each read,
 * since all that one read brings has arrived by then.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    CAPACITY = 1048576,
    STAMP = 5, /* {"t": */
};

static char buffer[CAPACITY + 1];

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

/* Prints the age of each whole line; how many bytes they took. */
static size_t print_ages(const char *text, size_t size, int64_t read_at)
{
    const char *line = text;
    const char *end;

    for (;;) {
        end = memchr(line, '\n', size - (size_t)(line - text));
        if (end == NULL) {
            return (size_t)(line - text);
        }
        if (end - line > STAMP) {
            printf("%lld\n",
                   (long long)read_at - strtoll(line + STAMP, NULL, 10));
        }
        line = end + 1;
    }
}

int main(void)
{
    size_t kept = 0;

    while (kept < CAPACITY) {
        ssize_t got = read(STDIN_FILENO, buffer + kept, CAPACITY - kept);
        size_t used;

        if (got <= 0) {
            return got < 0;
        }
        kept += (size_t)got;
        buffer[kept] = '\0';
        used = print_ages(buffer, kept, now());
        kept -= used;
        memmove(buffer, buffer + used, kept);
    }
    fprintf(stderr, "age: a line of more than %d bytes\n", CAPACITY);
    return 1;
}
