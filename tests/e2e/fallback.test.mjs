/* SPDX-License-Identifier: MIT */
/* Without --transport: a WebSocket, and long-polling where there is none. */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { givenTime, listen } from './support/patience.mjs';
import { connected, open, polling } from './support/polling.mjs';
import { run, start } from './support/program.mjs';
import { closedPort, majors, socketIo, write } from './support/servers.mjs';
import { close, text } from './support/wire.mjs';

const INSTEAD = /long-polling in place of a WebSocket: /;
const TEXT = 'é€😀';

/* Calls back with the head of a request or an answer, and what came with it. */
function onHead(socket, callback) {
  let head = Buffer.alloc(0);
  socket.on('data', function take(data) {
    head = Buffer.concat([head, data]);
    if (head.includes('\r\n\r\n')) {
      socket.off('data', take);
      callback(head);
    }
  });
}

/* A proxy in front of a server that lets through all but what `spoil` does to
 * a connection on which a WebSocket is asked for. */
async function proxied(t, server, spoil) {
  const sockets = new Set();
  const proxy = net.createServer((client) => {
    const upstream = net.connect(server.port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    onHead(client, (head) => {
      if (/^upgrade: websocket/im.test(head.toString())) {
        spoil(client, upstream, head);
      } else {
        upstream.write(head);
        client.pipe(upstream);
        upstream.pipe(client);
      }
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const port = await listen(proxy);
  t.after(() => {
    proxy.close();
    for (const socket of sockets) {
      socket.destroy();
    }
  });
  return `http://127.0.0.1:${port}`;
}

const spoils = {
  'is refused by a proxy': (client) => client.end(
    'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'),
  'is answered as if nothing were special': (client) => client.end(
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'),
  'is cut before the answer': (client) => client.destroy(),
  'is cut behind the 101': (client, upstream, head) => {
    upstream.write(head);
    onHead(upstream, (answer) => {
      const end = answer.indexOf('\r\n\r\n') + 4;
      client.end(answer.subarray(0, end));
    });
  },
  'is closed behind the 101': (client, upstream, head) => {
    upstream.write(head);
    onHead(upstream, (answer) => {
      const end = answer.indexOf('\r\n\r\n') + 4;
      client.end(Buffer.concat([answer.subarray(0, end), close(1011)]));
    });
  },
  'gets no answer': () => {},
  'is silent behind the 101': (client, upstream, head) => {
    upstream.write(head);
    onHead(upstream, (answer) => {
      const end = answer.indexOf('\r\n\r\n') + 4;
      client.write(answer.subarray(0, end));
    });
  },
};

for (const [what, spoil] of Object.entries(spoils)) {
  test(`a WebSocket that ${what} is replaced`, async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.on('connection', (socket) => socket.emit('hi', TEXT));
    const url = await proxied(t, server, spoil);
    const { code, stdout, stderr } = await givenTime(3, (seconds) => start(t,
      '-n', '1', '--connect-timeout', seconds, url).end(),
    (end) => end.code !== 28);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `["hi","${TEXT}"]\n`);
    assert.match(stderr, INSTEAD);
    assert.match(stderr, /Engine\.IO 4, polling\)/);
    assert.equal(stderr.match(/in place of/g).length, 1, 'one line');
  });
}

for (const [name, { eio }] of Object.entries(majors)) {
  test(`${name}: over a WebSocket where there is one`, async (t) => {
    const server = await socketIo(t, name);
    const seen = [];
    server.http.on('request', (request) => seen.push(request.url));
    server.io.on('connection', (socket) => {
      socket.on('echo', (...args) => socket.emit('back', ...args));
    });
    const { stdout, stderr } = await run(t, 0, '-n', '1',
      '-e', `echo "${TEXT}" {"$base64":"AAEC"}`, server.url);
    assert.equal(stdout, `["back","${TEXT}",{"$base64":"AAEC"}]\n`);
    assert.match(stderr, new RegExp(`Engine\\.IO ${eio}, websocket\\)`));
    assert.deepEqual(seen, []);
  });

  test(`${name}: by long-polling where there is none`, async (t) => {
    const server = await socketIo(t, name,
      { options: { transports: ['polling'] } });
    server.io.on('connection', (socket) => {
      socket.on('echo', (...args) => socket.emit('back', ...args));
    });
    const { stdout, stderr } = await run(t, 0, '-n', '1',
      '-e', `echo "${TEXT}" {"$base64":"AAEC"}`, server.url);
    assert.equal(stdout, `["back","${TEXT}",{"$base64":"AAEC"}]\n`);
    assert.match(stderr, INSTEAD);
    assert.match(stderr, new RegExp(`Engine\\.IO ${eio}, polling\\)`));
  });
}

/* A session by long-polling whose `gets` GETs and `posts` POSTs have come
 * before. */
async function polled(server, gets, posts) {
  (await server.get(gets + 1)).answer(open());
  (await server.post(posts + 1)).answer('ok');
  (await server.get(gets + 2)).answer(connected);
}

test('what has worked is tried first when it comes back', async (t) => {
  const server = await polling(t);
  const program = start(t, '--status', 'json', '--delays', '0.05', server.url);
  (await server.probe()).error(0, 'Transport unknown');
  await polled(server, 0, 0);
  await program.said(INSTEAD);
  (await server.get(3)).error(1, 'Session ID unknown');
  await polled(server, 3, 1);
  assert.equal((await program.record('open', 2)).transport, 'polling');
  assert.equal(server.requests.entries.filter((r) => r.upgrade).length, 1);
  assert.equal(program.err.lines.filter((l) => INSTEAD.test(l)).length, 1);
});

test('what worked last and does not now is replaced too', async (t) => {
  const server = await polling(t);
  const program = start(t, '--status', 'json', '--delays', '0.05', server.url);
  (await server.probe(1)).error(0, 'Transport unknown');
  await polled(server, 0, 0);
  await program.record('open');
  (await server.get(3)).error(1, 'Session ID unknown');
  await program.record('lost');
  (await server.get(4)).error(0, 'Transport unknown');
  (await server.probe(2)).accept(text(open()), text(connected));
  const record = await program.record('open', 2);
  assert.equal(record.transport, 'websocket');
});

test('where both fail it is one line, that of the first', async (t) => {
  const server = http.createServer((_, response) => {
    response.writeHead(404).end('no such page');
  });
  server.on('upgrade', (_, socket) => socket.end(
    'HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nno key'));
  const port = await listen(server);
  t.after(() => server.close());
  const { stderr } = await run(t, 22, `http://127.0.0.1:${port}`);
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  assert.match(stderr, /403 Forbidden: no key; long-polling: .*404/);
});

test('a transport that was asked for is not replaced', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { transports: ['polling'] } });
  for (const args of [['--transport', 'websocket', server.url],
    [`${server.url}/socket.io/?EIO=4&transport=websocket`]]) {
    const { stderr } = await run(t, 22, ...args);
    assert.match(stderr, /400 Bad Request/);
  }
});

test('no way to the server is no reason to try another transport',
  async (t) => {
    const port = await closedPort();
    const { stderr } = await run(t, 7, '-v', `http://127.0.0.1:${port}`);
    assert.doesNotMatch(stderr, /long-polling/);
  });

/* Two servers behind a balancer that knows them apart by a cookie, and gives
 * what has none to each in turn. */
async function balanced(t, name) {
  const nodes = {};
  for (const node of ['a', 'b']) {
    /* A cookie of its own would take the place of this one. */
    nodes[node] = await socketIo(t, name, { options: { cookie: false } });
    nodes[node].io.on('connection', (socket) => socket.emit('from', node));
    nodes[node].http.prependListener('request', (_, response) => {
      response.setHeader('Set-Cookie', `node=${node}; Path=/`);
    });
  }
  let turn = 0;
  const balancer = net.createServer((client) => {
    client.on('error', () => {});
    onHead(client, (head) => {
      const cookie = /^cookie:.*node=([ab])/im.exec(head.toString());
      turn += cookie === null ? 1 : 0;
      const node = cookie?.[1] ?? (turn % 2 === 0 ? 'a' : 'b');
      const upstream = net.connect(nodes[node].port, '127.0.0.1');
      upstream.on('error', () => {});
      upstream.write(head);
      client.pipe(upstream);
      upstream.pipe(client);
      client.on('close', () => upstream.destroy());
    });
  });
  const port = await listen(balancer);
  t.after(() => balancer.close());
  return `http://127.0.0.1:${port}`;
}

for (const transport of ['polling', 'upgrade', 'auto']) {
  test(`behind a balancer that sticks by cookies, ${transport}`, async (t) => {
    for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
      const url = await balanced(t, name);
      const program = start(t, '--transport', transport, url);
      await program.printed(1);
      if (transport === 'upgrade') {
        await program.said(/upgraded .* to a WebSocket/);
      }
      program.signal('SIGTERM');
      const { stderr } = await program.diesOf('SIGTERM');
      assert.doesNotMatch(stderr, /lost|unknown/);
    }
  });
}

for (const name of ['socket.io 3.1.2', 'socket.io 4.5.4', 'socket.io 4.8.4']) {
  test(`${name} asked for 3 is found to speak 4`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => write(socket, '2["tick"]'));
    const { code, stdout, stderr } = await givenTime(2, (seconds) => start(t,
      '-n', '1', '--eio', '3', '--connect-timeout', seconds, server.url).end(),
    (end) => end.code !== 28);
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '["tick"]\n');
    assert.match(stderr, /speaks Engine\.IO 4, not 3/);
  });
}
