/* SPDX-License-Identifier: MIT */
#include "cli/recorder.h"

#include "base/limits.h"
#include "cli/capture_line.h"
#include "cli/clock.h"
#include "cli/feed.h"
#include "cli/file_writer.h"
#include "cli/secret.h"

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
    struct buf masked; /* the frame at hand, without its secrets */
    void (*failed)(void *user);
    void *user;
};

enum sockfeed_result recorder_new(struct recorder **recorder,
                                  struct sockfeed_loop *loop,
                                  const struct record_options *options,
                                  void (*failed)(void *user), void *user,
                                  struct option_error *error)
{
    const struct file_writer_config config = {
        .path = options->path,
        .mode = options->secrets ? MODE_SECRETS : MODE,
        .terminator = '\n',
        .signature = CAPTURE_LINE_SIGNATURE,
        .failed = failed,
        .user = user,
    };
    struct recorder *created = calloc(1, sizeof *created);
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

void recorder_free(struct recorder *recorder)
{
    if (recorder != NULL) {
        file_writer_free(recorder->files);
        buf_wipe(&recorder->masked);
        free(recorder->open);
        free(recorder);
    }
}

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

static void forget(struct recorder *recorder, const struct feed *feed,
                   unsigned connection)
{
    if (find(recorder, feed, connection) != NULL) {
        recorder->count--;
        memmove(recorder->open, recorder->open + 1,
                recorder->count * sizeof *recorder->open);
    }
}

/* Appends that there is a connection, with the URL as it may be kept. */
static void record_open(struct recorder *recorder, const struct feed *feed,
                        int64_t time)
{
    const char *url = feed->shown.data;

    if (!recorder->options->secrets) {
        buf_clear(&recorder->masked);
        secret_append_url(&recorder->masked, span_text(url));
        url = buf_text(&recorder->masked);
    }
    capture_line_open(file_writer_begin(recorder->files, time), time,
                      recorder->last_number, url == NULL ? "" : url,
                      feed->protocol);
    (void)!file_writer_end(recorder->files);
}

/* The connection of an event, which may be a new one; NULL when out of
 * memory. */
static const struct recorded *connection_of(struct recorder *recorder,
                                            const struct feed *feed,
                                            unsigned connection, int64_t time)
{
    const struct recorded *known = find(recorder, feed, connection);
    struct recorded *grown;

    if (known != NULL) {
        return known;
    }
    grown = realloc(recorder->open, (recorder->count + 1) * sizeof *grown);
    if (grown == NULL) {
        return NULL;
    }
    recorder->open = grown;
    recorder->last_number++;
    grown[recorder->count] =
        (struct recorded){feed, connection, recorder->last_number};
    recorder->count++;
    record_open(recorder, feed, time);
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
    int64_t time = clock_now();
    const struct recorded *connection =
        connection_of(recorder, feed, event->connection, time);

    if (connection == NULL) {
        return SOCKFEED_NOMEM;
    }
    if (event->type == SOCKFEED_EVENT_FRAME) {
        capture_line_frame(file_writer_begin(recorder->files, time), time,
                           connection->number, event,
                           data_of(recorder, feed, event));
    }
    return file_writer_end(recorder->files);
}

void recorder_event(struct recorder *recorder, const struct feed *feed,
                    const struct sockfeed_event *event)
{
    if (event->type == SOCKFEED_EVENT_LOST ||
        event->type == SOCKFEED_EVENT_CLOSED) {
        forget(recorder, feed, event->connection);
    } else if ((event->type == SOCKFEED_EVENT_FRAME ||
                event->type == SOCKFEED_EVENT_OPEN) &&
               record_frame(recorder, feed, event) != SOCKFEED_OK) {
        recorder->failed(recorder->user);
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
