/* SPDX-License-Identifier: MIT */
/* What servers of one version do when they are asked for another. */
import assert from 'node:assert/strict';
import http from 'node:http';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { givenTime, listen } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { socketIo, write } from './support/servers.mjs';
import { open, text, wire } from './support/wire.mjs';

const pinned = (server, eio) => `ws://127.0.0.1:${server.port}`
  + `/socket.io/?EIO=${eio}&transport=websocket`;

function ticking(server) {
  server.io.on('connection', (socket) => write(socket, '2["tick"]'));
}

test('a refusal inside of the 101 is said in words', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const { stderr } = await run(t, 8, pinned(server, 3));
  assert.match(stderr, /^sockfeed: .*Unsupported protocol version/m);
});

test('silence after the 101 is said to be a version', async (t) => {
  const server = await socketIo(t, 'socket.io 3.1.2');
  const { stderr } = await givenTime(0.5, (seconds) => run(t, 28,
    '--connect-timeout', seconds, pinned(server, 3)),
  (end) => /version|EIO/i.test(end.stderr));
  assert.match(stderr, /version|EIO/i);
});

test('3.0.5 asked for 3 is spoken to as what it is', async (t) => {
  const server = await socketIo(t, 'socket.io 3.0.5');
  ticking(server);
  const { stdout, stderr } = await run(t, 0, '-n', '1', pinned(server, 3));
  assert.equal(stdout, '["tick"]\n');
  assert.match(stderr, /Engine\.IO 4, websocket/);
});

for (const name of ['socket.io 1.7.4', 'socket.io 2.5.1']) {
  test(`${name} asked for 4 is spoken to as what it is`, async (t) => {
    const server = await socketIo(t, name);
    ticking(server);
    const { stdout, stderr } = await run(t, 0, '-n', '1', pinned(server, 4));
    assert.equal(stdout, '["tick"]\n');
    assert.match(stderr, /Engine\.IO 3, websocket/);
  });
}

test('a root joined late by revision 4 is told from revision 5', async (t) => {
  const asked = [];
  const server = await wire(t, async (peer, number) => {
    asked.push(/EIO=./.exec(await peer.upgrade(open()))[0]);
    if (number === 1) {
      /* By now the client has asked to join, as revision 5 wants it. */
      await peer.frame(1, /^40/);
    }
    peer.send(text('40'), text('42["tick"]'));
  });
  const { stdout, stderr } = await run(t, 0, '-n', '1', server.sioUrl);
  assert.equal(stdout, '["tick"]\n');
  assert.match(stderr, /Engine\.IO 3, websocket/);
  assert.deepEqual(asked, ['EIO=4', 'EIO=3']);
});

for (const name of ['socket.io 1.7.4', 'socket.io 2.5.1']) {
  test(`${name}: a root that is slow to be joined is joined once`,
    async (t) => {
      const server = await socketIo(t, name);
      let tries = 0;
      /* The first time it waits for what would be a second wish to join. */
      server.io.use(({ conn }, next) => {
        tries += 1;
        if (tries === 1) {
          conn.once('data', () => next());
        } else {
          next();
        }
      });
      const program = start(t, '-n', '3', server.url);
      await program.said(/connected .*Engine\.IO 3, websocket/);
      for (const n of [1, 2, 3]) {
        server.io.emit('tick', n);
      }
      const { stdout } = await program.exits(0);
      assert.equal(stdout, '["tick",1]\n["tick",2]\n["tick",3]\n');
    });
}

/* Nothing above it tells what Engine.IO alone is spoken in. */
for (const [name, module] of [['3.6.2', 'sio2/node_modules/engine.io'],
  ['6.6.12', 'sio4/node_modules/engine.io']]) {
  test(`bytes of engine.io ${name} are those that were sent`, async (t) => {
    const require = createRequire(import.meta.url);
    const httpServer = http.createServer();
    const engine = require(`./node_modules/${module}`).attach(httpServer);
    engine.on('connection', (socket) => {
      socket.send(Buffer.from([1, 2, 3]));
      socket.on('message', (data) => socket.send(data));
    });
    const port = await listen(httpServer);
    t.after(() => {
      httpServer.close();
      httpServer.closeAllConnections();
    });
    for (const transport of ['websocket', 'polling', 'upgrade', 'auto']) {
      const { stdout } = await run(t, 0, '-q', '--protocol', 'eio', '-e', 'é',
        '--transport', transport, '-n', '2', `http://127.0.0.1:${port}`);
      assert.equal(stdout, 'AQID\né\n', transport);
    }
  });
}
