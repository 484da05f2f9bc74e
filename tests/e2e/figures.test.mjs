/* SPDX-License-Identifier: MIT */
/* The figures of --stats, --stats-interval and SIGUSR1. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, start } from './support/program.mjs';
import { webSocket } from './support/servers.mjs';

/* A server that sends two messages of three bytes. */
async function two(t) {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    socket.send('one');
    socket.send('two');
  });
  return server;
}

test('--stats sums up at the end', async (t) => {
  const { url } = await two(t);
  const { stderr, stdout } = await run(t, 0, '-q', '-n', '1', '--match', 'w',
    '--stats', url);
  assert.equal(stdout, 'two\n');
  assert.match(stderr, /^sockfeed: 2 messages \([0-9.]+\/s\), 6 bytes /);
  assert.match(stderr, /; 1 printed, 0 dropped, 4 bytes written; /);
  assert.match(stderr, /connections: 1, lost: 0\n$/);
});

test('--stats=json sums up in JSON', async (t) => {
  const { url } = await two(t);
  const { stderr } = await run(t, 0, '-q', '-n', '2', '--stats=json', url);
  const { seconds, received, printed, lost } = JSON.parse(stderr);
  assert.ok(seconds >= 0);
  assert.deepEqual([received, printed, lost], [2, 2, 0]);
});

test('--stats-interval tells what came in between', async (t) => {
  const { url } = await two(t);
  const { stderr } = await run(t, 0, '-q', '-m', '0.5', '--stats-interval',
    '0.2', url);
  const lines = stderr.trimEnd().split('\n');
  assert.match(lines[0], /^sockfeed: 2 messages /);
  assert.match(lines[1], /^sockfeed: 0 messages \(0\.0\/s\)/);
});

test('SIGUSR1 asks for the figures at any time', async (t) => {
  const { url } = await two(t);
  const program = start(t, '-q', url);
  await program.printed(2);
  program.signal('SIGUSR1');
  await program.err.until(() => /: 2 messages /.test(program.err.lines[0]),
    'the figures');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});
