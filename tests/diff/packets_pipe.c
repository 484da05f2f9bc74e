/* SPDX-License-Identifier: MIT */
#include "base/base64.h"
#include "base/json_bytes.h"
#include "base/json_quote.h"
#include "base/limits.h"
#include "codec/eio_payload3.h"
#include "codec/eio_payload4.h"
#include "codec/sio_msgpack.h"
#include "session/sio_attachment.h"
#include "session/sio_reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Decodes packets for packets.test.mjs and encodes them again. Standard input
 * is records: a kind, a count, and so many pieces, each its size and its bytes
 * (the highest bit of the size: a binary message); numbers are of 32 bits in
 * the machine's byte order. Standard output is a line of JSON for each:
 *
 *   {"packets":[...],"verdict":"ok" or a reason,"again":[...]}
 *
 * `again` has the pieces that our encoder writes for those packets.
 */
enum kind {
    KIND_TEXT_BODY_3,
    KIND_BINARY_BODY_3,
    KIND_BODY_4,
    KIND_FRAME_3,
    KIND_FRAME_4,
    KIND_SOCKET,
    KIND_MSGPACK,
};

enum {
    PIECE_MAX = 1048576,
    PIECES_MAX = 64
};

static const uint32_t BINARY = UINT32_C(1) << 31;

struct piece {
    char *bytes; /* owned, LIMIT_RECEIVE_PAD bytes behind it */
    size_t size;
    bool binary;
};

struct record {
    enum kind kind;
    size_t count;
    struct piece pieces[PIECES_MAX];
    struct buf packets; /* JSON, elements with commas before them */
    struct buf again;
    const char *verdict;
};

static struct span span_of_piece(const struct piece *piece)
{
    return span_of(piece->bytes, piece->size);
}

static void add_text(struct buf *list, struct span text)
{
    buf_append_byte(list, ',');
    json_quote(list, text);
}

static void add_bytes(struct buf *list, struct span bytes)
{
    buf_append_byte(list, ',');
    json_bytes_append(list, bytes);
}

static const char *reason(enum sockfeed_result result,
                          const struct malformed *malformed)
{
    return result == SOCKFEED_PROTOCOL ? malformed->reason
                                       : sockfeed_result_text(result);
}

/* ---- Engine.IO --------------------------------------------------------- */

static void add_engine(struct record *record, const struct eio_packet *packet)
{
    buf_append_format(&record->packets,
                      ",{\"type\":%d,\"data\":", (int)packet->type);
    if (packet->binary) {
        json_bytes_append(&record->packets, packet->data);
    } else {
        json_quote(&record->packets, packet->data);
    }
    buf_append_byte(&record->packets, '}');
}

static void append_again(struct record *record, struct buf *body,
                         const struct eio_packet *packet)
{
    if (record->kind == KIND_BODY_4) {
        eio_payload4_append(body, packet);
    } else {
        eio_payload3_append(body,
                            record->kind == KIND_TEXT_BODY_3
                                ? EIO_PAYLOAD3_TEXT
                                : EIO_PAYLOAD3_BINARY,
                            packet);
    }
}

static void run_body(struct record *record)
{
    struct span body = span_of_piece(&record->pieces[0]);
    struct malformed malformed = {0, NULL};
    struct eio_payload3 three;
    struct eio_payload4 four;
    struct eio_packet packet;
    enum sockfeed_result result;
    struct buf again;
    struct buf bytes;

    buf_init(&bytes, PIECE_MAX);
    buf_init(&again, (size_t)8 * PIECE_MAX);
    eio_payload3_init(&three,
                      record->kind == KIND_TEXT_BODY_3 ? EIO_PAYLOAD3_TEXT
                                                       : EIO_PAYLOAD3_BINARY,
                      body);
    eio_payload4_init(&four, body);
    for (;;) {
        result = record->kind == KIND_BODY_4
                     ? eio_payload4_next(&four, &packet, &malformed, &bytes)
                     : eio_payload3_next(&three, &packet, &malformed, &bytes);
        if (result != SOCKFEED_OK) {
            break;
        }
        add_engine(record, &packet);
        append_again(record, &again, &packet);
    }
    if (result != SOCKFEED_MORE) {
        record->verdict = reason(result, &malformed);
    }
    if (record->kind == KIND_BINARY_BODY_3) {
        add_bytes(&record->again, buf_span(&again));
    } else {
        add_text(&record->again, buf_span(&again));
    }
    buf_deinit(&again);
    buf_deinit(&bytes);
}

static void run_frame(struct record *record)
{
    enum eio_revision revision =
        record->kind == KIND_FRAME_3 ? EIO_REVISION_3 : EIO_REVISION_4;
    struct span frame = span_of_piece(&record->pieces[0]);
    struct malformed malformed = {0, NULL};
    struct eio_packet packet;
    enum sockfeed_result result;
    struct buf bytes;
    char *again;
    size_t size;

    buf_init(&bytes, PIECE_MAX);
    result =
        record->pieces[0].binary
            ? eio_packet_decode_binary(&packet, &malformed, frame, revision)
            : eio_packet_decode_text(&packet, &malformed, &bytes, frame,
                                     revision);
    if (result == SOCKFEED_OK) {
        add_engine(record, &packet);
        size = eio_packet_encoded_size(&packet, revision, false);
        again = malloc(size + 1);
        if (again == NULL) {
            exit(1);
        }
        eio_packet_encode(again, &packet, revision, false);
        if (packet.binary) {
            add_bytes(&record->again, span_of(again, size));
        } else {
            add_text(&record->again, span_of(again, size));
        }
        free(again);
    } else {
        record->verdict = reason(result, &malformed);
    }
    buf_deinit(&bytes);
}

/* ---- Socket.IO --------------------------------------------------------- */

static void add_socket(struct record *record, const struct sio_packet *packet)
{
    buf_append_format(&record->packets,
                      ",{\"type\":%d,\"nsp\":", (int)packet->type);
    json_quote(&record->packets, packet->space);
    if (packet->has_id) {
        buf_append_text(&record->packets, ",\"id\":");
        buf_append_uint(&record->packets, packet->id);
    }
    if (packet->payload.size > 0) {
        buf_append_text(&record->packets, ",\"data\":");
        buf_append_span(&record->packets, packet->payload);
    }
    buf_append_byte(&record->packets, '}');
}

static enum sockfeed_result send_text(void *user,
                                      const struct sio_packet *packet)
{
    struct record *record = user;
    size_t size = sio_packet_encoded_size(packet);
    char *text = malloc(size);

    if (text == NULL) {
        return SOCKFEED_NOMEM;
    }
    sio_packet_encode(text, packet);
    add_text(&record->again, span_of(text, size));
    free(text);
    return SOCKFEED_OK;
}

static enum sockfeed_result send_binary(void *user, struct span data)
{
    struct record *record = user;

    add_bytes(&record->again, data);
    return SOCKFEED_OK;
}

static void encode_socket(struct record *record,
                          const struct sio_packet *packet)
{
    struct sio_attachment_sender send = {send_text, send_binary, record};
    bool torn;

    if (packet->type == SIO_PACKET_EVENT || packet->type == SIO_PACKET_ACK) {
        /* The input may hold an object that only looks like bytes. */
        (void)!sio_attachment_send(&send, packet, &torn);
    } else {
        (void)!send_text(record, packet);
    }
}

static void encode_msgpack(struct record *record,
                           const struct sio_packet *packet)
{
    struct buf packed;

    buf_init(&packed, (size_t)2 * PIECE_MAX);
    if (sio_msgpack_encode(&packed, packet) == SOCKFEED_OK) {
        add_bytes(&record->again, buf_span(&packed));
    }
    buf_deinit(&packed);
}

static void run_socket(struct record *record)
{
    static const struct sio_packet_rules rules = {LIMIT_ATTACHMENTS, 0, false};
    struct malformed malformed = {0, NULL};
    struct sio_received received;
    struct sio_reader reader;
    enum sockfeed_result result = SOCKFEED_OK;

    sio_reader_init(&reader, &rules, PIECE_MAX);
    reader.msgpack = record->kind == KIND_MSGPACK;
    for (size_t i = 0; i < record->count; i++) {
        struct span data = span_of_piece(&record->pieces[i]);

        result =
            record->pieces[i].binary
                ? sio_reader_binary(&reader, &received, &malformed, data)
                : sio_reader_text(&reader, &received, &malformed, data, data);
        if (result == SOCKFEED_OK) {
            add_socket(record, &received.packet);
            if (reader.msgpack) {
                encode_msgpack(record, &received.packet);
            } else {
                encode_socket(record, &received.packet);
            }
        } else if (result != SOCKFEED_MORE) {
            record->verdict = reason(result, &malformed);
            break;
        }
    }
    sio_reader_deinit(&reader);
}

/* ---- Records ----------------------------------------------------------- */

static void must(bool holds)
{
    if (!holds) {
        fprintf(stderr, "packets_pipe: a broken record\n");
        exit(1);
    }
}

static uint32_t read_number(void)
{
    uint32_t number;

    must(fread(&number, sizeof number, 1, stdin) == 1);
    return number;
}

static void read_piece(struct piece *piece)
{
    uint32_t size = read_number();

    piece->binary = (size & BINARY) != 0;
    piece->size = size & ~BINARY;
    must(piece->size <= PIECE_MAX);
    piece->bytes = calloc(1, piece->size + LIMIT_RECEIVE_PAD);
    must(piece->bytes != NULL);
    must(fread(piece->bytes, 1, piece->size, stdin) == piece->size);
}

static void run(struct record *record)
{
    switch (record->kind) {
    case KIND_TEXT_BODY_3:
    case KIND_BINARY_BODY_3:
    case KIND_BODY_4:
        run_body(record);
        break;
    case KIND_FRAME_3:
    case KIND_FRAME_4:
        run_frame(record);
        break;
    case KIND_SOCKET:
    case KIND_MSGPACK:
        run_socket(record);
        break;
    }
}

/* A list without the comma before its first element. */
static const char *list(struct buf *elements)
{
    const char *text = buf_text(elements);

    must(text != NULL);
    return elements->size == 0 ? "" : text + 1;
}

int main(void)
{
    uint32_t kind;

    while (fread(&kind, sizeof kind, 1, stdin) == 1) {
        struct record record = {.kind = (enum kind)kind, .verdict = "ok"};
        struct buf verdict;

        buf_init(&record.packets, (size_t)16 * PIECE_MAX);
        buf_init(&record.again, (size_t)16 * PIECE_MAX);
        record.count = read_number();
        must(record.count <= PIECES_MAX);
        for (size_t i = 0; i < record.count; i++) {
            read_piece(&record.pieces[i]);
        }
        run(&record);
        buf_init(&verdict, PIECE_MAX);
        json_quote(&verdict, span_text(record.verdict));
        printf("{\"packets\":[%s],\"verdict\":%s,\"again\":[%s]}\n",
               list(&record.packets), buf_text(&verdict), list(&record.again));
        buf_deinit(&verdict);
        for (size_t i = 0; i < record.count; i++) {
            free(record.pieces[i].bytes);
        }
        buf_deinit(&record.packets);
        buf_deinit(&record.again);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
