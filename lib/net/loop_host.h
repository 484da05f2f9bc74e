/* SPDX-License-Identifier: MIT */
#ifndef NET_LOOP_HOST_H
#define NET_LOOP_HOST_H

#include <stdbool.h>

/*
 * The libwebsockets context of a loop, which serves the peers of net/listener.
 * Where there is one libwebsockets does the waiting: it holds the loop's epoll
 * set as a RAW_FILE descriptor among its own. A loop without listeners has
 * none: a context costs some 350,000 instructions and 300 KiB, its wait for
 * each turn a second system call.
 */
struct loop;
struct loop_host;
struct lws_context;

/* `set` is the epoll set, which stays the loop's. NULL when out of memory or
 * descriptors. */
struct loop_host *loop_host_new(struct loop *loop, int set);

/* Closes what libwebsockets still serves. Fits NULL. */
void loop_host_free(struct loop_host *host);

/* The version of libwebsockets in use as it says it itself, "4.1.6-v4.1.6".
 * Static storage. */
const char *loop_host_library_version(void);

struct lws_context *loop_host_context(const struct loop_host *host);

/* A turn of libwebsockets', which serves what is ready in the set by
 * loop_serve. Waits for so many milliseconds at most, -1 without end. False
 * when it can go on no more. */
bool loop_host_serve(struct loop_host *host, int timeout);

#endif
