/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include "cli/output/writer.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * The first byte says how lines are kept, each byte after it what is done:
 * a line of so many bytes is put in one of two ways, or many long ones are
 * lent, the read is over, the reader takes some bytes, the loop turns. The pipe is as small as pipes are,
 * so that writes are cut everywhere. What the reader got at the end must be
 * every line in order; where lines may be dropped some whole lines less, as
 * many as were counted.
 */
enum {
    SMALL_PIPE = 4096,
    LINE_MAX_SIZE = 3000,
    LENT = 70 /* lines: more than one call takes */
};

struct scene {
    struct writer writer;
    int ends[2];
    struct buf got;
    unsigned lines; /* put so far; each begins with its number */
    uint64_t dropped;
};

static struct sockfeed_loop *the_loop(void)
{
    static struct sockfeed_loop *loop;

    if (loop == NULL && sockfeed_loop_new(&loop, 1) != SOCKFEED_OK) {
        assert(0);
    }
    return loop;
}

static void on_room(void *user)
{
    (void)user;
}

static void on_dropped(void *user, uint64_t count)
{
    struct scene *scene = user;

    scene->dropped += count;
}

static size_t make_line(char *line, unsigned number, size_t size)
{
    int digits = snprintf(line, LINE_MAX_SIZE, "%u:", number);

    if (size < (size_t)digits) {
        size = (size_t)digits;
    }
    memset(line + digits, 'x', size - (size_t)digits);
    return size;
}

static void put(struct scene *scene, size_t size, bool copied)
{
    char line[LINE_MAX_SIZE];

    size = make_line(line, scene->lines++, size);
    if (copied) {
        (void)writer_copy(&scene->writer, line, size);
    } else {
        buf_append(&scene->writer.lines.out, line, size);
        buf_append_byte(&scene->writer.lines.out, '\n');
        (void)writer_end(&scene->writer, true);
    }
}

/* Of a size that is worth it, in memory that is gone afterwards. */
static void lend(struct scene *scene, size_t size)
{
    char *room = malloc((size_t)LENT * LINE_MAX_SIZE);
    struct sockfeed_text lines[LENT];

    assert(room != NULL);
    for (unsigned i = 0; i < LENT; i++) {
        char *at = room + (size_t)i * LINE_MAX_SIZE;

        lines[i].data = at;
        lines[i].size = make_line(at, scene->lines++, size);
    }
    if (!writer_lend(&scene->writer, lines, LENT)) {
        for (unsigned i = 0; i < LENT; i++) {
            (void)writer_copy(&scene->writer, lines[i].data, lines[i].size);
        }
    }
    free(room);
}

static void take(struct scene *scene, size_t count)
{
    char *to = buf_reserve(&scene->got, count);
    ssize_t size = to == NULL ? 0 : read(scene->ends[0], to, count);

    scene->got.size += size > 0 ? (size_t)size : 0;
}

static void act(struct scene *scene, unsigned byte)
{
    size_t amount = (size_t)(byte >> 2) * (byte >> 2) * 3 / 4;

    switch (byte & 3) {
    case 0:
        put(scene, amount, true);
        break;
    case 1:
        if (byte < 240) {
            put(scene, amount, false);
        } else {
            lend(scene, amount);
        }
        break;
    case 2:
        take(scene, amount + 1);
        break;
    case 3:
        if (byte < 128) {
            (void)writer_flush(&scene->writer);
        } else {
            sockfeed_loop_step(the_loop());
        }
        break;
    }
}

static void drain(struct scene *scene)
{
    (void)writer_flush(&scene->writer);
    while (writer_pending(&scene->writer) > 0) {
        take(scene, SMALL_PIPE);
        sockfeed_loop_step(the_loop());
    }
    assert(writer_finish(&scene->writer, 0, -1) == WRITER_OPEN);
    for (size_t before = scene->got.size + 1; before != scene->got.size;) {
        before = scene->got.size;
        take(scene, SMALL_PIPE);
    }
}

/* Reads the lines back: whole, in order, and none is missing uncounted. */
static void check(const struct scene *scene)
{
    const char *at = scene->got.data;
    size_t left = scene->got.size;
    unsigned next = 0;
    unsigned seen = 0;

    while (left > 0) {
        const char *end = memchr(at, '\n', left);
        unsigned number = 0;
        char line[LINE_MAX_SIZE];
        size_t size;

        assert(end != NULL);
        size = (size_t)(end - at);
        for (size_t i = 0; i < size && at[i] != ':'; i++) {
            assert(at[i] >= '0' && at[i] <= '9');
            number = number * 10 + (unsigned)(at[i] - '0');
        }
        assert(number >= next && number < scene->lines);
        assert(make_line(line, number, size) == size);
        assert(memcmp(at, line, size) == 0);
        next = number + 1;
        seen++;
        at = end + 1;
        left -= size + 1;
    }
    assert(seen + scene->dropped == scene->lines);
    assert(scene->writer.config.drop || scene->dropped == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scene scene = {.lines = 0};
    struct writer_config config = {
        .limit = size > 0 ? (size_t)(data[0] >> 1) * 400 + 1 : 1,
        .drop = size > 0 && (data[0] & 1) != 0,
        .terminator = '\n',
        .room = on_room,
        .ended = on_room,
        .dropped = on_dropped,
        .user = &scene,
    };

    if (pipe2(scene.ends, O_CLOEXEC) != 0) {
        return 0;
    }
    (void)!fcntl(scene.ends[0], F_SETFL, O_NONBLOCK);
    (void)!fcntl(scene.ends[1], F_SETPIPE_SZ, SMALL_PIPE);
    config.descriptor = scene.ends[1];
    buf_init(&scene.got, SIZE_MAX / 2);
    if (writer_init(&scene.writer, the_loop(), &config) != SOCKFEED_OK) {
        assert(0);
    }
    for (size_t i = 1; i < size && i < 2000; i++) {
        act(&scene, data[i]);
    }
    drain(&scene);
    check(&scene);
    writer_deinit(&scene.writer);
    buf_deinit(&scene.got);
    (void)close(scene.ends[0]);
    (void)close(scene.ends[1]);
    return 0;
}
