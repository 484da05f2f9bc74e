/* SPDX-License-Identifier: MIT */
/*
 * A server of long-polling at the level of bytes, for what real ones never
 * send. Every request is logged with its body; a test answers it when and how
 * it likes.
 */
import net from 'node:net';
import { Log, listen } from './patience.mjs';
import { Peer, switching } from './wire.mjs';

/* One request, and the socket it came on. */
class Request {
  answered = false;

  constructor(connection, head, body) {
    const [line, ...headers] = head.split('\r\n');
    const [method, target] = line.split(' ');
    this.connection = connection;
    this.head = head;
    this.method = method;
    this.target = target;
    this.query = new URL(target, 'http://x').searchParams;
    this.headers = Object.fromEntries(headers.filter((h) => h !== '')
      .map((h) => [h.slice(0, h.indexOf(':')).toLowerCase(),
        h.slice(h.indexOf(':') + 1).trim()]));
    this.body = body;
  }

  get upgrade() {
    return this.headers.upgrade !== undefined;
  }

  /* These bytes and nothing else. */
  raw(...pieces) {
    this.answered = true;
    this.connection.socket.write(
      Buffer.concat(pieces.map((p) => Buffer.from(p))));
  }

  answer(body, {
    status = '200 OK', type = 'text/plain; charset=UTF-8', headers = {},
  } = {}) {
    const bytes = Buffer.from(body);
    const lines = Object.entries({
      'Content-Type': type, 'Content-Length': bytes.length, ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.raw(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`, bytes);
  }

  error(code, message, status = '400 Bad Request') {
    this.answer(JSON.stringify({ code, message }),
      { status, type: 'application/json' });
  }

  /* Switches protocols, sends these frames with the same write, and gives the
   * client's end, as of support/wire.mjs. */
  accept(...frames) {
    this.answered = true;
    this.connection.taken = () => {};
    const peer = new Peer(this.connection.socket);
    peer.upgraded = true;
    peer.send(switching(this.head), ...frames);
    return peer;
  }

  hangUp() {
    this.connection.socket.destroy();
  }
}

/* Requests of one connection, one after the other. */
class Connection {
  #bytes = Buffer.alloc(0);
  requests = 0;
  /* Set by who takes the connection over: gets what comes from then on. */
  taken;

  constructor(socket, onRequest) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      if (this.taken !== undefined) {
        this.taken(data);
        return;
      }
      this.#bytes = Buffer.concat([this.#bytes, data]);
      for (let request = this.#next(); request; request = this.#next()) {
        this.requests += 1;
        onRequest(request);
      }
    });
  }

  #next() {
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) {
      return undefined;
    }
    const head = this.#bytes.subarray(0, end).toString();
    const size = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#bytes.length < end + 4 + size) {
      return undefined;
    }
    const body = this.#bytes.subarray(end + 4, end + 4 + size);
    this.#bytes = this.#bytes.subarray(end + 4 + size);
    return new Request(this, head, body);
  }
}

/* The open packet; pings come so rarely that none falls into a test. */
export function open(fields = {}) {
  return `0${JSON.stringify({
    sid: 'wire', upgrades: [], pingInterval: 60000, pingTimeout: 60000,
    maxPayload: 1000000, ...fields,
  })}`;
}

export const connected = '40{"sid":"wire"}';

class PollingServer {
  connections = new Log();
  requests = new Log();

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /* The `count`th request with this method. */
  async request(method, count = 1) {
    const those = () => this.requests.entries
      .filter((r) => r.method === method && !r.upgrade);
    return this.requests.until(() => those()[count - 1],
      `${count} requests with ${method}`, () => this.requests.entries
        .map((r) => `${r.method} ${r.target}`).join('\n'));
  }

  async get(count) {
    return this.request('GET', count);
  }

  async post(count) {
    return this.request('POST', count);
  }

  /* The `count`th request for a WebSocket. */
  async probe(count = 1) {
    return this.requests.until(
      () => this.requests.entries.filter((r) => r.upgrade)[count - 1],
      `${count} requests for a WebSocket`);
  }

  /* Answers the first GET with an open packet, the second with the root's
   * CONNECT, and the client's POST of its own with ok. */
  async greet(fields) {
    (await this.get(1)).answer(open(fields));
    (await this.post(1)).answer('ok');
    (await this.get(2)).answer(connected);
  }
}

export async function polling(t) {
  const made = new PollingServer();
  const server = net.createServer((socket) => {
    made.connections.add(new Connection(socket,
      (request) => made.requests.add(request)));
  });
  made.port = await listen(server);
  t.after(() => {
    server.close();
    for (const { socket } of made.connections.entries) {
      socket.destroy();
    }
  });
  return made;
}
