/* SPDX-License-Identifier: MIT */
/* A capture is replayed to our client, to others', in both protocols. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Log } from './support/patience.mjs';
import { file, run, start } from './support/program.mjs';

const require = createRequire(import.meta.url);

/* Entries of a capture, so many milliseconds apart. */
function capture(t, apart, ...frames) {
  const lines = frames.map(([op, data, dir = 'in'], i) => JSON.stringify({
    t: 0, conn: 1, dir, op, data,
  }).replace('"t":0',
    `"t":${1_700_000_000_000_000_000n + BigInt(i * apart) * 1_000_000n}`));
  return file(t, `${lines.join('\n')}\n`, 'capture.ndjson');
}

const session = [
  ['text', '0{"sid":"s","upgrades":[],"pingInterval":25000,'
    + '"pingTimeout":20000}'],
  ['text', '40'],
  ['text', '42["SubAdd",{"subs":["BTC"]}]', 'out'],
  ['text', '42["trade",{"p":0.10}]'],
  ['text', '2'],
  ['text', '42["trade",{"p":9007199254740993}]'],
  ['text', '42["end"]'],
];
const events = ['["trade",{"p":0.10}]', '["trade",{"p":9007199254740993}]',
  '["end"]'];

/* Starts a server of this capture; gives program and URL. */
async function serving(t, path, ...options) {
  const program = start(t, 'serve', '--listen', '127.0.0.1:0', ...options,
    path);
  const line = await program.said(/^sockfeed: serving on http:\/\/127/);
  return { program, url: line.split(' ').at(-1) };
}

for (const eio of ['3', '4', 'auto']) {
  test(`our client gets its events with --eio ${eio}`, async (t) => {
    const { url } = await serving(t, capture(t, 0, ...session), '--speed',
      'max');
    const { stdout } = await run(t, 0, '-q', '--eio', eio, '-n', '3', url);
    assert.equal(stdout, `${events.join('\n')}\n`);
  });
}

const ways = {
  websocket: { transports: ['websocket'] },
  polling: { transports: ['polling'] },
  'polling in base64': { transports: ['polling'], forceBase64: true },
  upgrade: { transports: ['polling', 'websocket'] },
};

for (const version of ['client2', 'client4']) {
  for (const [way, options] of Object.entries(ways)) {
    test(`a real socket.io-client (${version}) gets them by ${way}`,
      async (t) => {
        const { url } = await serving(t, capture(t, 10, ...session));
        const client = require(version)(url, options);
        t.after(() => client.close());
        const received = new Log();
        client.on('trade', (data) => received.add(data.p));
        client.on('end', () => received.add('end'));
        assert.deepEqual(await received.reaches(3), [0.1, 9007199254740992,
          'end']);
      });
  }
}

/* Engine.IO's client opens a namespace by hand. */
for (const [version, join] of [['engine3', ''], ['engine6', '0']]) {
  for (const [way, options] of Object.entries(ways)) {
    test(`a real engine.io-client (${version}) gets packets by ${way}`,
      async (t) => {
        const { url } = await serving(t, capture(t, 100, ...session));
        const { Socket } = require(version);
        const client = new Socket(url, {
          path: '/socket.io/', ...options,
        });
        t.after(() => client.close());
        const received = new Log();
        const upgraded = new Log();
        client.on('upgrade', (transport) => upgraded.add(transport.name));
        client.on('message', (data) => received.add(data));
        client.on('open', () => join && client.send(join));
        const packets = await received.reaches(4);
        assert.match(packets[0], /^0/);
        assert.deepEqual(packets.slice(1), events.map((e) => `2${e}`));
        if (way === 'upgrade') {
          assert.deepEqual(await upgraded.reaches(1), ['websocket']);
        }
      });
  }
}

test('plain WebSocket clients get messages', async (t) => {
  const { url } = await serving(t, capture(t, 0, ['text', '{"p":0.10}'],
    ['binary', 'AQID'], ['ping', ''], ['text', 'last']), '--speed', 'max');
  const { stdout } = await run(t, 0, '-q', '-n', '3',
    `${url.replace('http', 'ws')}/`);
  assert.equal(stdout, '{"p":0.10}\nAQID\nlast\n');
});

test('the pauses between frames are those of the recording', async (t) => {
  const { url } = await serving(t, capture(t, 400, ['text', '1'],
    ['text', '2']), '--speed', '2');
  const { stdout } = await run(t, 0, '-q', '-n', '2', '-f', '%s %t\\n',
    `${url.replace('http', 'ws')}/`);
  const [first, second] = stdout.split('\n').map(parseFloat);
  assert.ok(second - first > 0.15, stdout);
});

test('--once ends when the first client has had everything', async (t) => {
  const { program, url } = await serving(t, capture(t, 0, ...session),
    '--speed', 'max', '--once');
  const { stdout } = await run(t, 0, '-q', '-n', '3', url);
  assert.equal(stdout, `${events.join('\n')}\n`);
  await program.exits(0);
});

test('--loop begins again', async (t) => {
  const { url } = await serving(t, capture(t, 10, ...session), '--speed',
    'max', '--loop');
  const { stdout } = await run(t, 0, '-q', '-n', '7', url);
  assert.equal(stdout,
    `${[...events, ...events, events[0]].join('\n')}\n`);
});

test('a signal ends it', async (t) => {
  const { program } = await serving(t, capture(t, 0, ...session));
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('a file that is no capture is refused, with its line', async (t) => {
  const path = file(t, '{"t":1,"conn":1,"dir":"in","op":"text","data":"x"}\n'
    + 'no JSON\n');
  const { stderr } = await run(t, 2, 'serve', path);
  assert.match(stderr, /^sockfeed: [^\n]*2[^\n]*\n$/);
  await run(t, 2, 'serve', '/nonexistent/capture');
  await run(t, 2, 'serve');
  await run(t, 2, 'serve', '--listen', 'nowhere', path);
});
