/* SPDX-License-Identifier: MIT */
#ifndef CLI_FILES_RECORDING_H
#define CLI_FILES_RECORDING_H

#include "cli/files/capture.h"
#include "sockfeed.h"

#include <stdint.h>

/*
 * What was said in a session that was recorded: the frames of a capture, taken
 * apart, in the order of the file, of all its connections.
 */

enum moment_type {
    MOMENT_OPEN,  /* a connection */
    MOMENT_SAID,  /* .said */
    MOMENT_CLOSE, /* .code, .reason */
};

/* Views, until the next moment. */
struct moment {
    enum moment_type type;
    int64_t time; /* ns since the epoch */
    size_t line;  /* of the file */
    uint64_t connection;
    enum sockfeed_protocol protocol; /* of the connection */
    bool incoming;                   /* from the server */
    struct sockfeed_said said;
    uint16_t code;      /* CLOSE; 0: none */
    struct span reason; /* CLOSE */
};

struct recorded_connection {
    uint64_t number;
    enum sockfeed_protocol protocol;
    struct sockfeed_transcript *transcript; /* owned */
};

struct recording {
    struct capture capture;
    struct capture_entry entry;              /* being taken apart */
    struct recorded_connection *connections; /* owned; the last used first */
    size_t count;
    bool taken;            /* an entry that may have more to say */
    size_t unreadable;     /* frames that could not be read */
    size_t first_line;     /* of the first such one */
    const char *first_why; /* what is wrong with it; static */
};

/* INVALID with the error set, NOMEM; recording_close fits both. */
enum sockfeed_result recording_open(struct recording *recording,
                                    const char *path,
                                    struct capture_error *error) SOCKFEED_CHECK;
void recording_close(struct recording *recording);

/* OK, MORE at the end, INVALID with the error set, NOMEM. A frame that cannot
 * be read is passed over and counted. */
enum sockfeed_result recording_next(struct recording *recording,
                                    struct moment *moment,
                                    struct capture_error *error) SOCKFEED_CHECK;

/* Goes back to the start. */
void recording_rewind(struct recording *recording);

#endif
