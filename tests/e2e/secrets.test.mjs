/* SPDX-License-Identifier: MIT */
/* What lets others in is not shown: not by -vv, not in errors, records or
 * captures, not by a probe. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { file, folder, run, start } from './support/program.mjs';
import { generations, socketIo } from './support/servers.mjs';
import { BINARY, openFour, wire } from './support/wire.mjs';

/* Each is looked for in all that is shown; the last two are made of others. */
const secrets = ['AUTHPAYLOAD', 'HEADERTOKEN', 'APIKEY', 'COOKIEVALUE',
  'QUERYTOKEN', 'URLPASSWORD', 'SETCOOKIE',
  Buffer.from('user:URLPASSWORD').toString('base64')];

const credentials = [
  '--auth', '{"token":"AUTHPAYLOAD"}', '-H', 'Authorization: Bearer HEADERTOKEN',
  '-H', 'X-Api-Key: APIKEY', '-b', 'session=COOKIEVALUE',
  '--query', 'token=QUERYTOKEN',
];

function assertHidden(shown) {
  for (const secret of secrets) {
    assert.ok(!shown.includes(secret), `${secret} in ${shown}`);
  }
}

/* A URL whose password is one of the secrets. */
const withPassword = (url) => url.replace('://', '://user:URLPASSWORD@');

for (const name of generations) {
  test(`${name}: -vv and records show no secret`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => socket.emit('hello', 1));
    server.io.engine.on('headers', (headers) => {
      headers['Set-Cookie'] = 'sid=SETCOOKIE';
    });
    const { stderr } = await run(t, 0, '-vv', '-n', '1', ...credentials,
      withPassword(server.url));
    assertHidden(stderr);
    assert.match(stderr, /^> Authorization: \*\*\*$/m);
    assert.match(stderr, /^> X-Api-Key: \*\*\*$/m);
    assert.match(stderr, /^> Cookie: \*\*\*$/m);
    assert.match(stderr, /token=\*\*\*/);
    assert.match(stderr, /user:\*\*\*@/);
    const record = await run(t, 0, '--status', 'json', '-n', '1',
      ...credentials, withPassword(server.url));
    assertHidden(record.stderr);
  });

  test(`${name}: a capture has secrets only when asked`, async (t) => {
    /* The root namespace of revision 4 is joined without a packet. */
    const server = await socketIo(t, name, { namespaces: ['/a'] });
    server.io.of('/a').on('connection', (socket) => socket.emit('hello', 1));
    const path = join(folder(t), 'capture');
    await run(t, 0, '-q', '-n', '1', '--record', path, ...credentials,
      `${server.url}/a`);
    assertHidden(readFileSync(path, 'utf8'));
    const whole = join(folder(t), 'capture');
    await run(t, 0, '-q', '-n', '1', '--record', whole, '--record-secrets',
      ...credentials, `${server.url}/a`);
    assert.match(readFileSync(whole, 'utf8'), /AUTHPAYLOAD/);
  });

  test(`${name}: long-polling shows no secret either`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/a'] });
    server.io.of('/a').on('connection', (socket) => socket.emit('hello', 1));
    const path = join(folder(t), 'capture');
    const { stderr } = await run(t, 0, '-vv', '-n', '1', '--transport',
      'polling', '--record', path, ...credentials,
      `${withPassword(server.url)}/a`);
    assertHidden(stderr);
    assertHidden(readFileSync(path, 'utf8'));
  });

  test(`${name}: a probe shows no secret`, async (t) => {
    const server = await socketIo(t, name);
    for (const form of ['text', 'json']) {
      const { stdout, stderr } = await run(t, 0, 'probe', '-vv', '-o', form,
        ...credentials, withPassword(server.url));
      assertHidden(stdout + stderr);
    }
  });
}

test('with --msgpack the payload of CONNECT is masked too', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.upgrade(openFour());
    await peer.frame(BINARY, /AUTHPAYLOAD/);
    peer.socket.end();
  });
  const path = join(folder(t), 'capture');
  const { stderr } = await run(t, 56, '-vv', '--reconnect', 'never', '--eio',
    '4', '--msgpack', '--record', path, ...credentials,
    withPassword(server.sioUrl));
  assertHidden(stderr);
  const sent = readFileSync(path, 'utf8').split('\n').filter((line) => line)
    .map((line) => JSON.parse(line)).find(({ op }) => op === 'binary');
  assert.doesNotMatch(Buffer.from(sent.data, 'base64').toString(),
    /AUTHPAYLOAD/);
});

test('a failure shows no secret', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.request();
    peer.last('HTTP/1.1 401 Unauthorized\r\nSet-Cookie: a=SETCOOKIE\r\n'
      + 'WWW-Authenticate: Bearer realm="feed"\r\nContent-Length: 0\r\n\r\n');
  });
  const { stderr } = await run(t, 22, '-v', ...credentials,
    withPassword(server.sioUrl));
  assertHidden(stderr);
  assert.match(stderr, /^< WWW-Authenticate: Bearer realm="feed"$/m);
});

/* Servers and what stands before them often send a request on by repeating its
 * target; one may also put a password of its own into the address. */
test('the address of a redirect shows no secret', async (t) => {
  const next = await wire(t, async (peer) => {
    await peer.request();
    peer.last('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
  });
  const server = await wire(t, async (peer) => {
    const [, target] = (await peer.request()).split(' ');
    peer.last('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: '
      + `http://user:URLPASSWORD@127.0.0.1:${next.port}${target}\r\n\r\n`);
  });
  const ftp = await wire(t, async (peer) => {
    const [, target] = (await peer.request()).split(' ');
    peer.last('HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: '
      + `ftp://user:URLPASSWORD@h${target}#QUERYTOKEN\r\n\r\n`);
  });
  /* Towards revision 3 the payload of CONNECT is in the query too. */
  const asked = ['--eio', '3', '--transport', 'websocket', ...credentials];
  for (const args of [['-v'], ['-L', '-v'], ['--status', 'json'],
    ['probe'], ['probe', '-o', 'json'], ['probe', '-L', '-o', 'json']]) {
    for (const { sioUrl } of [server, ftp]) {
      const { stdout, stderr } = await run(t, 22, ...args, ...asked, sioUrl);
      assertHidden(stdout + stderr);
      assert.match(stdout + stderr, /redirect/);
    }
  }
  const { stderr } = await run(t, 22, '-v', ...asked, server.sioUrl);
  assert.match(stderr, /^< Location: http:\/\/user:\*\*\*@127\.0\.0\.1.*&token=\*\*\*/m);
  assert.match(stderr, /a redirect to http:.*&token=\*\*\*; --location/);
});

test('a secret that cannot be used is not shown', async (t) => {
  const cases = [
    ['--auth', '"AUTHPAYLOAD"', 'http://h'],
    ['--auth', `@${file(t, '"AUTHPAYLOAD"')}`, 'http://h'],
    ['-H', `@${file(t, 'Authorization HEADERTOKEN')}`, 'http://h'],
    ['--pass', 'URLPASSWORD', 'wss://h'],
    ['user:URLPASSWORD@h:80'],
    ['http://user:URLPASSWORD@h:port/'],
    ['--oauth2-bearer', 'HEADER\nTOKEN', 'http://h'],
    ['-b', 'COOKIEVALUE', 'http://h'],
    ['-K', file(t, 'cookie = COOKIEVALUE\n'), 'http://h'],
    ['-K', file(t, 'proxy = http://user:URLPASSWORD@h:x\n'), 'ws://h'],
    ['-K', file(t, 'user = URLPASSWORD\n'), 'ws://h'],
    ['-K', file(t, 'url = ws://user:URLPASSWORD@h:x\n')],
    ['-H', 'Authorization: Bearer HEADERTOKEN\n', 'http://h'],
    ['-H', 'HEADERTOKEN', 'http://h'],
  ];
  for (const args of cases) {
    const { stderr } = await run(t, 2, ...args);
    assertHidden(stderr);
    assert.doesNotMatch(stderr, /TOKEN/);
  }
});

test('other users do not see secrets among the arguments', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const ways = [
    credentials.slice(0, -2), /* a query is as public as its URL */
    ['-a{"token":"AUTHPAYLOAD"}', '--user=user:URLPASSWORD',
      '-bx=COOKIEVALUE'],
  ];
  for (const args of ways) {
    const program = start(t, ...args, server.url);
    await program.said(/connected/);
    const seen = readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8');
    assertHidden(seen);
    assert.ok(seen.includes(server.url), seen);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
  }
});
