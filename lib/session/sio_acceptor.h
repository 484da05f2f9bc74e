/* SPDX-License-Identifier: MIT */
#ifndef SESSION_SIO_ACCEPTOR_H
#define SESSION_SIO_ACCEPTOR_H

#include "codec/eio_packet.h"

struct eio_acceptor;

/* The Socket.IO of an acceptor: which namespaces its client has joined, and
 * what is sent and received there. */

/* Joins a namespace and says so to the client, as the server of revision 4
 * does with the root by itself. */
void sio_acceptor_join(struct eio_acceptor *acceptor, struct span name);

/* An Engine.IO message has come, in the WebSocket message `frame`. */
void sio_acceptor_receive(struct eio_acceptor *acceptor,
                          const struct eio_packet *packet, struct span frame);

/* A packet that has come cannot be read. */
void sio_acceptor_refuse(struct eio_acceptor *acceptor,
                         enum sockfeed_result result,
                         const struct malformed *malformed);

/* Acknowledgements whose time has come are given up. */
void sio_acceptor_tick(struct eio_acceptor *acceptor, int64_t now);

/* What eio_acceptor.h says of the functions of these names. */
bool sio_acceptor_joined(const struct eio_acceptor *acceptor,
                         struct span space);
enum sockfeed_result sio_acceptor_emit(struct eio_acceptor *acceptor,
                                       struct span space,
                                       struct span array) SOCKFEED_CHECK;
enum sockfeed_result sio_acceptor_call(struct eio_acceptor *acceptor,
                                       struct span space, struct span array,
                                       uint64_t id,
                                       int64_t deadline) SOCKFEED_CHECK;
enum sockfeed_result sio_acceptor_acknowledge(struct eio_acceptor *acceptor,
                                              struct span space, uint64_t id,
                                              struct span array) SOCKFEED_CHECK;
enum sockfeed_result sio_acceptor_disconnect(struct eio_acceptor *acceptor,
                                             struct span space) SOCKFEED_CHECK;

#endif
