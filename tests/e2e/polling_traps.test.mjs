/* SPDX-License-Identifier: MIT */
/* What no real server sends by long-polling, and how it ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { givenTime } from './support/patience.mjs';
import { connected, open, polling } from './support/polling.mjs';
import { run, start } from './support/program.mjs';

const POLLING = ['--transport', 'polling'];
const ONCE = [...POLLING, '--reconnect', 'never'];

/* A packet in the binary form of revision 3. */
function packet3(text) {
  const data = Buffer.from(text);
  const length = [...String(data.length)].map(Number);
  return Buffer.concat([Buffer.from([0, ...length, 255]), data]);
}

const OCTETS = { type: 'application/octet-stream' };

/* An open packet of revision 3, where nothing says what a POST may have. */
const openThree = open({ maxPayload: undefined });

test('the text form of revision 3 counts UTF-16', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '-n', '2', server.url);
  (await server.get(1)).answer(`${openThree.length}:${openThree}2:40`);
  (await server.get(2)).answer('16:42["uni","é€😀"]0:10:42["next"]');
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["uni","é€😀"]\n["next"]\n');
});

test('an answer is read as the form that its type says', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '-n', '2', server.url);
  (await server.get(1)).answer(packet3(openThree), OCTETS);
  (await server.get(2)).answer('2:40', { type: 'text/plain' });
  (await server.get(3)).answer(packet3('42["é€😀"]'),
    { type: 'Application/Octet-Stream; x=y' });
  (await server.get(4)).answer('10:42["text"]');
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["é€😀"]\n["text"]\n');
});

test('no two requests have the same URL, also of two sessions', async (t) => {
  const server = await polling(t);
  for (const session of [0, 1]) {
    const program = start(t, ...POLLING, '--reconnect', 'never', server.url);
    (await server.get(1 + 2 * session)).answer(open());
    (await server.get(2 + 2 * session)).answer('1');
    await program.exits(56);
  }
  const gets = server.requests.entries.filter((r) => r.method === 'GET');
  assert.equal(new Set(gets.map((r) => r.query.get('t'))).size, 4);
});

test('one GET and one POST at a time', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '-i', server.url, { stdin: 'pipe' });
  await server.greet();
  const waiting = await server.get(3);
  program.type('one');
  const post = await server.post(2);
  assert.equal(post.body.toString(), '42["one"]');
  program.type('two');
  program.type('three');
  waiting.answer('42["tick"]');
  await program.printed(1);
  const next = await server.get(4);
  assert.equal(server.requests.entries.filter((r) => !r.answered).length, 2);
  post.answer('ok');
  const packed = await server.post(3);
  assert.equal(packed.body.toString(), '42["two"]\x1e42["three"]');
  packed.answer('ok');
  next.answer('6');
  await server.get(5);
  assert.equal(server.connections.length, 2, 'two connections for all');
});

test('a POST has no more than maxPayload', async (t) => {
  const server = await polling(t);
  start(t, ...POLLING, '-e', `a "${'x'.repeat(20)}"`,
    '-e', `b "${'x'.repeat(200)}"`, '-e', 'c {"$base64":"AAECAwQFBgc="}',
    '-e', 'd', server.url);
  await server.greet({ maxPayload: 64 });
  const bodies = [];
  for (let i = 2; bodies.join('').indexOf('["d"]') < 0; i += 1) {
    const post = await server.post(i);
    bodies.push(post.body.toString());
    post.answer('ok');
  }
  assert.equal(bodies[0], `42["a","${'x'.repeat(20)}"]`);
  assert.ok(bodies[1].length > 200, 'alone, though it is too large');
  for (const body of bodies.filter((_, i) => i !== 1)) {
    assert.ok(Buffer.byteLength(body) <= 64, body);
  }
  assert.deepEqual(bodies.join('\x1e').split('\x1e').slice(2),
    ['451-["c",{"_placeholder":true,"num":0}]', 'bAAECAwQFBgc=', '42["d"]']);
});

test('a session that is gone is a loss, in the server\'s words',
  async (t) => {
    const server = await polling(t);
    const program = start(t, ...ONCE, server.url);
    await server.greet();
    (await server.get(3)).error(1, 'Session ID unknown');
    const { stderr } = await program.exits(56);
    assert.match(stderr, /400 Bad Request: Session ID unknown/);
  });

test('garbage that is answered with ok shows at the next GET', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '--delays', '0.05', '-s', 'sub',
    '--status', 'json', '-n', '1', server.url);
  await server.greet();
  const waiting = await server.get(3);
  (await server.post(2)).answer('ok');
  waiting.error(1, 'Session ID unknown');
  await program.record('lost');
  /* A fresh handshake, not the old session again. */
  const fresh = await server.get(4);
  assert.equal(fresh.query.get('sid'), null);
  fresh.answer(open({ sid: 'second' }));
  (await server.post(3)).answer('ok');
  (await server.get(5)).answer(connected);
  assert.equal((await server.post(4)).body.toString(), '42["sub"]');
  (await server.get(6)).answer('42["tick"]');
  (await server.post(4)).answer('ok');
  (await server.post(5)).answer('ok');
  (await server.post(6)).answer('ok');
  await program.exits(0);
});

test('a POST that is too large for the server is a loss', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, '-e', 'large', server.url);
  await server.greet();
  (await server.post(2)).answer('', { status: '413 Payload Too Large' });
  const { stderr } = await program.exits(56);
  assert.match(stderr, /POST.*413 Payload Too Large/);
});

/* The answer may have been on its way: to ask again on the same session would
 * pass over what stood in it. */
test('a GET that is cut is a loss', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, server.url);
  await server.greet();
  (await server.get(3)).answer('42["tick"]');
  await program.printed(1);
  (await server.get(4)).hangUp();
  const { stderr } = await program.exits(56);
  assert.match(stderr, /closed the connection before it answered/);
});

test('an answer that is cut is a loss', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, server.url);
  await server.greet();
  const get = await server.get(3);
  get.raw('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n42["ha');
  get.connection.socket.end();
  const { stderr, stdout } = await program.exits(56);
  assert.equal(stdout, '');
  assert.match(stderr, /inside its answer/);
});

test('connections that do not last are opened anew', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '-i', '-n', '3', server.url,
    { stdin: 'pipe' });
  const CLOSE = { headers: { Connection: 'close' } };
  const last = (request, body, options) => {
    request.answer(body, options);
    request.connection.socket.end();
  };
  last(await server.get(1), open(), CLOSE);
  /* Without a word, while it is idle. */
  last(await server.post(1), 'ok');
  last(await server.get(2), connected, CLOSE);
  await program.said(/connected/);
  last(await server.get(3), '42["a"]', CLOSE);
  await program.printed(1);
  program.type('one');
  last(await server.post(2), 'ok', { headers: { 'Keep-Alive': 'timeout=1' } });
  last(await server.get(4), '42["b"]', CLOSE);
  await program.printed(2);
  program.type('two');
  const post = await server.post(3);
  assert.equal(post.body.toString(), '42["two"]');
  post.answer('ok');
  (await server.get(5)).answer('42["c"]');
  await server.post(4).then((request) => request.answer('ok'));
  await server.post(5).then((request) => request.answer('ok'));
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["a"]\n["b"]\n["c"]\n');
});

function chunked(bytes, size) {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += size) {
    const chunk = bytes.subarray(at, at + size);
    chunks.push(`${chunk.length.toString(16)};x=y\r\n`, chunk, '\r\n');
  }
  return [...chunks, '0\r\nTrailer: yes\r\n\r\n'];
}

for (const [coding, encode] of [['identity', (b) => b], ['gzip', gzipSync],
  ['deflate', deflateSync]]) {
  test(`${coding} in chunks`, async (t) => {
    const server = await polling(t);
    const program = start(t, ...POLLING, '-n', '1', server.url);
    await server.greet();
    const text = JSON.stringify(['e', 'é€😀'.repeat(500)]);
    (await server.get(3)).raw('HTTP/1.1 200 OK\r\n'
      + `Content-Encoding: ${coding}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    ...chunked(encode(Buffer.from(`42${text}`)), 7));
    assert.deepEqual(await program.printed(1), [text]);
  });
}

test('what inflates to too much is 63, however little came', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, '--max-message', '1M', server.url);
  await server.greet();
  (await server.get(3)).answer(gzipSync(Buffer.alloc(64 << 20, 'x')),
    { headers: { 'Content-Encoding': 'gzip' } });
  const { stderr } = await program.exits(63);
  assert.match(stderr, /more than 4194304 bytes/);
});

test('a body may have four times --max-message, a packet once', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, '--max-message', '1K', server.url);
  await server.greet();
  const exact = `42["e","${'x'.repeat(1024 - 10)}"]`;
  assert.equal(exact.length, 1024);
  (await server.get(3)).answer([exact, exact, exact].join('\x1e'));
  await program.printed(3);
  (await server.get(4)).answer(exact.replace('"x', '"xx'));
  const { stderr } = await program.exits(63);
  assert.match(stderr, /1025 bytes/);
});

test('nothing counts behind a close packet', async (t) => {
  const server = await polling(t);
  const program = start(t, ...ONCE, server.url);
  await server.greet();
  (await server.get(3)).answer('42["a"]\x1e6\x1e1\x1e42["b"]');
  const { stdout, stderr } = await program.exits(56);
  assert.equal(stdout, '["a"]\n');
  assert.match(stderr, /the server closed the session/);
});

test('bodies that cannot be are 8', async (t) => {
  for (const body of ['', '42["a"]\x1e', '\x1e42["a"]', '9', 'x',
    Buffer.from([0x34, 0xff])]) {
    const server = await polling(t);
    const program = start(t, ...ONCE, server.url);
    await server.greet();
    (await server.get(3)).answer(body);
    server.post(2).then((goodbye) => goodbye.answer('ok'), () => {});
    const { stderr } = await program.exits(8);
    assert.match(stderr, /malformed/);
  }
});

test('what is no Engine.IO at all is 22', async (t) => {
  for (const [body, options] of [
    ['<html>Welcome</html>', { type: 'text/html' }],
    ['', {}],
    ['upstream down\n', { status: '502 Bad Gateway' }],
    ['<title>Log in</title>', { status: '404 Not Found' }],
  ]) {
    const server = await polling(t);
    const program = start(t, ...POLLING, server.url);
    (await server.get(1)).answer(body, options);
    const { stderr } = await program.exits(22);
    assert.match(stderr, /^sockfeed: [^\n]+\n$/);
    assert.match(stderr, options.status === undefined ? /no Engine\.IO/
      : new RegExp(`${options.status}: ${body.trim()}`));
  }
});

test('a refusal is told in the server\'s words', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, server.url);
  (await server.get(1)).error(4, 'no \x1b[31mkey', '403 Forbidden');
  const { stderr } = await program.exits(22);
  assert.match(stderr, /403 Forbidden: no .*key/);
  assert.doesNotMatch(stderr.trimEnd(), /[\x00-\x1f]/);
});

test('what is no HTTP, or no answer to a GET, is 8', async (t) => {
  for (const bytes of ['SSH-2.0-OpenSSH_9.2p1\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx',
    'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx',
  ]) {
    const server = await polling(t);
    const program = start(t, ...POLLING, server.url);
    (await server.get(1)).raw(bytes);
    const { stderr } = await program.exits(8);
    assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  }
});

test('100 Continue before the answer is no answer', async (t) => {
  const server = await polling(t);
  start(t, ...POLLING, server.url);
  (await server.get(1)).raw('HTTP/1.1 100 Continue\r\n\r\n'
    + `HTTP/1.1 200 OK\r\nContent-Length: ${open().length}\r\n\r\n${open()}`);
  assert.equal((await server.post(1)).body.toString(), '40');
});

test('a server that never answers is 28', async (t) => {
  const server = await polling(t);
  const waiting = /time ran out while waiting for the answer/;
  const { stderr } = await givenTime(0.2, (seconds) => run(t, 28, ...POLLING,
    '--connect-timeout', seconds, server.url),
  (end) => waiting.test(end.stderr));
  assert.match(stderr, waiting);
});

test('a redirect is followed by the first request alone', async (t) => {
  const elsewhere = await polling(t);
  const server = await polling(t);
  const refused = start(t, ...POLLING, server.url);
  const to = { headers: { Location: `${elsewhere.url}/socket.io/` },
    status: '302 Found' };
  (await server.get(1)).answer('', to);
  await refused.exits(22);
  const program = start(t, ...ONCE, '-L', server.url);
  (await server.get(2)).answer('', to);
  await elsewhere.greet();
  await program.said(/connected/);
  (await elsewhere.get(3)).answer('', to);
  const { stderr } = await program.exits(56);
  assert.match(stderr, /302 Found/);
});

test('an answer that comes byte by byte is the same answer', async (t) => {
  const server = await polling(t);
  const program = start(t, ...POLLING, '-n', '1', server.url);
  await server.greet();
  const { socket } = (await server.get(3)).connection;
  socket.setNoDelay(true);
  for (const byte of Buffer.from('HTTP/1.1 200 OK\r\n'
    + 'Transfer-Encoding: chunked\r\n\r\nb\r\n42["whole"]\r\n0\r\n\r\n')) {
    await new Promise((sent) => {
      socket.write(Buffer.from([byte]), () => setImmediate(sent));
    });
  }
  assert.deepEqual(await program.printed(1), ['["whole"]']);
});
