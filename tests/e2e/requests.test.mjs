/* SPDX-License-Identifier: MIT */
/* What the handshake request says of the user, and where redirects lead. */
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { Authority } from './support/certificates.mjs';
import { Log, listen } from './support/patience.mjs';
import { file, run, start } from './support/program.mjs';
import { socketIo, webSocket } from './support/servers.mjs';
import { text, wire } from './support/wire.mjs';

const redirect = (location, status = '302 Found', more = '') =>
  `HTTP/1.1 ${status}\r\nLocation: ${location}\r\nContent-Length: 0\r\n`
  + `${more}\r\n`;

/* The value of a header of a request, undefined without one; there are never
 * two of a name. */
function header(request, name) {
  const lines = request.split('\r\n')
    .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  assert.ok(lines.length < 2, `${lines.length} times ${name}`);
  return lines[0]?.slice(name.length + 1).trim();
}

/* The request that a server of bytes gets with these options. */
async function request(t, ...args) {
  const server = await wire(t);
  start(t, ...args, server.url);
  return (await server.peer()).request();
}

test('cookies of the user go with the request', async (t) => {
  const head = await request(t, '-b', 'a=1; b="x y"', '--cookie', 'c=3',
    '-H', 'Cookie: d=4');
  assert.equal(header(head, 'Cookie'), 'a=1; b="x y"; c=3; d=4');
});

test('no cookie means no header', async (t) => {
  assert.equal(header(await request(t), 'Cookie'), undefined);
});

test('cookies come from a file of cookies, those of the host', async (t) => {
  const cookies = file(t, '# Netscape HTTP Cookie File\n'
    + '127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc\n'
    + '#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tlate\t1\n'
    + '127.0.0.1\tFALSE\t/\tFALSE\t1000\tover\t1\n'
    + '127.0.0.1\tFALSE\t/\tTRUE\t0\tsecure\t1\n'
    + '127.0.0.1\tFALSE\t/elsewhere\tFALSE\t0\tpath\t1\n'
    + '.example.org\tTRUE\t/\tFALSE\t0\tother\t1\n');
  assert.equal(header(await request(t, '-b', cookies), 'Cookie'),
    'session=abc; late=1');
});

test('a file that is none of cookies is refused with its line', async (t) => {
  const cookies = file(t, '# cookies\nsecret\n');
  const { stderr } = await run(t, 2, '-b', cookies, 'ws://127.0.0.1:9');
  assert.match(stderr, /^sockfeed: option --cookie: line 2: [^\n]+\n$/);
  assert.doesNotMatch(stderr, /secret/);
});

test('secrets come from files', async (t) => {
  const secret = file(t, 'alice:wonder:land\n');
  const head = await request(t, '-u', `@${secret}`, '-b',
    `@${file(t, 'a=1\n')}`);
  assert.equal(header(head, 'Authorization'),
    `Basic ${btoa('alice:wonder:land')}`);
  assert.equal(header(head, 'Cookie'), 'a=1');
  assert.equal(header(await request(t, '--oauth2-bearer',
    `@${file(t, 'tok.en\n')}`), 'Authorization'), 'Bearer tok.en');
});

test('a header of the user\'s stands for what would be sent', async (t) => {
  const head = await request(t, '-u', 'a:b', '-H', 'Authorization: Own x');
  assert.equal(header(head, 'Authorization'), 'Own x');
});

test('a user and a token together are refused', async (t) => {
  const { stderr } = await run(t, 2, '-u', 'a:b', '--oauth2-bearer', 'c',
    'ws://127.0.0.1:9');
  assert.match(stderr, /^sockfeed: [^\n]*both[^\n]*\n$/);
});

test('credentials are not shown with -v', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade(text('x')));
  const { stderr } = await run(t, 0, '-vv', '-n', '1', '-u', 'al:sesame',
    '-b', 'k=sesame', server.url.replace('127', 'me:sesame@127'));
  assert.match(stderr, /> Authorization: \*\*\*/);
  assert.match(stderr, /> Cookie: \*\*\*/);
  assert.doesNotMatch(stderr, /sesame|c2VzYW1l|bDpzZXNhbWU/);
});

test('what the server sets comes back to it on reconnect', async (t) => {
  const server = await wire(t, async (peer, count) => {
    if (count === 1) {
      await peer.request();
      peer.last('HTTP/1.1 503 Busy\r\nSet-Cookie: node=7; Path=/\r\n'
        + 'Set-Cookie: user=2; Path=/\r\nSet-Cookie: path=1; Path=/no\r\n'
        + 'Content-Length: 0\r\n\r\n');
    }
  });
  start(t, '--reconnect', 'always', '--delays', '0.01', '-b', 'user=1',
    `${server.url}/feed`);
  const again = await (await server.peer(2)).request();
  assert.equal(header(again, 'Cookie'), 'user=2; node=7');
});

test('long-polling sends back what the server sets', async (t) => {
  const server = await socketIo(t, 'socket.io 2.5.1');
  const seen = new Log();
  server.http.on('request', ({ headers }) => seen.add(headers.cookie));
  start(t, '--transport', 'polling', '-b', 'mine=1', server.url);
  const [socket] = await server.joined.reaches(1);
  await seen.until(() => seen.entries.includes(`mine=1; io=${socket.conn.id}`),
    'a request with both cookies', () => seen.tail());
});

test('a long target and long headers are sent whole', async (t) => {
  const server = await wire(t);
  const query = 'q'.repeat(60000);
  const value = 'h'.repeat(60000);
  start(t, ...Array.from({ length: 4 }, (_, i) => ['-H', `X-${i}: ${value}`])
    .flat(), `${server.url}/?${query}`);
  const head = await (await server.peer()).request();
  assert.ok(head.startsWith(`GET /?${query} HTTP/1.1\r\n`));
  for (let i = 0; i < 4; i++) {
    assert.equal(header(head, `X-${i}`), value);
  }
});

for (const status of ['429 Too Many Requests', '503 Service Unavailable']) {
  test(`Retry-After of ${status} is kept`, async (t) => {
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last(`HTTP/1.1 ${status}\r\nRetry-After: 40\r\n`
        + 'Content-Length: 0\r\n\r\n');
    });
    const program = start(t, '--reconnect', 'always', '--delays', '0.01',
      '--status', 'json', server.url);
    const line = await program.err.until(
      () => program.err.lines.find((l) => /"status":"retry"/.test(l)), 'a try');
    assert.equal(JSON.parse(line).delay, 40);
  });
}

test('Retry-After may be a date', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.request();
    peer.last('HTTP/1.1 503 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n'
      + 'Retry-After: Sun, 06 Nov 1994 08:50:27 GMT\r\n'
      + 'Content-Length: 0\r\n\r\n');
  });
  const program = start(t, '--reconnect', 'always', '--delays', '0.01',
    '--status', 'json', server.url);
  const line = await program.err.until(
    () => program.err.lines.find((l) => /"status":"retry"/.test(l)), 'a try');
  assert.equal(JSON.parse(line).delay, 50);
});

describe('a redirect', () => {
  let authority;
  let certificate;

  before(() => {
    authority = new Authority();
    certificate = authority.issue('IP:127.0.0.1');
  });

  after(() => authority.remove());

  /* A server that redirects everything and keeps the requests. */
  async function redirecting(t, location, ...more) {
    const server = await wire(t, async (peer) => {
      server.requests.push(await peer.request());
      peer.last(redirect(typeof location === 'function'
        ? location(server.requests.at(-1)) : location, ...more));
    });
    server.requests = [];
    return server;
  }

  for (const status of [301, 302, 303, 307, 308]) {
    test(`of ${status} is followed to another server`, async (t) => {
      const target = await webSocket(t);
      target.ws.on('connection', (socket, head) => socket.send(head.url));
      const server = await redirecting(t, `${target.url}/x?y=z#f`,
        `${status} There`);
      const { stdout } = await run(t, 0, '-q', '-L', '-n', '1', server.url);
      assert.equal(stdout, '/x?y=z\n');
    });
  }

  test('may be relative', async (t) => {
    const server = await wire(t, async (peer, count) => {
      if (count === 1) {
        assert.match(await peer.request(), /^GET \/a\/b\?q HTTP/);
        peer.last(redirect('../c?d'));
      } else {
        assert.match(await peer.upgrade(text('hello')), /^GET \/c\?d HTTP/);
      }
    });
    const { stdout } = await run(t, 0, '-q', '-L', '-n', '1',
      `${server.url}/a/b?q`);
    assert.equal(stdout, 'hello\n');
  });

  test('keeps Socket.IO, its namespace and its query', async (t) => {
    const target = await socketIo(t, 'socket.io 4.8.4',
      { namespaces: ['/chat'] });
    const server = await redirecting(t, (head) =>
      `${target.url}${head.split(' ')[1]}`);
    start(t, '-L', '--query', 'k=v', `${server.sioUrl}/chat`);
    const [socket] = await target.joined.reaches(1);
    assert.equal(socket.nsp.name, '/chat');
    assert.equal(socket.handshake.query.k, 'v');
  });

  test('is followed by long-polling as well', async (t) => {
    const target = await socketIo(t, 'socket.io 4.8.4');
    target.io.on('connection', (socket) => socket.emit('hello', 1));
    const server = await redirecting(t, (head) =>
      `${target.url}${head.split(' ')[1]}`, '307 There');
    const { stdout } = await run(t, 0, '-q', '-L', '-n', '1', '--transport',
      'polling', server.sioUrl);
    assert.equal(stdout, '["hello",1]\n');
    assert.equal(server.requests.length, 1);
  });

  test('to another server takes no credentials along', async (t) => {
    const target = await wire(t, (peer) => peer.upgrade(text('hello')));
    const server = await redirecting(t, `${target.url}/`);
    const { stderr } = await run(t, 0, '-v', '-L', '-n', '1', '-u', 'a:b',
      '-H', 'X-Key: secret', '--origin', 'http://o.example', server.url);
    const before = server.requests[0];
    assert.equal(header(before, 'Authorization'), `Basic ${btoa('a:b')}`);
    assert.equal(header(before, 'X-Key'), 'secret');
    assert.match(stderr, /^sockfeed: .*redirected to .*no credentials$/m);
  });

  test('tells the other server nothing of the user\'s', async (t) => {
    const target = await wire(t);
    const server = await redirecting(t,
      `ws://localhost:${target.port}/`, '302 Found',
      'Set-Cookie: mine=1; Path=/\r\n');
    start(t, '-L', '-u', 'a:b', '-b', 'k=1', '-H', 'X-Key: secret',
      server.url);
    const head = await (await target.peer()).request();
    for (const name of ['Authorization', 'X-Key', 'Cookie']) {
      assert.equal(header(head, name), undefined, name);
    }
    assert.equal(header(head, 'Host'), `localhost:${target.port}`);
  });

  test('keeps the payload of CONNECT from the other server', async (t) => {
    const target = await socketIo(t, 'socket.io 4.8.4');
    const server = await redirecting(t, (head) =>
      `${target.url}${head.split(' ')[1]}`);
    start(t, '-L', '--auth', '{"token":"secret"}', server.sioUrl);
    const [socket] = await target.joined.reaches(1);
    assert.deepEqual(socket.handshake.auth, {});
  });

  test('without credentials is followed without a word', async (t) => {
    const target = await webSocket(t);
    target.ws.on('connection', (socket) => socket.send('hello'));
    const server = await redirecting(t, target.url);
    const { stderr } = await run(t, 0, '-L', '-n', '1', server.url);
    assert.doesNotMatch(stderr, /redirected/);
  });

  test('to the same server keeps them', async (t) => {
    const server = await wire(t, async (peer, count) => {
      if (count === 1) {
        await peer.request();
        peer.last(redirect('/in', '302 Found', 'Set-Cookie: s=1\r\n'));
      }
    });
    start(t, '-L', '-u', 'a:b', '-b', 'k=1', server.url);
    const head = await (await server.peer(2)).request();
    assert.equal(header(head, 'Authorization'), `Basic ${btoa('a:b')}`);
    assert.equal(header(head, 'Cookie'), 'k=1; s=1');
  });

  test('leads from plain to TLS', async (t) => {
    const target = await webSocket(t,
      { httpServer: https.createServer(certificate) });
    target.ws.on('connection', (socket) => socket.send('hello'));
    const server = await redirecting(t, `https://127.0.0.1:${target.port}/`);
    const { stdout } = await run(t, 0, '-q', '-L', '-n', '1', '--cacert',
      authority.file, server.url);
    assert.equal(stdout, 'hello\n');
  });

  test('from TLS to plain is 22', async (t) => {
    const plain = await wire(t);
    const server = https.createServer(certificate);
    server.on('upgrade', (head, socket) => socket.end(redirect(plain.url)));
    const port = await listen(server);
    t.after(() => server.close());
    const { stderr } = await run(t, 22, '-L', '--cacert', authority.file,
      `wss://127.0.0.1:${port}`);
    assert.match(stderr, /^sockfeed: [^\n]*redirect[^\n]*TLS[^\n]*\n$/);
    assert.equal(plain.peers.length, 0);
  });

  test('to itself ends with 47', async (t) => {
    const server = await redirecting(t, '/again');
    const { stderr } = await run(t, 47, '-L', server.url);
    assert.match(stderr, /^sockfeed: [^\n]*\/again[^\n]*\n$/);
    assert.equal(server.requests.length, 11);
  });

  test('to what is no address of ours is 22', async (t) => {
    for (const location of ['ftp://127.0.0.1/', 'http://', 'http://h:x/',
      'javascript:alert(1)']) {
      const server = await redirecting(t, location);
      const { stderr } = await run(t, 22, '-L', server.url);
      assert.match(stderr, /^sockfeed: [^\n]*redirect[^\n]*\n$/);
    }
  });

  test('without -L is 22', async (t) => {
    const server = await redirecting(t, 'ws://127.0.0.1:9/');
    const { stderr } = await run(t, 22, server.url);
    assert.match(stderr, /302 Found/);
  });

  test('begins anew with every reconnect', async (t) => {
    const target = await wire(t, (peer, count) =>
      (count === 1 ? peer.upgrade(text('1')).then(() => peer.last())
        : peer.upgrade(text('2'))));
    const server = await redirecting(t, target.url);
    const { stdout } = await run(t, 0, '-q', '-L', '-n', '2', '--delays',
      '0.01', server.url);
    assert.equal(stdout, '1\n2\n');
    assert.equal(server.requests.length, 2);
  });
});
