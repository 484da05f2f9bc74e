/* SPDX-License-Identifier: MIT */
#include "session/eio_acceptor.h"

#include "base/json_quote.h"
#include "base/limits.h"
#include "session/eio_handshake.h"
#include "session/eio_heartbeat.h"
#include "session/sio_namespace.h"
#include "session/sio_reader.h"

#include <stdlib.h>

enum {
    OUT_KEPT = 65536, /* bytes; a larger buffer is freed after its packet */
};

struct eio_acceptor {
    struct eio_acceptor_config config; /* its sid: in the handshake */
    struct eio_acceptor_handlers handlers;
    void *user;
    struct eio_handshake handshake;
    struct eio_heartbeat heartbeat;
    struct sio_namespace_set spaces; /* joined, and those that were */
    struct sio_reader reader;
    int64_t connect_deadline; /* INT64_MAX: one was joined */
    struct buf bytes;         /* of a binary message in base64 */
    struct buf out;           /* the packet that is being sent */
    struct sockfeed_failure failure;
    bool opened;
    bool over;
    unsigned depth; /* calls that are inside a handler, or may get there */
    bool freed;     /* inside one: to be destroyed when they return */
};

/* ---- Life -------------------------------------------------------------- */

static bool is_time(int64_t time)
{
    return time >= 1 && time <= LIMIT_HEARTBEAT_MS;
}

enum sockfeed_result eio_acceptor_new(
    struct eio_acceptor **acceptor, const struct eio_acceptor_config *config,
    const struct eio_acceptor_handlers *handlers, void *user, int64_t now)
{
    static const struct sio_packet_rules rules = {LIMIT_ATTACHMENTS, 0, false};
    struct eio_acceptor *made;

    if (config->sid.size == 0 || config->sid.size > LIMIT_SID ||
        !is_time(config->ping_interval) || !is_time(config->ping_timeout)) {
        return SOCKFEED_INVALID;
    }
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        return SOCKFEED_NOMEM;
    }
    made->config = *config;
    made->handlers = *handlers;
    made->user = user;
    memcpy(made->handshake.sid, config->sid.data, config->sid.size);
    made->handshake.ping_interval = config->ping_interval;
    made->handshake.ping_timeout = config->ping_timeout;
    made->handshake.max_payload = config->max_payload;
    made->connect_deadline = config->revision == EIO_REVISION_4
                                 ? now + config->connect_timeout
                                 : INT64_MAX;
    sio_reader_init(&made->reader, &rules, config->max_payload);
    buf_init(&made->bytes, config->max_payload);
    buf_init(&made->out, (size_t)LIMIT_OUTGOING + LIMIT_URL);
    *acceptor = made;
    return SOCKFEED_OK;
}

static void destroy(struct eio_acceptor *acceptor)
{
    sio_namespace_set_deinit(&acceptor->spaces);
    sio_reader_deinit(&acceptor->reader);
    buf_deinit(&acceptor->bytes);
    buf_deinit(&acceptor->out);
    free(acceptor);
}

void eio_acceptor_free(struct eio_acceptor *acceptor)
{
    if (acceptor == NULL) {
        return;
    }
    acceptor->over = true;
    acceptor->freed = true;
    if (acceptor->depth == 0) {
        destroy(acceptor);
    }
}

static enum sockfeed_result leave(struct eio_acceptor *acceptor,
                                  enum sockfeed_result result)
{
    acceptor->depth--;
    if (acceptor->freed) {
        if (acceptor->depth == 0) {
            destroy(acceptor);
        }
        return SOCKFEED_CLOSED;
    }
    return result;
}

static enum sockfeed_result conclude(struct eio_acceptor *acceptor)
{
    return leave(acceptor, acceptor->failure.result);
}

/* The answer of a receiving call or a tick that came too late. */
static enum sockfeed_result too_late(const struct eio_acceptor *acceptor)
{
    return acceptor->failure.result == SOCKFEED_OK ? SOCKFEED_STATE
                                                   : acceptor->failure.result;
}

static void fail(struct eio_acceptor *acceptor, enum sockfeed_result result,
                 const char *text)
{
    if (!acceptor->over) {
        (void)failure_set(&acceptor->failure, result, SOCKFEED_STAGE_STREAM,
                          "%s", text);
        acceptor->over = true;
    }
}

/* ---- Sending ----------------------------------------------------------- */

static enum sockfeed_result send_out(struct eio_acceptor *acceptor, bool binary)
{
    enum sockfeed_result result = buf_result(&acceptor->out);

    if (result == SOCKFEED_OK) {
        result = acceptor->handlers.send(acceptor->user, binary,
                                         buf_span(&acceptor->out));
    }
    buf_clear(&acceptor->out);
    if (acceptor->out.capacity > OUT_KEPT) {
        buf_deinit(&acceptor->out);
    }
    return result;
}

static void write_type(struct eio_acceptor *acceptor, enum eio_packet_type type)
{
    buf_append_byte(&acceptor->out, (char)('0' + (int)type));
}

static enum sockfeed_result send_packet(struct eio_acceptor *acceptor,
                                        const struct sio_packet *packet)
{
    size_t size = sio_packet_encoded_size(packet);
    char *to;

    write_type(acceptor, EIO_PACKET_MESSAGE);
    to = buf_reserve(&acceptor->out, size);
    if (to != NULL) {
        sio_packet_encode(to, packet);
        acceptor->out.size += size;
    }
    return send_out(acceptor, false);
}

/* For what the connection cannot go on without. */
static void require(struct eio_acceptor *acceptor, enum sockfeed_result result)
{
    if (result != SOCKFEED_OK) {
        fail(acceptor, result, "a packet cannot be sent");
    }
}

static void send_bare(struct eio_acceptor *acceptor, enum eio_packet_type type)
{
    write_type(acceptor, type);
    require(acceptor, send_out(acceptor, false));
}

/* ---- Namespaces -------------------------------------------------------- */

static struct sio_namespace *find_joined(const struct eio_acceptor *acceptor,
                                         struct span name)
{
    struct sio_namespace *space =
        sio_namespace_set_find(&acceptor->spaces, name);

    return space != NULL && space->state == SIO_NAMESPACE_JOINED ? space : NULL;
}

/* The answer to CONNECT; in revision 5 with an id that no other namespace of
 * any connection has. */
static void answer_connect(struct eio_acceptor *acceptor,
                           const struct sio_namespace *space)
{
    struct sio_packet packet = {.type = SIO_PACKET_CONNECT,
                                .space = sio_namespace_name(space)};
    struct buf payload;
    struct buf sid;

    buf_init(&payload, (size_t)LIMIT_SID * 8);
    buf_init(&sid, (size_t)LIMIT_SID * 2);
    if (acceptor->config.revision == EIO_REVISION_4) {
        buf_append_text(&sid, acceptor->handshake.sid);
        buf_append_byte(&sid, '-');
        buf_append_uint(&sid, (uint64_t)(space - acceptor->spaces.items));
        buf_append_text(&payload, "{\"sid\":");
        json_quote(&payload, buf_span(&sid));
        buf_append_byte(&payload, '}');
        packet.payload = buf_span(&payload);
    }
    if (buf_result(&payload) == SOCKFEED_OK) {
        require(acceptor, send_packet(acceptor, &packet));
    } else {
        fail(acceptor, buf_result(&payload), "a CONNECT cannot be made");
    }
    buf_deinit(&sid);
    buf_deinit(&payload);
}

static void join(struct eio_acceptor *acceptor, struct span name)
{
    enum sockfeed_result result =
        sio_namespace_set_add(&acceptor->spaces, name);
    struct sio_namespace *space;

    if (result != SOCKFEED_OK) {
        fail(acceptor,
             result == SOCKFEED_NOMEM ? SOCKFEED_NOMEM : SOCKFEED_PROTOCOL,
             "a namespace cannot be joined");
        return;
    }
    space = sio_namespace_set_find(&acceptor->spaces, name);
    if (space->state == SIO_NAMESPACE_JOINED) {
        fail(acceptor, SOCKFEED_PROTOCOL, "CONNECT for a joined namespace");
        return;
    }
    space->state = SIO_NAMESPACE_JOINED;
    acceptor->connect_deadline = INT64_MAX;
    answer_connect(acceptor, space);
    if (!acceptor->over) {
        acceptor->handlers.joined(acceptor->user, space->name);
    }
}

static void receive_connect(struct eio_acceptor *acceptor,
                            const struct sio_packet *packet)
{
    struct span name = packet->space;

    /* The query that clients of revision 4 put there is not of the name. */
    if (acceptor->config.revision == EIO_REVISION_3) {
        name.size = span_find(name, '?');
    }
    join(acceptor, name);
}

static void receive_disconnect(struct eio_acceptor *acceptor,
                               const struct sio_packet *packet)
{
    struct sio_namespace *space = find_joined(acceptor, packet->space);

    if (space != NULL) {
        space->state = SIO_NAMESPACE_LEFT;
        acceptor->handlers.left(acceptor->user, space->name);
    }
}

/* ---- Receiving --------------------------------------------------------- */

/* What a client sends to a namespace that we have just ended may have crossed
 * our DISCONNECT on its way. */
static void receive_event(struct eio_acceptor *acceptor,
                          const struct sio_packet *packet, struct span frame)
{
    const struct sio_namespace *space =
        sio_namespace_set_find(&acceptor->spaces, packet->space);
    struct sio_event event;

    if (space == NULL) {
        fail(acceptor, SOCKFEED_PROTOCOL,
             "a packet for a namespace that was not joined");
    } else if (space->state == SIO_NAMESPACE_JOINED &&
               packet->type == SIO_PACKET_EVENT) {
        sio_event_from_packet(&event, packet, frame);
        acceptor->handlers.event(acceptor->user, &event);
    }
}

static void fail_packet(struct eio_acceptor *acceptor,
                        enum sockfeed_result result,
                        const struct malformed *malformed)
{
    if (result == SOCKFEED_PROTOCOL) {
        fail(acceptor, result, malformed->reason);
    } else if (result == SOCKFEED_FULL || result == SOCKFEED_TOO_LARGE) {
        fail(acceptor, SOCKFEED_TOO_LARGE, "a message is too large");
    } else {
        fail(acceptor, result, "a packet cannot be decoded");
    }
}

static void receive_packet(struct eio_acceptor *acceptor,
                           const struct sio_received *received)
{
    switch (received->packet.type) {
    case SIO_PACKET_CONNECT:
        receive_connect(acceptor, &received->packet);
        break;
    case SIO_PACKET_DISCONNECT:
        receive_disconnect(acceptor, &received->packet);
        break;
    case SIO_PACKET_EVENT:
    case SIO_PACKET_ACK:
        receive_event(acceptor, &received->packet, received->frame);
        break;
    case SIO_PACKET_CONNECT_ERROR:
        fail(acceptor, SOCKFEED_PROTOCOL, "a CONNECT_ERROR from a client");
        break;
    case SIO_PACKET_BINARY_EVENT:
    case SIO_PACKET_BINARY_ACK:
        break; /* the reader has made others of them */
    }
}

static void receive_message(struct eio_acceptor *acceptor,
                            const struct eio_packet *packet, struct span frame)
{
    struct sio_received received;
    struct malformed malformed;
    enum sockfeed_result result =
        packet->binary ? sio_reader_binary(&acceptor->reader, &received,
                                           &malformed, packet->data)
                       : sio_reader_text(&acceptor->reader, &received,
                                         &malformed, packet->data, frame);

    if (result == SOCKFEED_OK) {
        receive_packet(acceptor, &received);
    } else if (result != SOCKFEED_MORE) {
        fail_packet(acceptor, result, &malformed);
    }
}

static void dispatch(struct eio_acceptor *acceptor, int64_t now,
                     const struct eio_packet *packet, struct span frame)
{
    bool client_pings = acceptor->config.revision == EIO_REVISION_3;

    eio_heartbeat_received(&acceptor->heartbeat, now, packet->type);
    switch (packet->type) {
    case EIO_PACKET_MESSAGE:
        receive_message(acceptor, packet, frame);
        break;
    case EIO_PACKET_PING:
        if (client_pings) {
            send_bare(acceptor, EIO_PACKET_PONG);
        } else {
            fail(acceptor, SOCKFEED_PROTOCOL, "a ping from a client");
        }
        break;
    case EIO_PACKET_PONG:
        if (client_pings) {
            fail(acceptor, SOCKFEED_PROTOCOL, "a pong from a client");
        }
        break;
    case EIO_PACKET_OPEN:
    case EIO_PACKET_CLOSE:
    case EIO_PACKET_UPGRADE:
    case EIO_PACKET_NOOP:
        break; /* they mean nothing over a WebSocket that was opened directly */
    }
}

static enum sockfeed_result receive(struct eio_acceptor *acceptor, int64_t now,
                                    bool binary, struct span frame)
{
    enum eio_revision revision = acceptor->config.revision;
    struct malformed malformed;
    struct eio_packet packet;
    enum sockfeed_result result;

    if (acceptor->over || !acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    result =
        binary ? eio_packet_decode_binary(&packet, &malformed, frame, revision)
               : eio_packet_decode_text(&packet, &malformed, &acceptor->bytes,
                                        frame, revision);
    if (result == SOCKFEED_OK) {
        dispatch(acceptor, now, &packet, frame);
    } else {
        fail_packet(acceptor, result, &malformed);
    }
    return conclude(acceptor);
}

enum sockfeed_result eio_acceptor_receive_text(struct eio_acceptor *acceptor,
                                               int64_t now, struct span frame)
{
    return receive(acceptor, now, false, frame);
}

enum sockfeed_result eio_acceptor_receive_binary(struct eio_acceptor *acceptor,
                                                 int64_t now, struct span frame)
{
    return receive(acceptor, now, true, frame);
}

enum sockfeed_result eio_acceptor_open(struct eio_acceptor *acceptor,
                                       int64_t now)
{
    enum sockfeed_result result;

    if (acceptor->over || acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    acceptor->opened = true;
    eio_heartbeat_start(
        &acceptor->heartbeat, acceptor->config.revision, EIO_HEARTBEAT_SERVER,
        now, acceptor->config.ping_interval, acceptor->config.ping_timeout);
    write_type(acceptor, EIO_PACKET_OPEN);
    result = eio_handshake_print(&acceptor->out, &acceptor->handshake);
    require(acceptor,
            result == SOCKFEED_OK ? send_out(acceptor, false) : result);
    if (!acceptor->over && acceptor->config.revision == EIO_REVISION_3) {
        join(acceptor, span_text("/"));
    }
    return conclude(acceptor);
}

/* ---- What its owner asks for ------------------------------------------- */

bool eio_acceptor_joined(const struct eio_acceptor *acceptor, struct span space)
{
    return !acceptor->over && find_joined(acceptor, space) != NULL;
}

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    return send_packet(user, packet);
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct eio_acceptor *acceptor = user;
    struct eio_packet packet = {EIO_PACKET_MESSAGE, true, data};
    size_t size =
        eio_packet_encoded_size(&packet, acceptor->config.revision, false);
    char *to = buf_reserve(&acceptor->out, size);

    if (to != NULL) {
        eio_packet_encode(to, &packet, acceptor->config.revision, false);
        acceptor->out.size = size;
    }
    return send_out(acceptor, true);
}

enum sockfeed_result eio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space, struct span array)
{
    struct sio_attachment_sender send = {send_text, send_binary, acceptor};
    struct sio_packet packet = {
        .type = SIO_PACKET_EVENT, .space = space, .payload = array};
    enum sockfeed_result result;
    bool torn;

    if (!eio_acceptor_joined(acceptor, space)) {
        return SOCKFEED_STATE;
    }
    acceptor->depth++;
    result = sio_attachment_send(&send, &packet, &torn);
    if (torn) {
        fail(acceptor, result, "an attachment cannot be sent");
    }
    return leave(acceptor, result);
}

enum sockfeed_result eio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space)
{
    struct sio_packet packet = {.type = SIO_PACKET_DISCONNECT, .space = space};
    struct sio_namespace *joined = find_joined(acceptor, space);

    if (acceptor->over || joined == NULL) {
        return SOCKFEED_STATE;
    }
    joined->state = SIO_NAMESPACE_LEFT;
    acceptor->depth++;
    return leave(acceptor, send_packet(acceptor, &packet));
}

void eio_acceptor_close(struct eio_acceptor *acceptor)
{
    if (acceptor->over) {
        return;
    }
    acceptor->depth++; /* not freed inside */
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    for (size_t i = 0; i < acceptor->spaces.count; i++) {
        const struct sio_namespace *space = &acceptor->spaces.items[i];

        /* Out of politeness: nothing depends on it. */
        (void)!eio_acceptor_disconnect(acceptor, sio_namespace_name(space));
    }
    acceptor->over = true;
    (void)!leave(acceptor, SOCKFEED_OK);
}

bool eio_acceptor_over(const struct eio_acceptor *acceptor)
{
    return acceptor->over;
}

int64_t eio_acceptor_deadline(const struct eio_acceptor *acceptor)
{
    int64_t beat;

    if (acceptor->over || !acceptor->opened) {
        return INT64_MAX;
    }
    beat = eio_heartbeat_deadline(&acceptor->heartbeat);
    return beat < acceptor->connect_deadline ? beat
                                             : acceptor->connect_deadline;
}

static void beat(struct eio_acceptor *acceptor, int64_t now)
{
    while (!acceptor->over) {
        switch (eio_heartbeat_due(&acceptor->heartbeat, now)) {
        case EIO_HEARTBEAT_PING:
            send_bare(acceptor, EIO_PACKET_PING);
            break;
        case EIO_HEARTBEAT_DEAD:
            fail(acceptor, SOCKFEED_LOST, "the client's heartbeat has stopped");
            break;
        case EIO_HEARTBEAT_PONG: /* only clients are paused */
        case EIO_HEARTBEAT_NOTHING:
            return;
        }
    }
}

enum sockfeed_result eio_acceptor_tick(struct eio_acceptor *acceptor,
                                       int64_t now)
{
    if (acceptor->over || !acceptor->opened) {
        return too_late(acceptor);
    }
    acceptor->depth++;
    if (now >= acceptor->connect_deadline) {
        fail(acceptor, SOCKFEED_TIMEOUT, "no namespace was joined in time");
    }
    beat(acceptor, now);
    return conclude(acceptor);
}

const struct sockfeed_failure *eio_acceptor_failure(
    const struct eio_acceptor *acceptor)
{
    return &acceptor->failure;
}
