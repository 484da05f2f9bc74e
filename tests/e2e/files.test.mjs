/* SPDX-License-Identifier: MIT */
/* --write and --record: what is left on the disk, however it ends. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync, existsSync, linkSync, readFileSync, readdirSync, statSync,
  symlinkSync, writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { eventually } from './support/patience.mjs';
import { folder, run, start } from './support/program.mjs';
import { socketIo, webSocket } from './support/servers.mjs';

const require = createRequire(import.meta.url);

/* A server that sends `count` numbered messages, and more when asked. */
async function numbers(t, count) {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (let i = 1; i <= count; i += 1) {
      socket.send(`{"n":${i},"text":"\\u001b[31m é"}`);
    }
    socket.on('message', (data) => socket.send(data.toString()));
  });
  return server;
}

/* The entries of a capture. */
function capture(path) {
  const text = readFileSync(path, 'utf8');
  assert.ok(text.endsWith('\n'), 'the last line ends');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line));
}

/* [dir, op, data] of its frames. */
const frames = (entries) => entries.filter(({ op }) => op !== 'open')
  .map(({ dir, op, data }) => [dir, op, data]);

test('--write has what standard output has, without colours', async (t) => {
  const { url } = await numbers(t, 3);
  const path = join(folder(t), 'm.ndjson');
  const { stdout } = await run(t, 0, '-q', '-n', '3', '-o', 'json',
    '--color', 'always', '--write', path, url);
  assert.match(stdout, /\u001b\[/);
  const plain = await run(t, 0, '-q', '-n', '3', '-o', 'json', url);
  assert.equal(readFileSync(path, 'utf8'), plain.stdout);
});

test('--write keeps what --on-full drop drops, and NULs', async (t) => {
  const { url } = await numbers(t, 500);
  const path = join(folder(t), 'm');
  const program = start(t, '-q', '-0', '--buffer', '1K', '--on-full', 'drop',
    '--write', path, url, { unread: true });
  await eventually(() => existsSync(path)
    && readFileSync(path, 'utf8').split('\0').length === 501,
  'everything in the file');
  program.read();
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('with --csv every file has the header once', async (t) => {
  const { url } = await numbers(t, 2);
  const dir = folder(t);
  const args = ['-q', '-n', '2', '--select', '/n', '--csv', url, '--write'];
  await run(t, 0, ...args, join(dir, 'grows.csv'));
  await run(t, 0, ...args, join(dir, 'grows.csv'));
  assert.equal(readFileSync(join(dir, 'grows.csv'), 'utf8'),
    'n\n1\n2\n1\n2\n');
  await run(t, 0, ...args, join(dir, 'rolls-%Y.csv'));
  await run(t, 0, ...args, join(dir, 'rolls-%Y.csv'));
  const rolls = readdirSync(dir).filter((name) => name.startsWith('rolls'));
  assert.equal(rolls.length, 2, rolls.join());
  for (const name of rolls) {
    assert.equal(readFileSync(join(dir, name), 'utf8'), 'n\n1\n2\n');
  }
});

test('rotated files together are what was printed', async (t) => {
  const { url } = await numbers(t, 1);
  const dir = folder(t);
  const program = start(t, '-q', '-i', '--write', join(dir, '%F/%H%M%S.gz'),
    url, { stdin: 'pipe' });
  const complete = () => (existsSync(dir) ? readdirSync(dir) : [])
    .flatMap((day) => readdirSync(join(dir, day)).map((n) => join(day, n)))
    .filter((name) => name.endsWith('.gz')).sort();
  await program.printed(1);
  /* The second is over, and the file complete, while no message comes. */
  await eventually(() => complete().length > 0, 'a complete file');
  program.type('{"n":2}');
  await program.printed(2);
  program.signal('SIGTERM');
  const { stdout } = await program.diesOf('SIGTERM');
  assert.ok(complete().length >= 2);
  assert.equal(complete()
    .map((name) => gunzipSync(readFileSync(join(dir, name))).toString())
    .join(''), stdout);
});

test('.zst is read by zstd', async (t) => {
  const { url } = await numbers(t, 100);
  const path = join(folder(t), 'm.zst');
  const { stdout } = await run(t, 0, '-q', '-n', '100', '--write', path, url);
  assert.equal(execFileSync('zstd', ['-dcq', path]).toString(), stdout);
});

for (const generation of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
  test(`--record has all frames of ${generation}, in and out`, async (t) => {
    const server = await socketIo(t, generation);
    server.io.on('connection', (socket) => socket.on('ask',
      (what) => socket.emit('answer', what, 0.1)));
    const path = join(folder(t), 'c.ndjson');
    await run(t, 0, '-q', '-n', '1', '-s', 'ask "é\\n"', '--record', path,
      '--auth', '{"token":"secret"}', `${server.url}?key=secret`);
    const entries = capture(path);
    assert.deepEqual(
      { ...entries[0], t: 0 },
      {
        t: 0, conn: 1, dir: 'out', op: 'open', url: `${server.url}?key=***`,
        protocol: 'sio',
      });
    const seen = frames(entries);
    assert.match(seen[0][2], /^0\{/);
    assert.deepEqual(seen.filter(([, , data]) => data?.startsWith('42')), [
      ['out', 'text', '42["ask","é\\n"]'],
      ['in', 'text', '42["answer","é\\n",0.1]'],
    ]);
    assert.ok(!readFileSync(path, 'utf8').includes('secret'));
    assert.ok(entries.every(({ t: time }, i) => i === 0
      || time >= entries[i - 1].t), 'in the order of time');
  });
}

test('--record-secrets has them, for the owner alone', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const path = join(folder(t), 'c.ndjson');
  const program = start(t, '--record', path, '--record-secrets', '--auth',
    '{"token":"secret"}', server.url);
  await program.said(/connected/);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  assert.ok(frames(capture(path))
    .some(([dir, , data]) => dir === 'out' && data === '40{"token":"secret"}'));
  assert.equal(statSync(path).mode & 0o777, 0o600);
  /* One that others may read does not get them. */
  const before = readFileSync(path, 'utf8');
  chmodSync(path, 0o644);
  const { stderr } = await run(t, 23, '--record', path, '--record-secrets',
    server.url);
  assert.match(stderr, /c\.ndjson: others may read it: chmod go= first/);
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('what is packed is masked as well, in captures and traces', async (t) => {
  const parser = require('msgpack3');
  const server = await socketIo(t, 'socket.io 4.8.4', { options: { parser } });
  const path = join(folder(t), 'c.ndjson');
  const program = start(t, '-vv', '--msgpack', '--auth', '{"token":"secret"}',
    '--record', path, server.url);
  await program.said(/^sockfeed: connected to/);
  program.signal('SIGTERM');
  const { stderr } = await program.diesOf('SIGTERM');
  const sent = frames(capture(path)).filter(([dir, op]) => dir === 'out'
    && op === 'binary').map(([, , data]) => Buffer.from(data, 'base64'));
  assert.ok(sent[0].includes('data'));
  assert.ok(!sent.some((data) => data.includes('secret')));
  assert.ok(!stderr.includes('73 65 63 72 65 74'), 'not in hexadecimal');
  assert.equal(server.joined.entries[0].handshake.auth.token, 'secret');
});

test('every connection has its number in a capture', async (t) => {
  const one = await numbers(t, 1);
  const two = await numbers(t, 1);
  const path = join(folder(t), 'c.ndjson');
  const program = start(t, '-q', '--delays', '0', '--record', path, one.url,
    two.url);
  await program.printed(2);
  for (const socket of one.joined.entries) {
    socket.terminate();
  }
  await program.printed(3);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  const entries = capture(path);
  assert.deepEqual([...new Set(entries.map(({ conn }) => conn))].sort(),
    [1, 2, 3]);
  assert.deepEqual(entries.filter(({ op }) => op === 'open')
    .map(({ conn }) => conn), [1, 2, 3]);
});

test('what is recorded can be served', async (t) => {
  const { url } = await numbers(t, 5);
  const path = join(folder(t), 'c.ndjson');
  const { stdout } = await run(t, 0, '-q', '-n', '5', '--record', path, url);
  const server = start(t, 'serve', '--listen', '127.0.0.1:0', '--speed', 'max',
    path);
  const line = await server.said(/serving on/);
  const again = await run(t, 0, '-q', '-n', '5',
    line.split(' ').at(-1).replace('http', 'ws'));
  assert.equal(again.stdout, stdout);
});

test('a rotated capture begins with the connections there are',
  async (t) => {
    const { url } = await numbers(t, 1);
    const dir = folder(t);
    const program = start(t, '-q', '-i', '--record', join(dir, '%H%M%S.zst'),
      url, { stdin: 'pipe' });
    await program.printed(1);
    await eventually(() => readdirSync(dir).some((n) => n.endsWith('.zst')),
      'a complete file');
    program.type('{"n":2}');
    await program.printed(2);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    const files = readdirSync(dir).sort().map((name) => execFileSync('zstd',
      ['-dcq', join(dir, name)], { encoding: 'utf8' }).trimEnd().split('\n')
      .map((line) => JSON.parse(line)));
    assert.ok(files.length >= 2);
    for (const entries of files) {
      assert.deepEqual(entries.filter(({ op }) => op === 'open')
        .map(({ conn, protocol }) => [conn, protocol]), [[1, 'ws']]);
      assert.equal(entries[0].op, 'open');
    }
    /* So each of them can be served by itself. */
    const server = start(t, 'serve', '--listen', '127.0.0.1:0', '--speed',
      'max', join(dir, readdirSync(dir).sort().at(-1)));
    const line = await server.said(/serving on/);
    const { stdout } = await run(t, 0, '-q', '-n', '1',
      line.split(' ').at(-1).replace('http', 'ws'));
    assert.equal(stdout, '{"n":2}\n');
  });

test('a killed program leaves whole lines, and the next one its file',
  async (t) => {
    const { url } = await numbers(t, 20);
    const path = join(folder(t), 'c-%Y.ndjson');
    const part = path.replace('%Y', new Date().getUTCFullYear());
    const killed = start(t, '-q', '--record', path, url);
    await killed.printed(20);
    await eventually(() => readFileSync(`${part}.part`, 'utf8')
      .includes('\\"n\\":20'), 'the last message in the file');
    killed.signal('SIGKILL');
    await killed.diesOf('SIGKILL');
    const left = readFileSync(`${part}.part`, 'utf8');
    assert.equal(capture(`${part}.part`).length, 21);
    await run(t, 0, '-q', '-n', '20', '--record', path, url);
    assert.equal(readFileSync(`${part}.part`, 'utf8'), left);
    assert.ok(capture(part.replace('.ndjson', '.1.ndjson')).length >= 21);
  });

for (const option of ['--write', '--record']) {
  test(`${option} to a full disk is 23`, async (t) => {
    const { url } = await numbers(t, 1);
    const { stderr } = await run(t, 23, '-q', option, '/dev/full', url);
    assert.match(stderr, /^sockfeed: \/dev\/full: No space left[^\n]*\n$/);
  });

  test(`${option} where no file can be is 23 before it connects`,
    async (t) => {
      const { url, joined } = await numbers(t, 1);
      const path = join(folder(t), 'no', 'such');
      const { stderr } = await run(t, 23, option, path, url);
      assert.match(stderr, new RegExp(`^sockfeed: ${option}: [^\n]*such`));
      assert.equal(joined.length, 0);
    });
}

test('one file is not written twice, whatever it is called', async (t) => {
  const { url, joined } = await numbers(t, 1);
  const dir = folder(t);
  const path = join(dir, 'w');
  writeFileSync(path, '');
  symlinkSync(path, join(dir, 'soft'));
  linkSync(path, join(dir, 'hard'));
  for (const other of [path, `${dir}/./w`, join(dir, 'soft'),
    join(dir, 'hard')]) {
    const { stderr } = await run(t, 2, '--write', path, '--record', other, url);
    assert.match(stderr, /needs (a file|one) of its own$/m);
  }
  const redirected = { through: ['sh', '-c', `exec "$@" >>'${path}'`, 'sh'] };
  for (const option of ['--write', '--record']) {
    const { stderr } = await start(t, option, join(dir, 'hard'), url,
      redirected).exits(2);
    assert.match(stderr, new RegExp(`${option}: .* to this file already`));
  }
  assert.equal(readFileSync(path, 'utf8'), '');
  assert.equal(joined.length, 0);
  await run(t, 0, '-n', '1', '--write', '/dev/null', '--record',
    '//dev/null', url);
});
