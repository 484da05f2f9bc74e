/* SPDX-License-Identifier: MIT */
#include "cli/feeds/recorder.h"

#include "base/limits.h"
#include "cli/base/clock.h"
#include "cli/feeds/feed.h"
#include "cli/files/capture_line.h"
#include "cli/files/file_writer.h"
#include "cli/input/secret.h"

#include <stdlib.h>

enum {
    MODE = 0666,        /* less the umask, as any file */
    MODE_SECRETS = 0600 /* nobody else is to read those */
};

/* One that is open. */
struct recorded {
    const struct feed *feed;
    unsigned connection; /* of the feed's own count */
    uint64_t number;     /* in the capture */
};

struct recorder {
    struct file_writer *files; /* owned */
    const struct record_options *options;
    struct recorded *open; /* owned; the last one heard of is the first */
    size_t count;
    uint64_t last_number;
    int64_t time;      /* of the event at hand, ns since the epoch */
    struct buf masked; /* the frame at hand, without its secrets */
    void (*failed)(void *user);
    void *user;
};

/* ---- Connections -------------------------------------------------------- */

/* Moves it to the front, where it is found at once. */
static struct recorded *to_front(struct recorder *recorder, size_t at)
{
    struct recorded found = recorder->open[at];

    memmove(recorder->open + 1, recorder->open, at * sizeof *recorder->open);
    recorder->open[0] = found;
    return recorder->open;
}

static struct recorded *find(struct recorder *recorder, const struct feed *feed,
                             unsigned connection)
{
    for (size_t i = 0; i < recorder->count; i++) {
        if (recorder->open[i].feed == feed &&
            recorder->open[i].connection == connection) {
            return to_front(recorder, i);
        }
    }
    return NULL;
}

/* Connections of a feed are over: this one, or with 0 all of them. */
static void forget(struct recorder *recorder, const struct feed *feed,
                   unsigned connection)
{
    size_t kept = 0;

    for (size_t i = 0; i < recorder->count; i++) {
        const struct recorded *at = &recorder->open[i];

        if (at->feed != feed ||
            (connection != 0 && at->connection != connection)) {
            recorder->open[kept++] = *at;
        }
    }
    recorder->count = kept;
}

/* Appends that there is a connection, with the URL as it may be kept. */
static void append_open(struct recorder *recorder, struct buf *out,
                        const struct recorded *connection)
{
    const char *url = connection->feed->shown.data;

    if (!recorder->options->secrets) {
        buf_clear(&recorder->masked);
        secret_append_url(&recorder->masked, span_text(url));
        url = buf_text(&recorder->masked);
    }
    capture_line_open(out, recorder->time, connection->number,
                      url == NULL ? "" : url, connection->feed->protocol);
}

/* A new file says which connections there are, so that it can be read
 * without the one before. */
static void on_begin(void *user, struct buf *out)
{
    struct recorder *recorder = user;

    for (size_t i = 0; i < recorder->count; i++) {
        append_open(recorder, out, &recorder->open[i]);
    }
}

/* The connection of an event, which may be a new one; NULL when out of
 * memory. */
static const struct recorded *connection_of(struct recorder *recorder,
                                            const struct feed *feed,
                                            unsigned connection)
{
    const struct recorded *known = find(recorder, feed, connection);
    struct recorded made = {feed, connection, recorder->last_number + 1};
    struct recorded *grown;

    if (known != NULL) {
        return known;
    }
    grown = realloc(recorder->open, (recorder->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    recorder->open = grown;
    append_open(recorder, file_writer_begin(recorder->files, recorder->time),
                &made);
    (void)!file_writer_end(recorder->files);
    recorder->last_number++;
    recorder->open[recorder->count++] = made;
    return to_front(recorder, recorder->count - 1);
}

/* ---- Frames ------------------------------------------------------------- */

/* What of a frame may be kept. */
static struct span data_of(struct recorder *recorder, const struct feed *feed,
                           const struct sockfeed_event *event)
{
    struct span data = span_of(event->u.frame.data, event->u.frame.size);

    if (recorder->options->secrets || !event->u.frame.sent ||
        feed->protocol != SOCKFEED_PROTOCOL_SIO) {
        return data;
    }
    buf_clear(&recorder->masked);
    if (event->u.frame.type == SOCKFEED_FRAME_TEXT) {
        secret_append_packet(&recorder->masked, data);
    } else if (event->u.frame.type == SOCKFEED_FRAME_BINARY) {
        secret_append_binary(&recorder->masked, data);
    } else {
        return data;
    }
    return buf_span(&recorder->masked);
}

static enum sockfeed_result record_frame(struct recorder *recorder,
                                         const struct feed *feed,
                                         const struct sockfeed_event *event)
{
    const struct recorded *connection;
    struct buf *out;

    recorder->time = clock_now();
    connection = connection_of(recorder, feed, event->connection);
    if (connection == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (event->type == SOCKFEED_EVENT_FRAME) {
        uint64_t number = connection->number;

        out = file_writer_begin(recorder->files, recorder->time);
        capture_line_frame(out, recorder->time, number, event,
                           data_of(recorder, feed, event));
    }
    return file_writer_end(recorder->files);
}

void recorder_event(struct recorder *recorder, const struct feed *feed,
                    const struct sockfeed_event *event)
{
    if (event->type == SOCKFEED_EVENT_LOST ||
        event->type == SOCKFEED_EVENT_REPLACED) {
        forget(recorder, feed, event->connection);
    } else if (event->type == SOCKFEED_EVENT_CLOSED) {
        forget(recorder, feed, 0);
    } else if ((event->type == SOCKFEED_EVENT_FRAME ||
                event->type == SOCKFEED_EVENT_OPEN) &&
               record_frame(recorder, feed, event) != SOCKFEED_OK) {
        recorder->failed(recorder->user);
    }
}

/* ---- Life ---------------------------------------------------------------- */

static void on_failed(void *user)
{
    struct recorder *recorder = user;

    recorder->failed(recorder->user);
}

enum sockfeed_result recorder_new(struct recorder **recorder,
                                  struct sockfeed_loop *loop,
                                  const struct record_options *options,
                                  void (*failed)(void *user), void *user,
                                  struct option_error *error)
{
    struct recorder *created = calloc(1, sizeof *created);
    const struct file_writer_config config = {
        .path = options->path,
        .mode = options->secrets ? MODE_SECRETS : MODE,
        .terminator = '\n',
        .signature = CAPTURE_LINE_SIGNATURE,
        .begin = on_begin,
        .failed = on_failed,
        .user = created,
    };
    enum sockfeed_result result;

    *recorder = NULL;
    if (created == NULL) {
        return SOCKFEED_NOMEM;
    }
    created->options = options;
    created->failed = failed;
    created->user = user;
    buf_init(&created->masked, SIZE_MAX / 2);
    result = file_writer_new(&created->files, loop, &config, error);
    if (result != SOCKFEED_OK) {
        (void)option_error_prefix(error, "--record: ");
        recorder_free(created);
        return result;
    }
    *recorder = created;
    return SOCKFEED_OK;
}

int recorder_descriptor(const struct recorder *recorder)
{
    return file_writer_descriptor(recorder->files);
}

void recorder_free(struct recorder *recorder)
{
    if (recorder != NULL) {
        file_writer_free(recorder->files);
        buf_wipe(&recorder->masked);
        free(recorder->open);
        free(recorder);
    }
}

enum sockfeed_result recorder_finish(struct recorder *recorder)
{
    return file_writer_finish(recorder->files);
}

const char *recorder_failure(const struct recorder *recorder)
{
    return file_writer_result(recorder->files) == SOCKFEED_OK
               ? sockfeed_result_text(SOCKFEED_NOMEM)
               : file_writer_failure(recorder->files);
}
