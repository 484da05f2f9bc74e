/* SPDX-License-Identifier: MIT */
/* Which messages are printed, and when that was enough. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenTime } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { closedPort, socketIo, webSocket } from './support/servers.mjs';

/* A server that emits these events to whoever connects. */
async function emitting(t, ...events) {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    for (const event of events) {
      socket.emit(...event);
    }
  });
  return server;
}

const events = [
  ['trade', 1], ['trade-eth', 2], ['book', 3], ['Trade', 4], ['t', 5],
  ['end'],
];

const globs = [
  [['-E', 'trade'], ['trade']],
  [['-E', 'trade*'], ['trade', 'trade-eth']],
  [['-E', '*'], ['trade', 'trade-eth', 'book', 'Trade', 't']],
  [['-E', '?'], ['t']],
  [['-E', '[tT]rade'], ['trade', 'Trade']],
  [['-E', 'book', '-E', 't'], ['book', 't']],
  [['-E', '!trade*'], ['book', 'Trade', 't']],
  [['-E', '*rade*', '-E', '!trade-*'], ['trade', 'Trade']],
];

for (const [options, expected] of globs) {
  test(`${options.join(' ')} chooses ${expected.join(', ')}`, async (t) => {
    const server = await emitting(t, ...events);
    const { stdout } = await run(t, 0, '-q', '-n', String(expected.length),
      ...options, server.url);
    assert.deepEqual(
      stdout.trimEnd().split('\n').map((line) => JSON.parse(line)[0]),
      expected);
  });
}

test('-n counts printed messages and stops at that many', async (t) => {
  const server = await emitting(t, ...events);
  const { stdout } = await run(t, 0, '-q', '-n', '2', '-E', 'b*', '-E', 't',
    server.url);
  assert.equal(stdout, '["book",3]\n["t",5]\n');
});

test('--until prints the first message that matches', async (t) => {
  const server = await emitting(t, ...events);
  const { stdout } = await run(t, 0, '-q', '--until', '"book",[0-9]',
    server.url);
  assert.equal(stdout, '["trade",1]\n["trade-eth",2]\n["book",3]\n');
});

test('--until on plain WebSocket sees the text as received', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (const text of ['a "x"', 'b "y"', 'c']) {
      socket.send(text);
    }
  });
  const { stdout } = await run(t, 0, '-q', '--until', '^b "y"$', server.url);
  assert.equal(stdout, 'a "x"\nb "y"\n');
});

const printedSome = ({ stdout }) => stdout !== '';

test('-m ends a stream in peace', async (t) => {
  const server = await emitting(t, ['tick', 1]);
  const { code, stdout } = await givenTime(0.5, (seconds) => start(t, '-q',
    '-m', seconds, server.url).end(), printedSome);
  assert.equal(code, 0);
  assert.equal(stdout, '["tick",1]\n');
});

test('-m ends a wait for more messages with 28', async (t) => {
  const server = await emitting(t, ['tick', 1]);
  const { stdout } = await givenTime(0.5, (seconds) => run(t, 28, '-q', '-m',
    seconds, '-n', '2', server.url), printedSome);
  assert.equal(stdout, '["tick",1]\n');
});

test('-m ends a wait for a match with 28', async (t) => {
  const server = await emitting(t, ['tick', 1]);
  await run(t, 28, '-q', '-m', '0.5', '--until', 'tock', server.url);
});

test('-m with never a connection is 28', async (t) => {
  const port = await closedPort();
  await run(t, 28, '-q', '-m', '0.3', '--reconnect', 'always',
    '--delays', '0.05', `http://127.0.0.1:${port}`);
});
