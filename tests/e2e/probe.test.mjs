/* SPDX-License-Identifier: MIT */
/* `sockfeed probe` says what answers at a URL, how long each step took, and
 * what to try where it does not work. */
import assert from 'node:assert/strict';
import https from 'node:https';
import { describe, test } from 'node:test';
import { Authority } from './support/certificates.mjs';
import { givenTime } from './support/patience.mjs';
import { run, start } from './support/program.mjs';
import { httpProxy, socksProxy } from './support/proxies.mjs';
import { closedPort, majors, socketIo, webSocket } from
  './support/servers.mjs';
import { wire } from './support/wire.mjs';

/* The one object of -o json, and that it says how the program ended. */
async function probe(t, status, ...args) {
  const { stdout } = await run(t, status, 'probe', '-o', 'json', ...args);
  assert.equal(stdout.indexOf('\n'), stdout.length - 1, 'one line');
  const found = JSON.parse(stdout);
  /* Numbers may be written otherwise; no member is there twice. */
  const plain = stdout.trimEnd().replaceAll(/(?<=[:[,])\d+\.\d+/g, '0');
  assert.equal(JSON.stringify(JSON.parse(plain)), plain);
  assert.equal(found.verdict.exit_status, status);
  assert.equal(found.verdict.works, status === 0);
  return found;
}

function answering(t, bytes) {
  return wire(t, async (peer) => {
    await peer.request();
    peer.last(bytes);
  });
}

describe('probe', () => {
  for (const [name, { revision, eio, options }] of Object.entries(majors)) {
    test(`finds out what ${name} speaks`, async (t) => {
      const server = await socketIo(t, name,
        { namespaces: ['/ticks'], options });
      const found = await probe(t, 0, '-N', '/ticks', server.url);
      assert.equal(found.url, server.url);
      assert.equal(found.connect.address, `127.0.0.1 port ${server.port}`);
      assert.equal(found.http.status, 101);
      assert.deepEqual(found.websocket,
        { subprotocol: null, extensions: null });
      assert.ok(found.engine_io.sid.length > 0);
      assert.ok(found.engine_io.ping_interval > 0);
      assert.ok(found.engine_io.ping_timeout > 0);
      assert.equal(found.protocol.eio, eio);
      assert.equal(found.protocol.sio, revision === 5 ? 4 : 2);
      assert.equal(found.protocol.transport, 'websocket');
      assert.deepEqual(found.namespaces,
        [{ name: '/', joined: true }, { name: '/ticks', joined: true }]);
      assert.equal(found.polling.works, true);
      assert.equal(found.round_trip.seconds.length, 5);
      for (const seconds of found.round_trip.seconds) {
        assert.ok(seconds > 0 && seconds < 60, `${seconds} s`);
      }
      assert.match(found.verdict.text,
        new RegExp(`Socket\\.IO ${found.protocol.sio} server`));
      assert.equal(found.verdict.hint === null, found.protocol.sio === 4);
    });
  }

  test('follows redirects, and tells of each server', async (t) => {
    const server = await webSocket(t);
    const middle = await answering(t, 'HTTP/1.1 301 Moved\r\nServer: second\r\n'
      + `Location: ${server.url}\r\nContent-Length: 0\r\n\r\n`);
    const first = await answering(t, 'HTTP/1.1 302 Found\r\nServer: first\r\n'
      + `Location: ${middle.url}\r\nContent-Length: 0\r\n\r\n`);
    const found = await probe(t, 0, '-L', first.url);
    assert.deepEqual(found.redirects.map(({ http }) => [http.status,
      http.server]), [[302, 'first'], [301, 'second']]);
    assert.equal(found.redirects[1].connect.address,
      `127.0.0.1 port ${middle.port}`);
    assert.equal(found.http.status, 101);
    assert.equal(found.connect.address, `127.0.0.1 port ${server.port}`);
  });

  test('looks up the server and the proxy with SOCKS 5', async (t) => {
    const server = await webSocket(t);
    const proxy = await socksProxy(t);
    const found = await probe(t, 0, '-x', `socks5://p.example:${proxy.port}`,
      '--resolve', `h.example:${server.port}:127.0.0.1`, '--resolve',
      `p.example:${proxy.port}:127.0.0.1`, `ws://h.example:${server.port}`);
    assert.equal(found.resolve.host, 'h.example');
    assert.equal(found.proxy_resolve.host, 'p.example');
  });

  test('waits for the WebSocket that long-polling leads to', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const found = await probe(t, 0, '--transport', 'upgrade', server.url);
    assert.equal(found.protocol.transport, 'polling');
    assert.equal(found.upgrade.transport, 'websocket');
    assert.equal(found.round_trip.seconds.length, 5);
    assert.match(found.verdict.text, /over a WebSocket/);
    const polling = await socketIo(t, 'socket.io 4.8.4',
      { options: { transports: ['polling'] } });
    const left = await probe(t, 0, '--transport', 'upgrade', polling.url);
    assert.equal(left.upgrade, undefined);
    assert.equal(left.round_trip, undefined);
    assert.match(left.verdict.text, /over long-polling/);
    assert.match(left.verdict.hint, /upgrade to a WebSocket does not come/);
  });

  test('tells polling that works from a WebSocket that does not',
    async (t) => {
      const server = await socketIo(t, 'socket.io 4.8.4',
        { options: { transports: ['polling'] } });
      const found = await probe(t, 0, server.url);
      assert.equal(found.failure.stage, 'http');
      assert.equal(found.polling.works, true);
      assert.match(found.verdict.text, /over long-polling/);
      assert.match(found.verdict.hint, /polling answers.* proxy in between/);
      const polled = await probe(t, 0, '--transport', 'polling', server.url);
      assert.equal(polled.protocol.transport, 'polling');
      assert.equal(polled.round_trip, undefined);
      assert.match(polled.verdict.text, /over long-polling/);
    });

  test('tells a WebSocket that works from polling that does not',
    async (t) => {
      const server = await socketIo(t, 'socket.io 4.8.4',
        { options: { transports: ['websocket'] } });
      const found = await probe(t, 0, server.url);
      assert.equal(found.polling.works, false);
      assert.match(found.polling.failure, /400/);
      assert.match(found.verdict.text, /over a WebSocket/);
    });

  test('asks no other transport than the URL does', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    for (const transport of ['polling', 'websocket']) {
      const found = await probe(t, 0,
        `${server.url}/socket.io/?EIO=4&transport=${transport}`);
      assert.equal(found.protocol.transport, transport);
      assert.equal(found.polling, undefined);
    }
  });

  test('prints a line for each stage', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const program = start(t, 'probe', server.url);
    await program.exits(0);
    const names = program.out.lines.map((line) => line.slice(0, 12).trim());
    assert.deepEqual(names, ['url', 'resolve', 'connect', 'http', 'websocket',
      'engine.io', '', 'namespace', 'protocol', 'round trip', 'polling',
      'works']);
    assert.match(program.out.text, /^connect +\d+\.\d ms 127\.0\.0\.1 port/m);
    assert.match(program.out.text, /^engine\.io .* ping every 25 s, timeout/m);
    assert.equal(program.err.text, '');
  });

  test('knows a plain WebSocket, its subprotocol and server', async (t) => {
    const server = await webSocket(t, { options: {
      handleProtocols: () => 'ticks',
    } });
    server.ws.on('headers', (headers) => headers.push('Server: feed/1.0'));
    const found = await probe(t, 0, '--subprotocol', 'ticks', server.url);
    assert.equal(found.http.server, 'feed/1.0');
    assert.equal(found.websocket.subprotocol, 'ticks');
    assert.deepEqual({ ...found.protocol, seconds: 0 },
      { seconds: 0, name: 'ws', transport: 'websocket' });
    assert.equal(found.verdict.text, 'this is a WebSocket server');
  });

  test('tells about TLS and the certificate', async (t) => {
    const authority = new Authority();
    t.after(() => authority.remove());
    const server = await webSocket(t, { httpServer: https.createServer(
      authority.issue('IP:127.0.0.1,DNS:feed.example')) });
    const found = await probe(t, 0, '--cacert', authority.file, server.url);
    assert.equal(found.tls.version, 'TLSv1.3');
    assert.match(found.tls.cipher, /^TLS_/);
    assert.equal(found.tls.subject, 'CN=sockfeed test');
    assert.equal(found.tls.issuer, 'CN=sockfeed test CA');
    assert.equal(found.tls.hosts, '127.0.0.1, feed.example');
    assert.equal(found.tls.not_after, '2048-01-01T00:00:00Z');
    assert.ok(found.tls.days_left > 365);
    const untrusted = await probe(t, 60, server.url);
    assert.equal(untrusted.tls, undefined);
    assert.equal(untrusted.failure.stage, 'tls');
    assert.match(untrusted.verdict.hint, /--cacert/);
  });

  test('tells which namespace is refused', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4',
      { namespaces: ['/admin'] });
    server.io.of('/admin').use((socket, next) => next(new Error('not you')));
    const found = await probe(t, 0, '-N', '/admin', server.url);
    assert.deepEqual(found.namespaces[1],
      { name: '/admin', joined: false, reason: 'not you' });
    const alone = await probe(t, 67, `${server.url}/admin`);
    assert.match(alone.failure.text, /not you/);
    assert.match(alone.verdict.hint, /--auth/);
  });

  test('hints at the other scheme', async (t) => {
    const plain = await webSocket(t);
    const silent = await givenTime(0.3, (seconds) => probe(t, 28,
      '--connect-timeout', seconds, plain.url.replace('ws:', 'http:')),
    ({ verdict }) => /try ws:\/\//.test(verdict.hint));
    assert.match(silent.verdict.hint, /try ws:\/\//);
    const sio = await socketIo(t, 'socket.io 4.8.4');
    const found = await probe(t, 0, '--protocol', 'ws',
      `${sio.url}/socket.io/?EIO=4&transport=websocket`);
    assert.match(found.verdict.hint, /speaks Engine\.IO/);
    const secure = await probe(t, 35, plain.url.replace('ws:', 'wss:'));
    assert.match(secure.verdict.hint, /is it http:\/\/ or ws:\/\/\?/);
  });

  test('hints at what a status means', async (t) => {
    const cases = [
      ['404 Not Found', /--path/], ['401 Unauthorized', /credentials/],
      ['503 Service Unavailable', /behind it/],
      ['301 Moved Permanently\r\nLocation: /x', /--location/],
    ];
    for (const [line, hint] of cases) {
      const server = await answering(t,
        `HTTP/1.1 ${line}\r\nServer: front\r\nContent-Length: 0\r\n\r\n`);
      const found = await probe(t, 22, server.sioUrl);
      assert.equal(found.http.status, Number(line.slice(0, 3)));
      assert.equal(found.http.server, 'front');
      assert.equal(found.failure.stage, 'http');
      assert.match(found.verdict.hint, hint);
    }
  });

  test('hints at what Socket.IO servers say', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4',
      { options: { allowEIO3: false } });
    const found = await probe(t, 8, '--eio', '3', '--transport', 'websocket',
      server.url);
    assert.match(found.failure.text, /Unsupported protocol version/);
    assert.match(found.verdict.hint, /speaks another revision/);
  });

  test('ends as a connection would have', async (t) => {
    const port = await closedPort();
    const found = await probe(t, 7, `http://127.0.0.1:${port}`);
    assert.equal(found.failure.stage, 'connect');
    assert.match(found.failure.text, /refused/);
    const unknown = await probe(t, 6, 'http://nowhere.invalid');
    assert.equal(unknown.failure.stage, 'resolve');
    const mute = await wire(t);
    const late = await givenTime(0.2, (seconds) => probe(t, 28,
      '--connect-timeout', seconds, mute.url),
    ({ verdict }) => /right port/.test(verdict.hint));
    assert.match(late.verdict.hint, /right port/);
    const rude = await answering(t, 'nonsense\r\n\r\n');
    await probe(t, 8, rude.url);
  });

  test('asks the commands for credentials', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    const seen = [];
    server.io.use((socket, next) => {
      seen.push([socket.handshake.auth.token,
        socket.handshake.headers['x-token']]);
      next();
    });
    const found = await probe(t, 0, '--auth-command', 'echo \'{"token":"a"}\'',
      '--header-command', 'echo X-Token: h', server.url);
    assert.equal(found.polling.works, true);
    assert.deepEqual(seen, [['a', 'h'], ['a', 'h']]);
  });

  test('goes through a proxy, and says so', async (t) => {
    const server = await webSocket(t);
    const proxy = await httpProxy(t, { user: 'me:secret' });
    const through = (user) => `http://${user}@127.0.0.1:${proxy.port}`;
    const found = await probe(t, 0, '-x', through('me:secret'), server.url);
    assert.equal(found.connect.address, `127.0.0.1 port ${proxy.port}`);
    assert.equal(found.proxy.url, `http://127.0.0.1:${proxy.port}`);
    const refused = await probe(t, 97, '-x', through('me:wrong'), server.url);
    assert.equal(refused.failure.stage, 'proxy');
    assert.equal(refused.proxy, undefined);
  });

  test('a server that answers no ping is said so', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade());
    const found = await probe(t, 0, server.url);
    assert.deepEqual(found.round_trip, { seconds: [], pings: 5 });
    assert.match(found.verdict.hint, /--ping-interval 0/);
  });

  test('what servers say of themselves cannot write to the terminal',
    async (t) => {
      const server = await wire(t, async (peer) => {
        await peer.request();
        peer.last('HTTP/1.1 403 \u202eno\u009b2J\r\n'
          + 'Server: \u2066evil\u0085\r\nContent-Length: 3\r\n\r\n\x1b[m');
      });
      const { stdout, stderr } = await run(t, 22, 'probe', server.url);
      assert.doesNotMatch(stdout + stderr,
        /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/u);
    });

  test('-v shows what is sent and received', async (t) => {
    const server = await webSocket(t);
    const { stderr } = await run(t, 0, 'probe', '-v', server.url);
    assert.match(stderr, /^> GET \/ HTTP\/1\.1$/m);
    assert.match(stderr, /^> ping sockfeed$/m);
    assert.match(stderr, /^< pong sockfeed$/m);
  });

  test('refuses what it has no use for', async (t) => {
    for (const args of [['-n', '1', 'ws://h'], ['-s', 'x', 'ws://h'], [],
      ['ws://a', 'ws://b'], ['-o', 'raw', 'ws://h'], ['h:80']]) {
      const { stdout, stderr } = await run(t, 2, 'probe', ...args);
      assert.equal(stdout, '');
      assert.match(stderr, /^sockfeed: [^\n]+\n$/);
    }
  });

  test('dies of the signal that stops it', async (t) => {
    const server = await wire(t);
    const program = start(t, 'probe', server.url);
    await server.peer();
    program.signal('SIGINT');
    await program.diesOf('SIGINT');
  });
});
