/* SPDX-License-Identifier: MIT */
/* What was lost is brought back, and servers in trouble are not hammered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killable } from './support/killable.mjs';
import { run, start } from './support/program.mjs';
import { closedPort, majors, socketIo } from './support/servers.mjs';
import { close, connected, frame, openFour, text, wire } from
  './support/wire.mjs';

/* Soon, and at the same times in every run. */
const soon = ['--delays', '0.05', '--jitter', '0'];

for (const name of Object.keys(majors)) {
  test(`${name} killed and started again is subscribed again`, async (t) => {
    const server = await killable(t, name);
    const program = start(t, '--status', 'json', ...soon, '-i',
      '-s', 'SubAdd {"subs":["BTC"]}', '-s', 'SubAdd {"subs":["ETH"]}',
      '-e', 'hello 1', server.url, { stdin: 'pipe' });
    const subscriptions = [
      ['/', 'SubAdd', { subs: ['BTC'] }], ['/', 'SubAdd', { subs: ['ETH'] }],
    ];
    await server.received.reaches(3);
    assert.deepEqual(server.received.entries.filter((e) => e[1] === 'SubAdd'),
      subscriptions);
    server.write('2["before"]');
    await program.printed(1);

    await server.kill();
    await program.record('lost');
    program.type('away 1');
    program.type('away 2');
    /* It cannot be there yet, so this try fails and another comes. */
    await program.record('retry', 2);
    server.received.entries = [];
    await server.start();
    await server.received.reaches(4);
    assert.deepEqual(server.received.entries, [
      ...subscriptions, ['/', 'away', 1], ['/', 'away', 2],
    ]);
    server.write('2["after"]');
    assert.deepEqual(await program.printed(2), ['["before"]', '["after"]']);
    const gap = await program.record('gap');
    assert.equal(gap.reason, 'connection');
    assert.ok(gap.seconds > 0);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
  });
}

test('the records of a connection\'s life tell what happened', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '--status', 'json', ...soon, '-s', 'a', '-s', 'b',
    server.url);
  await program.record('subscribed');
  for (const socket of server.open) {
    socket.destroy();
  }
  await program.record('subscribed', 2);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  const records = program.records();
  assert.deepEqual(records.map((r) => r.status),
    ['open', 'subscribed', 'lost', 'retry', 'open', 'gap', 'subscribed',
      'closed'].filter((status) => records.some((r) => r.status === status)));
  for (const record of records) {
    assert.match(record.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.equal(record.url, server.url);
    assert.equal(record.connection, 1);
  }
  const [opened] = program.records('open');
  assert.equal(opened.eio, 4);
  assert.equal(opened.transport, 'websocket');
  assert.equal(program.records('subscribed')[0].count, 2);
  const [retry] = program.records('retry');
  assert.equal(retry.try, 1);
  assert.equal(retry.delay, 0.05);
  const [gap] = program.records('gap');
  assert.equal(gap.reason, 'connection');
  assert.ok(gap.from < gap.to);
});

test('a first failure exits', async (t) => {
  const port = await closedPort();
  await run(t, 7, ...soon, `http://127.0.0.1:${port}`);
});

test('a first failure is tried again under --reconnect always', async (t) => {
  const port = await closedPort();
  const program = start(t, '--status', 'json', '--reconnect', 'always',
    ...soon, '-n', '1', `http://127.0.0.1:${port}`);
  await program.record('retry', 2);
  const server = await socketIo(t, 'socket.io 4.8.4', { port });
  server.io.on('connection', (socket) => socket.emit('there'));
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["there"]\n');
});

test('a loss is final under --reconnect never', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.conn.close());
  await run(t, 56, '--reconnect', 'never', ...soon, server.url);
  assert.equal(server.joined.length, 1);
});

test('a refusing server is tried on the schedule, then left', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.request();
    peer.last('HTTP/1.1 503 Service Unavailable\r\n'
      + 'Content-Length: 4\r\n\r\nbusy');
  });
  const program = start(t, '--status', 'json', '--reconnect', 'always',
    '--delays', '0.05,0.1,0.2', '--jitter', '0', '--retries', '4',
    server.sioUrl);
  await program.exits(22);
  assert.deepEqual(program.records('retry').map((r) => [r.try, r.delay]),
    [[1, 0.05], [2, 0.1], [3, 0.2], [4, 0.2]]);
  const times = server.peers.entries.map((peer) => peer.at);
  assert.equal(times.length, 5);
  const waited = times.slice(1).map((time, i) => time - times[i]);
  [50, 100, 200, 200].forEach((least, i) => {
    /* Clocks of two processes differ in rounding. */
    assert.ok(waited[i] > least - 5, `${waited[i]} ms before try ${i + 1}`);
  });
});

test('the delay varies by the jitter asked for', async (t) => {
  const port = await closedPort();
  const program = start(t, '--status', 'json', '--reconnect', 'always',
    '--delays', '0.04', '--jitter', '0.5', '--retries', '12',
    `http://127.0.0.1:${port}`);
  await program.exits(7);
  const delays = program.records('retry').map((r) => r.delay);
  assert.equal(delays.length, 12);
  for (const delay of delays) {
    assert.ok(delay >= 0.02 && delay <= 0.06, `${delay} s`);
  }
  assert.ok(new Set(delays).size > 1, `always ${delays[0]} s`);
});

test('what breaks before it delivered is a failed try', async (t) => {
  const server = await wire(t,
    (peer) => peer.upgrade(openFour(), connected, frame(3, 'reserved')));
  await run(t, 8, ...soon, '--retries', '2', server.sioUrl);
  assert.equal(server.peers.length, 3);
});

test('what delivered starts the count of tries over', async (t) => {
  const server = await wire(t, async (peer, count) => {
    await peer.upgrade(openFour(), connected, text(`42["n",${count}]`));
    peer.last(close(1001));
  });
  const { stdout } = await run(t, 0, '-q', ...soon, '--retries', '1',
    '-n', '4', server.sioUrl);
  assert.equal(stdout, '["n",1]\n["n",2]\n["n",3]\n["n",4]\n');
});

test('a DISCONNECT of the last namespace is final', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.disconnect());
  const { stderr } = await run(t, 56, ...soon, server.url);
  assert.match(stderr, /disconnect/i);
  assert.equal(server.joined.length, 1);
});

test('--reconnect always brings it back even so', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    if (server.joined.length < 3) {
      socket.disconnect();
    } else {
      socket.emit('stay');
    }
  });
  const { stdout } = await run(t, 0, '-q', '--reconnect', 'always', ...soon,
    '-n', '1', server.url);
  assert.equal(stdout, '["stay"]\n');
});

test('messages that may be incomplete at a loss are not printed', async (t) => {
  const server = await wire(t, async (peer, count) => {
    await peer.upgrade();
    if (count === 1) {
      peer.send(text('whole'));
      peer.last(text('cut off here').subarray(0, 8));
    } else {
      peer.send(text('again'));
    }
  });
  const { stdout } = await run(t, 0, '-q', ...soon, '-n', '2', server.url);
  assert.equal(stdout, 'whole\nagain\n');
});
