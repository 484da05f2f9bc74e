/* SPDX-License-Identifier: MIT */
/* Certificates are verified, and what is wrong with one is said. */
import assert from 'node:assert/strict';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { Authority } from './support/certificates.mjs';
import { listen } from './support/patience.mjs';
import { assertLines, file, run, start } from './support/program.mjs';
import { webSocket } from './support/servers.mjs';
import { wire } from './support/wire.mjs';

describe('a certificate', () => {
  const certs = {};
  let authority;

  before(() => {
    authority = new Authority();
    certs.good = authority.issue('IP:127.0.0.1');
    certs.named = authority.issue('DNS:localhost');
    certs.other = authority.issue('DNS:example.org');
    certs.expired = authority.issue('IP:127.0.0.1',
      { to: '20210101000000Z' });
    certs.early = authority.issue('IP:127.0.0.1', { from: '20470101000000Z' });
    certs.self = authority.selfSigned('IP:127.0.0.1');
  });

  after(() => authority.remove());

  /* A WebSocket server with this certificate that says hello. */
  async function secure(t, pair, options = {}) {
    const server = await webSocket(t,
      { httpServer: https.createServer({ ...pair, ...options }) });
    server.ws.on('connection', (socket) => socket.send('hello'));
    return server;
  }

  const refusals = [
    ['self', 'that is signed by itself', /self.signed/i],
    ['expired', 'that has expired', /expired/i],
    ['early', 'that is not valid yet', /not valid before 2047/],
    ['other', 'of another host', /127\.0\.0\.1/],
  ];

  for (const [kind, what, words] of refusals) {
    test(`${what} is refused with 60, in words`, async (t) => {
      const server = await secure(t, certs[kind]);
      const trust = kind === 'self' ? [] : ['--cacert', authority.file];
      const { stderr, stdout } = await run(t, 60, '-n', '1', ...trust,
        server.url);
      assert.equal(stdout, '');
      assert.match(stderr, /^sockfeed: [^\n]+\n$/);
      assert.match(stderr, words);
      assert.equal(server.joined.length, 0);
    });
  }

  test('of an authority nobody trusts is refused with 60', async (t) => {
    const server = await secure(t, certs.good);
    await run(t, 60, '-n', '1', server.url);
  });

  test('of a trusted authority is accepted', async (t) => {
    const server = await secure(t, certs.good);
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
      authority.file, server.url);
    assert.equal(stdout, 'hello\n');
  });

  test('is held against the name that was asked for', async (t) => {
    const server = await secure(t, certs.named);
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--cacert',
      authority.file, `wss://localhost:${server.port}`);
    assert.equal(stdout, 'hello\n');
    await run(t, 60, '-n', '1', '--cacert', authority.file, server.url);
  });

  test('is trusted through SSL_CERT_FILE', async (t) => {
    const server = await secure(t, certs.good);
    const { stdout } = await run(t, 0, '-q', '-n', '1', server.url,
      { env: { SSL_CERT_FILE: authority.file } });
    assert.equal(stdout, 'hello\n');
  });

  test('is not looked at under -k', async (t) => {
    for (const kind of ['self', 'expired', 'other']) {
      const server = await secure(t, certs[kind]);
      const { stdout } = await run(t, 0, '-q', '-n', '1', '-k', server.url);
      assert.equal(stdout, 'hello\n');
    }
  });

  test('file of authorities that cannot be used is 77', async (t) => {
    const server = await secure(t, certs.good);
    for (const path of ['/nonexistent/ca.pem', file(t, 'no certificate')]) {
      const { stderr } = await run(t, 77, '--cacert', path, server.url);
      assert.ok(stderr.includes(path), stderr);
    }
  });

  test('comes with a version of TLS that is too old: 35', async (t) => {
    const server = await secure(t, certs.good, {
      minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    await run(t, 35, '-n', '1', '--cacert', authority.file, server.url);
  });

  test('does not hide a stream that was cut', async (t) => {
    const server = tls.createServer(certs.good, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.destroy());
    });
    const port = await listen(server);
    t.after(() => server.close());
    await run(t, 56, '--cacert', authority.file, `wss://127.0.0.1:${port}`);
  });

  /* A proxy to the server that, once told to hold, keeps the last bytes of what
   * has come until they are let go: half a record stays on the way. */
  async function holder(t, port) {
    const state = { hold: false, held: Buffer.alloc(0) };
    const server = net.createServer((client) => {
      const upstream = net.connect(port, '127.0.0.1');
      client.pipe(upstream);
      upstream.on('data', (chunk) => {
        const all = Buffer.concat([state.held, chunk]);
        const end = state.hold ? Math.max(all.length - 10, 0) : all.length;
        client.write(all.subarray(0, end));
        state.held = all.subarray(end);
      });
      upstream.on('end', () => client.end());
      for (const socket of [client, upstream]) {
        socket.on('error', () => {});
        t.after(() => socket.destroy());
      }
      state.letGo = () => {
        state.hold = false;
        client.write(state.held);
        state.held = Buffer.alloc(0);
      };
    });
    t.after(() => server.close());
    state.port = await listen(server);
    return state;
  }

  test('hands on many small records with half of another behind', async (t) => {
    const server = await secure(t, certs.good);
    const proxy = await holder(t, new URL(server.url).port);
    const small = Array.from({ length: 1000 }, (_, i) => `message ${i}`);
    const large = 'x'.repeat(50_000);
    server.ws.on('connection', (socket) => {
      proxy.hold = true;
      [...small, large].forEach((text) => socket.send(text));
    });
    const program = start(t, '-q', '-n', `${small.length + 2}`, '--cacert',
      authority.file, `wss://127.0.0.1:${proxy.port}`);
    await program.printed(1 + small.length);
    proxy.letGo();
    const { stdout } = await program.exits(0);
    assertLines(stdout, ['hello', ...small, large]);
  });

  test('carries a large message through many records', async (t) => {
    const server = await secure(t, certs.good);
    const large = 'x'.repeat(3_000_000);
    server.ws.on('connection', (socket) => socket.send(large));
    const { stdout } = await run(t, 0, '-q', '-n', '2', '--cacert',
      authority.file, server.url);
    assert.ok(stdout === `hello\n${large}\n`);
  });
});

test('a server without TLS under wss is 35', async (t) => {
  const server = await wire(t, (peer) => {
    peer.last('HTTP/1.1 400 Bad Request\r\n\r\n');
  });
  const { stderr } = await run(t, 35, `wss://127.0.0.1:${server.port}`);
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
});

test('a TLS handshake that never comes is 28', async (t) => {
  const server = await wire(t);
  await run(t, 28, '--connect-timeout', '0.2',
    `wss://127.0.0.1:${server.port}`);
});
