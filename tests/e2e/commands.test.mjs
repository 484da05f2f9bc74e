/* SPDX-License-Identifier: MIT */
/* --auth-command and --header-command: fresh credentials before connecting. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Log, eventually, givenTime } from './support/patience.mjs';
import { folder, run, start } from './support/program.mjs';
import { socketIo, webSocket } from './support/servers.mjs';
import { wire } from './support/wire.mjs';

/* A command that writes its argument with how often it has run, from 1. */
function counting(t, format) {
  const file = join(folder(t), 'count');
  return `echo . >> ${file}; printf '${format}' $(wc -l < ${file})`;
}

test('the payload is fresh for every connection', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '--delays', '0', '-a', '{"old":1}',
    '--auth-command', counting(t, '{"n":%d}\\n'), server.url);
  await server.joined.reaches(1);
  for (const socket of server.open) {
    socket.destroy();
  }
  const sockets = await server.joined.reaches(2);
  assert.deepEqual(sockets.map((s) => s.handshake.auth), [{ n: 1 }, { n: 2 }]);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('servers of revision 4 get it as query parameters', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1', { namespaces: ['/a'] });
  const program = start(t, '-q', '--eio', '3',
    '--auth-command', 'echo \'{"token":"x y"}\'', `${server.url}/a`);
  const sockets = await server.joined.reaches(2);
  assert.ok(sockets.every((s) => s.handshake.query.token === 'x y'));
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('header lines take the place of those of their name', async (t) => {
  const server = await webSocket(t);
  const heads = [];
  server.ws.on('connection', (socket, request) => {
    heads.push(request.headers);
    socket.send('x');
  });
  await run(t, 0, '-q', '-n', '1', '-H', 'x-token: old', '-H', 'X-Other: kept',
    '--header-command', counting(t, 'X-Token: t%d\\r\\n\\nX-More: m\\n'),
    server.url);
  assert.equal(heads[0]['x-token'], 't1');
  assert.equal(heads[0]['x-other'], 'kept');
  assert.equal(heads[0]['x-more'], 'm');
});

test('a Cookie line joins the cookies there are', async (t) => {
  const sent = new Log();
  const server = await wire(t, async (peer) => {
    sent.add(/^Cookie: (.*)\r$/m.exec(await peer.request())[1]);
    peer.last('HTTP/1.1 503 x\r\nSet-Cookie: node=1; Path=/\r\n'
      + 'Content-Length: 0\r\n\r\n');
  });
  start(t, '-q', '--reconnect', 'always', '--delays', '0', '-b', 'a=1; t=0',
    '--header-command', counting(t, 'Cookie: t=%d\\n'), server.url);
  const [first, second] = await sent.reaches(2);
  assert.equal(first, 'a=1; t=1');
  assert.equal(second, 'a=1; t=2; node=1');
});

test('a refused namespace is tried again with fresh credentials',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.use((socket, next) => {
      next(socket.handshake.auth.n < 3 ? new Error('expired') : undefined);
    });
    server.io.on('connection', (socket) => {
      socket.emit('in', socket.handshake.auth.n);
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--reconnect', 'always',
      '--delays', '0', '--auth-command', counting(t, '{"n":%d}'), server.url);
    assert.equal(stdout, '["in",3]\n');
  });

test('a command that fails is a failed try, and what it says is shown',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const { stderr } = await run(t, 1, '--auth-command',
      'echo secret; echo "no ticket" >&2; echo again >&2; exit 3', server.url);
    assert.match(stderr, /^sockfeed: .*--auth-command: no ticket$/m);
    assert.match(stderr, /^sockfeed: .*--auth-command: again$/m);
    assert.match(stderr, /--auth-command failed with exit status 3$/m);
    assert.doesNotMatch(stderr, /secret/);
    assert.equal(server.open.size, 0);
  });

test('a failed command is run again by always, --retries counts',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const file = join(folder(t), 'tries');
    const program = start(t, '-q', '--reconnect', 'always', '--delays', '0',
      '--header-command', `echo . >> ${file}; test $(wc -l < ${file}) -gt 2`,
      server.url);
    await server.joined.reaches(1);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    const { stderr } = await run(t, 1, '--reconnect', 'always', '--retries',
      '2', '--delays', '0', '--auth-command', 'exit 1', server.url);
    assert.equal(stderr.match(/failed with exit status 1/g).length, 3);
  });

for (const [what, option, command, said] of [
  ['a payload that is no object', '--auth-command', 'echo "[\\"hidden\\"]"',
    /--auth-command wrote what cannot be used: expected a JSON object/],
  ['a line that is no header', '--header-command', 'echo hidden',
    /--header-command wrote what cannot be used/],
  ['too much output', '--auth-command', 'head -c 70000 /dev/zero',
    /--auth-command wrote more than 65536 bytes/],
  ['a signal', '--auth-command', 'kill -9 $$',
    /--auth-command was killed by signal 9/],
  ['no such program', '--header-command', 'no-such-program-here',
    /--header-command failed with exit status 127/],
]) {
  test(`${what} is a failed try`, async (t) => {
    const { stderr } = await run(t, 1, '-q', option, command, 'http://h');
    assert.match(stderr, said);
    assert.doesNotMatch(stderr, /hidden/);
  });
}

/* Whether the process has ended that wrote its number into the file. */
function hasEnded(file) {
  const status = `/proc/${readFileSync(file, 'utf8').trim()}/stat`;
  return !existsSync(status) || / Z /.test(readFileSync(status, 'utf8'));
}

test('a command that takes too long is killed with its children',
  async (t) => {
    const file = join(folder(t), 'pid');
    const { stderr } = await givenTime(0.3, (seconds) => run(t, 28, '-q',
      '--connect-timeout', seconds, '--auth-command',
      `sh -c 'echo $$ > ${file}; sleep 600' | cat`, 'http://h'),
    () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
    assert.match(stderr, /--auth-command has not ended in time/);
    await eventually(() => hasEnded(file), 'the child ended');
  });

test('leaving does not wait for a command', async (t) => {
  const file = join(folder(t), 'pid');
  const program = start(t, '--auth-command',
    `echo waiting >&2; echo $$ > ${file}.new; mv ${file}.new ${file}; `
    + 'exec sleep 600', 'http://h');
  await eventually(() => existsSync(file), 'the command begun');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  await eventually(() => hasEnded(file), 'the command ended');
});

test('a pipeline ends as in a shell, not by an ignored SIGPIPE', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '--auth-command',
    'yes \'{"y":1}\' | head -n 1', server.url);
  const [socket] = await server.joined.reaches(1);
  assert.deepEqual(socket.handshake.auth, { y: 1 });
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});
