/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_FEED_SCENE_H
#define TESTS_SUPPORT_FEED_SCENE_H

#include "base/buf.h"
#include "sockfeed.h"

/*
 * A client and a server of the library's on one loop, and what each of the two
 * was told, one to a line. A client:
 *
 *   prepare, open 1, open 2 again, upgraded, awaiting 0, subscribed 2, sent,
 *   message X, pong, replaced 1, lost TEXT, retry 1, gap, closed TEXT
 *
 * and a server: open, message X, closed. Where a line is asked for, its first
 * words are enough. What goes wrong ends the program.
 */
struct feed_scene {
    struct sockfeed_loop *loop;
    struct sockfeed_server *server;
    struct sockfeed_options *options;
    struct sockfeed_client *client;
    struct sockfeed_timer *patience;
    struct sockfeed_peer *peer; /* the youngest; NULL: it is gone */
    struct buf client_log;
    struct buf server_log;
    const struct buf *awaited_log; /* the run ends when this one has ... */
    const char *awaited;           /* ... this line */
    const char *free_client_on;    /* line of the client's, or NULL */
    const char *free_server_on;    /* line of the server's, or NULL */
    const char *greeting;          /* sent to each peer, or NULL */
    bool echo;                     /* the server sends back what it is told */
};

/* A scene with its server, and options with a URL that want no reconnect; all
 * else may be changed now. The first is of plain WebSocket, the other of bare
 * Engine.IO over any transport. */
void feed_scene_prepare(struct feed_scene *scene);
void feed_scene_prepare_engine_io(struct feed_scene *scene,
                                  enum sockfeed_transport transport);
void feed_scene_set_number(struct feed_scene *scene,
                           enum sockfeed_option option, int64_t value);
void feed_scene_set_text(struct feed_scene *scene, enum sockfeed_option option,
                         const char *value);

/* The client of these options, not started yet. */
void feed_scene_make(struct feed_scene *scene);
void feed_scene_start(struct feed_scene *scene);

/* Runs until the log has the line. */
void feed_scene_client_hears(struct feed_scene *scene, const char *line);
void feed_scene_server_hears(struct feed_scene *scene, const char *line);

/* The log begins with these lines, which are taken off it. */
void feed_scene_take(struct buf *log, const char *lines);

/* The log is these lines. */
void feed_scene_assert_log(struct buf *log, const char *lines);

void feed_scene_finish(struct feed_scene *scene);

struct sockfeed_outgoing feed_scene_text(const char *text);

#endif
