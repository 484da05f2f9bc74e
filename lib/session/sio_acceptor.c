/* SPDX-License-Identifier: MIT */
#include "session/sio_acceptor.h"

#include "base/json_quote.h"
#include "base/limits.h"
#include "session/eio_acceptor_inside.h"

static enum sockfeed_result send_packet(struct eio_acceptor *acceptor,
                                        const struct sio_packet *packet)
{
    char *to = eio_sender_compose(&acceptor->sender, EIO_PACKET_MESSAGE,
                                  sio_packet_encoded_size(packet));

    if (to == NULL) {
        return SOCKFEED_NOMEM;
    }
    sio_packet_encode(to, packet);
    return eio_sender_composed(&acceptor->sender);
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
    enum sockfeed_result result;
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
    result = buf_result(&payload) == SOCKFEED_OK
                 ? send_packet(acceptor, &packet)
                 : buf_result(&payload);
    if (result != SOCKFEED_OK) {
        eio_acceptor_fail(acceptor, result, "a CONNECT cannot be sent");
    }
    buf_deinit(&sid);
    buf_deinit(&payload);
}

/* Clients of revision 5 want an object, in which "message" says why. */
static void send_refusal(struct eio_acceptor *acceptor, struct span name,
                         struct span why)
{
    struct sio_packet packet = {
        .type = SIO_PACKET_CONNECT_ERROR, .space = name, .payload = why};
    enum sockfeed_result result;
    struct buf object;

    buf_init(&object, why.size + LIMIT_SID);
    if (acceptor->config.revision == EIO_REVISION_4 && why.data[0] != '{') {
        buf_append_text(&object, "{\"message\":");
        buf_append_span(&object, why);
        buf_append_byte(&object, '}');
        packet.payload = buf_span(&object);
    }
    result = buf_result(&object) == SOCKFEED_OK ? send_packet(acceptor, &packet)
                                                : buf_result(&object);
    if (result != SOCKFEED_OK) {
        eio_acceptor_fail(acceptor, result, "a CONNECT_ERROR cannot be sent");
    }
    buf_deinit(&object);
}

void sio_acceptor_join(struct eio_acceptor *acceptor, struct span name)
{
    struct span refusal = acceptor->handlers.refuses(acceptor->user, name);
    enum sockfeed_result result;
    struct sio_namespace *space;

    if (refusal.size > 0) {
        send_refusal(acceptor, name, refusal);
        return;
    }
    result = sio_namespace_set_add(&acceptor->spaces, name);
    if (result != SOCKFEED_OK) {
        eio_acceptor_fail(acceptor,
                          result == SOCKFEED_NOMEM ? SOCKFEED_NOMEM
                                                   : SOCKFEED_PROTOCOL,
                          "a namespace cannot be joined");
        return;
    }
    space = sio_namespace_set_find(&acceptor->spaces, name);
    if (space->state == SIO_NAMESPACE_JOINED) {
        eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                          "CONNECT for a joined namespace");
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
    sio_acceptor_join(acceptor, name);
}

static void fail_call(struct eio_acceptor *acceptor, const struct sio_ack *ack,
                      enum sockfeed_result result)
{
    struct eio_acceptor_answer answer = {.id = ack->id, .result = result};

    acceptor->handlers.answered(acceptor->user, &answer);
}

/* Nobody answers any more what was asked in a namespace that is left. */
static void give_up(struct eio_acceptor *acceptor,
                    const struct sio_namespace *space)
{
    size_t index = (size_t)(space - acceptor->spaces.items);
    struct sio_ack ack;

    while (!acceptor->freed &&
           sio_ack_set_take_of(&acceptor->acks, &ack, index)) {
        fail_call(acceptor, &ack, SOCKFEED_CLOSED);
    }
}

void sio_acceptor_tick(struct eio_acceptor *acceptor, int64_t now)
{
    struct sio_ack ack;

    while (!acceptor->over &&
           sio_ack_set_take_late(&acceptor->acks, &ack, now)) {
        fail_call(acceptor, &ack, SOCKFEED_TIMEOUT);
    }
}

static void receive_disconnect(struct eio_acceptor *acceptor,
                               const struct sio_packet *packet)
{
    struct sio_namespace *space = find_joined(acceptor, packet->space);

    if (space != NULL) {
        space->state = SIO_NAMESPACE_LEFT;
        give_up(acceptor, space);
        if (!acceptor->freed) {
            acceptor->handlers.left(acceptor->user, space->name);
        }
    }
}

/* ---- Receiving --------------------------------------------------------- */

/* An acknowledgement that nobody waits for, or no longer, is passed over. */
static void receive_ack(struct eio_acceptor *acceptor,
                        const struct sio_namespace *space,
                        const struct sio_packet *packet)
{
    struct eio_acceptor_answer answer = {
        .id = packet->id,
        .data = packet->payload.size > 0 ? packet->payload : span_text("[]"),
        .args = packet->args,
        .arg_count = packet->arg_count,
    };
    size_t index = (size_t)(space - acceptor->spaces.items);

    if (packet->has_id &&
        sio_ack_set_take(&acceptor->acks, index, packet->id)) {
        acceptor->handlers.answered(acceptor->user, &answer);
    }
}

/* What a client sends to a namespace that we have just ended may have crossed
 * our DISCONNECT on its way. */
static void receive_inside(struct eio_acceptor *acceptor,
                           const struct sio_packet *packet, struct span frame)
{
    const struct sio_namespace *space =
        sio_namespace_set_find(&acceptor->spaces, packet->space);
    struct sockfeed_message event;

    if (space == NULL) {
        eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                          "a packet for a namespace that was not joined");
    } else if (space->state != SIO_NAMESPACE_JOINED) {
        return;
    } else if (packet->type == SIO_PACKET_ACK) {
        receive_ack(acceptor, space, packet);
    } else {
        sio_event_from_packet(&event, packet, frame);
        acceptor->handlers.event(acceptor->user, &event);
    }
}

void sio_acceptor_refuse(struct eio_acceptor *acceptor,
                         enum sockfeed_result result,
                         const struct malformed *malformed)
{
    if (result == SOCKFEED_PROTOCOL) {
        eio_acceptor_fail(acceptor, result, malformed->reason);
    } else if (result == SOCKFEED_FULL || result == SOCKFEED_TOO_LARGE) {
        eio_acceptor_fail(acceptor, SOCKFEED_TOO_LARGE,
                          "a message is too large");
    } else {
        eio_acceptor_fail(acceptor, result, "a packet cannot be decoded");
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
        receive_inside(acceptor, &received->packet, received->frame);
        break;
    case SIO_PACKET_CONNECT_ERROR:
        eio_acceptor_fail(acceptor, SOCKFEED_PROTOCOL,
                          "a CONNECT_ERROR from a client");
        break;
    case SIO_PACKET_BINARY_EVENT:
    case SIO_PACKET_BINARY_ACK:
        break; /* the reader has made others of them */
    }
}

void sio_acceptor_receive(struct eio_acceptor *acceptor,
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
        sio_acceptor_refuse(acceptor, result, &malformed);
    }
}

/* ---- What its owner asks for ------------------------------------------- */

bool sio_acceptor_joined(const struct eio_acceptor *acceptor, struct span space)
{
    return find_joined(acceptor, space) != NULL;
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

    return eio_sender_packet(&acceptor->sender, &packet,
                             acceptor->config.revision);
}

/* An EVENT or ACK, with its attachments. */
static enum sockfeed_result send_whole(struct eio_acceptor *acceptor,
                                       const struct sio_packet *packet)
{
    struct sio_attachment_sender send = {send_text, send_binary, acceptor};
    enum sockfeed_result result;
    bool torn;

    if (!sio_acceptor_joined(acceptor, packet->space)) {
        return SOCKFEED_STATE;
    }
    result = sio_attachment_send(&send, packet, &torn);
    if (torn) {
        eio_acceptor_fail(acceptor, result, "an attachment cannot be sent");
    }
    return result;
}

enum sockfeed_result sio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space, struct span array)
{
    struct sio_packet packet = {
        .type = SIO_PACKET_EVENT, .space = space, .payload = array};

    return send_whole(acceptor, &packet);
}

enum sockfeed_result sio_acceptor_call(struct eio_acceptor *acceptor,
                                       struct span space, struct span array,
                                       uint64_t id, int64_t deadline)
{
    struct sio_packet packet = {.type = SIO_PACKET_EVENT,
                                .space = space,
                                .has_id = true,
                                .id = id,
                                .payload = array};
    const struct sio_namespace *joined = find_joined(acceptor, space);
    struct sio_ack ack = {.id = id, .deadline = deadline};
    enum sockfeed_result result;

    if (joined == NULL) {
        return SOCKFEED_STATE;
    }
    ack.space = (size_t)(joined - acceptor->spaces.items);
    result = sio_ack_set_add(&acceptor->acks, &ack);
    if (result != SOCKFEED_OK) {
        return result == SOCKFEED_STATE ? SOCKFEED_INVALID : result;
    }
    result = send_whole(acceptor, &packet);
    if (result != SOCKFEED_OK) {
        (void)sio_ack_set_take(&acceptor->acks, ack.space, id);
    }
    return result;
}

enum sockfeed_result sio_acceptor_acknowledge(struct eio_acceptor *acceptor,
                                              struct span space, uint64_t id,
                                              struct span array)
{
    struct sio_packet packet = {.type = SIO_PACKET_ACK,
                                .space = space,
                                .has_id = true,
                                .id = id,
                                .payload = array};

    return send_whole(acceptor, &packet);
}

enum sockfeed_result sio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space)
{
    struct sio_packet packet = {.type = SIO_PACKET_DISCONNECT, .space = space};
    struct sio_namespace *joined = find_joined(acceptor, space);

    if (joined == NULL) {
        return SOCKFEED_STATE;
    }
    joined->state = SIO_NAMESPACE_LEFT;
    give_up(acceptor, joined);
    return acceptor->freed ? SOCKFEED_STATE : send_packet(acceptor, &packet);
}
