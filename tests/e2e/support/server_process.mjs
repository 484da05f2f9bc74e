/* SPDX-License-Identifier: MIT */
/*
 * A server of one of the majors in a process of its own, driven through its
 * channel: { write: PACKET } sends to every client; { joined } and
 * { received } tell what they do.
 */
import { socketIo, write } from './servers.mjs';

const [name, port] = process.argv.slice(2);
const server = await socketIo(null, name, { port: Number(port) });
const sockets = new Set();

server.io.on('connection', (socket) => {
  sockets.add(socket);
  socket.on('disconnect', () => sockets.delete(socket));
  process.send({ joined: socket.id });
});
server.received.add = (event) => process.send({ received: event });
process.on('message', (order) => {
  for (const socket of sockets) {
    write(socket, order.write);
  }
});
process.on('disconnect', () => process.exit());
process.send({ port: server.port });
