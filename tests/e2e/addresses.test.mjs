/* SPDX-License-Identifier: MIT */
/* Which address is connected to, and from where. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { Authority } from './support/certificates.mjs';
import { within } from './support/patience.mjs';
import { file, folder, run, start } from './support/program.mjs';
import { httpProxy } from './support/proxies.mjs';
import { closedPort, socketIo, webSocket } from './support/servers.mjs';
import { wire } from './support/wire.mjs';

async function saying(t, text, options) {
  const server = await webSocket(t, options);
  server.ws.on('connection', (socket) => socket.send(text));
  return server;
}

function oneLine(stderr, words) {
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  assert.match(stderr, words);
}

/* The Host header that a server of bytes gets. */
async function hostSent(server) {
  const head = await (await server.peer()).request();
  return /^Host: (.*)\r$/m.exec(head)[1];
}

test('--resolve answers for a name', async (t) => {
  const server = await wire(t);
  const { port } = server;
  start(t, '--resolve', `Feed.Example:${port}:127.0.0.1`,
    `ws://feed.example:${port}`);
  assert.equal(await hostSent(server), `feed.example:${port}`);
});

test('--resolve answers for every name by *', async (t) => {
  const server = await wire(t);
  start(t, '--resolve', `*:${server.port}:127.0.0.1`,
    `ws://any.example:${server.port}`);
  await server.peer();
});

test('--resolve is for its port alone', async (t) => {
  await run(t, 6, '--resolve', 'nowhere.invalid:1:127.0.0.1',
    'ws://nowhere.invalid:2');
});

test('--resolve may have an address that is dead first', async (t) => {
  const server = await saying(t, 'hello');
  const { stderr } = await run(t, 0, '-v', '-n', '1', '--resolve',
    `h.example:${server.port}:127.0.0.2,[::1],127.0.0.1`,
    `ws://h.example:${server.port}`);
  assert.match(stderr, /127\.0\.0\.2 port \d+: connection refused/);
  assert.match(stderr, /connected to 127\.0\.0\.1/);
});

test('with -v every address that fails is told', async (t) => {
  const port = await closedPort();
  const { stderr } = await run(t, 7, '-v', '--resolve',
    `h.example:${port}:127.0.0.2,127.0.0.3`, `ws://h.example:${port}`);
  for (const address of ['127.0.0.2', '127.0.0.3']) {
    assert.match(stderr, new RegExp(
      `^\\* ${address} port ${port}: connection refused$`, 'm'));
  }
  assert.match(stderr,
    /^sockfeed: .*127\.0\.0\.2.*refused; 127\.0\.0\.3.*refused; is it running/m);
});

test('-4 and -6 choose among addresses', async (t) => {
  const server = await saying(t, 'hello');
  const pins = ['--resolve', `h.example:${server.port}:127.0.0.1`];
  const url = `ws://h.example:${server.port}`;
  await run(t, 0, '-q', '-4', '-n', '1', ...pins, url);
  oneLine((await run(t, 6, '-6', ...pins, url)).stderr, /IPv6.*h\.example/);
  oneLine((await run(t, 6, '-6', server.url)).stderr, /IPv6.*127\.0\.0\.1/);
  oneLine((await run(t, 6, '-4', `ws://[::1]:${server.port}`)).stderr,
    /IPv4.*::1/);
});

test('--connect-to leads elsewhere and changes nothing else', async (t) => {
  const server = await wire(t);
  const { port } = server;
  for (const [i, detour] of [`h.example:80:127.0.0.1:${port}`,
    `::127.0.0.1:${port}`, `:80:127.0.0.1:${port}`,
    `h.example::[127.0.0.1]:${port}`.replace('[127.0.0.1]', '127.0.0.1'),
  ].entries()) {
    start(t, '--connect-to', 'other.example:80:127.0.0.1:1', '--connect-to',
      detour, 'ws://h.example');
    const head = await (await server.peer(i + 1)).request();
    assert.match(head, /^Host: h\.example\r$/m);
  }
});

test('--connect-to keeps the name for TLS', async (t) => {
  const authority = new Authority();
  t.after(() => authority.remove());
  const server = await saying(t, 'hello',
    { httpServer: https.createServer(authority.issue('DNS:h.example')) });
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
    authority.file, '--connect-to', `h.example:443:127.0.0.1:${server.port}`,
    'wss://h.example');
  assert.equal(stdout, 'hello\n');
});

test('--connect-to is what a proxy is asked for', async (t) => {
  const proxy = await httpProxy(t, { answer: 'HTTP/1.1 503 No\r\n\r\n' });
  await run(t, 97, '-x', proxy.url, '--connect-to', 'h.example:80:[::1]:81',
    'ws://h.example');
  assert.equal(proxy.asked.entries[0].target, '[::1]:81');
});

test('--unix-socket takes the network\'s place', async (t) => {
  const path = join(folder(t), 'feed.sock');
  const server = http.createServer();
  t.after(() => server.close());
  await within(new Promise((done) => server.listen(path, done)), 'listening');
  const hosts = [];
  new WebSocketServer({ server }).on('connection', (socket, head) => {
    hosts.push(head.headers.host);
    socket.send('hello');
    socket.on('close', () => server.closeAllConnections());
  });
  const { stdout, stderr } = await run(t, 0, '-v', '-n', '1', '--unix-socket',
    path, 'ws://feed.example/x', { env: { http_proxy: 'http://127.0.0.1:1' } });
  assert.equal(stdout, 'hello\n');
  assert.deepEqual(hosts, ['feed.example']);
  assert.ok(stderr.includes(`connected to ${path}`));
});

test('Socket.IO goes through a unix socket', async (t) => {
  const path = join(folder(t), 'io.sock');
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('hello', 1));
  const relay = net.createServer((socket) => {
    const other = net.connect(server.port, '127.0.0.1');
    socket.on('error', () => {}).pipe(other).on('error', () => {})
      .pipe(socket);
  });
  t.after(() => relay.close());
  await within(new Promise((done) => relay.listen(path, done)), 'listening');
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--unix-socket', path,
    'http://io.example');
  assert.equal(stdout, '["hello",1]\n');
});

test('a unix socket that is not there is 7', async (t) => {
  oneLine((await run(t, 7, '--unix-socket', '/nonexistent/socket',
    'ws://h.example')).stderr, /\/nonexistent\/socket: no such file/);
  oneLine((await run(t, 7, '--unix-socket', file(t, ''), 'ws://h.example'))
    .stderr, /refused/);
});

test('a unix socket and a proxy do not go together', async (t) => {
  oneLine((await run(t, 2, '--unix-socket', '/x', '-x', 'http://127.0.0.1:1',
    'ws://h.example')).stderr, /proxy.*unix socket/);
});

test('--interface is where the connection begins', async (t) => {
  const server = await wire(t);
  for (const [i, [from, address]] of [['127.0.0.5', '127.0.0.5'],
    ['lo', '127.0.0.1']].entries()) {
    start(t, '--interface', from, server.url);
    const { socket } = await server.peer(i + 1);
    assert.equal(socket.remoteAddress, address);
  }
});

test('an interface that cannot be used is 45', async (t) => {
  const server = await wire(t);
  for (const [from, words] of [['nosuch0', /nosuch0.*no such device/],
    ['192.0.2.1', /192\.0\.2\.1.*assign/], ['::1', /::1.*fits/],
    ['a name that is far too long', /no such device/]]) {
    oneLine((await run(t, 45, '--interface', from, server.url)).stderr, words);
  }
  assert.equal(server.peers.length, 0);
});

test('--tcp-keepalive has the system probe the connection', async (t) => {
  const server = await webSocket(t);
  /* The sixth field of a connection's row begins with its timer, 02 for one
   * that keeps it alive. */
  const timer = () => readFileSync('/proc/net/tcp', 'ascii').split('\n')
    .map((row) => row.trim().split(/ +/))
    .find(([, , remote]) => remote?.endsWith(
      `:${server.port.toString(16).toUpperCase().padStart(4, '0')}`))[5];
  start(t, '--ping-interval', '0', '--tcp-keepalive', '30', server.url);
  await server.joined.reaches(1);
  assert.match(timer(), /^02:/);
});

test('without it the system does not', async (t) => {
  const server = await webSocket(t);
  start(t, '--ping-interval', '0', server.url);
  await server.joined.reaches(1);
  assert.doesNotMatch(readFileSync('/proc/net/tcp', 'ascii'), new RegExp(
    `:${server.port.toString(16).toUpperCase().padStart(4, '0')} 01 \\S+ 02:`));
});
