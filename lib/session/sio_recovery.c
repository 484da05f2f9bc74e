/* SPDX-License-Identifier: MIT */
#include "session/sio_recovery.h"

#include "base/json_scan.h"
#include "base/json_walk.h"
#include "base/limits.h"

#include <stdlib.h>

/* Both are JSON string tokens, with their quotes; empty: not known. */
struct sio_recovery_space {
    struct list link;
    struct buf name;
    struct buf pid;
    struct buf offset;
};

#define SPACE(link_) LIST_ENTRY(link_, struct sio_recovery_space, link)

/* ---- Life -------------------------------------------------------------- */

void sio_recovery_init(struct sio_recovery *recovery)
{
    list_init(&recovery->spaces);
    recovery->count = 0;
}

static void space_free(struct sio_recovery_space *space)
{
    buf_deinit(&space->name);
    buf_deinit(&space->pid);
    buf_deinit(&space->offset);
    free(space);
}

void sio_recovery_deinit(struct sio_recovery *recovery)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &recovery->spaces) {
        list_remove(link);
        space_free(SPACE(link));
    }
    recovery->count = 0;
}

static struct sio_recovery_space *add(struct sio_recovery *recovery,
                                      struct span name)
{
    struct sio_recovery_space *space = calloc(1, sizeof *space);

    if (space == NULL) {
        return NULL;
    }
    buf_init(&space->name, LIMIT_NAMESPACE);
    buf_init(&space->pid, LIMIT_SID);
    buf_init(&space->offset, LIMIT_SID);
    buf_append_span(&space->name, name);
    if (buf_result(&space->name) != SOCKFEED_OK) {
        space_free(space);
        return NULL;
    }
    list_append(&recovery->spaces, &space->link);
    recovery->count++;
    return space;
}

struct sio_recovery_space *sio_recovery_find(struct sio_recovery *recovery,
                                             struct span name)
{
    struct list *link;
    struct list *after;

    LIST_EACH (link, after, &recovery->spaces) {
        if (span_equal(buf_span(&SPACE(link)->name), name)) {
            return SPACE(link);
        }
    }
    return recovery->count == LIMIT_NAMESPACES ? NULL : add(recovery, name);
}

/* ---- Going on ---------------------------------------------------------- */

static void set(struct buf *token, struct span value)
{
    buf_clear(token);
    buf_append_span(token, value);
    if (buf_result(token) != SOCKFEED_OK) {
        buf_deinit(token); /* too long to be kept: as if there were none */
    }
}

/* What comes off unchecked events is checked before it is sent. */
static bool is_string(struct span token)
{
    struct json_scan_result scanned;
    struct malformed malformed;

    return json_scan(&scanned, &malformed, token, 0) == SOCKFEED_OK &&
           scanned.kind == JSON_STRING;
}

bool sio_recovery_ask(const struct sio_recovery_space *space,
                      struct buf *payload, struct span auth)
{
    struct json_walk walk;
    struct span key;
    struct span value;

    if (space == NULL || space->pid.size == 0 || space->offset.size == 0 ||
        !is_string(buf_span(&space->offset))) {
        return false;
    }
    buf_clear(payload);
    buf_append_text(payload, "{\"pid\":");
    buf_append_span(payload, buf_span(&space->pid));
    buf_append_text(payload, ",\"offset\":");
    buf_append_span(payload, buf_span(&space->offset));
    json_walk_init(&walk, auth);
    while (json_walk_next(&walk, &key, &value)) {
        buf_append_byte(payload, ',');
        buf_append_span(payload, key);
        buf_append_byte(payload, ':');
        buf_append_span(payload, value);
    }
    buf_append_byte(payload, '}');
    return buf_result(payload) == SOCKFEED_OK;
}

static struct span find_pid(struct span payload)
{
    struct span pid = json_walk_find(payload, "pid");

    return pid.size > 0 && pid.data[0] == '"' ? pid : span_of(NULL, 0);
}

bool sio_recovery_is_offered(struct span payload)
{
    return find_pid(payload).size > 0;
}

bool sio_recovery_joined(struct sio_recovery_space *space, struct span payload)
{
    struct span pid = find_pid(payload);

    if (space == NULL) {
        return false;
    }
    if (pid.size > 0 && span_equal(pid, buf_span(&space->pid))) {
        return true;
    }
    set(&space->pid, pid);
    buf_clear(&space->offset);
    return false;
}

void sio_recovery_delivered(struct sio_recovery_space *space,
                            struct span offset)
{
    if (space != NULL && offset.size > 0) {
        set(&space->offset, offset);
    }
}

void sio_recovery_forget(struct sio_recovery_space *space)
{
    if (space != NULL) {
        buf_clear(&space->pid);
        buf_clear(&space->offset);
    }
}

/* ---- Offsets ----------------------------------------------------------- */

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* Without white space at its end. */
static struct span trim_end(struct span text)
{
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

static bool ends_with(struct span text, char byte)
{
    return text.size > 0 && text.data[text.size - 1] == byte;
}

/* Whether the byte there stands behind an odd number of backslashes. */
static bool is_escaped(struct span text, size_t at)
{
    size_t backslashes = 0;

    while (backslashes < at && text.data[at - backslashes - 1] == '\\') {
        backslashes++;
    }
    return backslashes % 2 == 1;
}

struct span sio_recovery_offset(const struct sio_packet *packet)
{
    static const struct span none = {NULL, 0};
    struct span text = trim_end(packet->payload);
    size_t begin;

    if (packet->has_id || !ends_with(text, ']')) {
        return none;
    }
    text.size--;
    text = trim_end(text);
    if (text.size < 2 || !ends_with(text, '"')) {
        return none;
    }
    begin = text.size - 2; /* looks for the quote at the beginning */
    while (begin > 0 && (text.data[begin] != '"' || is_escaped(text, begin))) {
        begin--;
    }
    /* The name has a bracket before it, an argument a comma. */
    return ends_with(trim_end(span_of(text.data, begin)), ',')
               ? span_skip(text, begin)
               : none;
}

enum sockfeed_result sio_recovery_strip(struct sio_packet *packet,
                                        struct buf *array, struct span offset)
{
    struct span kept = packet->payload;
    size_t name = (size_t)(packet->name.data - kept.data);
    size_t args = (size_t)(packet->args.data - kept.data);

    kept.size = (size_t)(offset.data - kept.data);
    kept = trim_end(kept);
    kept.size--; /* the comma */
    kept = trim_end(kept);
    buf_clear(array);
    buf_append_span(array, kept);
    buf_append_byte(array, ']');
    if (buf_result(array) != SOCKFEED_OK) {
        return buf_result(array);
    }
    packet->payload = buf_span(array);
    packet->name.data = array->data + name;
    packet->arg_count--;
    packet->args = packet->arg_count == 0
                       ? span_of(array->data + kept.size, 0)
                       : span_of(array->data + args, kept.size - args);
    return SOCKFEED_OK;
}
