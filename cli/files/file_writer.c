/* SPDX-License-Identifier: MIT */
#include "cli/files/file_writer.h"

#include "base/limits.h"
#include "cli/base/clock.h"
#include "cli/base/file_name.h"
#include "cli/files/file_coder.h"
#include "cli/files/file_finisher.h"
#include "cli/files/file_volume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MILLISECOND = 1000000, /* ns */
    PIECE_AGE = 10000      /* ms that lines wait to be compressed together */
};

struct file_writer {
    struct file_writer_config config;
    struct sockfeed_loop *loop;
    struct file_name name;
    struct file_coder coder;
    struct file_volume volume;
    struct file_finisher *finisher; /* NULL before a file is complete */
    struct sockfeed_timer *flush;   /* owned: lines wait */
    struct sockfeed_timer *rotate;  /* owned: the name may change */
    struct buf lines;               /* not yet written */
    struct buf called;              /* the name at the file's time, */
    struct buf calling;             /* and at another one, to compare */
    int64_t time;                   /* ns since the epoch: of the name, */
    int64_t until;                  /* which is the same before this one */
    bool finishing;                 /* who finishes is answered, not told */
    enum sockfeed_result result;
    char failure[FILE_FAILURE_SIZE];
};

/* ---- Failing ------------------------------------------------------------ */

/* The first failure stays; nothing is written after it. */
static void fail(struct file_writer *writer, enum sockfeed_result result,
                 const char *text)
{
    if (writer->result == SOCKFEED_OK) {
        writer->result = result;
        (void)snprintf(writer->failure, sizeof writer->failure, "%s", text);
    }
}

static void fail_of(struct file_writer *writer, enum sockfeed_result result)
{
    fail(writer, result,
         result == SOCKFEED_NOMEM ? sockfeed_result_text(result)
                                  : writer->volume.failure);
}

static void tell(struct file_writer *writer)
{
    if (writer->result != SOCKFEED_OK && !writer->finishing) {
        writer->config.failed(writer->config.user);
    }
}

static void on_unfinished(void *user, const char *text)
{
    struct file_writer *writer = user;

    fail(writer, SOCKFEED_SYSTEM, text);
    tell(writer);
}

/* ---- Files -------------------------------------------------------------- */

static void set_rotation(struct file_writer *writer)
{
    int64_t left = writer->until - clock_now();

    if (writer->name.rotates) {
        sockfeed_timer_set(writer->rotate,
                           left > 0 ? left / MILLISECOND + 1 : 0);
    }
}

static void set_time(struct file_writer *writer, int64_t time)
{
    writer->time = time;
    writer->until = file_name_until(&writer->name, time);
    set_rotation(writer);
}

static void open_file(struct file_writer *writer, int64_t time)
{
    const struct file_volume_config config = {
        .mode = writer->config.mode,
        .terminator = writer->config.terminator,
        .signature = writer->config.signature,
    };
    enum sockfeed_result result =
        file_volume_open(&writer->volume, &writer->name, &config, time);

    if (result == SOCKFEED_OK &&
        file_name_path(&writer->name, &writer->called, time, 0) == NULL) {
        result = SOCKFEED_NOMEM;
    }
    if (result != SOCKFEED_OK) {
        fail_of(writer, result);
        return;
    }
    set_time(writer, time);
}

/* Writes the lines at hand. */
static void flush(struct file_writer *writer)
{
    bool plain = writer->name.coding == FILE_CODING_NONE;
    struct span piece;
    enum sockfeed_result result;

    if (writer->result != SOCKFEED_OK || writer->lines.size == 0) {
        return;
    }
    result = file_coder_code(&writer->coder, &piece, buf_span(&writer->lines));
    if (result == SOCKFEED_OK) {
        result = file_volume_write(&writer->volume, piece,
                                   plain ? writer->config.terminator : -1);
    }
    if (result != SOCKFEED_OK) {
        fail_of(writer, result);
    }
    buf_clear(&writer->lines);
}

/* A partial file gets its name, without the loop waiting for it. */
static void hand_over(struct file_writer *writer)
{
    enum sockfeed_result result = SOCKFEED_OK;

    if (writer->finisher == NULL) {
        result = file_finisher_new(&writer->finisher, writer->loop,
                                   on_unfinished, writer);
    }
    if (result == SOCKFEED_OK) {
        result = file_finisher_add(
            writer->finisher, file_volume_release(&writer->volume),
            writer->volume.part.data, writer->volume.path.data);
    }
    if (result != SOCKFEED_OK) {
        fail(writer, result, sockfeed_result_text(result));
    }
}

/* What cannot be written is not completed either. */
static void complete_file(struct file_writer *writer)
{
    flush(writer);
    if (writer->result == SOCKFEED_OK && writer->volume.partial &&
        writer->volume.size > 0) {
        hand_over(writer);
    }
    file_volume_close(&writer->volume);
}

/* ---- Time --------------------------------------------------------------- */

static void on_flush(void *user)
{
    struct file_writer *writer = user;

    flush(writer);
    tell(writer);
}

static bool is_open(const struct file_writer *writer)
{
    return writer->volume.descriptor >= 0;
}

/* Whether what comes at this time belongs into another file. Where the clock
 * was set back by a little the file goes on. */
static bool is_over(struct file_writer *writer, int64_t time)
{
    if (time < writer->until && time > writer->time - writer->name.period) {
        return false;
    }
    if (file_name_path(&writer->name, &writer->calling, time, 0) == NULL ||
        strcmp(writer->calling.data, writer->called.data) != 0) {
        return true;
    }
    set_time(writer, time);
    return false;
}

/* The next line opens the next file, if it comes. The wall clock may have
 * been set meanwhile. */
static void on_rotate(void *user)
{
    struct file_writer *writer = user;

    if (!is_open(writer)) {
        return;
    }
    if (!is_over(writer, clock_now())) {
        set_rotation(writer);
        return;
    }
    complete_file(writer);
    tell(writer);
}

/* ---- Lines -------------------------------------------------------------- */

struct buf *file_writer_begin(struct file_writer *writer, int64_t time)
{
    if (writer->result != SOCKFEED_OK) {
        return &writer->lines;
    }
    if (is_open(writer) && is_over(writer, time)) {
        complete_file(writer);
    }
    if (writer->result == SOCKFEED_OK && !is_open(writer)) {
        open_file(writer, time);
    }
    if (writer->lines.size == 0) {
        sockfeed_timer_set(writer->flush,
                           writer->name.coding == FILE_CODING_NONE ? 0
                                                                   : PIECE_AGE);
        if (writer->volume.size == 0 && writer->config.begin != NULL) {
            writer->config.begin(writer->config.user, &writer->lines);
        }
    }
    return &writer->lines;
}

enum sockfeed_result file_writer_end(struct file_writer *writer)
{
    if (writer->result == SOCKFEED_OK &&
        buf_result(&writer->lines) != SOCKFEED_OK) {
        fail_of(writer, SOCKFEED_NOMEM);
    }
    if (writer->result != SOCKFEED_OK) {
        buf_clear(&writer->lines);
    } else if (writer->lines.size >= LIMIT_FILE_BLOCK) {
        flush(writer);
    }
    return writer->result;
}

int file_writer_descriptor(const struct file_writer *writer)
{
    return writer->volume.descriptor;
}

enum sockfeed_result file_writer_result(const struct file_writer *writer)
{
    return writer->result;
}

const char *file_writer_failure(const struct file_writer *writer)
{
    return writer->failure;
}

/* ---- Life --------------------------------------------------------------- */

static enum sockfeed_result init(struct file_writer *writer,
                                 struct option_error *error)
{
    const char *reason = "";
    enum sockfeed_result result =
        file_name_init(&writer->name, writer->config.path, error);

    if (result == SOCKFEED_OK) {
        result = file_coder_init(&writer->coder, writer->name.coding, &reason);
    }
    if (result == SOCKFEED_SYSTEM) {
        (void)option_error_set(error, "%s: %s", writer->config.path, reason);
    }
    if (result == SOCKFEED_OK) {
        result =
            sockfeed_timer_new(&writer->flush, writer->loop, on_flush, writer);
    }
    if (result == SOCKFEED_OK) {
        result = sockfeed_timer_new(&writer->rotate, writer->loop, on_rotate,
                                    writer);
    }
    if (result == SOCKFEED_OK) {
        open_file(writer, clock_now());
        result = writer->result;
    }
    if (writer->result != SOCKFEED_OK) {
        (void)option_error_set(error, "%s", writer->failure);
    }
    return result;
}

enum sockfeed_result file_writer_new(struct file_writer **writer,
                                     struct sockfeed_loop *loop,
                                     const struct file_writer_config *config,
                                     struct option_error *error)
{
    struct file_writer *created = calloc(1, sizeof *created);
    enum sockfeed_result result;

    *writer = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->config = *config;
    created->loop = loop;
    buf_init(&created->lines, SIZE_MAX / 2);
    buf_init(&created->called, SIZE_MAX / 2);
    buf_init(&created->calling, SIZE_MAX / 2);
    file_volume_init(&created->volume);
    result = init(created, error);
    if (result != SOCKFEED_OK) {
        file_writer_free(created);
        return result;
    }
    *writer = created;
    return SOCKFEED_OK;
}

enum sockfeed_result file_writer_finish(struct file_writer *writer)
{
    struct file_finisher *finisher;

    writer->finishing = true;
    sockfeed_timer_clear(writer->flush);
    sockfeed_timer_clear(writer->rotate);
    if (is_open(writer)) {
        complete_file(writer);
    }
    finisher = writer->finisher;
    writer->finisher = NULL;
    file_finisher_free(finisher);
    return writer->result;
}

void file_writer_free(struct file_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    writer->finishing = true;
    file_finisher_free(writer->finisher);
    sockfeed_timer_free(writer->flush);
    sockfeed_timer_free(writer->rotate);
    file_volume_close(&writer->volume);
    file_volume_deinit(&writer->volume);
    file_coder_deinit(&writer->coder);
    buf_deinit(&writer->lines);
    buf_deinit(&writer->called);
    buf_deinit(&writer->calling);
    free(writer);
}
