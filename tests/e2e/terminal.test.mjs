/* SPDX-License-Identifier: MIT */
/* No server writes to the terminal: what it would act on is made visible, in
 * messages, errors, traces, reasons and certificates. */
import assert from 'node:assert/strict';
import https from 'node:https';
import { after, before, describe, test } from 'node:test';
import { Authority } from './support/certificates.mjs';
import { run } from './support/program.mjs';
import { socketIo, webSocket } from './support/servers.mjs';
import { dangers, onTerminal } from './support/terminal.mjs';
import { close, text, wire } from './support/wire.mjs';

/* A title, a cleared screen (by C1 too), a bell, DEL, text turned around, and
 * text that is there and cannot be seen. */
const EVIL = '\x1b]0;owned\x07\x1b[2J\u009b2J\x7f\u202egnp.exe\u2066\u200b';

async function assertSafe(t, status, ...args) {
  const seen = await onTerminal(t, ...args);
  assert.equal(seen.status, status, seen.screen);
  assert.deepEqual(dangers(seen.screen), [], JSON.stringify(seen.screen));
  return seen.screen;
}

describe('on a terminal', () => {
  let authority;

  before(() => {
    authority = new Authority();
  });

  after(() => authority.remove());

  const forms = [
    ['-o', 'raw'], ['-o', 'json'], ['-o', 'text'], ['-o', 'data'],
    ['-o', 'envelope'], ['-f', '%t %d\\n'], ['--extract', '^.*$'],
    ['--color', 'always'], ['--pretty'], ['-t'],
  ];

  for (const form of forms) {
    test(`a WebSocket message is safe with ${form.join(' ')}`, async (t) => {
      const server = await webSocket(t);
      server.ws.on('connection', (socket) => socket.send(EVIL));
      const screen = await assertSafe(t, 0, '-n', '1', ...form, server.url);
      assert.match(screen, /\\u202egnp/);
    });
  }

  for (const form of [...forms.slice(0, 6), ['--select', '/x'],
    ['--select', '/x', '--csv'], ['--unwrap', '/x']]) {
    test(`a Socket.IO event is safe with ${form.join(' ')}`, async (t) => {
      const server = await socketIo(t, 'socket.io 4.8.4');
      server.io.on('connection', (socket) => {
        socket.emit(EVIL, { x: EVIL, [EVIL]: 1 });
      });
      const screen = await assertSafe(t, 0, ...form,
        ...(form[1] === 'raw' ? ['--until', 'gnp'] : ['-n', '1']), server.url);
      assert.match(screen, /\\u202egnp/);
    });
  }

  test('messages go to pipes as they are', async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send(EVIL));
    const { stdout } = await run(t, 0, '-n', '1', server.url);
    assert.equal(stdout, `${EVIL}\n`);
  });

  test('a refusal, its body and its headers are safe', async (t) => {
    const body = Buffer.from(EVIL);
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last(Buffer.from(`HTTP/1.1 403 \u202eno\u009b\r\nServer: \u2066\u009b\r\n`
        + `Set-Cookie: \u202ex=y\r\nContent-Length: ${body.length}\r\n\r\n`),
      body);
    });
    await assertSafe(t, 22, '-vv', server.url);
    await assertSafe(t, 22, '--status', 'json', server.url);
    await assertSafe(t, 22, 'probe', server.url);
    await assertSafe(t, 22, 'probe', '-o', 'json', server.url);
  });

  test('a redirect is safe', async (t) => {
    const server = await wire(t, async (peer) => {
      await peer.request();
      peer.last(Buffer.from('HTTP/1.1 302 Found\r\n'
        + 'Location: http://\u202ehost\u009b/\r\nContent-Length: 0\r\n\r\n'));
    });
    await assertSafe(t, 22, '-v', server.url);
  });

  test('the reason of a close is safe', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(
      close(4000, Buffer.from(EVIL))));
    await assertSafe(t, 56, '-vv', '--reconnect', 'never', server.url);
    await assertSafe(t, 56, '--reconnect', 'never', '--status', 'json',
      server.url);
  });

  test('frames in a trace are safe, and malformed ones', async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(
      text(EVIL), Buffer.from([0x81, 2, 0xc3, 0x28])));
    await assertSafe(t, 8, '-vv', '--reconnect', 'never', server.url);
  });

  test('a refused namespace is safe', async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4',
      { namespaces: ['/a'] });
    server.io.of('/a').use((socket, next) => next(new Error(EVIL)));
    await assertSafe(t, 67, '-v', `${server.url}/a`);
    await assertSafe(t, 67, 'probe', `${server.url}/a`);
  });

  test('names in certificates are safe', async (t) => {
    const pair = authority.selfSigned('DNS:a.example',
      '/CN=\x1b[2J\u202eevil\u009b/O=\x07\u2066');
    const server = await webSocket(t,
      { httpServer: https.createServer(pair) });
    await assertSafe(t, 60, '-v', server.url);
    await assertSafe(t, 0, 'probe', '-k', server.url);
    await assertSafe(t, 0, 'probe', '-k', '-o', 'json', server.url);
  });

  test('what the user typed is safe', async (t) => {
    await assertSafe(t, 2, '--output', EVIL, 'ws://h');
    await assertSafe(t, 2, `ws://${EVIL}`);
    await assertSafe(t, 2, '--config', `/nonexistent/${EVIL}`, 'ws://h');
    await assertSafe(t, 77, '--cacert', `/nonexistent/${EVIL}`, 'wss://h');
  });
});
