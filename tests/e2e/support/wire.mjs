/* SPDX-License-Identifier: MIT */
/*
 * A server of bytes, for what real ones never send. A test accepts a peer,
 * reads its request, answers with what it likes, and reads the peer's frames.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import { Log, Watched, listen } from './patience.mjs';

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/* The length field of RFC 6455, section 5.2; `width` (1, 2 or 8 bytes) asks
 * for a longer form than is needed. */
function lengthField(size, width) {
  const needed = size < 126 ? 1 : size < 65536 ? 2 : 8;
  switch (width ?? needed) {
  case 1:
    return Buffer.from([size]);
  case 2: {
    const field = Buffer.from([126, 0, 0]);
    field.writeUInt16BE(size, 1);
    return field;
  }
  default: {
    const field = Buffer.alloc(9, 0);
    field[0] = 127;
    field.writeBigUInt64BE(BigInt(size), 1);
    return field;
  }
  }
}

/* A server's frame; `bits` are the reserved ones (4, 2, 1). */
export function frame(opcode, payload = '', {
  final = true, bits = 0, masked = false, width,
} = {}) {
  const data = Buffer.from(payload);
  const length = lengthField(data.length, width);
  if (masked) {
    length[0] |= 0x80;
  }
  /* A mask of zeros leaves the payload as it is. */
  const mask = masked ? Buffer.alloc(4) : Buffer.alloc(0);
  const first = (final ? 0x80 : 0) | (bits << 4) | opcode;
  return Buffer.concat([Buffer.from([first]), length, mask, data]);
}

export const text = (payload) => frame(TEXT, payload);

export function close(code, reason = '') {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(CLOSE, Buffer.concat([payload, Buffer.from(reason)]));
}

/* The open packet; pings come so rarely that none falls into a test. */
export function open(fields = {}) {
  return text(`0${JSON.stringify({
    sid: 'wire', upgrades: [], pingInterval: 60000, pingTimeout: 60000,
    ...fields,
  })}`);
}

/* What Socket.IO 4 says first: fields beyond those of 3.x. */
export const openFour = (fields) => open({ maxPayload: 1000000, ...fields });
export const connected = text('40{"sid":"wire"}');

export function switching(request, headers = {}) {
  const key = /^sec-websocket-key: *(.*?) *$/im.exec(request)?.[1];
  const accept = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = Object.entries({
    Upgrade: 'websocket', Connection: 'Upgrade',
    'Sec-WebSocket-Accept': accept, ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}

/* One client's connection. */
export class Peer extends Watched {
  #bytes = Buffer.alloc(0);
  frames = new Log();
  ended = false;
  /* Whether a close frame is answered, as servers do. */
  polite = true;
  at = performance.now();

  constructor(socket) {
    super();
    this.socket = socket;
    socket.on('data', (data) => {
      this.#bytes = Buffer.concat([this.#bytes, data]);
      if (this.upgraded) {
        this.#decode();
      }
      this.changed();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.ended = true;
      this.changed();
    });
    socket.on('end', () => {
      this.ended = true;
      this.changed();
    });
  }

  send(...pieces) {
    this.socket.write(Buffer.concat(pieces.map((p) => Buffer.from(p))));
  }

  /* Sends and ends the stream. */
  last(...pieces) {
    this.socket.end(Buffer.concat(pieces.map((p) => Buffer.from(p))));
  }

  /* The head of the request. */
  async request() {
    const end = await this.until(() => {
      const at = this.#bytes.indexOf('\r\n\r\n');
      return at < 0 ? 0 : at + 4;
    }, 'a whole request head', () => this.#bytes.toString());
    const head = this.#bytes.subarray(0, end).toString();
    this.#bytes = this.#bytes.subarray(end);
    return head;
  }

  /* Takes the request, switches protocols, and sends these frames with the
   * same write. */
  async upgrade(...frames) {
    const head = await this.request();
    this.upgraded = true;
    this.send(switching(head), ...frames);
    this.#decode();
    return head;
  }

  /* Frames of clients must be masked, and are below 64 KiB here. */
  #decode() {
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 6) {
        return;
      }
      if ((bytes[1] & 0x80) === 0) {
        throw new Error('a client\'s frame without mask');
      }
      const long = (bytes[1] & 0x7f) === 126;
      const head = long ? 4 : 2;
      if (bytes.length < head + 4) {
        return;
      }
      const size = long ? bytes.readUInt16BE(2) : bytes[1] & 0x7f;
      if (bytes.length < head + 4 + size) {
        return;
      }
      const mask = bytes.subarray(head, head + 4);
      const payload = Buffer.from(
        bytes.subarray(head + 4, head + 4 + size)
          .map((byte, i) => byte ^ mask[i % 4]));
      const opcode = bytes[0] & 0x0f;
      this.#bytes = bytes.subarray(head + 4 + size);
      this.frames.add({ opcode, payload });
      if (opcode === CLOSE && this.polite) {
        this.socket.end(frame(CLOSE, payload));
      }
    }
  }

  /* The first frame with this opcode whose payload, as text, matches. */
  async frame(opcode, pattern = /^/) {
    return this.frames.until(
      () => this.frames.entries.find((f) => f.opcode === opcode
        && pattern.test(f.payload.toString())),
      `a frame with opcode ${opcode} and ${pattern}`,
      () => this.frames.tail());
  }

  /* The code of the client's close frame, 1005 where it has none. */
  async closeCode() {
    const { payload } = await this.frame(CLOSE);
    return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
  }

  async gone() {
    await this.until(() => this.ended, 'the client gone');
  }
}

class Wire {
  peers = new Log();

  get url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  /* The same port as a Socket.IO URL. */
  get sioUrl() {
    return `http://127.0.0.1:${this.port}`;
  }

  /* The `count`th client to connect. */
  async peer(count = 1) {
    await this.peers.reaches(count, `${count} connections`);
    return this.peers.entries[count - 1];
  }
}

/* `handler`, where given, is called with each Peer and its number. */
export async function wire(t, handler = () => {}) {
  const server = net.createServer({ allowHalfOpen: true });
  const made = new Wire();
  server.on('connection', (socket) => {
    const peer = new Peer(socket);
    made.peers.add(peer);
    Promise.resolve(handler(peer, made.peers.length)).catch(() => {
      socket.destroy();
    });
  });
  made.port = await listen(server);
  t.after(() => {
    server.close();
    for (const { socket } of made.peers.entries) {
      socket.destroy();
    }
  });
  return made;
}
