/* SPDX-License-Identifier: MIT */
/* Long-polling with real servers of every major. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killable } from './support/killable.mjs';
import { Log, patience, within } from './support/patience.mjs';
import { assertLines, run, start } from './support/program.mjs';
import { majors, socketIo, write } from './support/servers.mjs';

const POLLING = ['--transport', 'polling'];
const TEXT = 'é€😀';

/* Sends back what comes as "echo". */
function echoing(space) {
  space.on('connection', (socket) => {
    socket.on('echo', (...args) => socket.emit('back', ...args));
  });
}

for (const [name, { eio }] of Object.entries(majors)) {
  test(`${name}: text and bytes there and back`, async (t) => {
    const server = await socketIo(t, name);
    echoing(server.io);
    const { stdout, stderr } = await run(t, 0, ...POLLING, '-n', '2',
      '-e', `echo "${TEXT}"`,
      '-e', `echo "${TEXT}" {"a":[{"$base64":"AAEC/w=="},{"$base64":""}]}`,
      server.url);
    assert.equal(stdout, `["back","${TEXT}"]\n["back","${TEXT}",`
      + '{"a":[{"$base64":"AAEC/w=="},{"$base64":""}]}]\n');
    assert.match(stderr, new RegExp(`Engine\\.IO ${eio}, polling\\)`));
  });

  test(`${name}: 500 events in order, both ways`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      for (let i = 0; i < 500; i += 1) {
        socket.emit('tick', i, TEXT);
      }
    });
    const sent = Array.from({ length: 500 }, (_, i) => `n ${i} "${TEXT}"`);
    const program = start(t, ...POLLING, '-i', '-n', '501', server.url,
      { stdin: 'pipe' });
    program.child.stdin.write(`${sent.join('\n')}\n`);
    const printed = await program.printed(500);
    assert.deepEqual(printed,
      Array.from({ length: 500 }, (_, i) => `["tick",${i},"${TEXT}"]`));
    await server.received.reaches(500);
    assert.deepEqual(server.received.entries,
      Array.from({ length: 500 }, (_, i) => ['/', 'n', i, TEXT]));
  });

  test(`${name}: namespaces, and one that is refused`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/a', '/b'] });
    server.io.of('/b').use((_, next) => next(new Error('not for you')));
    server.io.of('/a').on('connection', (socket) => socket.emit('hi', 'a'));
    const program = start(t, ...POLLING, '-N', '/b', `${server.url}/a`);
    assert.deepEqual(await program.printed(1), ['["hi","a"]']);
    await program.said(/\/b.*not for you/);
  });

  test(`${name}: a refusal of the only namespace is 67`, async (t) => {
    const server = await socketIo(t, name);
    server.io.use((_, next) => next(new Error('not for you')));
    const { stderr } = await run(t, 67, ...POLLING, server.url);
    assert.match(stderr, /not for you/);
  });

  test(`${name}: heartbeats keep it alive`, async (t) => {
    const server = await socketIo(t, name,
      { options: { pingInterval: 100, pingTimeout: patience } });
    let beats = 0;
    server.io.on('connection', (socket) => {
      socket.conn.on('packet', ({ type }) => {
        beats += type === 'ping' || type === 'pong' ? 1 : 0;
        if (beats === 8) {
          socket.emit('alive');
        }
      });
    });
    const { stdout, stderr } = await run(t, 0, ...POLLING, '-n', '1',
      server.url);
    assert.equal(stdout, '["alive"]\n');
    assert.doesNotMatch(stderr, /lost/);
  });

  test(`${name}: killed and come back, it is subscribed again`, async (t) => {
    const server = await killable(t, name);
    const program = start(t, ...POLLING, '--status', 'json', '-s', 'sub 1',
      '--delays', '0.1', server.url);
    await server.received.reaches(1);
    server.write('2["before"]');
    await program.printed(1);
    await server.kill();
    await program.record('lost');
    await server.start();
    await server.received.reaches(2);
    server.write('2["after"]');
    await program.printed(2);
    assert.deepEqual(program.out.lines, ['["before"]', '["after"]']);
    assert.equal((await program.record('open', 2)).transport, 'polling');
  });

  test(`${name}: the server ending the session is a loss`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      socket.emit('last');
      setImmediate(() => socket.conn.close());
    });
    const { stdout } = await run(t, 56, ...POLLING, '--reconnect', 'never',
      server.url);
    assert.equal(stdout, '["last"]\n');
  });

  test(`${name}: our goodbye ends the session at once`, async (t) => {
    const server = await socketIo(t, name);
    const program = start(t, ...POLLING, server.url);
    const [socket] = await server.joined.reaches(1);
    const left = new Promise((resolve) => {
      socket.on('disconnect', resolve);
    });
    await program.said(/connected/);
    program.signal('SIGINT');
    assert.match(await within(left, 'the client gone'),
      /client namespace disconnect/);
    await program.diesOf('SIGINT');
  });
}

test('raw prints each packet as the frame it would be', async (t) => {
  for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      socket.emit('hi', TEXT, Buffer.from([1, 2, 3]));
    });
    const { stdout } = await run(t, 0, ...POLLING, '-o', 'raw', '-n', '4',
      server.url);
    const lines = stdout.split('\n');
    assert.match(lines[0], /^0\{"sid":/);
    assert.match(lines[1], /^40/);
    assert.equal(lines[2],
      `451-["hi","${TEXT}",{"_placeholder":true,"num":0}]`);
    assert.match(lines[3], /^b/);
  }
});

test('-v shows requests, answers and packets, and no secret', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => write(socket, '2["tick"]'));
  const { stderr } = await run(t, 0, ...POLLING, '-v', '-n', '1',
    '-H', 'Authorization: Bearer hush', '--query', 'token=hush', server.url);
  assert.match(stderr, /^> GET \/socket\.io\/\?EIO=4&transport=polling/m);
  assert.match(stderr, /^> POST \/socket\.io\//m);
  assert.match(stderr, /^< HTTP\/1\.1 200 OK/m);
  assert.match(stderr, /^< 0\{"sid":/m);
  assert.match(stderr, /^< 42\["tick"\]/m);
  assert.doesNotMatch(stderr, /hush/);
});

test('headers and parameters of the user go with every request',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const seen = [];
    server.http.on('request', (request) => seen.push(request));
    server.io.on('connection', (socket) => socket.emit('hi'));
    await run(t, 0, ...POLLING, '-n', '1', '-H', 'X-Mine: yes',
      '--query', 'k=a b', `${server.url}/?u=1`);
    assert.ok(seen.length >= 4, `${seen.length} requests`);
    for (const request of seen) {
      assert.equal(request.headers['x-mine'], 'yes');
      assert.match(request.url, /&u=1&k=a%20b/);
    }
  });

test('a header of the user\'s stands in the place of ours', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1');
  const seen = [];
  server.http.on('request', (request) => seen.push(request));
  server.io.on('connection', (socket) => socket.emit('hi'));
  await run(t, 0, ...POLLING, '-n', '1', '-H', 'Accept-Encoding: identity',
    '-H', 'User-Agent: me', '-H', 'Content-Type: text/html', server.url);
  for (const { headers, method } of seen) {
    assert.equal(headers['accept-encoding'], 'identity');
    assert.equal(headers['user-agent'], 'me');
    assert.equal(headers['content-type'],
      method === 'POST' ? 'application/octet-stream' : undefined);
  }
});

test('a cookie that a balancer sets comes back with every request',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const seen = [];
    server.io.engine.on('initial_headers', (headers) => {
      headers['set-cookie'] = 'node=7; Path=/';
    });
    server.http.on('request', (request) => seen.push(request));
    server.io.on('connection', (socket) => socket.emit('hi'));
    await run(t, 0, ...POLLING, '-n', '1', server.url);
    assert.equal(seen[0].headers.cookie, undefined);
    for (const request of seen.slice(1)) {
      assert.equal(request.headers.cookie, 'node=7');
    }
  });

test('a long compressed answer is inflated', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { httpCompression: { threshold: 1 } } });
  const text = 'x'.repeat(100_000);
  server.io.on('connection', (socket) => socket.emit('long', text));
  const { stdout, stderr } = await run(t, 0, ...POLLING, '-n', '1', '-v',
    server.url);
  assert.equal(stdout, `["long","${text}"]\n`);
  assert.match(stderr, /HTTP\/1\.1 200/);
});

test('messages are packed into POSTs below the server\'s limit',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4',
      { options: { maxHttpBufferSize: 5000 } });
    const sent = Array.from({ length: 200 }, (_, i) => `n ${i} "${TEXT}"`);
    const program = start(t, ...POLLING, '-i', server.url, { stdin: 'pipe' });
    program.child.stdin.write(`${sent.join('\n')}\n`);
    await server.received.reaches(200);
    assert.deepEqual(server.received.entries,
      Array.from({ length: 200 }, (_, i) => ['/', 'n', i, TEXT]));
  });

test('a reader that does not read costs nothing but time', async (t) => {
  for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
    const server = await socketIo(t, name,
      { options: { pingInterval: 100, pingTimeout: patience } });
    const line = (i) => `["tick",${i},"${'x'.repeat(300)}"]`;
    const beats = new Log();
    server.io.on('connection', (socket) => {
      socket.conn.on('packet', ({ type }) => {
        if (type === 'ping' || type === 'pong') {
          beats.add(type);
        }
      });
      let next = 0;
      const flood = () => {
        for (let i = 0; i < 200 && next < 20_000; i += 1, next += 1) {
          write(socket, `2${line(next)}`);
        }
        if (next < 20_000) {
          setImmediate(flood);
        }
      };
      flood();
    });
    const program = start(t, ...POLLING, '--status', 'json', '--buffer', '1M',
      '-n', '20000', server.url, { unread: true });
    await beats.reaches(30);
    program.read();
    const { stdout } = await program.exits(0);
    assert.deepEqual(program.records('lost'), []);
    assertLines(stdout, Array.from({ length: 20_000 }, (_, i) => line(i)));
  }
});

test('over TLS', async (t) => {
  const { Authority } = await import('./support/certificates.mjs');
  const https = await import('node:https');
  const { createRequire } = await import('node:module');
  const { listen } = await import('./support/patience.mjs');
  const authority = new Authority();
  t.after(() => authority.remove());
  const server = https.createServer(authority.issue('IP:127.0.0.1'));
  const { Server } = createRequire(import.meta.url)('sio4');
  const io = new Server(server);
  io.on('connection', (socket) => socket.emit('hi'));
  const port = await listen(server);
  t.after(() => io.close());
  const { stdout } = await run(t, 0, ...POLLING, '-n', '1',
    '--cacert', authority.file, `https://127.0.0.1:${port}`);
  assert.equal(stdout, '["hi"]\n');
});

test('Engine.IO alone', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const { stdout } = await run(t, 0, '--protocol', 'eio', ...POLLING,
    '-e', '0', '-n', '1', `${server.url}/socket.io/`);
  assert.match(stdout, /^0\{"sid":/);
});

test('a pasted URL says what carries it', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const program = start(t, `${server.url}/socket.io/?EIO=4&transport=polling`);
  await program.said(/polling\)/);
});

test('3.0.5 asked for 3 is spoken to as what it is', async (t) => {
  const server = await socketIo(t, 'socket.io 3.0.5');
  server.io.on('connection', (socket) => socket.emit('hi'));
  const { stdout, stderr } = await run(t, 0, ...POLLING, '-n', '1',
    '--eio', '3', server.url);
  assert.equal(stdout, '["hi"]\n');
  assert.match(stderr, /Engine\.IO 4, polling\)/);
});

for (const transport of ['websocket', 'polling', 'upgrade', 'auto']) {
  test(`revision 3 of socket.io 4.8.4, ${transport}`, async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4 with allowEIO3',
      { namespaces: ['/a', '/no'] });
    server.io.of('/no').use((_, next) => next(new Error('not for you')));
    echoing(server.io.of('/a'));
    const program = start(t, '--transport', transport, '--eio', '3', '-i',
      '-n', '2', '-N', '/no', `${server.url}/a`, { stdin: 'pipe' });
    await program.said(/Socket\.IO 2, Engine\.IO 3/);
    await program.said(/\/no.*not for you/);
    program.type(`echo "${TEXT}" {"$base64":"AAEC"}`);
    await program.printed(1);
    if (transport === 'upgrade') {
      await program.said(/upgraded/);
    }
    program.type(`echo {"a":[{"$base64":""}]} "${TEXT}"`);
    const { stdout } = await program.exits(0);
    assert.equal(stdout, `["back","${TEXT}",{"$base64":"AAEC"}]\n`
      + `["back",{"a":[{"$base64":""}]},"${TEXT}"]\n`);
  });
}

for (const [name] of Object.entries(majors)) {
  for (const transport of ['polling', 'upgrade', 'auto']) {
    test(`${name}, ${transport}: acknowledgements both ways`, async (t) => {
      const server = await socketIo(t, name);
      const answers = [];
      server.io.on('connection', (socket) => {
        socket.on('ask', (text, bytes, answer) => {
          socket.emit('you?', (...args) => {
            answers.push(args);
            answer(text, bytes);
          });
        });
      });
      const { stdout } = await run(t, 0, '--transport', transport,
        '--ack', '["me"]', '-c', `ask "${TEXT}" {"$base64":"AAEC"}`,
        server.url);
      assert.equal(stdout, `["${TEXT}",{"$base64":"AAEC"}]\n`);
      assert.deepEqual(answers, [['me']]);
    });
  }
}

test('asked for 3, a server that speaks 4 is asked again', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('hi'));
  const { stdout, stderr } = await run(t, 0, ...POLLING, '-n', '1',
    '--eio', '3', server.url);
  assert.equal(stdout, '["hi"]\n');
  assert.match(stderr, /speaks Engine\.IO 4, not 3/);
});

test('plain WebSocket cannot be polled: 2', async (t) => {
  const { stderr } = await run(t, 2, ...POLLING, 'ws://127.0.0.1:1/');
  assert.match(stderr, /plain WebSocket/);
});
