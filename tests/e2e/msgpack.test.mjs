/* SPDX-License-Identifier: MIT */
/* Servers with socket.io-msgpack-parser: what is printed is the JSON that
 * would have come without it, and what is sent arrives as it would have. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Log } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { socketIo } from './support/servers.mjs';
import { connected, openFour, wire } from './support/wire.mjs';

const require = createRequire(import.meta.url);
const parsers = {
  'socket.io 2.5.1': require('msgpack2'),
  'socket.io 3.0.5': require('msgpack3'),
  'socket.io 3.1.2': require('msgpack3'),
  'socket.io 4.8.4': require('msgpack3'),
};

const serve = (t, name, rest = {}) =>
  socketIo(t, name, { options: { parser: parsers[name] }, ...rest });

for (const name of Object.keys(parsers)) {
  test(`${name}: events of every kind come out as JSON`, async (t) => {
    const server = await serve(t, name);
    const args = [
      0, -1, 127, 128, -128, -129, 65535, 65536, 4294967296, -4294967297,
      9007199254740991, -9007199254740991, 0.1, -2.5e-7, 1e-300, 123456.789,
      true, false, null, '', 'é€😀', 'quote " back \\ line \n nul \u0000',
      'x'.repeat(300), [], {}, [[1, [2]]], { a: { b: [null] }, '': 'empty' },
    ];
    server.io.on('connection', (socket) => socket.emit('all', ...args));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--msgpack',
      server.url);
    assert.equal(stdout, `${JSON.stringify(['all', ...args])}\n`);
  });

  test(`${name}: dates, bytes and what is not there`, async (t) => {
    const server = await serve(t, name);
    const date = new Date(Date.UTC(2026, 10, 23, 13, 53, 0, 123));
    server.io.on('connection', (socket) => {
      socket.emit('e', date, new Date(-1), Buffer.from([1, 2, 3]),
        Buffer.alloc(0), new Uint8Array([4, 5]).buffer, NaN, -Infinity,
        { gone: undefined, kept: 1 }, [undefined]);
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--msgpack',
      server.url);
    assert.equal(stdout, '["e","2026-11-23T13:53:00.123Z",'
      + '"1969-12-31T23:59:59.999Z",{"$base64":"AQID"},{"$base64":""},'
      + '{"$base64":"BAU="},null,null,{"kept":1},[null]]\n');
  });

  test(`${name}: what is sent arrives, bytes too`, async (t) => {
    const server = await serve(t, name);
    const sent = ['up', 0, -1, 200, 70000, 5000000000, -5000000000, 0.25,
      1e21, true, false, null, 'é€😀', 'y'.repeat(40), [[]], { a: { b: 1 } }];
    server.io.on('connection', (socket) => {
      socket.on('bytes', () => socket.emit('done'));
    });
    await run(t, 0, '-q', '-n', '1', '--msgpack', '-e', JSON.stringify(sent),
      '-e', 'bytes {"deep":[{"$base64":"AP8="}]}', server.url);
    assert.deepEqual(server.received.entries, [
      ['/', ...sent],
      ['/', 'bytes', { deep: [Buffer.from([0, 255])] }],
    ]);
  });

  test(`${name}: acknowledgements, both ways`, async (t) => {
    const server = await serve(t, name);
    const answered = new Log();
    server.io.on('connection', (socket) => {
      socket.on('sum', (a, b, done) => done(a + b, Buffer.from([a])));
      socket.emit('who', (...args) => answered.add(args));
    });
    const { stdout } = await run(t, 0, '-q', '--msgpack',
      '--ack', '["me",{"$base64":"/w=="}]', '-c', 'sum 1 0.5', server.url);
    assert.equal(stdout, '[1.5,{"$base64":"AQ=="}]\n');
    assert.deepEqual(await answered.reaches(1), [['me', Buffer.from([255])]]);
  });

  test(`${name}: namespaces and refusals`, async (t) => {
    const server = await serve(t, name, { namespaces: ['/admin', '/closed'] });
    server.io.of('/closed').use((socket, next) => next(new Error('no entry')));
    server.io.of('/admin').on('connection', (socket) => {
      socket.on('hello', () => socket.emit('welcome', 1));
    });
    const { stdout, stderr } = await run(t, 0, '-n', '1', '--msgpack',
      '-N', '/closed', '-s', '/admin,hello', `${server.url}/admin`);
    assert.equal(stdout, '["welcome",1]\n');
    assert.match(stderr, /\/closed.*no entry/);
  });
}

test('a connection that was lost is recovered', async (t) => {
  const parser = parsers['socket.io 4.8.4'];
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { parser, connectionStateRecovery: {} } });
  const program = start(t, '--msgpack', '--strip-offset', '--status', 'json',
    '--delays', '0', '-n', '2', server.url);
  await program.record('open');
  server.io.emit('n', 0);
  await program.printed(1);
  for (const socket of server.open) {
    socket.destroy();
  }
  server.io.emit('n', 1);
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '["n",0]\n["n",1]\n');
});

test('long-polling carries it too', async (t) => {
  const server = await serve(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    socket.on('up', (bytes) => socket.emit('down', bytes, 0.5));
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--msgpack',
    '--transport', 'polling', '-s', 'up {"$base64":"AQI="}', server.url);
  assert.equal(stdout, '["down",{"$base64":"AQI="},0.5]\n');
});

test('credentials reach the server', async (t) => {
  const server = await serve(t, 'socket.io 4.8.4');
  server.io.use((socket, next) => {
    const { token, n } = socket.handshake.auth;
    next(token === 'T' && n === 7 ? undefined : new Error('who?'));
  });
  server.io.on('connection', (socket) => socket.emit('in'));
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--msgpack',
    '-a', '{"token":"T","n":7}', server.url);
  assert.equal(stdout, '["in"]\n');
});

test('the server ending the namespace is told as without it', async (t) => {
  const server = await serve(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.disconnect());
  const { stderr } = await run(t, 56, '--msgpack', server.url);
  assert.match(stderr, /the server disconnected/);
});

test('a server without that parser is named as such', async (t) => {
  const server = await wire(t,
    (peer) => peer.upgrade(openFour(), connected));
  const { stderr } = await run(t, 8, '--reconnect', 'never', '--msgpack',
    server.sioUrl);
  assert.match(stderr, /does not use socket\.io-msgpack-parser/);
});

test('a server with it is named as such without --msgpack', async (t) => {
  const server = await serve(t, 'socket.io 2.5.1');
  const { stderr } = await run(t, 8, '--reconnect', 'never', server.url);
  assert.match(stderr, /uses socket\.io-msgpack-parser/);
});
