/* SPDX-License-Identifier: MIT */
/* Connections live as long as both sides' heartbeats say, no longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { majors, socketIo, webSocket, write } from
  './support/servers.mjs';
import { connected, frame, open, openFour, PING, PONG, TEXT, text, wire } from
  './support/wire.mjs';

const BEATS = 20;

/* Calls `enough` when the client has shown itself alive BEATS times. */
function countBeats(conn, enough) {
  let count = 0;
  conn.on('packet', ({ type }) => {
    if (type === 'ping' || type === 'pong') {
      count += 1;
      if (count === BEATS) {
        enough();
      }
    }
  });
}

for (const name of Object.keys(majors)) {
  test(`heartbeats with ${name} are kept over many intervals`, async (t) => {
    const server = await socketIo(t, name,
      { options: { pingInterval: 50, pingTimeout: patience } });
    server.io.on('connection', (socket) => {
      countBeats(socket.conn, () => write(socket, '2["enough"]'));
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--reconnect',
      'never', server.url);
    assert.equal(stdout, '["enough"]\n');
    assert.equal(server.joined.length, 1);
  });
}

test('a plain WebSocket server\'s pings are answered', async (t) => {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    socket.on('pong', (data) => {
      const count = Number(data.toString());
      if (count === BEATS) {
        socket.send('enough');
      } else {
        socket.ping(String(count + 1));
      }
    });
    socket.ping('1');
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', server.url);
  assert.equal(stdout, 'enough\n');
});

test('a silent Engine.IO 4 server is a lost connection', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade(
    openFour({ pingInterval: 100, pingTimeout: 100 }), connected));
  const { stderr } = await run(t, 56, '--reconnect', 'never', server.sioUrl);
  assert.match(stderr, /heartbeat|ping/i);
});

test('an Engine.IO 3 server that answers no ping is lost', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade(
    open({ pingInterval: 100, pingTimeout: 100 }), text('40')));
  const { stderr } = await run(t, 56, '--reconnect', 'never',
    '--eio', '3', server.sioUrl);
  assert.match(stderr, /heartbeat|ping/i);
  const peer = await server.peer();
  await peer.frame(TEXT, /^2$/);
});

test('a plain WebSocket server that answers no ping is lost', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade());
  const { stderr } = await run(t, 56, '--reconnect', 'never',
    '--ping-interval', '0.1', '--ping-timeout', '0.1', server.url);
  assert.match(stderr, /no pong within 0\.1 s/);
  const peer = await server.peer();
  await peer.frame(PING);
});

test('a server that floods with pings gets no queue of pongs', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.upgrade();
    const pings = Array.from({ length: 1000 },
      (_, i) => frame(PING, String(i)));
    peer.send(...pings, text('after'));
  });
  const program = start(t, '-q', server.url);
  await program.printed(1);
  const peer = await server.peer();
  /* RFC 6455, 5.5.3: only the most recent ping needs an answer. */
  await peer.frame(PONG, /^999$/);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});
