/* SPDX-License-Identifier: MIT */
/* A signal means goodbye: to the server, then to the reader, then dies. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from './support/patience.mjs';
import { assertLines, start } from './support/program.mjs';
import { socketIo } from './support/servers.mjs';
import { CLOSE, connected, openFour, switching, TEXT, text, wire } from
  './support/wire.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`${signal} says goodbye and is died of`, async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(openFour(),
      connected, text('42["tick"]')));
    const program = start(t, server.sioUrl);
    await program.printed(1);
    program.signal(signal);
    await program.diesOf(signal);
    const peer = await server.peer();
    await peer.frame(TEXT, /^41$/);
    assert.equal(await peer.closeCode(), 1000);
    const order = peer.frames.entries.map((f) => f.opcode);
    assert.deepEqual(order.slice(-2), [TEXT, CLOSE]);
  });
}

test('a real server sees a client that left', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const left = new Promise((resolve) => {
    server.io.on('connection', (socket) => {
      socket.on('disconnect', resolve);
      socket.emit('tick');
    });
  });
  const program = start(t, '-q', server.url);
  await program.printed(1);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  assert.equal(await within(left, 'the client gone'),
    'client namespace disconnect');
});

test('a server that does not answer the goodbye is not waited for',
  async (t) => {
    const server = await wire(t, (peer) => {
      peer.polite = false;
      return peer.upgrade(text('tick'));
    });
    const program = start(t, server.url);
    await program.printed(1);
    program.signal('SIGINT');
    await program.diesOf('SIGINT');
    const peer = await server.peer();
    await peer.frame(CLOSE);
  });

test('a second signal leaves at once', async (t) => {
  const server = await wire(t, (peer) => {
    peer.polite = false;
    return peer.upgrade(text('tick'));
  });
  const program = start(t, server.url);
  await program.printed(1);
  const peer = await server.peer();
  program.signal('SIGINT');
  await peer.frame(CLOSE);
  program.signal('SIGINT');
  await program.diesOf('SIGINT');
});

test('a signal while connecting is died of', async (t) => {
  const server = await wire(t);
  const program = start(t, server.url);
  const peer = await server.peer();
  await peer.request();
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('a signal between two tries is died of', async (t) => {
  const server = await wire(t, async (peer) => {
    const head = await peer.request();
    peer.last(switching(head));
  });
  const program = start(t, '--status', 'json', '--delays', '60', server.url);
  await program.record('retry');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('what is buffered is written before the end', async (t) => {
  const count = 2000;
  const lines = Array.from({ length: count },
    (_, i) => `${i} ${'x'.repeat(500)}`);
  const server = await wire(t, async (peer) => {
    await peer.upgrade(...lines.map(text));
    /* The pong shows that all before it was taken in. */
    peer.send(Buffer.from([0x89, 0]));
  });
  const program = start(t, '-q', server.url, { unread: true });
  const peer = await server.peer();
  await peer.frame(10);
  program.signal('SIGTERM');
  program.read();
  const { stdout } = await program.diesOf('SIGTERM');
  assertLines(stdout, lines);
});
