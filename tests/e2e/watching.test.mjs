/* SPDX-License-Identifier: MIT */
/* The feed is watched: silence, age, what comes twice, what is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { generations, socketIo, webSocket } from './support/servers.mjs';

const soon = ['--delays', '0.05', '--jitter', '0'];

test('a feed that falls silent is a lost connection', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('one'));
  const program = start(t, '--status', 'json', ...soon, '-s', 'a',
    '--idle-timeout', '0.2', server.url);
  const lost = await program.record('lost');
  assert.equal(lost.reason, 'no message came for 0.2 s');
  await program.record('gap');
  await server.received.reaches(2);
  assert.deepEqual(await program.printed(2), ['one', 'one']);
});

for (const name of generations) {
  test(`${name}: heartbeats are no messages`, async (t) => {
    const server = await socketIo(t, name, {
      options: { pingInterval: 20, pingTimeout: 5000 },
    });
    const { stderr } = await run(t, 56, '--reconnect', 'never',
      '--idle-timeout', '0.3', server.url);
    assert.match(stderr, /no message came for 0\.3 s/);
  });
}

test('a feed that speaks is left alone', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    let count = 0;
    const timer = setInterval(() => socket.send(String(count++)), 50);
    socket.on('close', () => clearInterval(timer));
  });
  const program = start(t, '--status', 'json', '--idle-timeout', '2',
    server.url);
  await program.printed(20);
  assert.equal(program.records('lost').length, 0);
  program.signal('SIGTERM');
});

/* Every connection gets each tick once it has subscribed; the log tells the
 * server's side of it. */
async function ticking(t) {
  const server = await webSocket(t);
  const log = new Log();
  const subscribed = new Set();
  let tick = 0;
  server.ws.on('connection', (socket) => {
    const number = server.joined.length;
    let wanted = 0;
    log.add(`${number} open`);
    socket.on('message', () => {
      wanted += 1;
      if (wanted === 2) {
        log.add(`${number} subscribed`);
        subscribed.add(socket);
      }
    });
    socket.on('close', () => {
      log.add(`${number} closed`);
      subscribed.delete(socket);
    });
  });
  const timer = setInterval(() => {
    tick += 1;
    for (const socket of subscribed) {
      socket.send(`{"id":${tick}}`);
    }
  }, 5);
  t.after(() => clearInterval(timer));
  return { server, log };
}

test('--max-age: the new connection is subscribed before the old one closes',
  async (t) => {
    const { server, log } = await ticking(t);
    const program = start(t, '--status', 'json', '-s', 'a', '-s', 'b',
      '--max-age', '0.5', server.url);
    await log.until(() => log.entries.includes('3 closed'), 'three are old');
    const order = (entry) => log.entries.indexOf(entry);
    for (let i = 1; i <= 3; i++) {
      assert.ok(order(`${i + 1} subscribed`) < order(`${i} closed`),
        log.entries.join(', '));
      assert.ok(order(`${i + 1} open`) > order(`${i} subscribed`));
    }
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    /* Nothing is missing, and the records tell no loss. */
    const ids = new Set(program.out.lines.map((line) => JSON.parse(line).id));
    const all = [...ids].sort((a, b) => a - b);
    assert.equal(all.at(-1) - all[0] + 1, all.length);
    assert.deepEqual(program.records('lost'), []);
    assert.deepEqual(program.records('gap'), []);
    assert.equal(program.records('closed')[0].reason, 'replaced');
  });

test('a replacement that cannot be had leaves the old one in place',
  async (t) => {
    let refuse = false;
    const server = await webSocket(t, {
      options: {
        verifyClient: (info, done) => done(!refuse, 503, 'busy'),
      },
    });
    server.ws.on('connection', (socket) => {
      refuse = true;
      socket.on('message', () => socket.send('here'));
    });
    const program = start(t, '--status', 'json', ...soon, '-i', '--max-age',
      '0.1', server.url, { stdin: 'pipe' });
    await program.said(/could not be replaced yet: .*503/);
    program.type('there?');
    assert.deepEqual(await program.printed(1), ['here']);
    assert.deepEqual(program.records('lost'), []);
    refuse = false;
    await server.joined.reaches(2);
    await program.record('closed');
  });
