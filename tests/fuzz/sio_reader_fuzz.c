/* SPDX-License-Identifier: MIT */
#include "session/sio_reader.h"

#include "base/json_scan.h"
#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The collector of attachments: messages, each with a byte for its kind and
 * one for its size before it. Whatever becomes a packet is sent again, taken
 * apart, and must come to the same packet at another reader.
 */
enum {
    LIMIT = 2048,
    BEGINNING = 2, /* of the kind: a well-formed packet stands before it */
};

static const struct sio_packet_rules RULES = {LIMIT_ATTACHMENTS, 0, false};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static struct span beginning(unsigned choice)
{
    static const char *const beginnings[] = {
        "51-[\"e\",{\"_placeholder\":true,\"num\":0}]",
        ("52-/a,7[\"e\",{\"x\":[{\"_placeholder\":true,\"num\":1}]},"
         "{\"num\":0,\"_placeholder\":true}"),
        "61-3[{\"_placeholder\":true,\"num\":0},",
        "510-[\"e\"",
    };

    return span_text(beginnings[choice % 4]);
}

/* ---- Sending what has come --------------------------------------------- */

struct again {
    struct sio_reader reader;
    struct sio_received received;
    enum sockfeed_result result;
};

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    struct again *again = user;
    struct malformed malformed;
    size_t size = sio_packet_encoded_size(packet);
    char *text = malloc(size);

    check(text != NULL);
    sio_packet_encode(text, packet);
    again->result =
        sio_reader_text(&again->reader, &again->received, &malformed,
                        span_of(text, size), span_of(text, size));
    check(again->result ==
          (packet->attachments > 0 ? SOCKFEED_MORE : SOCKFEED_OK));
    if (again->result == SOCKFEED_OK) {
        check(again->received.packet.payload.size == packet->payload.size);
    }
    free(text);
    return SOCKFEED_OK;
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct again *again = user;
    struct malformed malformed;

    again->result =
        sio_reader_binary(&again->reader, &again->received, &malformed, data);
    check(again->result == SOCKFEED_MORE || again->result == SOCKFEED_OK);
    return SOCKFEED_OK;
}

/* Bytes that the input itself wrote as base64 may be more than fit, or be
 * none. */
static void check_round_trip(const struct sio_received *received)
{
    struct sio_packet_rules rules = {UINT32_MAX, 0, false};
    struct again again = {.result = SOCKFEED_OK};
    struct sio_attachment_sender send = {send_text, send_binary, &again};
    enum sockfeed_result result;
    bool torn;

    if (received->packet.type != SIO_PACKET_EVENT &&
        received->packet.type != SIO_PACKET_ACK) {
        return;
    }
    sio_reader_init(&again.reader, &rules, (size_t)16 * LIMIT);
    result = sio_attachment_send(&send, &received->packet, &torn);
    check(result == SOCKFEED_OK || result == SOCKFEED_INVALID);
    if (result == SOCKFEED_OK &&
        sio_attachment_is_due(&again.reader.attachment)) {
        abort();
    }
    sio_reader_deinit(&again.reader);
}

/* ---- Receiving --------------------------------------------------------- */

static void check_received(const struct sio_reader *reader,
                           const struct sio_received *received)
{
    const struct sio_packet *packet = &received->packet;
    struct json_scan_result scan;
    struct malformed malformed;

    check(packet->type < SIO_PACKET_BINARY_EVENT);
    check(!sio_attachment_is_due(&reader->attachment));
    check(received->frame.size >= received->text.size);
    check(packet->payload.size == 0 ||
          json_scan(&scan, &malformed, packet->payload, 0) == SOCKFEED_OK);
    check_round_trip(received);
}

/* In memory of exactly its size. False: the reader has failed. */
static bool take(struct sio_reader *reader, unsigned kind, struct span bytes)
{
    struct span first =
        (kind & BEGINNING) != 0 ? beginning(kind >> 2) : span_of(NULL, 0);
    struct malformed malformed = {0, NULL};
    struct sio_received received;
    size_t size = first.size + bytes.size;
    char *message = malloc(size + 1);
    enum sockfeed_result result;

    check(message != NULL);
    memcpy(message, first.data == NULL ? "" : first.data, first.size);
    memcpy(message + first.size, bytes.data, bytes.size);
    result = (kind & 1) != 0 ? sio_reader_binary(reader, &received, &malformed,
                                                 span_of(message, size))
                             : sio_reader_text(reader, &received, &malformed,
                                               span_of(message, size),
                                               span_of(message, size));
    if (result == SOCKFEED_OK) {
        check_received(reader, &received);
    } else if (result == SOCKFEED_MORE) {
        check(sio_attachment_is_due(&reader->attachment));
        check(reader->attachment.due <= LIMIT_ATTACHMENTS);
    } else {
        check(result == SOCKFEED_TOO_LARGE ||
              (result == SOCKFEED_PROTOCOL && malformed.reason != NULL));
    }
    check(reader->attachment.text.size + reader->attachment.bytes.size <=
          LIMIT);
    free(message);
    return result == SOCKFEED_OK || result == SOCKFEED_MORE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sio_reader reader;
    bool going = true;

    sio_reader_init(&reader, &RULES, LIMIT);
    for (size_t at = 0; going && at + 1 < size;) {
        size_t most = size - at - 2;
        size_t part = data[at + 1] < most ? data[at + 1] : most;

        going =
            take(&reader, data[at], span_of((const char *)data + at + 2, part));
        at += 2 + part;
    }
    sio_reader_deinit(&reader);
    return 0;
}
