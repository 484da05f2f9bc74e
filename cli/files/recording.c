/* SPDX-License-Identifier: MIT */
#include "cli/files/recording.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum sockfeed_result recording_open(struct recording *recording,
                                    const char *path,
                                    struct capture_error *error)
{
    *recording = (struct recording){.count = 0};
    return capture_open(&recording->capture, path, error);
}

static void forget_connections(struct recording *recording)
{
    for (size_t i = 0; i < recording->count; i++) {
        sockfeed_transcript_free(recording->connections[i].transcript);
    }
    free(recording->connections);
    recording->connections = NULL;
    recording->count = 0;
    recording->taken = false;
}

void recording_close(struct recording *recording)
{
    forget_connections(recording);
    capture_close(&recording->capture);
}

void recording_rewind(struct recording *recording)
{
    forget_connections(recording);
    capture_rewind(&recording->capture);
}

/* ---- Connections --------------------------------------------------------- */

/* What is spoken where no line says so. */
static enum sockfeed_protocol guess_protocol(const struct capture_entry *entry)
{
    if (entry->op == CAPTURE_OPEN &&
        entry->protocol != SOCKFEED_PROTOCOL_AUTO) {
        return entry->protocol;
    }
    return entry->op == CAPTURE_TEXT && span_starts(entry->data, "0{")
               ? SOCKFEED_PROTOCOL_SIO
               : SOCKFEED_PROTOCOL_WS;
}

/* Makes room for one at the front; of too many the one that was longest
 * silent is forgotten. */
static struct recorded_connection *make_room(struct recording *recording)
{
    struct recorded_connection *items = recording->connections;

    if (recording->count == LIMIT_CAPTURE_CONNECTIONS) {
        recording->count--;
        sockfeed_transcript_free(items[recording->count].transcript);
    } else {
        items = realloc(items, (recording->count + 1) * sizeof *items);
        if (items == NULL) {
            return NULL;
        }
        recording->connections = items;
    }
    memmove(items + 1, items, recording->count * sizeof *items);
    return items;
}

static struct recorded_connection *add(struct recording *recording,
                                       const struct capture_entry *entry)
{
    enum sockfeed_protocol protocol = guess_protocol(entry);
    struct sockfeed_transcript *transcript;
    struct recorded_connection *made;

    if (sockfeed_transcript_new(&transcript, protocol) != SOCKFEED_OK) {
        return NULL;
    }
    made = make_room(recording);
    if (made == NULL) {
        sockfeed_transcript_free(transcript);
        return NULL;
    }
    *made =
        (struct recorded_connection){entry->connection, protocol, transcript};
    recording->count++;
    return made;
}

/* The connection of an entry, known or new; NULL when out of memory. */
static struct recorded_connection *connection_of(
    struct recording *recording, const struct capture_entry *entry)
{
    struct recorded_connection *items = recording->connections;
    struct recorded_connection found;
    size_t at = 0;

    while (at < recording->count && items[at].number != entry->connection) {
        at++;
    }
    if (at < recording->count && entry->op == CAPTURE_OPEN) {
        /* Another run has begun to count again. */
        sockfeed_transcript_free(items[at].transcript);
        recording->count--;
        memmove(items + at, items + at + 1,
                (recording->count - at) * sizeof *items);
        at = recording->count;
    }
    if (at == recording->count) {
        return add(recording, entry);
    }
    found = items[at];
    memmove(items + 1, items, at * sizeof *items);
    items[0] = found;
    return items;
}

/* ---- Moments ------------------------------------------------------------- */

static void begin(const struct recording *recording, struct moment *moment)
{
    const struct capture_entry *entry = &recording->entry;

    *moment = (struct moment){
        .type = entry->op == CAPTURE_OPEN    ? MOMENT_OPEN
                : entry->op == CAPTURE_CLOSE ? MOMENT_CLOSE
                                             : MOMENT_SAID,
        .time = entry->time,
        .line = recording->capture.number,
        .connection = entry->connection,
        .protocol = recording->connections[0].protocol,
        .incoming = entry->incoming,
        .code = entry->code,
        .reason = entry->op == CAPTURE_CLOSE ? entry->data : span_text(NULL),
    };
}

/* Takes the next entry. OK: it is a moment by itself; MORE: it may have said
 * something. */
static enum sockfeed_result take(struct recording *recording,
                                 struct moment *moment)
{
    const struct capture_entry *entry = &recording->entry;
    struct recorded_connection *connection = connection_of(recording, entry);

    if (connection == NULL) {
        return SOCKFEED_NOMEM;
    }
    switch (entry->op) {
    case CAPTURE_OPEN:
    case CAPTURE_CLOSE:
        begin(recording, moment);
        return SOCKFEED_OK;
    case CAPTURE_TEXT:
    case CAPTURE_BINARY:
        sockfeed_transcript_take(connection->transcript, !entry->incoming,
                                 entry->op == CAPTURE_TEXT
                                     ? SOCKFEED_FRAME_TEXT
                                     : SOCKFEED_FRAME_BINARY,
                                 entry->data.data, entry->data.size);
        recording->taken = true;
        break;
    case CAPTURE_PING:
    case CAPTURE_PONG:
    case CAPTURE_HTTP:
        break;
    }
    return SOCKFEED_MORE;
}

/* The next thing that the entry at hand has said, if it has. */
static enum sockfeed_result say(struct recording *recording,
                                struct moment *moment)
{
    const char *why = "a packet that is too large";
    enum sockfeed_result result;

    if (!recording->taken) {
        return SOCKFEED_MORE;
    }
    begin(recording, moment);
    result = sockfeed_transcript_next(recording->connections[0].transcript,
                                      &moment->said, &why);
    recording->taken = result == SOCKFEED_OK;
    if (result == SOCKFEED_OK || result == SOCKFEED_MORE ||
        result == SOCKFEED_NOMEM) {
        return result;
    }
    if (recording->unreadable++ == 0) {
        recording->first_line = recording->capture.number;
        recording->first_why = why;
    }
    return SOCKFEED_MORE;
}

enum sockfeed_result recording_next(struct recording *recording,
                                    struct moment *moment,
                                    struct capture_error *error)
{
    enum sockfeed_result result = say(recording, moment);

    while (result == SOCKFEED_MORE) {
        result = capture_next(&recording->capture, &recording->entry, error);
        if (result != SOCKFEED_OK) {
            return result;
        }
        result = take(recording, moment);
        if (result == SOCKFEED_MORE) {
            result = say(recording, moment);
        }
    }
    return result;
}
