/* SPDX-License-Identifier: MIT */
/* What is sent: in which order, at which pace, after what, on which
 * connection. The server's own log is what counts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Log, givenTime } from './support/patience.mjs';
import { file, run, start } from './support/program.mjs';
import { generations, majors, socketIo, webSocket } from './support/servers.mjs';

const soon = ['--delays', '0.05', '--jitter', '0'];

/* A server that wants a login: each connection's messages in order, each with
 * the number of the connection, and the answers between them. */
async function guarded(t, { answer = () => undefined } = {}) {
  const server = await webSocket(t);
  const log = new Log();
  server.ws.on('connection', (socket) => {
    const number = server.joined.length;
    socket.on('message', (data) => {
      log.add(`${number} > ${data}`);
      const said = answer(data.toString(), number);
      if (said !== undefined) {
        log.add(`${number} < ${said}`);
        socket.send(said);
      }
    });
  });
  return { server, log };
}

for (const name of Object.keys(majors)) {
  test(`${name}: --await puts the login before the subscriptions, also after `
    + 'a loss', async (t) => {
    const server = await socketIo(t, name);
    const log = new Log();
    server.io.on('connection', (socket) => {
      socket.on('login', () => {
        log.add('login');
        setImmediate(() => {
          log.add('welcome');
          socket.emit('welcome', { ok: true });
        });
      });
      socket.on('sub', (what) => log.add(what));
    });
    const program = start(t, '--status', 'json', ...soon,
      '-s', 'login "me"', '--await', '^42\\["welcome",\\{"ok":true',
      '-s', 'sub 1', '-s', 'sub 2', server.url);
    const once = ['login', 'welcome', 1, 2];
    await log.reaches(4);
    assert.deepEqual(log.entries, once);
    assert.equal((await program.record('subscribed')).count, 3);
    for (const socket of server.open) {
      socket.destroy();
    }
    await log.reaches(8);
    assert.deepEqual(log.entries, [...once, ...once]);
    await program.record('subscribed', 2);
  });
}

test('several --await stand each in their place', async (t) => {
  const { server, log } = await guarded(t, {
    answer: (text) => ({ hello: 'challenge', proof: 'welcome' })[text],
  });
  const program = start(t, '-q', '-s', 'hello', '--await', 'challenge',
    '-s', 'proof', '--await', '^welcome$', '-s', 'a', '-s', 'b', server.url);
  await log.reaches(6);
  assert.deepEqual(log.entries, ['1 > hello', '1 < challenge', '1 > proof',
    '1 < welcome', '1 > a', '1 > b']);
  assert.deepEqual(await program.printed(2), ['challenge', 'welcome']);
});

test('a greeting in the same packet as the handshake is awaited', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('ready'));
  const program = start(t, '-q', '--await', 'ready', '-s', 'a', server.url);
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['a']);
  program.signal('SIGTERM');
});

test('-e, -c and standard input go behind all subscriptions', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const log = new Log();
  server.io.on('connection', (socket) => {
    socket.onAny((event, ...args) => {
      log.add(event);
      if (event === 'login') {
        socket.emit('welcome');
      }
      if (event === 'call') {
        args.at(-1)('answer');
      }
    });
  });
  const { stdout } = await run(t, 0, '-q', '-s', 'login', '--await', 'welcome',
    '-s', 'sub', '-e', 'emit', '-c', 'call', server.url);
  assert.equal(stdout, '"answer"\n');
  assert.deepEqual(log.entries, ['login', 'sub', 'emit', 'call']);

  log.entries = [];
  const program = start(t, '-q', '-s', 'login', '--await', 'welcome',
    '-s', 'sub', '-i', '--exit-on-eof', server.url, { stdin: 'pipe' });
  program.child.stdin.end('line\n');
  await program.exits(0);
  await log.reaches(3);
  assert.deepEqual(log.entries, ['login', 'sub', 'line']);
});

test('what is awaited in vain ends the connection with 28', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('no'));
  const { stderr } = await run(t, 28, '-q', '--reconnect', 'never',
    '--await-timeout', '0.05', '-s', 'login', '--await', 'yes', '-s', 'a',
    server.url);
  assert.match(stderr, /awaited message did not come within 0\.05 s/);
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['login']);
});

test('and is a failed try, whatever else the server says', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('no'));
  await run(t, 28, '-q', ...soon, '--retries', '2', '--await-timeout', '0.05',
    '-s', 'login', '--await', 'yes', '-s', 'a', server.url);
  assert.equal(server.joined.length, 3);
});

/* The longest that this process has not looked at its sockets: as much later
 * than it came may a message be logged. */
function watchLag() {
  let last = performance.now();
  let worst = 0;
  const look = () => {
    const now = performance.now();
    worst = Math.max(worst, now - last);
    last = now;
  };
  const timer = setInterval(look, 1).unref();
  return () => {
    look();
    clearInterval(timer);
    return worst;
  };
}

test('--subscribe-rate holds in every window of a second, and after a loss',
  async (t) => {
    const server = await webSocket(t);
    const times = [];
    server.ws.on('connection', (socket) => {
      const own = [];
      times.push(own);
      socket.on('message', () => own.push(performance.now()));
    });
    const lag = watchLag();
    const list = file(t, Array.from({ length: 12 }, (_, i) => `s${i}`)
      .join('\n'));
    const program = start(t, '--status', 'json', ...soon, '-S', list,
      '--subscribe-rate', '5', server.url);
    await server.received.reaches(12);
    for (const socket of server.open) {
      socket.destroy();
    }
    await server.received.reaches(24);
    await program.record('subscribed', 2);
    const worst = lag();
    for (const own of times) {
      assert.equal(own.length, 12);
      for (let i = 5; i < own.length; i++) {
        assert.ok(own[i] - own[i - 5] > 1000 - worst,
          `${own[i] - own[i - 5]} ms for six, lag ${worst}`);
      }
    }
    assert.deepEqual(server.received.entries.slice(12),
      server.received.entries.slice(0, 12));
  });

test('replies and lines keep to the rate as well', async (t) => {
  const server = await webSocket(t);
  const times = [];
  server.ws.on('connection', (socket) => {
    socket.on('message', () => times.push(performance.now()));
    socket.send('ping');
  });
  const lag = watchLag();
  const program = start(t, '-q', '-s', 'a', '-s', 'b', '-i',
    '--subscribe-rate', '2', '--reply', 's/ping/pong/', '--exit-on-eof',
    server.url, { stdin: 'pipe' });
  program.child.stdin.end('c\nd\n');
  await program.exits(0);
  await server.received.reaches(5);
  const worst = lag();
  for (let i = 2; i < times.length; i++) {
    assert.ok(times[i] - times[i - 2] > 1000 - worst);
  }
  const { entries } = server.received;
  assert.deepEqual(entries.filter((e) => e !== 'pong'), ['a', 'b', 'c', 'd']);
  assert.equal(entries.indexOf('pong'), 2, 'past all that waited');
});

test('--each makes a subscription of every line', async (t) => {
  const server = await webSocket(t);
  const symbols = file(t, '# mine\nBTC\n\n  ETH\r\nSOL\n');
  const program = start(t, '-q', '-s', 'hello', '-s', '{"sub":"{}","to":"{}"}',
    '-s', 'bye', '--each', symbols, server.url);
  await server.received.reaches(5);
  assert.deepEqual(server.received.entries, ['hello', '{"sub":"BTC","to":"BTC"}',
    '{"sub":"ETH","to":"ETH"}', '{"sub":"SOL","to":"SOL"}', 'bye']);
  program.signal('SIGTERM');
});

test('what --each makes is checked before anything is connected', async (t) => {
  const symbols = file(t, 'BTC\nE"H\n');
  const { stderr } = await run(t, 2, '-s', 'trade "{}"', '--each', symbols,
    'http://127.0.0.1:9');
  assert.match(stderr, /--subscribe: 'trade "E"H"': column \d+: /);
  const none = await run(t, 2, '-s', 'trade', '--each', symbols,
    'http://127.0.0.1:9');
  assert.match(none.stderr, /--each: no subscription has \{\} in it/);
});

test('--per-connection spreads what stands behind the last --await',
  async (t) => {
    const { server, log } = await guarded(t, {
      answer: (text) => (text === 'login' ? 'ok' : undefined),
    });
    const symbols = file(t, 'a\nb\nc\nd\ne\n');
    const program = start(t, '--status', 'json', '-o', 'envelope',
      '-s', 'login', '--await', 'ok', '-s', '{}', '--each', symbols,
      '-e', 'once', '--per-connection', '2', server.url);
    await log.reaches(12);
    const sent = [1, 2, 3].map((number) => log.entries
      .filter((e) => e.startsWith(`${number} >`)).map((e) => e.slice(4)));
    sent.sort((a, b) => a[1].localeCompare(b[1]));
    assert.deepEqual(sent, [['login', 'a', 'b', 'once'], ['login', 'c', 'd'],
      ['login', 'e']]);
    const lines = (await program.printed(3)).map(JSON.parse);
    assert.deepEqual(lines.map((l) => l.connection).sort(), [1, 2, 3]);
    await program.record('subscribed', 3);
    assert.deepEqual(program.records('subscribed').map((r) => r.count).sort(),
      [2, 3, 3]);
  });

test('each connection has its own life', async (t) => {
  const { server, log } = await guarded(t);
  const program = start(t, '--status', 'json', ...soon, '-s', 'a', '-s', 'b',
    '--per-connection', '1', server.url);
  await log.reaches(2);
  const [first] = server.joined.entries;
  first.terminate();
  const lost = await program.record('lost');
  await log.reaches(3);
  assert.equal((await program.record('subscribed', 3)).connection,
    lost.connection);
  assert.deepEqual(log.entries.map((e) => e.slice(4)).sort().slice(1, 3).length,
    2);
  assert.equal(program.records('lost').length, 1);
  assert.equal(server.open.size, 2);
});

test('no more than --max-connecting are in their handshake', async (t) => {
  const waiting = [];
  let most = 0;
  let left = 10;
  /* Once there are as many as there may be, one more has time to come that
   * must not; then the first is answered. */
  const answerWhenFull = () => {
    if (left > 0 && waiting.length === Math.min(3, left)) {
      setTimeout(() => {
        left -= 1;
        waiting.shift()(true);
        answerWhenFull();
      }, 30);
    }
  };
  const server = await webSocket(t, {
    options: {
      verifyClient: (info, done) => {
        waiting.push(done);
        most = Math.max(most, waiting.length);
        answerWhenFull();
      },
    },
  });
  const list = file(t, Array.from({ length: 10 }, (_, i) => `s${i}`)
    .join('\n'));
  const program = start(t, '-q', '-S', list, '--per-connection', '1',
    '--max-connecting', '3', server.url);
  await server.received.reaches(10);
  assert.equal(most, 3);
  program.signal('SIGTERM');
});

for (const name of generations) {
  test(`${name}: --reply answers, and what it answers is not printed`,
    async (t) => {
      const server = await socketIo(t, name);
      server.io.on('connection', (socket) => {
        socket.emit('ask', 7, 'x');
        socket.on('answer', () => socket.emit('done'));
      });
      const { stdout } = await run(t, 0, '-q', '-n', '1', '--reply',
        's|^42\\["ask",(?<number>\\d+),"(.)"\\]$|answer ${number} "$2$$"|',
        server.url);
      assert.equal(stdout, '["done"]\n');
      assert.deepEqual(server.received.entries,
        [['/', 'answer', 7, 'x$']]);
    });
}

test('--reply sees what --inflate makes, and answers while others wait',
  async (t) => {
    const { gzipSync } = await import('node:zlib');
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => {
      socket.send(gzipSync('{"ping":18212558000}'));
      socket.on('message', (data) => {
        if (data.toString() === '{"pong":18212558000}') {
          socket.send(gzipSync('{"tick":1}'));
        }
      });
    });
    const { stdout } = await run(t, 0, '-q', '--inflate', '-n', '1',
      '--await', 'tick', '-s', 'late',
      '--reply', 's/^\\{"PING":(\\d+)\\}$/{"pong":$1}/i', server.url);
    assert.equal(stdout, '{"tick":1}\n');
  });

test('an answer that is no MESSAGE is reported once', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    socket.emit('a', '"');
    socket.emit('a', '"');
    socket.emit('b');
  });
  const { stderr, stdout } = await run(t, 0, '-q', '-n', '1',
    '--reply', 's/"a",(.*)\\]/x $1]/', server.url);
  assert.equal(stdout, '["b"]\n');
  assert.equal(stderr.match(/--reply: an answer was not sent/g).length, 1);
});

test('--heartbeat comes by the clock, --heartbeat-idle in silence',
  async (t) => {
    /* What is heard for longer than a silence may be, where there is none. */
    const heard = await givenTime(0.2, async (seconds) => {
      const server = await webSocket(t);
      server.ws.on('connection', (socket) => {
        const timer = setInterval(() => socket.send('tick'), 20);
        socket.on('close', () => clearInterval(timer));
      });
      const program = start(t, '-q', '--heartbeat', '0.05=beat',
        '--heartbeat-idle', `${seconds}=idle`, server.url);
      await server.received.reaches(Math.ceil(1.5 * seconds / 0.05));
      program.signal('SIGTERM');
      await program.diesOf('SIGTERM');
      return [...new Set(server.received.entries)];
    }, ({ length }) => length === 1);
    assert.deepEqual(heard, ['beat']);

    const silent = await webSocket(t);
    const other = start(t, '-q', '--heartbeat-idle', '0.05=idle', silent.url);
    await silent.received.reaches(3);
    other.signal('SIGTERM');
  });
