/* SPDX-License-Identifier: MIT */
/*
 * Real servers behind a network that delays, splits and cuts: whatever carries
 * them and whenever it moves, events come in order, none twice, and none is
 * missing where no gap was told. ROUGH_ROUNDS rounds are made, from ROUGH_SEED
 * on.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Log, patience } from './support/patience.mjs';
import { file, start } from './support/program.mjs';
import { Dice, rough } from './support/rough.mjs';
import { majors, recoverers, socketIo } from './support/servers.mjs';

const require = createRequire(import.meta.url);
const ROUNDS = Number(process.env.ROUGH_ROUNDS ?? 12);
const SEED = Number(process.env.ROUGH_SEED ?? 1);
const COUNT = 150;
const CUTS = 8;
const TEXTS = ['é€😀', 'x', 'long '.repeat(3000), ''];
const TRANSPORTS = ['websocket', 'polling', 'upgrade', 'auto'];

/* What stands behind the number of an event: JSON for it, and what a server
 * emits for it. */
function payload(dice) {
  if (dice.chance(0.2)) {
    const bytes = Buffer.from([dice.below(256), 0, 0xff, 4]);
    return {
      json: `{"$base64":"${bytes.toString('base64')}"}`, value: bytes,
    };
  }
  const value = dice.pick(TEXTS);
  return { json: JSON.stringify(value), value };
}

/* Calls `step` COUNT times, some in a turn, some turns apart. */
async function unevenly(dice, step, isOver = () => false) {
  for (let i = 0; i < COUNT && !isOver(); i += 1) {
    step(i);
    if (dice.chance(0.3)) {
      await sleep(dice.below(6));
    }
  }
}

/* A server with heartbeats that fall into everything, which does not wait for
 * clients that are gone when the test is over. */
async function serve(t, dice, name, options = {}) {
  const server = await socketIo(t, name, {
    options: {
      pingInterval: dice.pick([40, 1000]), pingTimeout: patience,
      ...options,
    },
  });
  server.io.engine.on('connection', ({ transport }) => {
    transport.closeTimeout = 1;
  });
  t.after(() => server.io.engine.close());
  return server;
}

/* A reader that does not read for a while, now and then. */
async function readLazily(dice, program, isOver) {
  while (!isOver()) {
    program.child.stdout.pause();
    await sleep(dice.below(60));
    program.child.stdout.resume();
    await sleep(dice.below(20));
  }
}

function plain(value) {
  return Buffer.isBuffer(value) ? { $base64: value.toString('base64') }
    : value;
}

for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
  const dice = new Dice(seed);
  const name = dice.pick(Object.keys(majors));
  const transport = dice.pick(TRANSPORTS);

  test(`seed ${seed}: ${name}, ${transport}, delayed and split`, async (t) => {
    const server = await serve(t, dice, name);
    const road = await rough(t, dice.fork(), server.port);
    const out = dice.fork();
    const emitted = [];
    const answers = new Log();
    server.io.on('connection', (socket) => {
      unevenly(out.fork(), (i) => {
        const { json, value } = payload(out);
        emitted.push(`["e",${i},${json}]`);
        if (i % 10 === 0) {
          socket.emit('e', i, value, (answer) => answers.add([i, answer]));
        } else {
          socket.emit('e', i, value);
        }
      });
    });
    const lazy = dice.chance(0.4);
    const program = start(t, '-i', '--transport', transport, '--ack', '[7]',
      ...(lazy ? ['--buffer', '1K'] : []), road.url, { stdin: 'pipe' });
    if (lazy) {
      readLazily(dice.fork(), program, () => program.out.lines.length >= COUNT);
    }
    const typed = [];
    await unevenly(dice.fork(), (i) => {
      const { json, value } = payload(dice);
      typed.push(['/', 'c', i, plain(value)]);
      program.type(`c ${i} ${json}`);
    });
    await program.printed(COUNT);
    await server.received.reaches(COUNT);
    assert.deepEqual(program.out.lines, emitted);
    assert.deepEqual(server.received.entries.map((e) => e.map(plain)), typed);
    assert.deepEqual(await answers.reaches(COUNT / 10),
      Array.from({ length: COUNT / 10 }, (_, i) => [i * 10, 7]));
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    assert.deepEqual(program.out.lines, emitted);
    assert.doesNotMatch(program.err.text, /lost|malformed|no upgrade/);
  });
}

/* ---- Cuts ---------------------------------------------------------------- */

/* Cuts the road now and then, so many times. */
async function cutting(dice, road, times) {
  while (road.cuts < times) {
    await sleep(5 + dice.below(40));
    road.cut(dice);
  }
}

/* Goes through events and records in their order: the numbers of events rise,
 * by one where no gap has been told since the one before. Events that came to a
 * client for the first time may begin with any. */
function judge(lines) {
  const seen = { events: 0, gaps: 0, lost: 0, recovered: 0, last: -1 };
  let hole = true;
  for (const line of lines) {
    const entry = JSON.parse(line);
    if (entry.event === 'e') {
      const [number] = entry.args;
      assert.ok(hole ? number > seen.last : number === seen.last + 1,
        `${number} after ${seen.last}${hole ? ', in a gap' : ''}`);
      seen.last = number;
      seen.events += 1;
      hole = false;
    } else if (entry.status === 'gap') {
      seen.gaps += 1;
      hole = true;
    } else if (entry.status === 'open' && entry.recovered) {
      seen.recovered += 1;
    } else if (entry.status === 'lost') {
      seen.lost += 1;
    }
  }
  return seen;
}

/* Whether a line is event `number`, or any. */
function isEvent(line, number = '') {
  return line.includes(`"event":"e","args":[${number}`);
}

function assertRising(numbers) {
  numbers.forEach((number, i) => {
    assert.ok(i === 0 || number > numbers[i - 1],
      `line ${number} after ${numbers[i - 1]}`);
  });
}

for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
  const dice = new Dice(seed ^ 0x5eed);
  const recovers = dice.chance(0.4);
  const name = dice.pick(Object.keys(recovers ? recoverers : majors));
  const transport = dice.pick(TRANSPORTS);

  test(`seed ${seed}: ${name}, ${transport}, cut`
    + `${recovers ? ' and recovered' : ''}`, async (t) => {
    const server = await serve(t, dice, name,
      recovers ? { connectionStateRecovery: {} } : {});
    const road = await rough(t, dice.fork(), server.port);
    const typing = dice.fork();
    const subscribers = new Set();
    const heard = [];
    let emitted = 0;
    let typed = 0;
    server.io.on('connection', (socket) => {
      const numbers = [];
      heard.push(numbers);
      socket.on('c', (number) => numbers.push(number));
      socket.on('sub', () => {
        assert.ok(!subscribers.has(socket.id), 'subscribed twice');
        subscribers.add(socket.id);
      });
    });
    const program = start(t, '-i', '--transport', transport, '-o', 'envelope',
      '--status', 'inline', '--reconnect', 'always', '--delays', '0.01',
      '-s', 'sub', road.url, { stdin: 'pipe' });
    const emitting = setInterval(() => {
      server.io.emit('e', emitted, dice.pick(TEXTS));
      emitted += 1;
    }, 3);
    const telling = setInterval(() => {
      program.type(`c ${typed} ${JSON.stringify(typing.pick(TEXTS))}`);
      typed += 1;
    }, 7);
    t.after(() => {
      clearInterval(emitting);
      clearInterval(telling);
    });
    await program.printed(1);
    await cutting(dice.fork(), road, CUTS);
    clearInterval(telling);

    /* And so it stays. */
    const before = program.out.lines.length;
    await program.out.until(() => program.out.lines.slice(before)
      .filter((line) => isEvent(line)).length >= 30, 'events after the cuts');
    clearInterval(emitting);
    program.type('last');
    await server.received.until(() => server.received.entries
      .some(([, event]) => event === 'last'), 'the last line');
    await program.out.until(() => program.out.lines
      .some((line) => isEvent(line, `${emitted - 1},`)), 'the last event');
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');

    const seen = judge(program.out.lines);
    /* What a connection brought just before it was cut may be read after what
     * the next one brought. */
    heard.forEach(assertRising);
    assert.equal(new Set(heard.flat()).size, heard.flat().length);
    t.diagnostic(JSON.stringify({
      ...seen, emitted, typed, received: server.received.length,
    }));
  });
}

/* ---- The other side: what we serve, to real clients ---------------------- */

/* A capture of events, some of them with bytes, and what a client gets. */
function capture(dice) {
  const frames = [['text', '0{"sid":"s","upgrades":[],"pingInterval":25000,'
    + '"pingTimeout":20000}'], ['text', '40{"sid":"s"}']];
  const events = [];
  for (let i = 0; i < COUNT; i += 1) {
    const { json, value } = payload(dice);
    if (Buffer.isBuffer(value)) {
      frames.push(['text', `451-["e",${i},{"_placeholder":true,"num":0}]`],
        ['binary', value.toString('base64')]);
    } else {
      frames.push(['text', `42["e",${i},${json}]`]);
    }
    events.push([i, plain(value)]);
  }
  let time = 1_700_000_000_000_000_000n;
  const lines = frames.map(([op, data]) => {
    time += BigInt(dice.below(3_000_000));
    return `{"t":${time},"conn":1,"dir":"in","op":"${op}","data":`
      + `${JSON.stringify(data)}}\n`;
  });
  return { text: lines.join(''), events };
}

for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
  const dice = new Dice(seed ^ 0x5e7e);
  const version = dice.pick(['client2', 'client4']);
  const transports = dice.pick([['websocket'], ['polling'],
    ['polling', 'websocket'], ['polling', 'websocket']]);

  test(`seed ${seed}: serve, to ${version} by ${transports}, delayed and split`,
    async (t) => {
      const { text, events } = capture(dice);
      const program = start(t, 'serve', '--listen', '127.0.0.1:0', '--speed',
        dice.pick(['1', '3', 'max']), file(t, text));
      const said = await program.said(/^sockfeed: serving on http:/);
      const road = await rough(t, dice, Number(/:(\d+)$/.exec(said)[1]));
      const client = require(version)(road.url, {
        transports, forceNew: true, reconnection: false,
      });
      const seen = new Log();
      t.after(() => client.close());
      client.on('e', (number, value) => seen.add([number, plain(value)]));
      client.on('disconnect', (reason) => seen.add(reason));
      assert.deepEqual(await seen.reaches(COUNT), events);
    });
}
