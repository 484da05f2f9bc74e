/* SPDX-License-Identifier: MIT */
#ifndef SOCKFEED_EVENT_H
#define SOCKFEED_EVENT_H

/*
 * What a client reports to its callback. All pointers are views, valid during
 * the callback; texts end in NUL unless a size stands beside them.
 */

#include "sockfeed/message.h"
#include "sockfeed/result.h"
#include "sockfeed/step.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum sockfeed_event_type {
    SOCKFEED_EVENT_MESSAGE,    /* .message */
    SOCKFEED_EVENT_MESSAGES,   /* .messages: several, in their order */
    SOCKFEED_EVENT_TEXTS,      /* .texts: the same of type TEXT */
    SOCKFEED_EVENT_FRAMES,     /* .texts: received, messages of the feed */
    SOCKFEED_EVENT_FRAME,      /* .frame */
    SOCKFEED_EVENT_ANSWER,     /* .answer: to a call */
    SOCKFEED_EVENT_DRAINED,    /* all that one read brought was delivered */
    SOCKFEED_EVENT_PREPARE,    /* sockfeed_client_prepare is waited for */
    SOCKFEED_EVENT_OPEN,       /* .open: connected, namespaces joined */
    SOCKFEED_EVENT_UPGRADED,   /* from long-polling to a WebSocket */
    SOCKFEED_EVENT_SUBSCRIBED, /* .subscribed: subscriptions were sent */
    SOCKFEED_EVENT_AWAITING,   /* .awaiting: at a barrier among them */
    SOCKFEED_EVENT_SENT,       /* all that was kept to be sent has gone */
    SOCKFEED_EVENT_REFUSED,    /* .refused: a namespace, the rest lives on */
    SOCKFEED_EVENT_LEFT,       /* .refused: the server ended a namespace */
    SOCKFEED_EVENT_REPLACED,   /* a connection, by a younger one */
    SOCKFEED_EVENT_LOST,       /* .lost: the connection is gone */
    SOCKFEED_EVENT_RETRY,      /* .retry: a try is due after a delay */
    SOCKFEED_EVENT_GAP,        /* .gap: open again after a loss */
    SOCKFEED_EVENT_CLOSED,     /* .lost: over, the last event of a client */
    SOCKFEED_EVENT_NOTICE,     /* .notice: one line worth telling a person */
    SOCKFEED_EVENT_TRACE,      /* .notice: a step of connecting, for -v */
    SOCKFEED_EVENT_STEP,       /* .step: the same for programs */
    SOCKFEED_EVENT_PONG,       /* the answer to sockfeed_client_ping */
};

struct sockfeed_event {
    enum sockfeed_event_type type;
    unsigned connection; /* counts the client's connections from 1 */
    union {
        struct sockfeed_message message;
        struct {
            const struct sockfeed_message *at;
            size_t count; /* at least 1 */
        } messages;
        struct {
            const struct sockfeed_text *at;
            size_t count; /* at least 1 */
        } texts;
        struct sockfeed_answer answer;
        struct {
            enum sockfeed_frame_type type;
            bool sent;
            uint16_t code;
            const char *data; /* a whole message, a control frame's payload */
            size_t size;
        } frame;
        struct {
            enum sockfeed_protocol protocol;
            int eio; /* 3 or 4; 0 on plain WebSocket */
            int sio; /* major line shown to people: 2 or 4; 0 without */
            const char *transport; /* "websocket" or "polling" */
            bool again;            /* not the first time */
            bool recovered;        /* goes on, nothing was missed: no GAP */
        } open;
        struct {
            size_t count;
        } subscribed;
        struct {
            size_t index; /* of the barrier, from 0 in the order of adding */
        } awaiting;
        struct {
            const char *space; /* namespace, NUL-terminated */
            const char *reason;
        } refused;
        struct {
            const struct sockfeed_failure *failure;
        } lost;
        struct {
            unsigned attempt; /* counts from 1 since the loss */
            int64_t delay;    /* ms */
        } retry;
        struct {
            int64_t duration; /* ms between the loss and this OPEN */
        } gap;
        struct {
            const char *text;
        } notice;
        struct sockfeed_step step;
    } u;
};

struct sockfeed_client;
typedef void (*sockfeed_callback)(struct sockfeed_client *client,
                                  const struct sockfeed_event *event,
                                  void *user);

#ifdef __cplusplus
}
#endif

#endif
