/* SPDX-License-Identifier: MIT */
/* Namespaces are joined, spoken in, and refused; who asks may have to say
 * who they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { file, run, start } from './support/program.mjs';
import { generations, majors, socketIo } from './support/servers.mjs';
import { TEXT, connected, open, openFour, text, wire }
  from './support/wire.mjs';

const names = (server) => server.joined.entries.map((s) => s.nsp.name);

for (const name of Object.keys(majors)) {
  test(`${name}: -N joins namespaces besides the URL's`, async (t) => {
    const server = await socketIo(t, name,
      { namespaces: ['/admin', '/ticks'] });
    for (const space of ['/', '/admin', '/ticks']) {
      server.io.of(space).on('connection', (socket) => {
        socket.on('sub', () => socket.emit('here', space));
      });
    }
    const { stdout } = await run(t, 0, '-q', '-n', '3', '-o', 'envelope',
      '-N', '/admin', '-N', '/ticks', '-s', 'sub', '-s', '/admin,sub 1',
      '-s', '/ticks,["sub",2]', server.url);
    assert.deepEqual(names(server).sort(), ['/', '/admin', '/ticks']);
    assert.deepEqual(server.received.entries.sort(),
      [['/', 'sub'], ['/admin', 'sub', 1], ['/ticks', 'sub', 2]]);
    const spaces = stdout.trimEnd().split('\n').map((line) => {
      const { namespace, event, args } = JSON.parse(line);
      assert.deepEqual([event, args], ['here', [namespace]]);
      return namespace;
    });
    assert.deepEqual(spaces.sort(), ['/', '/admin', '/ticks']);
  });

  test(`${name}: a refused namespace is exit 67`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    server.io.of('/admin').use((socket, next) => {
      next(new Error('Not authorized'));
    });
    const { stderr } = await run(t, 67, `${server.url}/admin`);
    assert.match(stderr, /^sockfeed: .*\/admin.*Not authorized/m);
  });
}

for (const name of generations) {
  test(`${name}: the URL's path is the namespace`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    server.io.of('/admin').on('connection', (socket) => {
      socket.emit('here', socket.nsp.name);
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', `${server.url}/admin`);
    assert.equal(stdout, '["here","/admin"]\n');
    /* Revision 4 servers join the root by themselves. */
    assert.deepEqual(names(server).filter((n) => n !== '/'), ['/admin']);
  });

  test(`${name}: an unknown namespace is exit 67`, async (t) => {
    const server = await socketIo(t, name);
    const { stderr } = await run(t, 67, `${server.url}/nowhere`);
    assert.match(stderr, /^sockfeed: .*\/nowhere.*Invalid namespace/m);
  });

  test(`${name}: a refused root is exit 67`, async (t) => {
    const server = await socketIo(t, name);
    server.io.use((socket, next) => next(new Error('no key')));
    const { stderr } = await run(t, 67, server.url);
    assert.match(stderr, /^sockfeed: .*no key/m);
  });

  test(`${name}: one refused namespace leaves the others`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      socket.on('sub', () => socket.emit('tick'));
    });
    const program = start(t, '-n', '1', '-i', '-N', '/nowhere', server.url,
      { stdin: 'pipe' });
    await program.said(/\/nowhere.*Invalid namespace/);
    program.type('sub');
    const { stdout } = await program.exits(0);
    assert.equal(stdout, '["tick"]\n');
  });

  test(`${name}: when one namespace ends, the others live on`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    server.io.of('/admin').on('connection', (socket) => {
      socket.on('leave', () => socket.disconnect());
    });
    server.io.on('connection', (socket) => {
      socket.on('sub', () => socket.emit('tick'));
      socket.on('leave', () => socket.disconnect());
    });
    const program = start(t, '-q', '-i', '-N', '/admin', '-s', '/admin,leave',
      server.url, { stdin: 'pipe' });
    await program.said(/namespace \/admin was ended/);
    program.type('sub');
    assert.deepEqual(await program.printed(1), ['["tick"]']);
    program.type('leave');
    const { stderr } = await program.exits(56);
    assert.match(stderr, /disconnected/);
  });

  test(`${name}: the URL's query is the namespace's too`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    const program = start(t, '-q', '--query', 'x=1 2',
      `${server.url}/admin?token=a,b`);
    const seen = await server.joined.until(
      () => server.joined.entries.find((s) => s.nsp.name === '/admin'),
      'the namespace joined');
    assert.equal(seen.handshake.query.token, 'a,b');
    assert.equal(seen.handshake.query.x, '1 2');
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
  });

  test(`${name}: a refused namespace is tried again by always`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    let tries = 0;
    server.io.of('/admin').use((socket, next) => {
      tries += 1;
      next(tries < 3 ? new Error('not yet') : undefined);
    });
    server.io.of('/admin').on('connection', (socket) => socket.emit('in'));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--reconnect',
      'always', '--delays', '0.05', `${server.url}/admin`);
    assert.equal(stdout, '["in"]\n');
  });
}

const auth = '{"token":"a b&c","n":1.5,"o":{"x":[1]}}';

test('towards revision 5 --auth is the CONNECT packet\'s', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { namespaces: ['/admin'] });
  const program = start(t, '-q', '-a', auth, '-N', '/admin', server.url);
  const joined = await server.joined.reaches(2);
  for (const socket of joined) {
    assert.deepEqual(socket.handshake.auth, JSON.parse(auth));
    assert.equal(socket.handshake.query.token, undefined);
  }
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('towards revision 4 --auth is query parameters', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1');
  const program = start(t, '-q', '--eio', '3', '--auth', auth, server.url);
  const [socket] = await server.joined.reaches(1);
  const { token, n, o } = socket.handshake.query;
  assert.deepEqual({ token, n, o },
    { token: 'a b&c', n: '1.5', o: '{"x":[1]}' });
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

/* Nobody has said that they speak revision 4, which asks for the credentials
 * in the very first request. */
for (const name of ['socket.io 1.7.4', 'socket.io 2.5.1']) {
  for (const transport of ['auto', 'polling', 'upgrade']) {
    test(`${name}, ${transport}: --auth is found to belong into the query`,
      async (t) => {
        const server = await socketIo(t, name);
        const asked = [];
        server.io.use((socket, next) => {
          const { EIO, token } = socket.handshake.query;
          asked.push([EIO, token]);
          next(token === 'a b' ? undefined : new Error('who are you'));
        });
        const program = start(t, '--status', 'json', '--delays', '0',
          '--transport', transport, '-a', '{"token":"a b"}', server.url);
        await program.record('open');
        await program.said(/connecting again with the auth payload as query/);
        assert.deepEqual(asked, [['4', undefined], ['3', 'a b']]);
        program.signal('SIGTERM');
        await program.diesOf('SIGTERM');
      });
  }
}

test('what was found of the server is kept in mind, until it fails',
  async (t) => {
    const server = await wire(t);
    const program = start(t, '--delays', '0', '--reconnect', 'always', '-a',
      '{"token":"t"}', server.sioUrl);
    const asked = [];
    const answer = async (...packets) => {
      const peer = await server.peer(asked.length + 1);
      const head = await peer.upgrade(open(), ...packets.map(text));
      asked.push(/EIO=\S*/.exec(head)[0]);
      return peer;
    };
    await answer('40');
    const second = await answer('40', '42["a"]');
    await program.printed(1);
    second.socket.destroy();
    await answer('44"expired"');
    (await answer()).socket.destroy();
    await answer('40');
    await answer('40', '42["b"]');
    await program.printed(2);
    assert.deepEqual(asked, [4, 3, 3, 3, 4, 3].map((eio) =>
      `EIO=${eio}&transport=websocket${eio === 3 ? '&token=t' : ''}`));
  });

test('a member of --auth is no parameter of the protocol\'s', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1');
  for (const eio of ['3', 'auto']) {
    const { stderr } = await run(t, 2, '--eio', eio, '-a', '{"sid":"x"}',
      server.url);
    assert.match(stderr, /--auth: .*query parameters, where sid is the/);
  }
});

test('a pinned revision is not left for --auth', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1');
  const program = start(t, '--status', 'json', '--eio', '4', '-a', auth,
    server.url);
  await program.record('open');
  await program.said(/before the auth payload could be sent/);
  assert.equal(server.joined.length, 1);
});

test('a secret comes out of a file', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, '-q', '--auth', `@${file(t, `${auth}\n`)}`,
    server.url);
  const [socket] = await server.joined.reaches(1);
  assert.deepEqual(socket.handshake.auth, JSON.parse(auth));
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('towards revision 4 the query stands with the namespace', async (t) => {
  const server = await wire(t);
  start(t, '-q', '--eio', '3', '-a', '{"k":"x y"}',
    `${server.sioUrl}/admin?token=a,b`);
  const peer = await server.peer();
  const head = await peer.upgrade(open(), text('40'));
  assert.match(head, /EIO=3&.*&token=a,b&k=x%20y /);
  await peer.frame(TEXT, /^40\/admin\?token=a%2Cb&k=x%20y,$/);
});

test('the root is not joined where only another is wanted', async (t) => {
  const server = await wire(t);
  const program = start(t, '--status', 'json', `${server.sioUrl}/admin`);
  const peer = await server.peer();
  await peer.upgrade(openFour(), text('40/admin,{"sid":"a"}'));
  await program.record('open');
  await peer.frame(TEXT, /^40/);
  assert.deepEqual(peer.frames.entries.map((f) => f.payload.toString()),
    ['40/admin,']);
});

test('nothing is sent to a namespace that was left, until it is joined again',
  async (t) => {
    const server = await wire(t);
    const program = start(t, '-i', '-N', '/admin', '--delays', '0',
      server.sioUrl, { stdin: 'pipe' });
    const first = await server.peer();
    await first.upgrade(openFour(), connected, text('40/admin,{"sid":"a"}'),
      text('41/admin,'));
    await program.said(/namespace \/admin was ended/);
    program.type('/admin,lost 1');
    program.type('kept 2');
    await first.frame(TEXT, /^42\["kept",2\]$/);
    await program.said(/\/admin/);
    assert.deepEqual(first.frames.entries.map((f) => f.payload.toString()),
      ['40', '40/admin,', '42["kept",2]']);
    first.socket.destroy();
    const second = await server.peer(2);
    await second.upgrade(openFour(), connected, text('40/admin,{"sid":"b"}'));
    await second.frame(TEXT, /^40\/admin,$/);
    program.type('/admin,again');
    await second.frame(TEXT, /^42\/admin,\["again"\]$/);
    assert.ok(!second.frames.entries.some((f) => /lost/.test(f.payload)));
  });

test('what comes before the last namespace is joined stands behind the gap',
  async (t) => {
    const server = await wire(t);
    const program = start(t, '-o', 'envelope', '--status', 'inline', '--delays',
      '0', '-N', '/a', server.sioUrl);
    for (const number of [1, 2]) {
      const peer = await server.peer(number);
      await peer.upgrade(openFour(), connected, text(`42["e",${number}]`));
      await program.out.until(() => program.out.text.includes(
        `"args":[${number}]`), 'the event');
      peer.send(text('40/a,{"sid":"a"}'), text('42["e",0]'));
      await program.out.until(() => program.out.text
        .split('"args":[0]').length > number, 'the event after it');
      peer.socket.destroy();
    }
    const seen = program.out.lines.map((line) => JSON.parse(line))
      .map(({ status, args }) => status ?? args[0]);
    assert.deepEqual(seen.slice(0, 8),
      [1, 'open', 0, 'lost', 'retry', 'gap', 2, 'open']);
    assert.equal(seen.slice(8).indexOf('gap'), -1);
  });
