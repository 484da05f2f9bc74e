/* SPDX-License-Identifier: MIT */
#ifndef CODEC_SIO_PACKET_H
#define CODEC_SIO_PACKET_H

#include "base/json_scan.h"
#include "base/result.h"
#include "base/span.h"
#include "sockfeed/result.h"

#include <stdint.h>

/*
 * Socket.IO packets, revisions 4 and 5, as they stand in the text of an
 * Engine.IO message:
 *
 *     <type>[<attachments>-][<namespace>,][<id>][<JSON>]
 *
 * The root namespace "/" is not written. A packet that is no valid one in
 * either revision is refused; what only one of them has (the form of a
 * CONNECT_ERROR, say) is for the session to judge.
 */

/* The digits on the wire. */
enum sio_packet_type {
    SIO_PACKET_CONNECT,
    SIO_PACKET_DISCONNECT,
    SIO_PACKET_EVENT,
    SIO_PACKET_ACK,
    SIO_PACKET_CONNECT_ERROR, /* revision 4 calls it ERROR */
    SIO_PACKET_BINARY_EVENT,
    SIO_PACKET_BINARY_ACK,
};

/* All spans view the decoded text, but the namespace of the root, which is
 * static. */
struct sio_packet {
    enum sio_packet_type type;
    unsigned attachments; /* binary messages that follow; BINARY_ types only */
    struct span space;    /* namespace, "/" for the root */
    bool has_id;
    uint64_t id;         /* of the acknowledgement, at most 2^53 - 1 */
    struct span payload; /* JSON; empty when there is none */

    /* Of events and acknowledgements, else zero: */
    struct span name; /* JSON string or number; empty in acknowledgements */
    struct span args; /* the elements after the name, without brackets */
    size_t arg_count; /* how many; 0 when unchecked */
    bool multiline;   /* LF or CR stand between tokens; false when unchecked */
};

struct sio_packet_rules {
    unsigned max_attachments;
    unsigned scan;  /* JSON_SCAN_ flags that are true of the text */
    bool unchecked; /* an EVENT's JSON is not wanted: look only at its first
                       and last byte; there is no name and no args then */
};

/*
 * Reads one packet, which must be all of `text`. Attachments follow in binary
 * messages of their own; their placeholders are not looked at here. Event
 * names that Socket.IO keeps for itself ("connect", "disconnect", ...) are
 * refused, however they are escaped. PROTOCOL with `malformed`, NOMEM.
 */
enum sockfeed_result sio_packet_decode(
    struct sio_packet *packet, struct malformed *malformed, struct span text,
    const struct sio_packet_rules *rules) SOCKFEED_CHECK;

/* Of an EVENT that has nothing before it, the array alone: scans it and checks
 * its name. Results as above. */
enum sockfeed_result sio_packet_scan_event(struct json_scan_result *event,
                                           struct malformed *malformed,
                                           struct span array,
                                           unsigned scan) SOCKFEED_CHECK;

/* Whether a checked JSON string token is a name that no event may have. */
bool sio_packet_name_reserved(struct span name);

/* Bytes of the packet; looks at type, attachments, space, id and payload. */
size_t sio_packet_encoded_size(const struct sio_packet *packet);

/* Writes exactly that many. */
void sio_packet_encode(char *to, const struct sio_packet *packet);

#endif
