/* SPDX-License-Identifier: MIT */
/* -i on a terminal: what a person types, and what stays apart from it. The
 * terminal is that of script(1). */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Watched, eventually, within } from './support/patience.mjs';
import { folder, sockfeed } from './support/program.mjs';
import { socketIo, webSocket } from './support/servers.mjs';
import { text, wire } from './support/wire.mjs';

class Terminal extends Watched {
  text = '';

  constructor(t, args, { out = '', state = folder(t), term = 'xterm' } = {}) {
    super();
    const quoted = [sockfeed, ...args]
      .map((a) => `'${a.replaceAll('\'', '\'\\\'\'')}'`).join(' ');
    this.child = spawn('script', ['-qec', `stty cols 80; ${quoted} ${out}`,
      '/dev/null'], {
      env: {
        ...process.env, XDG_STATE_HOME: state, TERM: term, NO_COLOR: '1',
        LC_ALL: 'C.UTF-8', SHELL: '/bin/sh',
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdin.on('error', () => {});
    this.child.stdout.setEncoding('utf8').on('data', (data) => {
      this.text += data;
      this.changed();
    });
    this.gone = new Promise((done) => {
      this.child.on('close', (code) => done(code));
    });
    t.after(() => this.child.kill('SIGKILL'));
  }

  type(keys) {
    this.child.stdin.write(keys);
  }

  async shows(pattern) {
    return this.until(() => pattern.exec(this.text), `${pattern} shown`,
      () => JSON.stringify(this.text.slice(-2000)));
  }

  /* The process of the program itself, below those that make the terminal. */
  get pid() {
    const below = (pid) => readFileSync(`/proc/${pid}/task/${pid}/children`,
      'utf8').trim().split(' ').filter(Boolean);
    const all = [String(this.child.pid)];
    for (const pid of all) {
      all.push(...below(pid));
    }
    return Number(all.at(-1));
  }

  get device() {
    this.tty ??= readlinkSync(`/proc/${this.pid}/fd/0`);
    return this.tty;
  }

  /* Whether the terminal takes whole lines, as it did before the program. */
  asBefore() {
    return / icanon/.test(execFileSync('stty', ['-aF', this.device])
      .toString());
  }

  state() {
    return /^State:\s+(\w)/m.exec(
      readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1];
  }

  async ends() {
    return within(this.gone, 'the program ended',
      () => JSON.stringify(this.text.slice(-2000)));
  }
}

/* What stays on the screen: each line as the last carriage return and erasing
 * have left it. */
function screen(text) {
  return text.split('\n').map((line) => line.replace(/\r$/, '')
    .split('\r').pop().replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, ''));
}

test('lines are edited, sent, and kept for the next time', async (t) => {
  const server = await webSocket(t);
  const state = folder(t);
  const first = new Terminal(t, ['-q', '-i', server.url], { state });
  await first.shows(/> /);
  first.type('hellp\x7fo\n');
  await server.received.reaches(1);
  first.type(' secret\n');
  await server.received.reaches(2);
  assert.deepEqual(server.received.entries, ['hello', ' secret']);
  first.type('/quit\n');
  assert.equal(await first.ends(), 0);
  const history = join(state, 'sockfeed', 'history');
  assert.match(readFileSync(history, 'utf8'), /hello/);
  assert.doesNotMatch(readFileSync(history, 'utf8'), /secret/);
  assert.equal(statSync(history).mode & 0o777, 0o600);

  const second = new Terminal(t, ['-q', '-i', server.url], { state });
  await second.shows(/> /);
  second.type('\x1b[A\x1b[A\n');
  await server.received.reaches(3);
  assert.equal(server.received.entries[2], 'hello');
  second.type('/quit\n');
  assert.equal(await second.ends(), 0);
});

test('what comes does not mix with what is typed', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  const [socket] = await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('half a li');
  await terminal.shows(/half a li/);
  socket.send('{"n":1}');
  await terminal.shows(/\{"n":1\}\r\n[^]*half a li/);
  terminal.type('ne\n');
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['half a line']);
  assert.ok(screen(terminal.text).includes('{"n":1}'), terminal.text);
  terminal.type('/quit\n');
  assert.equal(await terminal.ends(), 0);
});

test('the prompt is never in the output', async (t) => {
  const server = await webSocket(t);
  const out = join(folder(t), 'out');
  const terminal = new Terminal(t, ['-q', '-i', '-n', '1', server.url],
    { out: `> ${out}` });
  const [socket] = await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('one\n');
  await server.received.reaches(1);
  socket.send('answer');
  assert.equal(await terminal.ends(), 0);
  assert.equal(readFileSync(out, 'utf8'), 'answer\n');
});

test('commands subscribe, forget, call, tell and leave', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    socket.on('add', (a, b, answer) => answer(a + b));
    socket.emit('welcome-event', 1);
  });
  const terminal = new Terminal(t, ['-q', '-i', '--delays', '0.05',
    server.url]);
  await terminal.shows(/"welcome-event"/);
  terminal.type('/help\n');
  await terminal.shows(/\/unsub +MESSAGE/);
  terminal.type('/sub room 1\n/sub room 2\n');
  await server.received.reaches(2);
  terminal.type('/unsub room 1\n/unsub room 3\n');
  await terminal.shows(/there is no such subscription/);
  for (const socket of server.open) {
    socket.destroy();
  }
  await server.received.reaches(3);
  assert.deepEqual(server.received.entries,
    [['/', 'room', 1], ['/', 'room', 2], ['/', 'room', 2]]);
  terminal.type('/call add 20 22\n');
  await terminal.until(() => screen(terminal.text).includes('42'),
    'the answer', () => terminal.text);
  terminal.type('/s\t');
  await terminal.shows(/\/sub +\/stats/);
  terminal.type('tats\n');
  await terminal.shows(/\d messages \(/);
  terminal.type('/sub {\n');
  await terminal.shows(/sockfeed: .*expected|sockfeed: [^\n]*JSON/);
  /* Names of events are completed, and so are commands. */
  terminal.type('wel\t7\n');
  await server.received.until(() => server.received.entries
    .some((e) => e[1] === 'welcome-event' && e[2] === 7), 'a completed name');
  terminal.type('/qu\t\n');
  assert.equal(await terminal.ends(), 0);
});

test('/close says goodbye with its code', async (t) => {
  const server = await webSocket(t);
  const closed = new Promise((done) => {
    server.ws.on('connection', (socket) => socket.on('close', done));
  });
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  await server.joined.reaches(1);
  terminal.type('/close x\n');
  await terminal.shows(/expected a code/);
  terminal.type('/close 4321\n');
  assert.equal(await terminal.ends(), 0);
  assert.equal(await within(closed, 'the connection closed'), 4321);
});

test('characters of every size can be typed', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  await terminal.shows(/> /);
  terminal.type('grüße ☃ 😀x\x7f!\n');
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['grüße ☃ 😀!']);
  terminal.type('/quit\n');
  assert.equal(await terminal.ends(), 0);
});

test('a line of wide characters makes way as a whole', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  const [socket] = await server.joined.reaches(1);
  await terminal.shows(/> /);
  /* 90 columns of 80. */
  terminal.type('\u8a9e'.repeat(45));
  await terminal.shows(/(\u8a9e[^\u8a9e]*){45}/);
  socket.send('{"n":1}');
  await terminal.shows(/\x1b\[1A\r\x1b\[J\{"n":1\}/);
  terminal.type('\n/quit\n');
  assert.equal(await terminal.ends(), 0);
  assert.deepEqual(server.received.entries, ['\u8a9e'.repeat(45)]);
});

test('a dumb terminal gets no escape sequences', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url], { term: 'dumb' });
  const [socket] = await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('half');
  await terminal.shows(/> half/);
  socket.send('{"n":1}');
  await terminal.shows(/half\r\n\{"n":1\}\r\n[^]*> half/);
  terminal.type(' a line\n/quit\n');
  assert.equal(await terminal.ends(), 0);
  assert.deepEqual(server.received.entries, ['half a line']);
  assert.doesNotMatch(terminal.text, /\x1b/);
});

test('a key that is not whole holds nothing up', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  const [socket] = await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('\x1b');
  socket.ping();
  const answered = new Promise((done) => socket.on('pong', done));
  await within(answered, 'the ping answered');
  socket.send('still here');
  await terminal.shows(/still here/);
  /* Read with the next byte, it is the key for one word back; Ctrl-U takes
   * what is left where the two were read apart. */
  terminal.type('b\x15/quit\n');
  assert.equal(await terminal.ends(), 0);
});

test('a busy feed keeps nobody from typing', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  const [socket] = await server.joined.reaches(1);
  let count = 0;
  const busy = setInterval(() => socket.send(`{"n":${count++}}`), 1);
  t.after(() => clearInterval(busy));
  await terminal.shows(/"n":50\}/);
  terminal.type('typed mean');
  await terminal.shows(/> typed mean/);
  terminal.type('while\n');
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['typed meanwhile']);
  terminal.type('/quit\n');
  assert.equal(await terminal.ends(), 0);
  /* Each message has a line of its own. */
  const lines = new Set(screen(terminal.text));
  for (let n = 0; n <= 50; n++) {
    assert.ok(lines.has(`{"n":${n}}`), `message ${n}`);
  }
});

test('while it is stopped the terminal is as before', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('half a');
  await terminal.shows(/> half a/);
  assert.ok(!terminal.asBefore());
  process.kill(terminal.pid, 'SIGTSTP');
  await eventually(() => terminal.state() === 'T', 'it is stopped');
  assert.ok(terminal.asBefore());
  process.kill(terminal.pid, 'SIGCONT');
  await eventually(() => !terminal.asBefore(), 'the terminal is its own');
  terminal.type(' line\n');
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['half a line']);
  terminal.type('/quit\n');
  assert.equal(await terminal.ends(), 0);
});

test('a signal gives the terminal back before the goodbye is answered',
  async (t) => {
    const server = await wire(t, (peer) => {
      peer.polite = false;
      return peer.upgrade(text('tick'));
    });
    const terminal = new Terminal(t, ['-q', '-i', server.url]);
    await terminal.shows(/tick[^]*> /);
    const peer = await server.peer();
    const { pid } = terminal;
    assert.ok(!terminal.asBefore());
    process.kill(pid, 'SIGINT');
    await peer.closeCode();
    /* It waits for the answer, which does not come. */
    await eventually(() => terminal.asBefore(), 'the terminal is as before');
    try {
      process.kill(pid, 'SIGINT');
    } catch (error) {
      assert.equal(error.code, 'ESRCH'); /* it has waited long enough */
    }
    assert.equal(await terminal.ends(), 130);
  });

test('the line follows the size of the terminal', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', server.url]);
  await server.joined.reaches(1);
  await terminal.shows(/> /);
  const line = '0123456789'.repeat(6);
  terminal.type(line);
  await terminal.shows(/> (0123456789){6}/);
  execFileSync('stty', ['-F', terminal.device, 'cols', '40']);
  /* It is broken where the terminal ends now. */
  await terminal.shows(/> (0123456789){3}01234567[^8]*8[^]*9$/);
  terminal.type('\n/quit\n');
  assert.equal(await terminal.ends(), 0);
  assert.deepEqual(server.received.entries, [line]);
});

test('the end of input is typed as everywhere', async (t) => {
  const server = await webSocket(t);
  const terminal = new Terminal(t, ['-q', '-i', '--exit-on-eof', server.url]);
  await server.joined.reaches(1);
  await terminal.shows(/> /);
  terminal.type('last\n');
  await server.received.reaches(1);
  terminal.type('\x04');
  assert.equal(await terminal.ends(), 0);
});

test('a pipe is read as it is', async (t) => {
  const server = await webSocket(t);
  const state = folder(t);
  const child = spawn(sockfeed, ['-q', '-i', '--exit-on-eof', server.url], {
    env: { ...process.env, XDG_STATE_HOME: state },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end('/help\n');
  await server.received.reaches(1);
  assert.deepEqual(server.received.entries, ['/help']);
  assert.ok(!existsSync(join(state, 'sockfeed')));
});
