/* SPDX-License-Identifier: MIT */
/* Connection state recovery: nothing that was missed is lost, or told twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { start } from './support/program.mjs';
import { closedPort, polled, recoverers, socketIo }
  from './support/servers.mjs';
import { TEXT, connected, openFour, text, wire } from './support/wire.mjs';

const recovering = { options: { connectionStateRecovery: {} } };

/* A program that has printed event 0, with these options more; the server has
 * read each of its subscriptions. */
async function streaming(t, server, ...more) {
  const program = start(t, '--status', 'json', '--delays', '0', ...more,
    server.url);
  await program.record('open');
  await server.received.reaches(more.filter((word) => word === '-s').length);
  server.io.emit('n', 0);
  await program.printed(1);
  return program;
}

/* Cuts every connection; the server emits events meanwhile. */
function cut(server, ...events) {
  for (const socket of server.open) {
    socket.destroy();
  }
  for (const event of events) {
    server.io.emit('n', event);
  }
}

const numbers = (lines) => lines.map((line) => JSON.parse(line)[1]);

for (const name of Object.keys(recoverers)) {
  test(`${name}: what was missed is printed once, in order`,
    async (t) => {
      const server = await socketIo(t, name, recovering);
      const program = await streaming(t, server, '-s', 'sub', '-n', '7');
      cut(server, 1, 2, 3);
      const opened = await program.record('open', 2);
      assert.equal(opened.recovered, true);
      server.io.emit('n', 4);
      await program.printed(5);
      cut(server, 5);
      await program.record('open', 3);
      server.io.emit('n', 6);
      const { stdout } = await program.exits(0);
      const lines = stdout.trimEnd().split('\n');
      assert.deepEqual(numbers(lines), [0, 1, 2, 3, 4, 5, 6]);
      assert.ok(lines.every((line) => typeof JSON.parse(line)[2] === 'string'));
      assert.deepEqual(server.received.entries, [['/', 'sub']]);
      assert.equal(program.records('gap').length, 0);
      assert.equal(program.records('open')[0].recovered, undefined);
    });

  test(`${name}: what was missed comes over long-polling too`, async (t) => {
    const server = await socketIo(t, name, recovering);
    const program = await streaming(t, server, '--transport', 'polling',
      '-s', 'sub', '-n', '4');
    const [socket] = server.joined.entries;
    /* Until the server knows of it, the session is not one to go on with. */
    socket.on('disconnect', () => {
      server.io.emit('n', 1);
      server.io.emit('n', 2);
    });
    await polled(socket);
    cut(server);
    assert.equal((await program.record('open', 2)).recovered, true);
    server.io.emit('n', 3);
    const { stdout } = await program.exits(0);
    assert.deepEqual(numbers(stdout.trimEnd().split('\n')), [0, 1, 2, 3]);
    assert.deepEqual(server.received.entries, [['/', 'sub']]);
  });

  test(`${name}: what a cut connection held is not passed over`,
    async (t) => {
      const server = await socketIo(t, name, recovering);
      const program = await streaming(t, server, '--transport', 'polling',
        '-s', 'sub');
      const [socket] = server.joined.entries;
      await polled(socket);
      /* Emitted at once, it answers the GET before the server learns of it. */
      cut(server, 1);
      assert.equal(socket.conn.transport.writable, false);
      await program.record('gap');
      await server.received.reaches(2);
    });

  test(`${name}: each namespace is gone on with`, async (t) => {
    const server = await socketIo(t, name,
      { ...recovering, namespaces: ['/admin'] });
    const program = await streaming(t, server, '-N', '/admin', '-s', 'a',
      '-s', '/admin,b', '-o', 'envelope');
    await server.joined.reaches(2);
    server.io.of('/admin').emit('m', 0);
    await program.printed(2);
    cut(server, 1);
    server.io.of('/admin').emit('m', 1);
    assert.equal((await program.record('open', 2)).recovered, true);
    const events = (await program.printed(4)).map(JSON.parse)
      .map(({ namespace, args }) => [namespace, args[0]]);
    assert.deepEqual(events.slice(2).sort(), [['/', 1], ['/admin', 1]]);
    assert.deepEqual(server.received.entries.map(([, event]) => event).sort(),
      ['a', 'b']);
  });
}

test('--strip-offset prints what was emitted', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4', recovering);
  const program = await streaming(t, server, '--strip-offset', '-n', '3');
  cut(server, 1);
  await program.record('open', 2);
  server.io.emit('n', { last: 'text' }, Buffer.from([1]));
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["n",0]\n["n",1]\n'
    + '["n",{"last":"text"},{"$base64":"AQ=="}]\n');
});

test('a server that has forgotten the session is subscribed to again',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4',
      { ...recovering, port: await closedPort() });
    const program = await streaming(t, server, '-s', 'sub', '-n', '2');
    server.stop();
    await program.record('lost');
    const again = await socketIo(t, 'socket.io 4.8.4',
      { ...recovering, port: server.port });
    assert.equal((await program.record('open', 2)).recovered, undefined);
    await program.record('gap');
    await again.received.reaches(1);
    again.io.emit('n', 1);
    await program.exits(0);
    assert.deepEqual(server.received.entries, [['/', 'sub']]);
    assert.deepEqual(again.received.entries, [['/', 'sub']]);
  });

test('--no-recovery subscribes again and tells the gap', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4', recovering);
  const program = await streaming(t, server, '--no-recovery', '-s', 'sub');
  cut(server, 1);
  await program.record('gap');
  await server.received.reaches(2);
  assert.deepEqual(server.received.entries, [['/', 'sub'], ['/', 'sub']]);
  assert.equal((await program.record('open', 2)).recovered, undefined);
});

test('a server without recovery is subscribed to again', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = await streaming(t, server, '-s', 'sub');
  cut(server);
  await program.record('gap');
  await server.received.reaches(2);
});

test('a login that still holds is not awaited again', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4', recovering);
  server.io.on('connection', (socket) => {
    socket.on('login', () => socket.emit('welcome'));
  });
  const program = start(t, '--status', 'json', '--delays', '0', '-s', 'login',
    '--await', 'welcome', '-s', 'sub', server.url);
  await server.received.reaches(2);
  server.io.emit('n', 0);
  await program.printed(2);
  cut(server, 1);
  assert.equal((await program.record('open', 2)).recovered, true);
  await program.printed(3);
  assert.deepEqual(server.received.entries, [['/', 'login'], ['/', 'sub']]);
});

/* ---- Bytes --------------------------------------------------------------- */

const offering = text('40{"sid":"A","pid":"P"}');

test('the CONNECT has pid, offset and the auth payload', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '--delays', '0', '-a', '{"token":"t"}',
    server.sioUrl);
  const first = await server.peer();
  await first.upgrade(openFour());
  await first.frame(TEXT, /^40\{"token":"t"\}$/);
  first.send(offering, text('42["a","o1"]'), text('42["b","o\\"2"]'),
    text('423["asks","not"]'));
  await program.printed(3);
  first.socket.destroy();
  const second = await server.peer(2);
  await second.upgrade(openFour());
  await second.frame(TEXT,
    /^40\{"pid":"P","offset":"o\\"2","token":"t"\}$/);
});

test('a session without an offset is not asked for', async (t) => {
  const server = await wire(t);
  const program = start(t, '--status', 'json', '--delays', '0', server.sioUrl);
  const first = await server.peer();
  await first.upgrade(openFour(), offering);
  await program.record('open');
  first.socket.destroy();
  const second = await server.peer(2);
  await second.upgrade(openFour(), connected);
  await second.frame(TEXT, /^40$/);
  await program.record('gap');
});

test('after a DISCONNECT the session is not asked for', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '--delays', '0', '--reconnect', 'always',
    server.sioUrl);
  const first = await server.peer();
  await first.upgrade(openFour(), offering, text('42["a","o1"]'));
  await program.printed(1);
  first.send(text('41'));
  const second = await server.peer(2);
  await second.upgrade(openFour());
  await second.frame(TEXT, /^40$/);
});

test('a namespace that is not recovered has its gap told before its events',
  async (t) => {
    const server = await wire(t);
    const program = start(t, '-o', 'envelope', '--status', 'inline', '--delays',
      '0', '-N', '/a', '-N', '/b', server.sioUrl);
    const first = await server.peer();
    await first.upgrade(openFour(), offering, text('42["e","o1"]'),
      text('40/a,{"sid":"A"}'), text('40/b,{"sid":"B"}'));
    await program.printed(2);
    first.socket.destroy();
    const second = await server.peer(2);
    await second.upgrade(openFour(), text('42["e","o2"]'), offering,
      text('42["e","o3"]'), text('40/a,{"sid":"C"}'), text('42/a,["f",1]'),
      text('42/a,["f",2]'), text('40/b,{"sid":"D"}'));
    const seen = (await program.printed(10)).map((line) => JSON.parse(line))
      .map(({ status, args }) => status ?? args[0]);
    assert.deepEqual(seen.slice(2),
      ['lost', 'retry', 'o2', 'o3', 'gap', 1, 2, 'open']);
  });
