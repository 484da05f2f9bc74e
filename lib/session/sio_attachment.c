/* SPDX-License-Identifier: MIT */
#include "session/sio_attachment.h"

#include "base/json_bytes.h"
#include "base/json_rewrite.h"
#include "base/json_scan.h"
#include "base/limits.h"
#include "base/num.h"

/* The part of `bytes` that is the attachment of this index. */
static struct span part(const struct buf *bytes, const struct buf *ends,
                        size_t index)
{
    size_t start = 0;
    size_t end;

    if (index > 0) {
        memcpy(&start, ends->data + (index - 1) * sizeof start, sizeof start);
    }
    memcpy(&end, ends->data + index * sizeof end, sizeof end);
    return end == start ? span_of(NULL, 0)
                        : span_of(bytes->data + start, end - start);
}

static void add_end(struct buf *ends, size_t end)
{
    buf_append(ends, &end, sizeof end);
}

/* The first failure of two buffers. */
static enum sockfeed_result result_of(const struct buf *a, const struct buf *b)
{
    return buf_result(a) != SOCKFEED_OK ? buf_result(a) : buf_result(b);
}

/* ---- Receiving --------------------------------------------------------- */

void sio_attachment_init(struct sio_attachment *attachment, size_t limit)
{
    *attachment = (struct sio_attachment){.due = 0};
    buf_init(&attachment->text, limit);
    buf_init(&attachment->bytes, limit);
    buf_init(&attachment->ends, LIMIT_MESSAGE);
    /* Base64 makes a third more of them; but an attachment may stand in many
     * places, and there must be an end to that. */
    buf_init(&attachment->whole, limit > SIZE_MAX / 2 ? limit : limit * 2);
}

static void release(struct sio_attachment *attachment)
{
    buf_deinit(&attachment->text);
    buf_deinit(&attachment->bytes);
    buf_deinit(&attachment->ends);
    buf_deinit(&attachment->whole);
}

void sio_attachment_deinit(struct sio_attachment *attachment)
{
    release(attachment);
    attachment->due = 0;
}

bool sio_attachment_is_due(const struct sio_attachment *attachment)
{
    return attachment->due > 0;
}

/* What viewed the old text views the copy. */
static struct span moved(struct span span, struct span old, const char *copy)
{
    uintptr_t at = (uintptr_t)span.data;
    uintptr_t start = (uintptr_t)old.data;

    return at < start || at - start >= old.size
               ? span
               : span_of(copy + (at - start), span.size);
}

enum sockfeed_result sio_attachment_begin(struct sio_attachment *attachment,
                                          const struct sio_packet *packet,
                                          struct span text)
{
    release(attachment);
    buf_append_span(&attachment->text, text);
    if (buf_result(&attachment->text) != SOCKFEED_OK) {
        return buf_result(&attachment->text);
    }
    attachment->packet = *packet;
    attachment->packet.space =
        moved(packet->space, text, attachment->text.data);
    attachment->packet.payload =
        moved(packet->payload, text, attachment->text.data);
    attachment->due = packet->attachments;
    return SOCKFEED_OK;
}

enum sockfeed_result sio_attachment_add(struct sio_attachment *attachment,
                                        struct span data)
{
    size_t room = attachment->bytes.limit - attachment->text.size;

    if (data.size > room || attachment->bytes.size > room - data.size) {
        return SOCKFEED_FULL;
    }
    buf_append_span(&attachment->bytes, data);
    add_end(&attachment->ends, attachment->bytes.size);
    attachment->due--;
    if (result_of(&attachment->bytes, &attachment->ends) != SOCKFEED_OK) {
        return result_of(&attachment->bytes, &attachment->ends);
    }
    return attachment->due > 0 ? SOCKFEED_MORE : SOCKFEED_OK;
}

static enum sockfeed_result place(void *user, struct buf *out,
                                  const struct json_rewrite_object *object)
{
    const struct sio_attachment *attachment = user;
    uint64_t number;

    /* Only the literal true makes a placeholder of an object. */
    if (!span_is(object->values[0], "true")) {
        return SOCKFEED_OK;
    }
    if (num_parse_canonical(&number, object->values[1],
                            attachment->packet.attachments - 1) !=
        SOCKFEED_OK) {
        return SOCKFEED_PROTOCOL;
    }
    out->size = object->start;
    json_bytes_append(
        out, part(&attachment->bytes, &attachment->ends, (size_t)number));
    return buf_result(out);
}

/* The text of a packet as it would be without attachments, with the type of an
 * Engine.IO message before it. */
static enum sockfeed_result write_whole(struct sio_attachment *attachment)
{
    static const char *const keys[JSON_REWRITE_KEYS] = {"_placeholder", "num"};
    struct sio_packet head = attachment->packet;
    size_t size;
    char *to;

    head.type = head.type == SIO_PACKET_BINARY_EVENT ? SIO_PACKET_EVENT
                                                     : SIO_PACKET_ACK;
    head.payload = span_of(NULL, 0);
    size = sio_packet_encoded_size(&head);
    buf_append_byte(&attachment->whole, '4');
    to = buf_reserve(&attachment->whole, size);
    if (to == NULL) {
        return buf_result(&attachment->whole);
    }
    sio_packet_encode(to, &head);
    attachment->whole.size += size;
    return json_rewrite(&attachment->whole, attachment->packet.payload, keys,
                        place, attachment);
}

enum sockfeed_result sio_attachment_complete(struct sio_attachment *attachment,
                                             struct sio_packet *packet,
                                             struct span *frame,
                                             struct span *text,
                                             struct malformed *malformed)
{
    static const struct sio_packet_rules rules = {.scan = JSON_SCAN_UTF8};
    enum sockfeed_result result = write_whole(attachment);

    if (result == SOCKFEED_PROTOCOL) {
        (void)malformed_set(malformed, 0,
                            "a placeholder without an attachment");
    }
    if (result != SOCKFEED_OK) {
        return result;
    }
    *frame = buf_span(&attachment->whole);
    *text = span_skip(*frame, 1);
    return sio_packet_decode(packet, malformed, *text, &rules);
}

/* ---- Sending ----------------------------------------------------------- */

/* A payload taken apart. */
struct parts {
    struct buf payload; /* with placeholders */
    struct buf bytes;   /* the attachments, one after the other */
    struct buf ends;    /* size_t each: where in `bytes` they end */
    unsigned count;
};

static enum sockfeed_result take(void *user, struct buf *out,
                                 const struct json_rewrite_object *object)
{
    struct parts *parts = user;
    struct span token = object->values[0];
    enum sockfeed_result result;

    if (object->members != 1 || token.size < 2 || token.data[0] != '"') {
        return SOCKFEED_OK;
    }
    result = json_bytes_decode(&parts->bytes, token);
    if (result != SOCKFEED_OK) {
        return result;
    }
    add_end(&parts->ends, parts->bytes.size);
    out->size = object->start;
    buf_append_text(out, "{\"_placeholder\":true,\"num\":");
    buf_append_uint(out, parts->count);
    buf_append_byte(out, '}');
    parts->count++;
    return result_of(out, &parts->ends);
}

static enum sockfeed_result send_parts(const struct sio_attachment_sender *send,
                                       struct sio_packet packet,
                                       const struct parts *parts, bool *torn)
{
    enum sockfeed_result result;

    if (parts->count > 0) {
        packet.type = packet.type == SIO_PACKET_EVENT ? SIO_PACKET_BINARY_EVENT
                                                      : SIO_PACKET_BINARY_ACK;
        packet.attachments = parts->count;
        packet.payload = buf_span(&parts->payload);
    }
    result = send->text(send->user, &packet);
    for (unsigned i = 0; i < parts->count && result == SOCKFEED_OK; i++) {
        result = send->binary(send->user, part(&parts->bytes, &parts->ends, i));
        *torn = result != SOCKFEED_OK;
    }
    return result;
}

enum sockfeed_result sio_attachment_send(
    const struct sio_attachment_sender *send, const struct sio_packet *packet,
    bool *torn)
{
    static const char *const keys[JSON_REWRITE_KEYS] = {json_bytes_key, NULL};
    struct parts parts;
    enum sockfeed_result result;

    *torn = false;
    if (!json_bytes_mentioned(packet->payload)) {
        return send->text(send->user, packet);
    }
    buf_init(&parts.payload, LIMIT_OUTGOING);
    buf_init(&parts.bytes, LIMIT_OUTGOING);
    buf_init(&parts.ends, LIMIT_OUTGOING);
    parts.count = 0;
    result = json_rewrite(&parts.payload, packet->payload, keys, take, &parts);
    if (result == SOCKFEED_OK) {
        result = send_parts(send, *packet, &parts, torn);
    }
    buf_deinit(&parts.payload);
    buf_deinit(&parts.bytes);
    buf_deinit(&parts.ends);
    return result;
}
