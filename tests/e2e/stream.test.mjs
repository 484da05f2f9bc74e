/* SPDX-License-Identifier: MIT */
/* Messages of real servers come out whole, in order and byte for byte. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLines, run, start } from './support/program.mjs';
import { majors, socketIo, webSocket, write } from
  './support/servers.mjs';
import { TEXT, connected, openFour, text, wire } from './support/wire.mjs';

const COUNT = 1000;

/* Numbers that no parser of doubles gives back, escapes, key order. */
function trade(i) {
  return `["trade",{"p":0.10,"n":9007199254740993,"e":1e400,"z":-0.0,`
    + `"b":${i},"a":"é€😀\\u00e9\\/","x": [1.50,\t2]}]`;
}

const trades = Array.from({ length: COUNT }, (_, i) => trade(i));
const subscription = 'SubAdd {"subs":["5~CCCAGG~BTC~USD"]}';

/* Answers the subscription with all trades as raw packets. */
function feed(server) {
  server.io.on('connection', (socket) => {
    socket.on('SubAdd', () => {
      for (const event of trades) {
        write(socket, `2${event}`);
      }
    });
  });
}

function assertStreamed(server, end) {
  assertLines(end.stdout, trades);
  assert.deepEqual(server.received.entries,
    [['/', 'SubAdd', { subs: ['5~CCCAGG~BTC~USD'] }]]);
  assert.equal(server.joined.length, 1);
}

for (const name of Object.keys(majors)) {
  test(`${name} is spoken to without being told which it is`, async (t) => {
    const server = await socketIo(t, name);
    feed(server);
    const end = await run(t, 0, '-n', String(COUNT), '-s', subscription,
      server.url);
    assertStreamed(server, end);
    const { revision, eio } = majors[name];
    const major = revision === 4 ? '2' : '4';
    assert.match(end.stderr, new RegExp(`^sockfeed: connected to ${server.url}`
      + ` \\(Socket\\.IO ${major}, Engine\\.IO ${eio}, websocket\\)\n`));
  });
}

for (const name of ['socket.io 1.7.4', 'socket.io 2.5.1',
  'socket.io 4.8.4 with allowEIO3']) {
  test(`${name} is spoken to under a pasted URL with EIO=3`, async (t) => {
    const server = await socketIo(t, name);
    feed(server);
    const url = `ws://127.0.0.1:${server.port}`
      + '/socket.io/?EIO=3&transport=websocket';
    const end = await run(t, 0, '-n', String(COUNT), '-s', subscription, url);
    assertStreamed(server, end);
    assert.match(end.stderr, /Engine\.IO 3, websocket/);
  });
}

test('the path and the query of the request are the user\'s', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { path: '/feed/io/' } });
  server.io.on('connection', (socket) => {
    const { url } = socket.request;
    socket.emit('url', url);
  });
  const { stdout } = await run(t, 0, '-n', '1', '-o', 'text',
    '--path', '/feed/io', '--query', 'key=a b&c', '--query', 'v=2',
    server.url);
  assert.match(stdout, /^\/feed\/io\/\?/);
  assert.match(stdout, /[?&]key=a%20b%26c(&|\n)/);
  assert.match(stdout, /[?&]v=2(&|\n)/);
});

test('a final slash is added to the path unless it is to be exact',
  async (t) => {
    const server = await wire(t);
    for (const [more, target] of [[[], '/io/?EIO=4'],
      [['--exact-path'], '/io?EIO=4']]) {
      const program = start(t, '-q', '--path', '/io', ...more, server.sioUrl);
      const peer = await server.peer(server.peers.length + 1);
      const head = await peer.upgrade(openFour(), connected);
      assert.ok(head.startsWith(`GET ${target}`), head);
      program.signal('SIGTERM');
      await program.diesOf('SIGTERM');
    }
  });

test('headers, cookies and the origin reach the server', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    const { authorization, origin, 'user-agent': agent }
      = socket.request.headers;
    socket.emit('headers', { authorization, origin, agent });
  });
  const { stdout } = await run(t, 0, '-n', '1', '-o', 'data',
    '-H', 'Authorization: Apikey 1', '--origin', 'https://example.org',
    '-A', 'mine/1', server.url);
  assert.deepEqual(JSON.parse(stdout), {
    authorization: 'Apikey 1', origin: 'https://example.org', agent: 'mine/1',
  });
});

test('plain WebSocket texts are printed as they are', async (t) => {
  const server = await webSocket(t);
  const texts = trades.map((event, i) => `${i} ${event}`);
  server.ws.on('connection', (socket) => {
    socket.on('message', () => {
      for (const text of texts) {
        socket.send(text);
      }
    });
  });
  const { stdout, stderr } = await run(t, 0, '-n', String(COUNT),
    '-s', '{"op":"subscribe"}', server.url);
  assertLines(stdout, texts);
  assert.deepEqual(server.received.entries, ['{"op":"subscribe"}']);
  assert.match(stderr, new RegExp(`^sockfeed: connected to ${server.url}`));
});

test('a message of a megabyte in fragments is one line', async (t) => {
  const server = await webSocket(t);
  const part = 'x'.repeat(100_000);
  server.ws.on('connection', (socket) => {
    for (let i = 0; i < 9; i += 1) {
      socket.send(part, { fin: false });
    }
    socket.send(part, { fin: true });
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', server.url);
  assert.equal(stdout, `${part.repeat(10)}\n`);
});

test('a message is written before the next one comes', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', server.url);
  const [socket] = await server.joined.reaches(1);
  for (let i = 1; i <= 5; i += 1) {
    socket.emit('tick', i);
    const lines = await program.printed(i);
    assert.equal(lines.at(-1), `["tick",${i}]`);
  }
});

test('subscriptions go out in the order of the command line', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '-s', 'join-room "ticker_btc_jpy"',
    '-s', '["b",{"n":0.10}]', '-e', 'hello', '-s', 'c 1 "x" [2]', server.url);
  const received = await server.received.reaches(4);
  assert.deepEqual(received.filter(([, event]) => event !== 'hello'), [
    ['/', 'join-room', 'ticker_btc_jpy'],
    ['/', 'b', { n: 0.1 }],
    ['/', 'c', 1, 'x', [2]],
  ]);
  assert.deepEqual(received.filter(([, event]) => event === 'hello'),
    [['/', 'hello']]);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('lines of standard input are messages', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '-i', '--exit-on-eof', server.url,
    { stdin: 'pipe' });
  program.type('first 1');
  program.type('["second",{"a":1}]');
  program.child.stdin.end('third');
  await program.exits(0);
  await server.received.reaches(3);
  assert.deepEqual(server.received.entries, [
    ['/', 'first', 1], ['/', 'second', { a: 1 }], ['/', 'third'],
  ]);
});

test('answers that come before the goodbye of the server are printed',
  async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => {
      socket.on('message', (message) => socket.send(`re: ${message}`));
    });
    const program = start(t, '-q', '-i', '--exit-on-eof', server.url,
      { stdin: 'pipe' });
    program.child.stdin.end('one\ntwo\n');
    const { stdout } = await program.exits(0);
    assert.equal(stdout, 're: one\nre: two\n');
  });

for (const [more, lines] of [[[], ['kept', 'later']],
  [['--volatile'], ['later']]]) {
  test(`lines while not connected are ${more[0] ?? 'kept'}`, async (t) => {
    const server = await wire(t);
    const program = start(t, '-q', '-i', ...more, server.sioUrl,
      { stdin: 'pipe' });
    const peer = await server.peer();
    program.type('kept');
    program.type('[');
    await program.said(/line 2/);
    await peer.upgrade(openFour(), connected, text('42["here"]'));
    await program.printed(1);
    program.type('later');
    await peer.frame(TEXT, /later/);
    assert.deepEqual(peer.frames.entries.map((f) => f.payload.toString())
      .filter((p) => p.startsWith('42')), lines.map((l) => `42["${l}"]`));
  });
}

test('a line of standard input that does not parse is skipped', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '-i', '--exit-on-eof', server.url,
    { stdin: 'pipe' });
  program.type('good 1');
  program.type('bad {"a":}');
  program.child.stdin.end('good 2\n');
  const { stderr } = await program.exits(2);
  assert.match(stderr, /^sockfeed: standard input, line 2, column 10: /m);
  await server.received.reaches(2);
  assert.deepEqual(server.received.entries,
    [['/', 'good', 1], ['/', 'good', 2]]);
});

test('the end of standard input does not end the stream', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '-i', '-n', '1', server.url,
    { stdin: 'pipe' });
  program.child.stdin.end('only\n');
  await server.received.reaches(1);
  server.io.emit('tick', 1);
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["tick",1]\n');
});
