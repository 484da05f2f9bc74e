/* SPDX-License-Identifier: MIT */
#ifndef SESSION_WS_SESSION_INSIDE_H
#define SESSION_WS_SESSION_INSIDE_H

#include "codec/ws_close.h"
#include "codec/ws_deflate.h"
#include "codec/ws_message.h"
#include "codec/ws_partial.h"
#include "session/ws_keepalive.h"
#include "session/ws_output.h"
#include "session/ws_session.h"

/* What ws_session.c, ws_plain.c and ws_packed.c share. */

struct http_intruder;

/* First what is needed for each message: of a thousand connections no
 * processor keeps the rest at hand. */
struct ws_session {
    enum ws_session_state state;
    bool begun;      /* a frame has been received */
    bool paused;     /* by the owner */
    bool receiving;  /* inside ws_session_receive */
    bool freed;      /* inside a handler */
    bool await_end;  /* lingering: the server is to end the stream first */
    bool compressed; /* permessage-deflate is agreed */
    bool settled;    /* see ws_session_is_settled */
    struct ws_keepalive keepalive;
    int64_t close_due;         /* when closing is given up, lingering ends */
    struct ws_partial partial; /* the frame that has begun to come */
    size_t needed;             /* bytes of it */
    struct http_intruder *intruder; /* owned; NULL: frames come, as agreed */
    void *user;
    struct ws_session_handlers handlers;
    struct ws_session_config config;
    struct ws_message message;
    struct ws_output output;

    struct ws_frame_rules rules;
    struct ws_deflate compression; /* where `compressed` */
    struct {
        enum sockfeed_result result; /* OK: nothing is wrong */
        struct malformed malformed;
    } spoiled;          /* a frame that has been inflated, behind... */
    struct buf waiting; /* ...those that were not handed on yet: ws_packed.c */
    struct sockfeed_failure failure;
    uint16_t peer_code;
    size_t peer_reason_size;
    char peer_reason[WS_CLOSE_REASON_MAX];
};

#endif
