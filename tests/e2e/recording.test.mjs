/* SPDX-License-Identifier: MIT */
/*
 * What was recorded from a real server, served, and recorded again: the same
 * events come out, and real clients cannot tell the difference.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { Log, listen } from './support/patience.mjs';
import { folder, run, start } from './support/program.mjs';
import { Dice, rough } from './support/rough.mjs';
import { generations, majors, recoverers, socketIo, webSocket }
  from './support/servers.mjs';

const require = createRequire(import.meta.url);
const spaces = ['/', '/admin'];
const bytes = { $base64: 'AQID' };

/* A server of events with attachments, in namespaces, that asks and answers,
 * and says when a client has had everything. */
async function venue(t, name) {
  const server = await socketIo(t, name, { namespaces: ['/admin'] });
  for (const space of spaces) {
    server.io.of(space).on('connection', (socket) => {
      socket.emit('welcome', space, { deep: [Buffer.from([1, 2, 3])] });
      socket.on('echo', (...args) => {
        const answer = typeof args.at(-1) === 'function' ? args.pop() : null;
        socket.emit('echo', ...args);
        answer?.('taken', ...args);
      });
      socket.on('ready', (done) => {
        socket.emit('ask', 'é€😀', (...args) => {
          socket.emit('asked', ...args);
          socket.emit('end');
          done?.();
        });
      });
    });
  }
  return server;
}

/* Streams what a client of it does, as envelopes less what is never the
 * same, by namespace: between them there is no order. */
async function stream(t, url, ...options) {
  const { stdout } = await run(t, 0, '-q', '-N', '/admin', '--ack', '[7]',
    '-s', 'echo 0.10 {"$base64":"AQID"}', '-s', '/admin,echo "x"',
    '-s', 'ready', '-s', '/admin,ready', '-o', 'envelope', '-n', '10',
    ...options, url);
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line));
  return Object.fromEntries(spaces.map((space) => [space, events
    .filter((event) => event.namespace === space)
    .map(({ event, args, id }) => [event, args, id !== undefined])]));
}

const expected = {
  '/': [['welcome', ['/', { deep: [bytes] }], false],
    ['echo', [0.1, bytes], false], ['ask', ['é€😀'], true],
    ['asked', [7], false], ['end', [], false]],
  '/admin': [['welcome', ['/admin', { deep: [bytes] }], false],
    ['echo', ['x'], false], ['ask', ['é€😀'], true],
    ['asked', [7], false], ['end', [], false]],
};

/* Starts a server of this capture; gives program and URL. */
async function serving(t, path, ...options) {
  const program = start(t, 'serve', '--listen', '127.0.0.1:0', ...options,
    path);
  const line = await program.said(/^sockfeed: serving on http:\/\/127/);
  return { program, url: line.split(' ').at(-1) };
}

const ways = [['as fast as can be', '', 'websocket', '--speed', 'max'],
  ['held to it', '.gz', 'websocket', '--strict'],
  ['by long-polling', '.zst', 'polling', '--strict']];

for (const name of generations) {
  for (const [how, end, transport, ...options] of ways) {
    test(`${name}, recorded and served ${how}, is the same again`,
      async (t) => {
        const dir = folder(t);
        const [first, second] = ['1', '2'].map((n) => join(dir, n + end));
        const go = (url, ...more) => stream(t, url, '--transport', transport,
          ...more);
        const real = await venue(t, name);
        assert.deepEqual(await go(real.url, '--record', first), expected);
        const once = await serving(t, first, ...options);
        assert.deepEqual(await go(once.url, '--record', second), expected);
        const twice = await serving(t, second, ...options);
        assert.deepEqual(await go(twice.url), expected);
      });
  }
}

/* ---- Whatever is emitted, however it came and is fetched ----------------- */

const ROUNDS = Number(process.env.RECORDING_ROUNDS ?? 12);
const SEED = Number(process.env.RECORDING_SEED ?? 1);
const TRANSPORTS = ['websocket', 'polling', 'upgrade'];
const EVENTS = 60;

/* Any value, bytes at any depth, and what looks like their placeholders. */
function anything(dice, depth = 0) {
  const few = (make) => Array.from({ length: dice.below(4) }, make);
  switch (dice.below(depth > 3 ? 4 : 6)) {
  case 0:
    return dice.below(1000) / 8;
  case 1:
    return dice.pick(['', 'é€😀', 'x'.repeat(5000), 'a\u001eb', '"\\\n']);
  case 2:
    return null;
  case 3:
    return Buffer.from(few(() => dice.below(256)));
  case 4:
    return few(() => anything(dice, depth + 1));
  default:
    return Object.fromEntries(few((_, i) => [
      `${dice.pick(['_placeholder', 'num', 'é'])}${i}`,
      anything(dice, depth + 1)]));
  }
}

function attachments(value) {
  return Buffer.isBuffer(value) ? 1
    : Object.values(Object(value)).reduce(
      (sum, part) => sum + (typeof part === 'object' ? attachments(part) : 0),
      0);
}

/* Emits events now and then, of which some ask for an acknowledgement. */
function emitAny(dice, socket) {
  let number = 0;
  const turn = () => {
    for (let left = dice.below(8); left >= 0 && number < EVENTS; left -= 1) {
      const any = Array.from({ length: dice.below(4) }, () => anything(dice));
      const args = [number, ...(attachments(any) > 10 ? [] : any)];
      if (dice.chance(0.2)) {
        socket.emit('ask', ...args, (...got) => socket.emit('got', ...got));
      } else {
        socket.emit('tick', ...args);
      }
      number += 1;
    }
    if (number < EVENTS) {
      setTimeout(turn, dice.below(12));
    } else {
      socket.emit('end');
    }
  };
  turn();
}

for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
  const dice = new Dice(seed);
  const servers = { ...majors, ...recoverers };
  const name = dice.pick(Object.keys(servers));
  const [from, to] = [dice.pick(TRANSPORTS), dice.pick(TRANSPORTS)];
  const eio = dice.pick(['3', '4', 'auto']);

  test(`seed ${seed}: ${name}, recorded by ${from}, is the same by ${to} with `
    + `--eio ${eio}`, async (t) => {
    const dir = folder(t);
    const server = await socketIo(t, name,
      { options: name in recoverers ? { connectionStateRecovery: {} } : {} });
    const road = await rough(t, dice.fork(), server.port);
    server.io.on('connection', (socket) => {
      socket.on('go', () => emitAny(dice, socket));
    });
    const go = async (url, transport, path, ...more) => {
      const { stdout } = await run(t, 0, '-q', '--transport', transport,
        '--ack', '[{"$base64":"AQ=="},1]', '-s', 'go', '-o', 'envelope',
        '--until', '^\\["end"', '--record', path, ...more, url);
      return stdout.trim().split('\n').map((line) => JSON.parse(line))
        .map(({ event, args, id }) => ({ event, args, id }));
    };
    const printed = await go(road.url, from, join(dir, '1'));
    assert.equal(printed.filter(({ event }) => event !== 'got').length,
      EVENTS + 1);
    const { url } = await serving(t, join(dir, '1'), '--speed',
      dice.pick(['1', 'max']), ...(dice.chance(0.5) ? ['--strict'] : []));
    assert.deepEqual(await go(url, to, join(dir, '2'), '--eio', eio), printed);
  });
}

for (const name of generations) {
  test(`${name} refuses a namespace, and so does its capture`, async (t) => {
    const path = join(folder(t), 'capture');
    const server = await socketIo(t, name, { namespaces: ['/secret'] });
    server.io.of('/secret').use((socket, next) => next(new Error('not you')));
    server.io.on('connection', (socket) => socket.on('hi',
      () => socket.emit('a', 1)));
    const go = async (url) => (await run(t, 0, '-N', '/secret', '-n', '1',
      '-s', 'hi', '--record', path, url)).stderr;
    assert.match(await go(server.url), /not you/);
    const { url } = await serving(t, path, '--strict');
    assert.match(await go(url), /not you/);
  });
}

test('the same of one that was recorded with MessagePack', async (t) => {
  const path = join(folder(t), 'capture');
  const server = await socketIo(t, 'socket.io 4.8.4', {
    options: { parser: require('msgpack3') },
  });
  server.io.on('connection', (socket) => {
    socket.emit('a', { n: 1.5, b: Buffer.from([1, 2, 3]) });
  });
  const { stdout } = await run(t, 0, '-q', '--msgpack', '-n', '1', '--record',
    path, server.url);
  assert.equal(stdout, '["a",{"n":1.5,"b":{"$base64":"AQID"}}]\n');
  const { url } = await serving(t, path);
  assert.equal((await run(t, 0, '-q', '-n', '1', url)).stdout, stdout);
});

test('and of Engine.IO without Socket.IO', async (t) => {
  const dir = folder(t);
  const [first, second] = ['1', '2'].map((n) => join(dir, n));
  const http = (await import('node:http')).createServer();
  const engine = require('engine.io').attach(http);
  engine.on('connection', (socket) => {
    socket.send('text');
    socket.send(Buffer.from([4, 1, 2]));
    socket.on('message', (data) => socket.send(`you said ${data}`));
  });
  const port = await listen(http);
  t.after(() => { http.close(); http.closeAllConnections(); });
  const go = async (url, path) => (await run(t, 0, '-q', '--protocol', 'eio',
    '--eio', '3', '--path', '/engine.io/', '-s', 'hello', '-n', '3', '--record', path,
    url)).stdout;
  const printed = await go(`http://127.0.0.1:${port}`, first);
  assert.equal(printed, 'text\nBAEC\nyou said hello\n');
  for (const [from, to] of [[first, second], [second, first]]) {
    const { url } = await serving(t, from, '--strict');
    assert.equal(await go(url, to), printed);
  }
});

/* What a real client sees of a server, and what it is answered. */
async function visit(t, version, url, transports) {
  const io = require(version);
  const seen = new Log();
  const log = {};
  const answered = new Log();
  for (const space of spaces) {
    log[space] = [];
    const client = io(`${url}${space === '/' ? '' : space}`, {
      transports, forceNew: space === '/',
    });
    t.after(() => client.close());
    for (const name of ['welcome', 'echo', 'asked', 'end']) {
      client.on(name, (...args) => {
        log[space].push([name, ...args.map((arg) => JSON.stringify(arg))]);
        seen.add(name);
      });
    }
    client.on('ask', (question, answer) => {
      log[space].push(['ask', question]);
      seen.add('ask');
      answer(7);
    });
    client.on('connect', () => {
      client.emit('echo', { a: [Buffer.from([4])] }, (...args) => {
        answered.add([space, ...args.map((arg) => JSON.stringify(arg))]);
        client.emit('ready');
      });
    });
  }
  await seen.reaches(10);
  return { log, answers: new Set((await answered.reaches(2)).map(String)) };
}

for (const [version, name] of [['client2', 'socket.io 2.5.1'],
  ['client4', 'socket.io 4.8.4']]) {
  for (const transports of [['websocket'], ['polling'],
    ['polling', 'websocket']]) {
    test(`${version} by ${transports} cannot tell ${name} from a capture`,
      async (t) => {
        const path = join(folder(t), 'capture');
        const real = await venue(t, name);
        const calls = spaces.flatMap((space) => [
          '-c', `${space},echo {"a":[{"$base64":"BA=="}]}`,
          '-c', `${space},ready`]);
        await run(t, 0, '-q', '-N', '/admin', '--ack', '[7]', ...calls,
          '--record', path, real.url);
        const { url } = await serving(t, path);
        const wanted = await visit(t, version, real.url, transports);
        assert.deepEqual(await visit(t, version, url, transports), wanted);
      });
  }
}

test('plain ws, recorded and served, is the same again', async (t) => {
  const dir = folder(t);
  const [first, second] = ['1', '2'].map((n) => join(dir, n));
  const real = await webSocket(t);
  real.ws.on('connection', (socket) => {
    socket.send('not JSON');
    socket.send(Buffer.from([0, 255]));
    socket.on('message', (data) => {
      socket.send(`{"you":${data}}`);
      socket.close(4001, 'enough');
    });
  });
  const record = async (url, path) => {
    const { stdout, stderr } = await run(t, 56, '--reconnect', 'never',
      '-s', '0.10', '-o', 'text', '--record', path, url);
    assert.match(stderr, /4001[^\n]*enough/);
    return stdout;
  };
  const printed = await record(`${real.url}/`, first);
  assert.equal(printed, 'not JSON\nAP8=\n{"you":0.10}\n');
  for (const [from, to] of [[first, second], [second, first]]) {
    const { url } = await serving(t, from, '--strict');
    assert.equal(await record(`${url.replace('http', 'ws')}/`, to), printed);
  }
});
