/* SPDX-License-Identifier: MIT */
/* Real Socket.IO servers, one of each protocol generation, and plain ws. */
import { once } from 'node:events';
import http from 'node:http';
import { createRequire } from 'node:module';
import { Log, listen, within } from './patience.mjs';

export { closedPort } from './patience.mjs';

const require = createRequire(import.meta.url);

/* `revision` is the Socket.IO protocol that a client ends up speaking. */
export const majors = {
  'socket.io 1.7.4': { module: 'sio1', revision: 4, eio: 3 },
  'socket.io 2.5.1': { module: 'sio2', revision: 4, eio: 3 },
  'socket.io 3.0.5': { module: 'sio30', revision: 5, eio: 4 },
  'socket.io 3.1.2': { module: 'sio3', revision: 5, eio: 4 },
  'socket.io 4.5.4': { module: 'sio45', revision: 5, eio: 4 },
  'socket.io 4.8.4': { module: 'sio4', revision: 5, eio: 4 },
  'socket.io 4.8.4 with allowEIO3': {
    module: 'sio4', revision: 5, eio: 4, options: { allowEIO3: true },
  },
};

/* Those that offer connection state recovery, one of each minor version that
 * has changed it. */
export const recoverers = {
  'socket.io 4.6.2': { module: 'sio46', revision: 5, eio: 4 },
  'socket.io 4.7.5': { module: 'sio47', revision: 5, eio: 4 },
  'socket.io 4.8.4': majors['socket.io 4.8.4'],
};

/* One that speaks revision 4 and one that speaks revision 5 stand for all
 * where the generation makes no other difference. */
export const generations = ['socket.io 2.5.1', 'socket.io 4.8.4'];

/* Every TCP connection of a server, so that it can be cut. */
function connections(server) {
  const open = new Set();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return open;
}

class Server {
  /* Sockets as they connect, and [namespace, event, ...args] received. */
  joined = new Log();
  received = new Log();

  constructor(httpServer, scheme) {
    this.http = httpServer;
    this.scheme = scheme;
    this.open = connections(httpServer);
  }

  get url() {
    return `${this.scheme}://127.0.0.1:${this.port}`;
  }

  /* Cuts every connection without a word and stops listening. */
  stop() {
    this.http.close();
    for (const socket of this.open) {
      socket.destroy();
    }
  }
}

function create(module, httpServer, options) {
  const made = require(module);
  return made.Server === undefined || made.length > 0
    ? made(httpServer, options)
    : new made.Server(httpServer, options);
}

/* Hands every event of this namespace to the server's log. */
function observe(server, name) {
  server.io.of(name).on('connection', (socket) => {
    const { onevent } = socket;
    socket.onevent = function (packet) {
      server.received.add([name, ...packet.data]);
      return onevent.call(this, packet);
    };
    server.joined.add(socket);
  });
}

/* Sends a Socket.IO packet as these very bytes. */
export function write(socket, packet) {
  socket.conn.write(packet);
}

/* Until a GET of this long-polling client waits at the server: only while one
 * does, the server learns at once that the connection was cut. */
export async function polled(socket) {
  const { transport } = socket.conn;
  while (!transport.writable) {
    /* Older ones call it drained. */
    await within(Promise.race([once(transport, 'ready'),
      once(transport, 'drain')]), 'a GET that waits');
  }
}

/*
 * Starts a server of one of `majors` or `recoverers`. `options` are its own; `namespaces` are
 * offered besides the root. `joined` and `received` of the result log what
 * clients do.
 */
export async function socketIo(t, name, {
  options = {}, namespaces = [], port = 0,
} = {}) {
  const { module, options: own } = majors[name] ?? recoverers[name];
  const server = new Server(http.createServer(), 'http');
  server.io = create(module, server.http, { ...own, ...options });
  for (const space of ['/', ...namespaces]) {
    observe(server, space);
  }
  server.port = await listen(server.http, port);
  t?.after(() => server.stop());
  return server;
}

/* A plain WebSocket server; `joined` logs its sockets, `received` the text
 * of their messages. */
export async function webSocket(t, { httpServer, options = {} } = {}) {
  const { WebSocketServer } = require('ws');
  const server = new Server(httpServer ?? http.createServer(),
    httpServer === undefined ? 'ws' : 'wss');
  server.ws = new WebSocketServer({ server: server.http, ...options });
  server.ws.on('connection', (socket) => {
    socket.on('message', (data) => server.received.add(data.toString()));
    socket.on('error', () => {});
    server.joined.add(socket);
  });
  server.port = await listen(server.http);
  t.after(() => server.stop());
  return server;
}
