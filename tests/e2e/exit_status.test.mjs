/* SPDX-License-Identifier: MIT */
/*
 * The whole table of exit statuses: each is reached against something real, in
 * one line that says what is wrong. The manual and the program's own list have
 * no others.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Authority, publicKey } from './support/certificates.mjs';
import { givenTime, listen, within } from './support/patience.mjs';
import { file, root, run, sanitized, sockfeed, start } from
  './support/program.mjs';
import { closedPort, socketIo, webSocket } from './support/servers.mjs';
import { close, frame, text, TEXT, wire } from './support/wire.mjs';

/* What is reached when the program dies of a signal is the shell's number. */
const reached = new Set();

async function ends(t, status, pattern, ...args) {
  reached.add(status);
  const { stderr } = await run(t, status, ...args);
  assert.match(stderr, /^(sockfeed: [^\n]+\n)+$/);
  assert.match(stderr.trimEnd().split('\n').at(-1), pattern);
}

function answering(t, bytes) {
  return wire(t, async (peer) => {
    await peer.request();
    peer.last(bytes);
  });
}

const never = ['-q', '--reconnect', 'never'];

describe('the exit status', () => {
  let authority;
  let pair;

  before(() => {
    authority = new Authority();
    pair = authority.issue('IP:127.0.0.1');
  });

  after(() => authority.remove());

  async function secure(t) {
    return webSocket(t, { httpServer: https.createServer(pair) });
  }

  test('is 0 when what was asked for is done', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(text('hello')));
    reached.add(0);
    const { stdout, stderr } = await run(t, 0, '-q', '-n', '1', server.url);
    assert.equal(stdout, 'hello\n');
    assert.equal(stderr, '');
  });

  test('is 1 for what nobody expects', async (t) => {
    const holder = net.createServer();
    const port = await listen(holder);
    t.after(() => holder.close());
    const capture = file(t, '');
    await ends(t, 1, /serve: .*127\.0\.0\.1.*in use/i, 'serve', '--listen',
      `127.0.0.1:${port}`, capture);
  });

  test('is 2 for bad usage', async (t) => {
    await ends(t, 2, /--count: 'x': expected a count, at least 1/, '-n', 'x',
      'ws://h');
  });

  /* Without a network no name server says that there is no such name. */
  const unknown = 'nowhere\\.invalid; (is the name spelt right|does DNS work)';

  test('is 5 where the proxy has no address', async (t) => {
    await ends(t, 5, new RegExp(`proxy.*${unknown}`), '-x',
      'http://nowhere.invalid:3128', 'ws://h.example');
  });

  test('is 6 where the host has no address', async (t) => {
    await ends(t, 6, new RegExp(unknown), 'ws://nowhere.invalid');
  });

  test('is 7 where nothing listens', async (t) => {
    const port = await closedPort();
    await ends(t, 7, new RegExp(`127\\.0\\.0\\.1 port ${port}: connection `
      + 'refused; is it running'), `ws://127.0.0.1:${port}`);
    await ends(t, 7, /no such file.*; is it running/i, '--unix-socket', '/nonexistent/socket',
      'ws://h');
  });

  test('is 8 where the server breaks the protocol', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(
      frame(TEXT, 'x', { masked: true })));
    await ends(t, 8, /mask/, ...never, server.url);
  });

  test('is 22 where the server refuses', async (t) => {
    const server = await answering(t, 'HTTP/1.1 403 Forbidden\r\n'
      + 'Content-Length: 10\r\n\r\nno such ke');
    await ends(t, 22, /answered 403 Forbidden: no such ke; credentials/, server.url);
  });

  test('is 23 where the output cannot be written', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(text('hello')));
    await ends(t, 23, /\/dev\/full: No space left/, '-q', '--write',
      '/dev/full', server.url);
  });

  test('is 27 without memory', async (t) => {
    /* A frame is announced for which there is no room. */
    const server = await wire(t, async (peer) => {
      const head = Buffer.alloc(10);
      head[0] = 0x81;
      head[1] = 127;
      head.writeBigUInt64BE(900_000_000n, 2);
      await peer.upgrade(head);
    });
    const child = spawn('sh', ['-c',
      sanitized ? 'exec "$@"' : 'ulimit -v 600000 && exec "$@"', 'sh', sockfeed,
      ...never, '--max-message', '1G', server.url], {
      env: {
        ...process.env,
        ASAN_OPTIONS: 'allocator_may_return_null=1:max_allocation_size_mb=400',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += bytes;
    });
    const [status] = await within(once(child, 'close'), 'the end', () => said);
    reached.add(27);
    assert.equal(status, 27, said);
    assert.match(said, /sockfeed: .*out of memory\n$/);
  });

  const WAITING = new RegExp('^sockfeed: [^\\n]*time ran out while waiting for '
    + 'the answer[^\\n]*; something[^\\n]*\\n$');

  test('is 28 when time runs out', async (t) => {
    const server = await wire(t);
    const { stderr } = await givenTime(0.2, (seconds) => run(t, 28,
      '--connect-timeout', seconds, server.url),
    (end) => WAITING.test(end.stderr));
    reached.add(28);
    assert.match(stderr, WAITING);
  });

  test('is 35 where TLS fails', async (t) => {
    const server = await wire(t, (peer) => {
      peer.last('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await ends(t, 35, /does not speak TLS on this port; is it http:/,
      server.url.replace('ws:', 'wss:'));
  });

  test('is 45 where the interface cannot be used', async (t) => {
    await ends(t, 45, /nosuch0.*; ip address/, '--interface', 'nosuch0', 'ws://127.0.0.1:9');
  });

  test('is 47 for redirects without end', async (t) => {
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last('HTTP/1.1 302 Found\r\nLocation: /again\r\n'
        + 'Content-Length: 0\r\n\r\n');
    });
    await ends(t, 47, /redirect/, '-L', server.url);
  });

  test('is 56 when the connection ends', async (t) => {
    const closing = await wire(t, (peer) => peer.upgrade(close(1001, 'bye')));
    await ends(t, 56, /1001.*bye/, ...never, closing.url);
    const cut = await wire(t, async (peer) => {
      await peer.upgrade();
      peer.socket.destroy();
    });
    await ends(t, 56, /lost|closed/, ...never, cut.url);
  });

  test('is 58 where our certificate cannot be used', async (t) => {
    await ends(t, 58, /certificate file \/nonexistent\/c\.pem: no such file/,
      '--cert', '/nonexistent/c.pem', 'wss://127.0.0.1:9');
  });

  test('is 60 where the certificate is not trusted', async (t) => {
    const server = await secure(t);
    await ends(t, 60, /unknown issuer: CN=sockfeed test CA; --cacert/,
      server.url);
  });

  test('is 63 for a message that is too large', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(text('12345678')));
    await ends(t, 63, /accepted are 7 bytes.*; --max-message SIZE/, ...never, '--max-message', '7',
      server.url);
  });

  test('is 67 where the namespace is refused', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.use((_, next) => next(new Error('not for you')));
    await ends(t, 67, /not for you; it may want an --auth/, server.url);
  });

  test('is 77 where the CA file cannot be used', async (t) => {
    await ends(t, 77, /CA file \/nonexistent\/ca\.pem: no such file/,
      '--cacert', '/nonexistent/ca.pem', 'wss://127.0.0.1:9');
  });

  test('is 90 where the pin does not match', async (t) => {
    const server = await secure(t);
    const other = authority.issue('DNS:other.example');
    await ends(t, 90, /pinned one; it has sha256\/\/.*; is it the right server/, '-k',
      '--pinnedpubkey', publicKey(other.cert).pin, server.url);
  });

  test('is 97 where the proxy refuses', async (t) => {
    const proxy = await answering(t, 'HTTP/1.1 403 Forbidden\r\n'
      + 'Content-Length: 0\r\n\r\n');
    await ends(t, 97, /proxy.*403 Forbidden.*; its rules/, '-x',
      `http://127.0.0.1:${proxy.port}`, 'ws://h.example');
  });

  for (const [signal, number] of [['SIGINT', 130], ['SIGTERM', 143],
    ['SIGHUP', 129]]) {
    test(`is a shell's ${number} after ${signal}`, async (t) => {
      const server = await wire(t, (peer) => peer.upgrade());
      const program = start(t, server.url);
      await program.said(/connected/);
      program.signal(signal);
      await program.diesOf(signal);
    });
  }

  test('is one of those in the manual, and each was reached', () => {
    const manual = readFileSync(join(root, 'man/sockfeed.1'), 'utf8')
      .match(/^\.Sh EXIT STATUS$(.*?)^\.Sh /ms)[1];
    const program = readFileSync(join(root, 'cli/base/exit_status.h'), 'utf8');
    const sorted = (numbers) => [...numbers].map(Number)
      .sort((a, b) => a - b);
    const numbers = (source, pattern) => sorted(
      [...source.matchAll(pattern)].map(([, number]) => number));
    const ours = numbers(program, /^ +EXIT_STATUS_\w+ = (\d+),$/gm);
    assert.deepEqual(numbers(manual, /^\.It (\d+)$/gm), ours);
    assert.deepEqual(sorted(reached), ours);
  });
});
