/* SPDX-License-Identifier: MIT */
/* Packets that are dropped: links that are half open, addresses and name
 * servers that are dead, and a loop that goes on all the while. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Watched, givenTime } from '../e2e/support/patience.mjs';
import { file, run, start } from '../e2e/support/program.mjs';
import { socketIo, webSocket } from '../e2e/support/servers.mjs';
import { wire } from '../e2e/support/wire.mjs';

/* Adds a rule of iptables, and takes it away at the latest after the test;
 * gives a function that does so at once. */
function rule(t, ...args) {
  let added = true;
  const remove = () => {
    if (added) {
      execFileSync('iptables', ['-D', ...args]);
    }
    added = false;
  };
  execFileSync('iptables', ['-A', ...args]);
  t.after(remove);
  return remove;
}

/* Cuts the link to a port without a word to either side. */
function cut(t, port) {
  const removes = ['--sport', '--dport'].map((end) => rule(t, 'INPUT', '-p',
    'tcp', end, String(port), '-j', 'DROP'));
  return () => removes.forEach((remove) => remove());
}

const dead = (t, address, protocol = 'tcp') =>
  rule(t, 'INPUT', '-p', protocol, '-d', address, '-j', 'DROP');

/* Has the next ping sent when one was answered, and says so after many. */
function pingsMany(server) {
  server.ws.on('connection', (socket) => {
    let pongs = 0;
    socket.ping();
    socket.on('pong', () => {
      pongs += 1;
      if (pongs < 500) {
        socket.ping();
      } else {
        socket.send('done');
      }
    });
  });
}

/* The first record of this kind on standard error. */
async function record(program, status) {
  const line = await program.err.until(
    () => program.err.lines.find((l) => l.includes(`"status":"${status}"`)),
    `a record of ${status}`, () => program.err.text);
  return JSON.parse(line);
}

/* What was found after the ping that did not come, or was not answered; and
 * then the link works again, and so does the stream. */
async function findsHalfOpen(t, program, server) {
  await server.joined.reaches(1);
  await record(program, 'open');
  const restore = cut(t, server.port);
  const { reason } = await record(program, 'lost');
  restore();
  await server.joined.reaches(2);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  return reason;
}

for (const [name, words] of [['socket.io 2.5.1', /pong|heartbeat|ping/],
  ['socket.io 4.8.4', /ping|heartbeat/]]) {
  test(`a half-open link to ${name} is found by its heartbeat`, async (t) => {
    /* A server that got no answer in time before the cut says so. */
    const reason = await givenTime(0.3, async (seconds) => {
      const time = 1000 * seconds;
      const server = await socketIo(t, name,
        { options: { pingInterval: time, pingTimeout: time } });
      return findsHalfOpen(t, start(t, '--status', 'json', '--delays', '0.1',
        server.url), server);
    }, (found) => words.test(found));
    assert.match(reason, words);
  });

  test(`so is one to ${name} by long-polling`, async (t) => {
    const server = await socketIo(t, name,
      { options: { pingInterval: 300, pingTimeout: 300 } });
    /* What it waits for a request to say goodbye with: else half a minute. */
    server.io.on('connection', (socket) => {
      socket.conn.transport.closeTimeout = 1;
    });
    assert.ok(await findsHalfOpen(t, start(t, '--status', 'json', '--delays',
      '0.1', '--transport', 'polling', server.url), server));
  });
}

test('a half-open link of plain WebSocket is found by a ping', async (t) => {
  const server = await webSocket(t);
  assert.match(await findsHalfOpen(t, start(t, '--status', 'json', '--delays',
    '0.1', '--ping-interval', '0.2', '--ping-timeout', '0.2', server.url),
  server), /pong|ping/);
});

test('an address that is dead first costs no more than a moment',
  async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send('hello'));
    dead(t, '127.0.0.9');
    const { stdout, stderr } = await run(t, 0, '-v', '-n', '1', '--resolve',
      `h.example:${server.port}:127.0.0.9,127.0.0.1`,
      `ws://h.example:${server.port}`);
    assert.equal(stdout, 'hello\n');
    assert.match(stderr, /connecting to 127\.0\.0\.9/);
    assert.match(stderr, /connected to 127\.0\.0\.1/);
  });

test('addresses that are all dead are told when time runs out', async (t) => {
  dead(t, '127.0.0.8/31');
  const both = /^sockfeed: [^\n]*connecting to 127\.0\.0\.8 port 80, 127\.0\.0\.9 port 80; is a firewall/;
  const { stderr } = await givenTime(0.7, (seconds) => run(t, 28,
    '--connect-timeout', seconds, '--resolve',
    'h.example:80:127.0.0.8,127.0.0.9', 'ws://h.example'),
  (end) => both.test(end.stderr));
  assert.match(stderr, both);
});

test('a server that stops answering during the handshake is 28',
  async (t) => {
    const server = await webSocket(t);
    server.http.on('connection', () => cut(t, server.port));
    const { stderr } = await run(t, 28, '--connect-timeout', '0.5',
      server.url);
    assert.match(stderr, /^sockfeed: [^\n]*time ran out[^\n]*\n$/);
  });

/* Starts the program where the only name server is one that never answers. */
function startWithDeadResolver(t, ...args) {
  const config = file(t, 'nameserver 127.0.0.53\noptions timeout:30\n');
  dead(t, '127.0.0.53', 'udp');
  return start(t, ...args, { through: ['unshare', '--mount', 'sh', '-c',
    `mount --bind ${config} /etc/resolv.conf && exec "$0" "$@"`] });
}

test('a resolver that is dead is told when time runs out', async (t) => {
  const program = startWithDeadResolver(t, '--connect-timeout', '0.3',
    'ws://feed.example');
  const { stderr } = await program.exits(28);
  assert.match(stderr, /looking up feed\.example/);
});

test('heartbeats go on while a resolver is dead', async (t) => {
  const server = await webSocket(t);
  pingsMany(server);
  /* 500 answers come while the other name is still being looked up. */
  const program = startWithDeadResolver(t, '-n', '1', '-q',
    '--connect-timeout', '30', server.url, 'ws://feed.example');
  const { stdout, stderr } = await program.exits(0);
  assert.equal(stdout, 'done\n');
  assert.doesNotMatch(stderr, /feed\.example/);
});

test('heartbeats go on while addresses and proxies are dead', async (t) => {
  dead(t, '127.0.0.9');
  const server = await webSocket(t);
  pingsMany(server);
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--connect-timeout',
    '30', '--noproxy', '127.0.0.1', '-x', 'http://127.0.0.9:1', server.url,
    'ws://127.0.0.9:2', 'ws://h.example');
  assert.equal(stdout, 'done\n');
});

/* What comes every 10 ms comes at least every 50 ms, while all the others are
 * tried twice. A machine that was busy elsewhere spoils a stretch of time, and
 * the next one counts; a program that waits in one of its tries spoils all. */
test('no try to connect holds the loop up for 50 ms', async (t) => {
  const server = await webSocket(t);
  const silent = await wire(t);
  dead(t, '127.0.0.9');
  const others = ['ws://feed.example', 'ws://127.0.0.9:1',
    'ws://127.0.0.1:1', silent.url, silent.url.replace('ws:', 'wss:')];
  const program = startWithDeadResolver(t, '--status', 'json', '--reconnect',
    'always', '--delays', '0.05', '--connect-timeout', '0.2',
    '--ping-interval', '0.01', server.url, ...others);
  const stretch = new Watched();
  const tried = new Map();
  let last = Infinity;
  let seen = 0;
  server.ws.on('connection', (socket) => socket.on('ping', () => {
    const now = performance.now();
    if (now - last >= 50) {
      tried.clear();
    }
    last = now;
    for (; seen < program.err.lines.length; seen += 1) {
      const { status, url } = JSON.parse(program.err.lines[seen]);
      if (status === 'retry') {
        tried.set(url, (tried.get(url) ?? 0) + 1);
      }
    }
    stretch.changed();
  }));
  await stretch.until(
    () => others.every((url) => tried.get(url) >= 3),
    'a stretch of regular heartbeats', () => JSON.stringify([...tried]));
});
