/* SPDX-License-Identifier: MIT */
/* How a message is printed: section by section what the manual says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from './support/patience.mjs';
import { run, sockfeed, start } from './support/program.mjs';
import { socketIo, webSocket, write } from './support/servers.mjs';
import { connected, openFour, text, wire } from './support/wire.mjs';

const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

/* What one raw packet prints. */
async function printedFor(t, packet, ...options) {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => write(socket, packet));
  const end = await run(t, 0, '-q', '-n', '1', ...options, server.url);
  return { stdout: end.stdout, url: server.url };
}

const events = [
  ['json', '2["trade",{"p":0.10}]', '["trade",{"p":0.10}]\n'],
  ['data', '2["trade",{"p":0.10}]', '{"p":0.10}\n'],
  ['data', '2["trade",1e400,[2.50]]', '[1e400,[2.50]]\n'],
  ['data', '2["trade"]', 'null\n'],
  ['data', '2["m","5~CCCAGG"]', '"5~CCCAGG"\n'],
  ['text', '2["m","5~CCCAGG\\t\\u20ac\\"é\\""]', '5~CCCAGG\t€"é"\n'],
  ['text', '2["m",{"p":0.10}]', '{"p":0.10}\n'],
  ['text', '2["m","two\\nlines"]', 'two\nlines\n'],
  ['json', '2["trade",\n{"p":\r\n0.10, "q": 1}]',
    '["trade",{"p":0.10, "q": 1}]\n'],
  ['json', '2["\\u0074rade","\\u0000"]', '["\\u0074rade","\\u0000"]\n'],
  ['json', '2[7,"a number for a name"]', '[7,"a number for a name"]\n'],
];

for (const [form, packet, expected] of events) {
  test(`-o ${form} of ${JSON.stringify(packet)}`, async (t) => {
    const { stdout } = await printedFor(t, packet, '-o', form);
    assert.equal(stdout, expected);
  });
}

test('-o envelope holds time, URL, namespace, event, arguments', async (t) => {
  const { stdout, url } = await printedFor(t, '2["trade",{"p":0.10},2]',
    '-o', 'envelope');
  const { time } = JSON.parse(stdout);
  assert.match(time, stamp);
  assert.equal(stdout, `{"time":"${time}","url":"${url}","namespace":"/",`
    + '"event":"trade","args":[{"p":0.10},2]}\n');
});

test('-o raw prints every frame', async (t) => {
  const packets = ['40{"sid":"wire"}', '2', '42["trade",{"p":0.10}]'];
  const opened = openFour().subarray(2).toString();
  const server = await wire(t, async (peer) => {
    await peer.upgrade(openFour(), ...packets.map(text));
  });
  const { stdout } = await run(t, 0, '-q', '-n', '4', '-o', 'raw',
    server.sioUrl);
  assert.equal(stdout, `${[opened, ...packets].join('\n')}\n`);
});

test('-t puts the time of arrival in front', async (t) => {
  const before = Date.now();
  const { stdout } = await printedFor(t, '2["tick"]', '-t');
  const [time, message] = stdout.split('\t');
  assert.match(time, stamp);
  assert.ok(Date.parse(time) >= before && Date.parse(time) <= Date.now());
  assert.equal(message, '["tick"]\n');
});

test('-0 ends messages with NUL', async (t) => {
  const { stdout } = await printedFor(t, '2["m","two\\nlines"]', '-0',
    '-o', 'text');
  assert.equal(stdout, 'two\nlines\0');
});

/* What plain WebSocket messages print. */
const messages = [
  [[], '{"p": 0.10}', '{"p": 0.10}\n'],
  [[], 'two\nlines', 'two\nlines\n'],
  [['-o', 'json'], '{"p": 0.10}', '{"p": 0.10}\n'],
  [['-o', 'json'], '{"p":\n0.10}', '{"p":0.10}\n'],
  [['-o', 'json'], 'not "json"\n', '"not \\"json\\"\\n"\n'],
  [['-o', 'data'], '[1.0]', '[1.0]\n'],
  [['-o', 'text'], '"x"', '"x"\n'],
  [['-o', 'raw'], '"x"', '"x"\n'],
  [[], '', '\n'],
  [['-o', 'json'], Buffer.from([1, 2, 255]), '{"$base64":"AQL/"}\n'],
];

for (const [options, message, expected] of messages) {
  const shown = JSON.stringify(message.toString('latin1'));
  test(`plain WebSocket ${options.join(' ')} of ${shown}`, async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send(message));
    const { stdout } = await run(t, 0, '-q', '-n', '1', ...options,
      server.url);
    assert.equal(stdout, expected);
  });
}

test('-o envelope of plain WebSocket', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => socket.send('{"p":0.10}'));
  const { stdout } = await run(t, 0, '-q', '-n', '1', '-o', 'envelope',
    server.url);
  const { time } = JSON.parse(stdout);
  assert.equal(stdout, `{"time":"${time}","url":"${server.url}",`
    + '"type":"text","data":{"p":0.10}}\n');
});

test('standard output carries messages alone', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('tick'));
  const { stdout, stderr } = await run(t, 0, '-v', '-n', '1', server.url);
  assert.equal(stdout, '["tick"]\n');
  assert.match(stderr, /\["tick"\]/);
});

for (const [name, eio] of [['socket.io 2.5.1', '3'],
  ['socket.io 4.8.4', '4']]) {
  test(`${name}: -v masks secrets`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => socket.emit('tick'));
    const { stderr } = await run(t, 0, '-vv', '-n', '1', '--eio', eio, '-a',
      '{"token":"S3CRET-a"}', '-H', 'Authorization: Bearer S3CRET-h',
      '-H', 'Cookie: S3CRET-c', server.url);
    assert.match(stderr, /Authorization/);
    assert.doesNotMatch(stderr, /S3CRET/);
  });
}

test('--help and --version go to standard output', async (t) => {
  const help = await run(t, 0, '--help');
  assert.match(help.stdout, /--subscribe/);
  assert.equal(help.stderr, '');
  const version = await run(t, 0, '-V');
  assert.match(version.stdout, /^sockfeed \d+\.\d+\.\d+\n/);
  assert.match(version.stdout, /libwebsockets/);
  assert.match(version.stdout, /OpenSSL/);
});

test('a full disk is exit 23', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('tick'));
  const { spawn } = await import('node:child_process');
  const child = spawn('sh', ['-c', 'exec "$0" -q "$1" >/dev/full', sockfeed,
    server.url], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (data) => { stderr += data; });
  const code = await within(new Promise((done) => child.on('close', done)),
    'the end', () => stderr);
  assert.equal(code, 23);
  assert.match(stderr, /^sockfeed: .*No space left/);
});

test('a closed standard output is exit 23', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const { spawn } = await import('node:child_process');
  const child = spawn('sh', ['-c', 'exec "$0" -q "$1" >&-', sockfeed,
    server.url], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.on('data', (data) => { stderr += data; });
  const code = await within(new Promise((done) => child.on('close', done)),
    'the end', () => stderr);
  assert.equal(code, 23);
  assert.equal(stderr, 'sockfeed: standard output: Bad file descriptor\n');
});

test('a reader that goes away is exit 0', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', server.url);
  const [socket] = await server.joined.reaches(1);
  const timer = setInterval(() => socket.emit('tick'), 5);
  t.after(() => clearInterval(timer));
  await program.printed(1);
  program.child.stdout.destroy();
  const { stderr } = await program.exits(0);
  assert.equal(stderr, '');
});
