/* SPDX-License-Identifier: MIT */
/* permessage-deflate (RFC 7692): with real servers in all its settings, and
 * with bytes that no real one sends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { within } from './support/patience.mjs';
import { run } from './support/program.mjs';
import { majors, socketIo, webSocket } from './support/servers.mjs';
import { BINARY, PING, TEXT, frame, switching, text, wire }
  from './support/wire.mjs';

/* ---- Real servers ----------------------------------------------------------- */

const settings = [
  ['with its defaults', {}],
  ['without context takeover of the server', { serverNoContextTakeover: true }],
  ['without context takeover of the client', { clientNoContextTakeover: true }],
  ['without any context takeover',
    { serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ['with a server\'s window of 9 bits', { serverMaxWindowBits: 9 }],
  ['with windows of 10 bits',
    { serverMaxWindowBits: 10, clientMaxWindowBits: 10 }],
  ['with a client\'s window of 8 bits', { clientMaxWindowBits: 8 }],
];

const long = (i) => JSON.stringify({ i, text: `${'lorem ipsum '.repeat(40)}${i}` });

for (const [what, options] of settings) {
  test(`ws ${what}: messages go both ways`, async (t) => {
    const server = await webSocket(t, {
      options: { perMessageDeflate: { threshold: 0, ...options } },
    });
    server.ws.on('connection', (socket) => {
      assert.match(socket.extensions, /permessage-deflate/);
      socket.on('message', (data, binary) => socket.send(data, { binary }));
    });
    const sent = [long(1), '1', long(2), long(3)];
    const { stdout } = await run(t, 0, '-q', '-n', '4', '--compressed',
      ...sent.flatMap((message) => ['-e', message]), server.url);
    assert.equal(stdout, `${sent.join('\n')}\n`);
    assert.deepEqual(server.received.entries, sent);
  });
}

test('what is sent compressed is a fraction of it', async (t) => {
  const server = await webSocket(t, { options: { perMessageDeflate: true } });
  const read = new Promise((settle) => {
    server.http.on('connection', (socket) => {
      socket.on('close', () => settle(socket.bytesRead));
    });
  });
  server.ws.on('connection', (socket) => {
    socket.on('message', () => socket.close());
  });
  await run(t, 56, '-q', '--reconnect', 'never', '--compressed',
    '-e', `{"a":"${'x'.repeat(100000)}"}`, server.url);
  const bytes = await within(read, 'the stream closed');
  assert.ok(bytes < 2000, `${bytes} bytes`);
});

test('statistics tell what came from what it inflates to', async (t) => {
  const server = await webSocket(t,
    { options: { perMessageDeflate: { threshold: 0 } } });
  const message = `"${'x'.repeat(50000)}"`;
  server.ws.on('connection', (socket) => socket.send(message));
  const { stderr } = await run(t, 0, '-q', '-n', '1', '--stats=json',
    '--compressed', server.url);
  const stats = JSON.parse(stderr);
  assert.equal(stats.received_bytes, message.length);
  assert.ok(stats.wire_received_bytes < 2000, stderr);
});

test('a server that declines changes nothing', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('{"a":1}'));
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--compressed',
    server.url);
  assert.equal(stdout, '{"a":1}\n');
});

test('nothing is offered without --compressed', async (t) => {
  const server = await wire(t, async (peer) => {
    assert.doesNotMatch(await peer.upgrade(text('x')), /extensions/i);
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-o', 'text',
    server.url);
  assert.equal(stdout, 'x\n');
});

for (const name of Object.keys(majors)) {
  test(`${name}: compressed events`, async (t) => {
    const server = await socketIo(t, name,
      { options: { perMessageDeflate: { threshold: 0 } } });
    const data = { list: Array.from({ length: 200 }, (_, i) => `item ${i}`) };
    server.io.on('connection', (socket) => {
      socket.on('up', (value) => socket.emit('down', value));
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--compressed',
      '-s', `up ${JSON.stringify(data)}`, server.url);
    assert.equal(stdout, `${JSON.stringify(['down', data])}\n`);
  });
}

/* ---- Bytes ------------------------------------------------------------------ */

/* As a server would compress one message: without the last four bytes. */
function packed(message, options = {}) {
  const whole = zlib.deflateRawSync(Buffer.from(message),
    { finishFlush: zlib.constants.Z_SYNC_FLUSH, ...options });
  return whole.subarray(0, -4);
}

const compressed = (message, options) =>
  frame(TEXT, packed(message), { bits: 4, ...options });

/* A server that answers the offer so, and then sends the bytes. */
const answering = (t, extension, ...bytes) => wire(t, async (peer) => {
  const request = await peer.request();
  assert.match(request,
    /^sec-websocket-extensions: permessage-deflate; client_max_window_bits\r$/mi);
  peer.upgraded = true;
  peer.send(switching(request, { 'Sec-WebSocket-Extensions': extension }),
    ...bytes);
});

const PLAIN = 'permessage-deflate';

/* [what, the frames, what is printed] */
const good = [
  ['one frame', [compressed('hello')], ['hello']],
  ['messages that are not compressed in between',
    [compressed('a'), text('b'), compressed('c')], ['a', 'b', 'c']],
  ['fragments, cut inside a block, with a ping between', [
    frame(TEXT, packed('hello there').subarray(0, 4),
      { bits: 4, final: false }),
    frame(PING, 'x'),
    frame(0, packed('hello there').subarray(4, 6), { final: false }),
    frame(0, packed('hello there').subarray(6)),
  ], ['hello there']],
  ['an empty last fragment', [
    frame(TEXT, packed('hello'), { bits: 4, final: false }), frame(0, ''),
  ], ['hello']],
  ['an empty message', [frame(TEXT, [0], { bits: 4 }), text('x')], ['', 'x']],
  ['a block that is the last, and one behind it', [
    frame(TEXT, Buffer.from('f348cdc9c9070000', 'hex'), { bits: 4 }),
    compressed('x'),
  ], ['Hello', 'x']],
  ['a block that is the last, with nothing behind it', [
    frame(TEXT, Buffer.from('f348cdc9c90700', 'hex'), { bits: 4 }),
    compressed('x'),
  ], ['Hello', 'x']],
  ['a stored block', [frame(TEXT, Buffer.from('000500faff48656c6c6f00', 'hex'),
    { bits: 4 })], ['Hello']],
  ['two blocks in one message', [
    frame(TEXT, Buffer.from('f24805000000ffffcac9c90700',
      'hex'), { bits: 4 })], ['Hello']],
  ['what refers to the message before', [
    frame(TEXT, Buffer.from('f248cdc9c90700', 'hex'), { bits: 4 }),
    frame(TEXT, Buffer.from('f200110000', 'hex'), { bits: 4 }),
  ], ['Hello', 'Hello']],
];

for (const [what, frames, lines] of good) {
  test(`${what}`, async (t) => {
    const server = await answering(t, PLAIN, ...frames);
    const { stdout } = await run(t, 0, '-q', '-n', String(lines.length), '-o',
      'text', '--compressed', server.url);
    assert.equal(stdout, `${lines.join('\n')}\n`);
  });
}

test('a message of exactly --max-message that does not get smaller',
  async (t) => {
    const bytes = Buffer.from(Array.from({ length: 50000 },
      (_, i) => (i * 2654435761 >>> 11) & 0xff));
    const server = await answering(t, PLAIN,
      frame(BINARY, packed(bytes, { level: 0 }), { bits: 4 }));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--binary', 'hex',
      '--max-message', '50000', '--compressed', server.url);
    assert.equal(stdout, `${bytes.toString('hex')}\n`);
  });

/* A server's side: one window for all messages, or one for each. */
class Deflater {
  constructor(bits, restarts) {
    this.make = () => zlib.createDeflateRaw({ windowBits: bits });
    this.stream = this.make();
    this.restarts = restarts;
  }

  async pack(message) {
    const chunks = [];
    const take = (chunk) => chunks.push(chunk);
    this.stream.on('data', take);
    this.stream.write(message);
    await new Promise((done) => {
      this.stream.flush(zlib.constants.Z_SYNC_FLUSH, done);
    });
    this.stream.off('data', take);
    if (this.restarts) {
      this.stream = this.make();
    }
    return Buffer.concat(chunks).subarray(0, -4);
  }
}

/* Texts of a feed, each unlike the last. */
function feed(size, i) {
  const items = [];
  for (let length = 0; length < size; length += items.at(-1).length + 1) {
    items.push(JSON.stringify({ id: i * 7919 + items.length,
      price: (i * 31 + items.length * 17) % 1000 / 8, pair: 'BTC~USD' }));
  }
  return items.join('\u2028').slice(0, size);
}

/* Groups 12 and 13 of Autobahn: messages of all sizes, whole and in fragments,
 * with all that can be agreed on. */
const agreements = [
  ['', 15, false],
  ['; server_no_context_takeover', 15, true],
  ['; server_max_window_bits=9', 9, false],
  ['; server_max_window_bits=15', 15, false],
  ['; server_no_context_takeover; server_max_window_bits=9', 9, true],
  ['; client_no_context_takeover; server_max_window_bits=12', 12, false],
  ['; client_max_window_bits=10; server_no_context_takeover', 15, true],
];
const sizes = [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072];

for (const [rest, bits, restarts] of agreements) {
  test(`messages of all sizes with '${PLAIN}${rest}'`, async (t) => {
    const deflater = new Deflater(bits, restarts);
    const messages = sizes.flatMap((size) =>
      Array.from({ length: 20 }, (_, i) => feed(size, i)));
    const frames = [];
    for (const [i, message] of messages.entries()) {
      const data = await deflater.pack(message);
      const cut = i % 3 === 0 ? data.length : Math.ceil(data.length / (i % 7 + 2));
      for (let at = 0; at < data.length; at += cut) {
        frames.push(frame(at === 0 ? TEXT : 0, data.subarray(at, at + cut),
          { bits: at === 0 ? 4 : 0, final: at + cut >= data.length }));
      }
    }
    const server = await answering(t, PLAIN + rest, ...frames);
    const { stdout } = await run(t, 0, '-q', '-n', String(messages.length),
      '-o', 'text', '-0', '--compressed', server.url);
    assert.equal(stdout, messages.map((message) => `${message}\0`).join(''));
  });
}

/* [what, the answer to the offer] */
const answers = [
  ['another extension', 'x-webkit-deflate-frame'],
  ['this one twice', 'permessage-deflate, permessage-deflate'],
  ['another besides', 'permessage-deflate, foo'],
  ['an unknown parameter', 'permessage-deflate; foo'],
  ['a parameter twice',
    'permessage-deflate; server_no_context_takeover; server_no_context_takeover'],
  ['a value where there is none',
    'permessage-deflate; server_no_context_takeover=1'],
  ['a window of 7 bits', 'permessage-deflate; server_max_window_bits=7'],
  ['a window of 16 bits', 'permessage-deflate; client_max_window_bits=16'],
  ['a window of 010 bits', 'permessage-deflate; server_max_window_bits=010'],
  ['a window without bits', 'permessage-deflate; client_max_window_bits'],
  ['an empty parameter', 'permessage-deflate;; server_no_context_takeover'],
  ['nothing', ''],
];

for (const [what, answer] of answers) {
  test(`an answer with ${what} is exit 8`, async (t) => {
    const server = await answering(t, answer, text('x'));
    const { stdout, stderr } = await run(t, 8, '--compressed', server.url);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockfeed: .*broke the handshake: [^\n]+\n$/);
  });
}

test('an answer in two lines is exit 8', async (t) => {
  const server = await answering(t,
    'permessage-deflate\r\nSec-WebSocket-Extensions: permessage-deflate');
  await run(t, 8, '--compressed', server.url);
});

test('an answer that was not asked for is exit 8', async (t) => {
  const server = await wire(t, async (peer) => {
    const request = await peer.request();
    peer.send(switching(request, { 'Sec-WebSocket-Extensions': PLAIN }));
  });
  const { stderr } = await run(t, 8, server.url);
  assert.match(stderr, /not offered/);
});

const quoted = [
  'permessage-deflate; server_max_window_bits="15"',
  'Permessage-Deflate;CLIENT_MAX_WINDOW_BITS = 12 ; server_max_window_bits=8',
  ' permessage-deflate ; server_no_context_takeover ,',
];

for (const answer of quoted) {
  test(`the answer '${answer}' is right`, async (t) => {
    const server = await answering(t, answer, compressed('{"a":1}'));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--compressed',
      server.url);
    assert.equal(stdout, '{"a":1}\n');
  });
}

/* [what, the frames, the close code that answers, the exit status] */
const bad = [
  ['no deflate at all', [frame(TEXT, 'hello', { bits: 4 })], 1002, 8],
  ['a message that is cut short',
    [frame(TEXT, packed('hello there').subarray(0, 5), { bits: 4 })], 1002, 8],
  ['no bytes at all', [frame(TEXT, '', { bits: 4 })], 1002, 8],
  ['a distance that reaches too far',
    [frame(TEXT, Buffer.from('f200110000', 'hex'), { bits: 4 })], 1002, 8],
  ['reserved bit 2', [frame(TEXT, packed('x'), { bits: 6 })], 1002, 8],
  ['reserved bit 3', [frame(TEXT, packed('x'), { bits: 5 })], 1002, 8],
  ['reserved bit 1 on a ping', [frame(PING, 'x', { bits: 4 })], 1002, 8],
  ['reserved bit 1 on a continuation', [
    frame(TEXT, packed('hello').subarray(0, 3), { bits: 4, final: false }),
    frame(0, packed('hello').subarray(3), { bits: 4 })], 1002, 8],
  ['reserved bit 1 on a continuation of a plain message', [
    frame(TEXT, 'x', { final: false }), frame(0, packed('y'), { bits: 4 }),
  ], 1002, 8],
  ['text that is no UTF-8',
    [compressed(Buffer.from([0x61, 0xc3, 0x28]))], 1007, 8],
  ['text that is no UTF-8 in its first fragment', [
    frame(TEXT, Buffer.concat([packed(Buffer.from([0xff])),
      Buffer.from([0, 0, 0xff, 0xff])]), { bits: 4, final: false }),
  ], 1007, 8],
  ['a bomb', [compressed(Buffer.alloc(1 << 24))], 1009, 63],
  ['a bomb in fragments', [
    frame(TEXT, packed(Buffer.alloc(1 << 24)).subarray(0, 9000),
      { bits: 4, final: false })], 1009, 63],
  ['one byte too many', [compressed('x'.repeat(1001))], 1009, 63],
];

for (const [what, frames, code, status] of bad) {
  test(`${what}: exit ${status} and closed with ${code}`, async (t) => {
    const server = await answering(t, PLAIN, ...frames);
    const { stdout, stderr } = await run(t, status, '--reconnect', 'never',
      '--max-message', '1000', '--compressed', server.url);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockfeed: [^\n]+\n$/m);
    assert.equal(await (await server.peer()).closeCode(), code);
  });
}

test('a window that begins anew with each message', async (t) => {
  const again = frame(TEXT, Buffer.from('f200110000', 'hex'), { bits: 4 });
  const server = await answering(t,
    'permessage-deflate; server_no_context_takeover',
    compressed('Hello'), again);
  const { stdout } = await run(t, 8, '-o', 'text', '--reconnect', 'never',
    '--compressed', server.url);
  assert.equal(stdout, 'Hello\n');
});
