/* SPDX-License-Identifier: MIT */
#include "sockfeed/responder.h"
#include "api/sockfeed_loop.h"
#include "base/limits.h"
#include "base/result.h"
#include "net/listener.h"

#include <stdlib.h>

/* Answers to plain HTTP requests, each made when it is asked for. */

struct sockfeed_responder {
    struct listener *listener;
    sockfeed_responder_callback callback;
    void *user;
};

static enum sockfeed_result on_accept(void *user,
                                      const struct listener_request *request,
                                      struct listener_peer *peer,
                                      void **peer_user, const char **text)
{
    (void)user;
    (void)request;
    (void)peer;
    (void)peer_user;
    *text = "no WebSocket is served here";
    return SOCKFEED_REFUSED;
}

/* The path as it came, with a NUL behind it; false where it has one inside, or
 * there is none: a longer one was left out. */
static bool copy_path(char *to, size_t room, struct span path)
{
    if (path.size == 0 || path.size >= room ||
        span_find(path, '\0') < path.size) {
        return false;
    }
    memcpy(to, path.data, path.size);
    to[path.size] = '\0';
    return true;
}

static struct listener_answer answer(const struct sockfeed_responder *responder,
                                     const struct listener_request *request)
{
    static const char plain[] = "text/plain; charset=utf-8";
    static const char no_method[] = "only GET and HEAD are answered\n";
    static const char no_path[] = "not found\n";
    struct sockfeed_http_answer made = {404, plain, no_path,
                                        sizeof no_path - 1};
    char path[LIMIT_RESPONDER_PATH];

    if (request->method != LISTENER_GET && request->method != LISTENER_HEAD) {
        return (struct listener_answer){
            405, plain, span_of(no_method, sizeof no_method - 1)};
    }
    if (copy_path(path, sizeof path, request->path)) {
        responder->callback(responder->user, path, &made);
    }
    return (struct listener_answer){made.status, made.content_type,
                                    span_of(made.body, made.size)};
}

static void *on_request(void *user, const struct listener_request *request,
                        struct listener_peer *peer)
{
    struct listener_answer made = answer(user, request);

    listener_http_answer(peer, &made);
    return user;
}

/* What comes after the answer is of no interest. */
static void on_body(void *user, void *request_user, bool whole,
                    struct span body)
{
    (void)user;
    (void)request_user;
    (void)whole;
    (void)body;
}

static void on_abandoned(void *user, void *request_user)
{
    (void)user;
    (void)request_user;
}

static void on_socket(void *user, void *peer_user)
{
    (void)user;
    (void)peer_user;
}

static void on_message(void *user, void *peer_user, bool binary,
                       struct span message)
{
    (void)user;
    (void)peer_user;
    (void)binary;
    (void)message;
}

enum sockfeed_result sockfeed_responder_new(
    struct sockfeed_responder **responder, struct sockfeed_loop *loop,
    const struct sockfeed_responder_config *config,
    sockfeed_responder_callback callback, void *user,
    struct sockfeed_failure *failure)
{
    static const struct listener_handlers handlers = {
        .accept = on_accept,
        .open = on_socket,
        .message = on_message,
        .drained = on_socket,
        .closed = on_socket,
        .request = on_request,
        .body = on_body,
        .abandoned = on_abandoned,
    };
    const struct listener_config listener = {
        .address = config->address,
        .port = config->port,
        .max_peers = LIMIT_RESPONDER_PEERS,
        .max_queue = LIMIT_RESPONDER_ANSWER,
        .max_message = LIMIT_RESPONDER_PATH,
    };
    struct sockfeed_failure unwanted;
    struct sockfeed_responder *created = calloc(1, sizeof *created);
    enum sockfeed_result result;

    *responder = NULL;
    failure = failure == NULL ? &unwanted : failure;
    if (created == NULL) {
        return failure_set_nomem(failure, SOCKFEED_STAGE_NONE);
    }
    created->callback = callback;
    created->user = user;
    result = listener_new(&created->listener, loop->loop, &listener, &handlers,
                          created, failure);
    if (result != SOCKFEED_OK) {
        free(created);
        return result;
    }
    *responder = created;
    return SOCKFEED_OK;
}

void sockfeed_responder_free(struct sockfeed_responder *responder)
{
    if (responder != NULL) {
        listener_free(responder->listener);
        free(responder);
    }
}

uint16_t sockfeed_responder_port(const struct sockfeed_responder *responder)
{
    return listener_port(responder->listener);
}
