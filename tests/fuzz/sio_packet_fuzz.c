/* SPDX-License-Identifier: MIT */
#include "codec/sio_packet.h"

#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct sio_packet_rules CHECKED = {LIMIT_ATTACHMENTS, 0, false};
static const struct sio_packet_rules UNCHECKED = {LIMIT_ATTACHMENTS, 0, true};

static void check(bool holds)
{
    if (!holds) {
        abort();
    }
}

static enum sockfeed_result decode(struct sio_packet *packet, struct span text,
                                   const struct sio_packet_rules *rules)
{
    struct malformed malformed = {0, NULL};
    enum sockfeed_result result =
        sio_packet_decode(packet, &malformed, text, rules);

    check(result == SOCKFEED_OK || result == SOCKFEED_PROTOCOL);
    check(result == SOCKFEED_OK ||
          (malformed.reason != NULL && malformed.offset <= text.size));
    return result;
}

static void check_same(const struct sio_packet *a, const struct sio_packet *b)
{
    check(a->type == b->type && a->attachments == b->attachments);
    check(span_equal(a->space, b->space));
    check(a->has_id == b->has_id && a->id == b->id);
    check(span_equal(a->payload, b->payload));
    check(span_equal(a->name, b->name) && span_equal(a->args, b->args));
    check(a->arg_count == b->arg_count && a->multiline == b->multiline);
}

/* What was read is written so that it reads the same again. */
static void check_round_trip(const struct sio_packet *packet)
{
    size_t size = sio_packet_encoded_size(packet);
    char *text = malloc(size);
    struct sio_packet again;

    check(text != NULL);
    sio_packet_encode(text, packet);
    check(decode(&again, span_of(text, size), &CHECKED) == SOCKFEED_OK);
    /* Space around the payload is not written again. */
    again.multiline = packet->multiline;
    check_same(packet, &again);
    free(text);
}

/* The short way for events of the root namespace comes to what the long way
 * does, which a spelt-out root takes. */
static void check_paths(struct span text, enum sockfeed_result result,
                        const struct sio_packet *packet)
{
    char *spelt = malloc(text.size + 2);
    struct sio_packet again;

    check(spelt != NULL);
    memcpy(spelt, "2/,", 3);
    memcpy(spelt + 3, text.data + 1, text.size - 1);
    check(decode(&again, span_of(spelt, text.size + 2), &CHECKED) == result);
    if (result == SOCKFEED_OK) {
        check_same(packet, &again);
    }
    free(spelt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = span_of((const char *)data, size);
    struct sio_packet packet;
    struct sio_packet quick;
    enum sockfeed_result result = decode(&packet, text, &CHECKED);
    enum sockfeed_result unchecked = decode(&quick, text, &UNCHECKED);

    if (size >= 2 && memcmp(data, "2[", 2) == 0) {
        check_paths(text, result, &packet);
    }
    if (result == SOCKFEED_OK) {
        check_round_trip(&packet);
        check(unchecked == SOCKFEED_OK);
        check(span_equal(packet.payload, quick.payload));
    }
    return 0;
}
