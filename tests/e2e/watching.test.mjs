/* SPDX-License-Identifier: MIT */
/* The feed is watched: silence, age, what comes twice, what is missing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log, givenTime, patience } from './support/patience.mjs';
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
      options: { pingInterval: 20, pingTimeout: patience },
    });
    const { stderr } = await run(t, 56, '--reconnect', 'never',
      '--idle-timeout', '0.3', server.url);
    assert.match(stderr, /no message came for 0\.3 s/);
  });
}

/* A message every 50 ms, for longer than the silence that would count. */
async function leftAlone(t, server, speak, ...options) {
  const timer = setInterval(speak, 50);
  t.after(() => clearInterval(timer));
  const lost = await givenTime(1, async (seconds) => {
    const program = start(t, '--status', 'json', '--idle-timeout', seconds,
      ...options, server.url);
    await program.printed(Math.ceil(1.5 * seconds / 0.05));
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    return program.records('lost');
  }, ({ length }) => length === 0);
  assert.deepEqual(lost, []);
}

test('a feed that speaks is left alone', async (t) => {
  const server = await webSocket(t);
  let count = 0;
  await leftAlone(t, server, () => {
    for (const socket of server.ws.clients) {
      socket.send(String(count++));
    }
  });
});

for (const form of ['json', 'raw']) {
  test(`-o ${form}: events are what a feed speaks in`, async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    await leftAlone(t, server, () => server.io.emit('n', 1), '-o', form);
  });
}

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

test('--unique prints what two connections deliver once', async (t) => {
  const { server, log } = await ticking(t);
  const program = start(t, '--status', 'json', '-s', 'a', '-s', 'b',
    '--max-age', '0.5', '--unique', '/id', '--sequence', '/id', server.url);
  await log.until(() => log.entries.includes('2 closed'), 'two are old');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  const ids = program.out.lines.map((line) => JSON.parse(line).id);
  assert.deepEqual(ids, ids.map((_, i) => ids[0] + i));
  assert.deepEqual(program.records('gap'), []);
});

test('--sequence takes two connections for one feed', async (t) => {
  const server = await webSocket(t);
  const say = (connection, ...numbers) => {
    for (const n of numbers) {
      server.joined.entries[connection].send(`{"n":${n}}`);
    }
  };
  server.ws.on('connection', (socket) => socket.on('message', () => {
    if (server.joined.length === 1) {
      say(0, 1, 2);
    } else if (server.joined.length === 2) {
      /* The younger one is ahead; later it is behind, and goes on alone. */
      say(1, 5, 6);
      say(0, 3, 4, 5, 6, 7, 8);
      say(1, 7, 9, 10, 12);
    }
  }));
  /* Both are there for half as long. */
  const program = start(t, '--status', 'json', '-s', 'a', '--max-age',
    String(patience / 2500), '--sequence', '/n', server.url);
  const gap = await program.record('gap');
  assert.deepEqual([gap.reason, gap.expected, gap.got], ['sequence', 11, 12]);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  assert.equal(program.records('gap').length, 1);
});

/* What each of these lines says, on a plain WebSocket. */
async function saying(t, lines) {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (const line of lines) {
      socket.send(JSON.stringify(line));
    }
  });
  return server;
}

test('--sequence reports each hole, for each key, whatever is printed',
  async (t) => {
    const server = await saying(t, [{ s: 'A', n: 7 }, { s: 'B', n: 100 },
      { s: 'A', n: 8 }, { s: 'A', n: 11 }, { s: 'B', n: 101 },
      { s: 'B', n: 101 }, { s: 'A', n: 12 }, { end: 1 }]);
    const { stdout, stderr } = await run(t, 0, '--status', 'json', '-n', '1',
      '--sequence', '/n,/s', '--where', '/end = 1', server.url);
    assert.equal(stdout, '{"end":1}\n');
    const gaps = stderr.split('\n').filter((l) => l.includes('"gap"'))
      .map(JSON.parse);
    assert.deepEqual(gaps.map((g) => [g.reason, g.key, g.expected, g.got]),
      [['sequence', 'A', 9, 11], ['sequence', 'B', 102, 101]]);
    for (const gap of gaps) {
      assert.ok(gap.from <= gap.to);
      assert.equal(typeof gap.seconds, 'number');
      assert.equal(gap.url, server.url);
      assert.equal(gap.connection, 1);
    }
    const text = await run(t, 0, '-n', '8', '--sequence', '/n,/s', server.url);
    assert.match(text.stderr, /gap at ws:[^ ]*: "A": expected number 9, got 11/);
  });

for (const name of generations) {
  test(`${name}: a sequence goes on over a loss`, async (t) => {
    const server = await socketIo(t, name);
    let number = 0;
    server.io.on('connection', (socket) => {
      number += number === 0 ? 1 : 5;
      socket.emit('tick', { n: number });
    });
    const program = start(t, '--status', 'json', ...soon, '--sequence', '/n',
      server.url);
    await program.printed(1);
    for (const socket of server.open) {
      socket.destroy();
    }
    await program.printed(2);
    const gaps = [await program.record('gap'), await program.record('gap', 2)];
    assert.deepEqual(gaps.map((g) => g.reason), ['connection', 'sequence']);
    assert.deepEqual([gaps[1].expected, gaps[1].got], [2, 6]);
  });
}

test('--status inline puts the records where they belong', async (t) => {
  const server = await saying(t, [{ n: 1 }, { n: 3 }]);
  const program = start(t, '-o', 'envelope', '--status', 'inline', ...soon,
    '--sequence', '/n', '-s', 'a', server.url);
  await program.printed(4);
  server.joined.entries[0].terminate();
  await program.printed(10);
  const kinds = program.out.lines.slice(0, 10).map(JSON.parse)
    .map((l) => (l.status === undefined ? l.data.n
      : l.status === 'gap' ? l.reason : l.status));
  assert.deepEqual(kinds, ['open', 'subscribed', 1, 'sequence', 3, 'lost',
    'retry', 'open', 'connection', 'subscribed']);
  assert.equal(program.err.text, '');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  assert.equal(JSON.parse(program.out.lines.at(-1)).status, 'closed');
});

test('--status inline needs envelopes', async (t) => {
  const { stderr } = await run(t, 2, '--status', 'inline', 'ws://127.0.0.1:9');
  assert.match(stderr, /--status inline: needs -o envelope/);
});

test('dropped messages are told of inline, every one of them', async (t) => {
  const COUNT = 20000;
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (let i = 0; i < COUNT; i++) {
      socket.send(`{"i":${i},"pad":"${'x'.repeat(200)}"}`);
    }
    socket.ping();
    socket.on('pong', () => server.received.add('pong'));
  });
  const program = start(t, '-o', 'envelope', '--status', 'inline',
    '--buffer', '64K', '--on-full', 'drop', '--reconnect', 'never',
    server.url, { unread: true });
  await server.received.reaches(1);
  server.joined.entries[0].close();
  program.read();
  await program.exits(56);
  const lines = program.out.lines.map(JSON.parse);
  const messages = lines.filter((l) => l.status === undefined).length;
  const dropped = lines.filter((l) => l.reason === 'dropped')
    .reduce((sum, { count }) => sum + count, 0);
  assert.ok(dropped > 0);
  assert.equal(messages + dropped, COUNT);
});

for (const name of generations) {
  test(`${name}: a replacement joins before its elder leaves`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    const log = new Log();
    for (const space of ['/', '/admin']) {
      let count = 0;
      server.io.of(space).on('connection', (socket) => {
        count += 1;
        const number = count;
        socket.on('sub', () => log.add(`${space} ${number} subscribed`));
        socket.on('disconnect', (reason) => {
          log.add(`${space} ${number} left: ${reason}`);
        });
      });
    }
    const program = start(t, '--status', 'json', '--max-age', '0.3',
      '-s', 'sub', '-s', '/admin,sub', server.url);
    await log.until(() => log.entries.some((e) => e.startsWith('/admin 2 left')),
      'two were replaced', () => log.tail());
    const at = (start) => log.entries.findIndex((e) => e.startsWith(start));
    for (const space of ['/', '/admin']) {
      assert.ok(at(`${space} 2 subscribed`) < at(`${space} 1 left`));
    }
    /* It says goodbye, as a client does that leaves. */
    assert.match(log.entries[at('/ 1 left')], /client namespace disconnect/);
    assert.deepEqual(program.records('lost'), []);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
  });
}
