/* SPDX-License-Identifier: MIT */
/* Through tinyproxy, squid and dante. */
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { Authority } from '../e2e/support/certificates.mjs';
import { run } from '../e2e/support/program.mjs';
import { closedPort, socketIo, webSocket } from '../e2e/support/servers.mjs';
import { dante, squid, tinyproxy } from './support/daemon.mjs';

let authority;
let pair;

before(() => {
  authority = new Authority();
  pair = authority.issue('IP:127.0.0.1');
});

after(() => authority.remove());

/* Plain and TLS, WebSocket and Socket.IO, through this proxy. */
async function goesThrough(t, proxy) {
  const plain = await webSocket(t);
  const secure = await webSocket(t,
    { httpServer: https.createServer(pair) });
  const io = await socketIo(t, 'socket.io 4.8.4');
  for (const { ws } of [plain, secure]) {
    ws.on('connection', (socket) => socket.send('hello'));
  }
  io.io.on('connection', (socket) => socket.emit('hello', 1));
  for (const [url, line] of [[plain.url, 'hello'], [secure.url, 'hello'],
    [io.url, '["hello",1]']]) {
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
      authority.file, '-x', proxy, url);
    assert.equal(stdout, `${line}\n`, url);
  }
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--transport', 'polling',
    '--cacert', authority.file, '-x', proxy, io.url);
  assert.equal(stdout, '["hello",1]\n');
}

async function refused(t, proxy, url, words) {
  const { stderr } = await run(t, 97, '-x', proxy, url);
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  assert.match(stderr, words);
}

describe('tinyproxy', () => {
  test('leads to servers of every kind', async (t) => {
    await goesThrough(t, `http://127.0.0.1:${await tinyproxy(t)}`);
  });

  test('wants a user and a password', async (t) => {
    const port = await tinyproxy(t, 'BasicAuth alice sesame\n');
    await goesThrough(t, `http://alice:sesame@127.0.0.1:${port}`);
    await refused(t, `http://127.0.0.1:${port}`, 'ws://127.0.0.1:9',
      /wants a user and a password: 407/);
    await refused(t, `http://alice:open@127.0.0.1:${port}`,
      'ws://127.0.0.1:9', /40[17]/);
  });

  test('refuses ports that it may not connect to', async (t) => {
    const port = await tinyproxy(t, 'ConnectPort 443\n');
    await refused(t, `http://127.0.0.1:${port}`, 'ws://127.0.0.1:81',
      /refused to connect to 127\.0\.0\.1 port 81: 403/);
  });
});

describe('squid', () => {
  test('leads to servers of every kind', async (t) => {
    await goesThrough(t, `http://127.0.0.1:${await squid(t)}`);
  });

  test('speaks TLS itself', async (t) => {
    const port = await squid(t, {
      port: 'https_port 127.0.0.1:{port} tls-cert={dir}/cert '
        + 'tls-key={dir}/key',
      files: { cert: pair.cert.toString(), key: pair.key.toString() },
    });
    await goesThrough(t, `https://127.0.0.1:${port}`);
  });

  test('refuses what its rules deny', async (t) => {
    const port = await squid(t, { access: 'http_access deny all' });
    await refused(t, `http://127.0.0.1:${port}`, 'ws://127.0.0.1:9',
      /403 Forbidden/);
  });

  test('says that the server cannot be reached', async (t) => {
    const port = await squid(t);
    await refused(t, `http://127.0.0.1:${port}`,
      `ws://127.0.0.1:${await closedPort()}`, /503 Service Unavailable/);
  });
});

describe('dante', () => {
  test('leads to servers of every kind', async (t) => {
    const port = await dante(t);
    await goesThrough(t, `socks5://127.0.0.1:${port}`);
    await goesThrough(t, `socks5h://127.0.0.1:${port}`);
  });

  test('wants a user and a password', async (t) => {
    const port = await dante(t, { user: 'alice', password: 'sesame' });
    await goesThrough(t, `socks5://alice:sesame@127.0.0.1:${port}`);
    await goesThrough(t, `socks5h://alice:sesame@127.0.0.1:${port}`);
    await refused(t, `socks5://127.0.0.1:${port}`, 'ws://127.0.0.1:9',
      /wants a user and a password \(socks5:\/\/127.*; --proxy SCHEME:/);
    await refused(t, `socks5://alice:open@127.0.0.1:${port}`,
      'ws://127.0.0.1:9', /does not accept the user and the password/);
    await refused(t, `socks5://bob:sesame@127.0.0.1:${port}`,
      'ws://127.0.0.1:9', /does not accept the user and the password/);
  });

  test('refuses in words', async (t) => {
    const port = await dante(t);
    await refused(t, `socks5://127.0.0.1:${port}`, 'ws://127.0.0.66:80',
      /rules do not allow/);
    await refused(t, `socks5://127.0.0.1:${port}`,
      `ws://127.0.0.1:${await closedPort()}`, /refused/);
  });
});
