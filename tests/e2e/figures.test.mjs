/* SPDX-License-Identifier: MIT */
/* The figures of --stats, --stats-interval and SIGUSR1. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { eventually } from './support/patience.mjs';
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
  assert.match(stderr, /; on the wire \d{3} bytes in, \d{3} out; /);
  assert.match(stderr, /connections: 1, lost: 0; gaps p50 [^\n]*\n$/);
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
  const program = start(t, '-q', '--stats-interval', '0.2', url);
  await program.printed(2);
  /* The two may have come in different intervals; then there are none. */
  const told = () => program.err.lines.map(
    (line) => Number(/^sockfeed: (\d+) messages? /.exec(line)[1]));
  const sum = (numbers) => numbers.reduce((all, n) => all + n, 0);
  await program.err.until(() => sum(told()) >= 2 && told().at(-1) === 0,
    'an interval without messages', () => program.err.text);
  assert.equal(sum(told()), 2);
  assert.match(program.err.lines.at(-1), /^sockfeed: 0 messages \(0\.0\/s\)/);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
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

/* Its number is 10. */
function ignoresUsr1({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (parseInt(/^SigIgn:\s+(\w+)$/m.exec(status)[1].slice(-4), 16)
    & (1 << 9)) !== 0;
}

test('SIGUSR1 before there are figures ends nothing', async (t) => {
  const { url } = await two(t);
  const program = start(t, '-q', '-n', '2', '-S', '-', url, { stdin: 'pipe' });
  await eventually(() => ignoresUsr1(program.child), 'it has begun');
  program.signal('SIGUSR1');
  program.child.stdin.end('hello\n');
  assert.equal((await program.exits(0)).stdout, 'one\ntwo\n');
});

test('--latency is how long after the exchange\'s time messages came',
  async (t) => {
    const server = await webSocket(t);
    const now = Date.now();
    server.ws.on('connection', (socket) => {
      socket.send('{"at":1}');
      socket.send(JSON.stringify({ T: now - 60_000 }));
      socket.send(JSON.stringify({ T: String((now - 3_600_000) / 1000) }));
      socket.send(JSON.stringify({ T: new Date(now - 1000).toISOString() }));
      socket.send(JSON.stringify({ T: `${now + 86_400_000}000000` }));
    });
    const { stderr, stdout } = await run(t, 0, '-q', '-n', '5', '--stats=json',
      '--latency', '/T', server.url);
    assert.equal(stdout.split('\n').length, 6);
    const figures = JSON.parse(stderr);
    const { count, p50, max } = figures.latency_seconds;
    assert.equal(count, 4);
    assert.equal(figures.latency_early, 1);
    assert.ok(p50 >= 0.99 && p50 < 60, `p50 ${p50}`);
    assert.ok(max >= 3600 && max < 3700, `max ${max}`);
  });

test('what travelled is more than what was received', async (t) => {
  const { url } = await two(t);
  const { stderr } = await run(t, 0, '-q', '-n', '2', '--stats=json', url);
  const figures = JSON.parse(stderr);
  /* The answer to the handshake, and a head of two bytes for each frame. */
  assert.ok(figures.wire_received_bytes > figures.received_bytes + 100);
  assert.ok(figures.wire_sent_bytes > 100);
  assert.equal(figures.gap_seconds.count, 1);
});

test('--latency sees messages, not frames', async (t) => {
  const { stderr } = await run(t, 2, '-o', 'raw', '--latency', '/T',
    'http://127.0.0.1:9');
  assert.match(stderr, /--latency/);
});
