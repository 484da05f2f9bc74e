/* SPDX-License-Identifier: MIT */
/* A reader that does not read costs neither heartbeats nor memory. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Log, patience, within } from './support/patience.mjs';
import { assertLines, sanitized, start } from './support/program.mjs';
import { socketIo, webSocket, write } from './support/servers.mjs';

const MEGABYTE = 1 << 20;
const COUNT = 60_000;
/* Many more than there were before its reader stopped. */
const BEATS = 60;
const padding = 'x'.repeat(300);
const line = (i) => `["tick",${i},"${padding}"]`;

/* The largest size the process has had in memory. */
function peakMemory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
}

/* Writes COUNT events, some at a time: the server must come to its own
 * heartbeats in between. */
function flood(socket, next = 0) {
  const until = Math.min(next + 200, COUNT);
  for (let i = next; i < until; i += 1) {
    write(socket, `2${line(i)}`);
  }
  if (until < COUNT) {
    setImmediate(flood, socket, until);
  }
}

for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
  test(`${name}: nothing is lost and no heartbeat missed`, async (t) => {
    const server = await socketIo(t, name,
      { options: { pingInterval: 100, pingTimeout: patience } });
    const beats = new Log();
    server.io.on('connection', (socket) => {
      socket.conn.on('packet', ({ type }) => {
        if (type === 'ping' || type === 'pong') {
          beats.add(type);
        }
      });
      flood(socket);
    });
    const program = start(t, '--status', 'json', '--buffer', '1M',
      '-n', String(COUNT), server.url, { unread: true });
    await beats.reaches(BEATS);
    if (!sanitized) {
      const peak = peakMemory(program.child.pid);
      assert.ok(peak < 24 * MEGABYTE, `${peak} bytes in memory`);
    }
    program.read();
    const { stdout } = await program.exits(0);
    assert.deepEqual(program.records('lost'), []);
    assertLines(stdout, Array.from({ length: COUNT }, (_, i) => line(i)));
  });
}

test('--on-full drop drops the oldest whole messages, counted', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (let i = 0; i < COUNT; i += 1) {
      socket.send(line(i));
    }
    /* Answered once all before it was taken in. */
    socket.ping('end');
    socket.on('pong', () => socket.emit('taken'));
  });
  const program = start(t, '--status', 'json', '--buffer', '64K',
    '--on-full', 'drop', server.url, { unread: true });
  const [socket] = await server.joined.reaches(1);
  await within(once(socket, 'taken'), 'all messages taken in');
  program.read();
  await program.out.until(() => program.out.lines.at(-1) === line(COUNT - 1),
    'the newest message printed');
  const gap = await program.record('gap');
  assert.equal(gap.reason, 'dropped');
  assert.ok(gap.from <= gap.to && gap.seconds >= 0);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  const dropped = program.records('gap')
    .reduce((sum, { count }) => sum + count, 0);
  assert.ok(dropped > 0);
  const { lines } = program.out;
  assert.equal(lines.length + dropped, COUNT);
  let last = -1;
  for (const text of lines) {
    const [, i] = JSON.parse(text);
    assert.equal(text, line(i));
    assert.ok(i > last);
    last = i;
  }
});
