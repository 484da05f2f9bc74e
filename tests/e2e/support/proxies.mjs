/* SPDX-License-Identifier: MIT */
/* Proxies that keep what they were asked for, and connect to it. */
import https from 'node:https';
import http from 'node:http';
import net from 'node:net';
import { Log, listen } from './patience.mjs';

/* Joins two sockets; what ends one ends the other. */
function join(one, other) {
  one.pipe(other);
  other.pipe(one);
  for (const [a, b] of [[one, other], [other, one]]) {
    a.on('error', () => {});
    a.on('close', () => b.destroy());
  }
}

/* Sends a text one byte at a time, each in a packet of its own. */
async function inPieces(socket, text) {
  socket.setNoDelay(true);
  for (const byte of Buffer.from(text, 'latin1')) {
    socket.write(Buffer.from([byte]));
    await new Promise((done) => setImmediate(done));
  }
}

/*
 * An HTTP proxy. `asked` logs {target, headers} of each CONNECT. `user` is the
 * "name:password" it wants; `pair` a certificate to speak TLS with; `answer`,
 * where given, is sent in place of connecting.
 */
export async function httpProxy(t, { user, pair, answer, pieces } = {}) {
  const server = pair === undefined ? http.createServer()
    : https.createServer(pair);
  const proxy = { asked: new Log() };
  const open = new Set();
  const wanted = user === undefined ? undefined : `Basic ${btoa(user)}`;
  server.on('connection', (socket) => open.add(socket));
  server.on('connect', (request, socket) => {
    const { hostname, port } = new URL(`http://${request.url}`);
    socket.on('error', () => {});
    proxy.asked.add({ target: request.url, headers: request.headers });
    if (answer !== undefined) {
      socket.end(answer);
    } else if (wanted !== undefined
      && request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n'
        + 'Proxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n');
    } else {
      const server = net.connect(port === '' ? 80 : Number(port),
        hostname.replace(/^\[|\]$/g, ''), async () => {
          const text = 'HTTP/1.1 200 Connection established\r\n\r\n';
          await (pieces ? inPieces(socket, text) : socket.write(text));
          join(socket, server);
        });
      open.add(server);
      server.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    }
  });
  proxy.port = await listen(server);
  proxy.url = `${pair === undefined ? 'http' : 'https'}://127.0.0.1:`
    + proxy.port;
  t.after(() => {
    server.close();
    open.forEach((socket) => socket.destroy());
  });
  return proxy;
}

/* Reads exactly so many bytes. */
async function take(reader, size) {
  while (reader.bytes.length < size) {
    if (reader.ended) {
      throw new Error('the client is gone');
    }
    await new Promise((wake) => {
      reader.wake = wake;
    });
  }
  const taken = reader.bytes.subarray(0, size);
  reader.bytes = reader.bytes.subarray(size);
  return taken;
}

function reading(socket) {
  const reader = { bytes: Buffer.alloc(0), ended: false, wake: () => {} };
  socket.on('data', (data) => {
    reader.bytes = Buffer.concat([reader.bytes, data]);
    reader.wake();
  });
  socket.on('close', () => {
    reader.ended = true;
    reader.wake();
  });
  return reader;
}

/* RFC 1928: the address of a request. */
async function takeAddress(reader, kind) {
  if (kind === 1) {
    return [...await take(reader, 4)].join('.');
  }
  if (kind === 4) {
    const bytes = await take(reader, 16);
    return Array.from({ length: 8 },
      (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
  }
  const [size] = await take(reader, 1);
  return (await take(reader, size)).toString();
}

/*
 * A SOCKS 5 proxy. `asked` logs {kind, host, port, login} of each request.
 * `user` is the "name:password" it wants; `code` what it answers in place of
 * connecting; `method` the login it asks for whatever was offered.
 */
export async function socksProxy(t, { user, code = 0, method, pieces } = {}) {
  const proxy = { asked: new Log() };
  const open = new Set();

  async function serve(socket) {
    const reader = reading(socket);
    const say = (...bytes) => (pieces
      ? inPieces(socket, Buffer.from(bytes).toString('latin1'))
      : socket.write(Buffer.from(bytes)));
    const [, count] = await take(reader, 2);
    const offered = [...await take(reader, count)];
    const chosen = method ?? (user === undefined ? 0 : 2);
    let login;
    if (!offered.includes(chosen)) {
      socket.end(Buffer.from([5, method ?? 255]));
      return;
    }
    await say(5, chosen);
    if (chosen === 2) {
      const [, size] = await take(reader, 2);
      const name = (await take(reader, size)).toString();
      const [length] = await take(reader, 1);
      login = `${name}:${(await take(reader, length)).toString()}`;
      await say(1, login === user ? 0 : 1);
      if (login !== user) {
        socket.end();
        return;
      }
    }
    const [, , , kind] = await take(reader, 4);
    const host = await takeAddress(reader, kind);
    const port = (await take(reader, 2)).readUInt16BE();
    proxy.asked.add({ kind, host, port, login });
    if (code !== 0) {
      socket.end(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]));
      return;
    }
    /* What comes behind the reply is the server's. */
    socket.removeAllListeners('data').pause();
    const server = net.connect(port, host, async () => {
      await say(5, 0, 0, 1, 127, 0, 0, 1, 0x12, 0x34);
      join(socket, server);
    });
    open.add(server);
    server.on('error', () => socket.destroy());
  }

  const server = net.createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {});
    serve(socket).catch(() => socket.destroy());
  });
  proxy.port = await listen(server);
  proxy.url = `socks5://127.0.0.1:${proxy.port}`;
  t.after(() => {
    server.close();
    open.forEach((socket) => socket.destroy());
  });
  return proxy;
}
