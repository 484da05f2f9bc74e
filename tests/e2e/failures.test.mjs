/* SPDX-License-Identifier: MIT */
/* Each way not to get connected has its exit status and its one line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, start } from './support/program.mjs';
import { closedPort, generations, socketIo, webSocket } from
  './support/servers.mjs';
import { close, connected, frame, openFour, switching, TEXT, text, wire } from
  './support/wire.mjs';

/* The one line that a failure leaves on standard error. */
function oneLine(stderr) {
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  return stderr;
}

/* Answers every request with these bytes and ends the stream. */
function answering(t, bytes) {
  return wire(t, async (peer) => {
    await peer.request();
    peer.last(bytes);
  });
}

test('a port where nothing listens is 7', async (t) => {
  const port = await closedPort();
  const { stderr } = await run(t, 7, `http://127.0.0.1:${port}`);
  assert.match(oneLine(stderr), new RegExp(`127\\.0\\.0\\.1.*${port}`));
  assert.match(stderr, /refused/i);
});

test('a host that does not exist is 6', async (t) => {
  const { stderr } = await run(t, 6, 'http://nowhere.invalid');
  assert.match(oneLine(stderr), /nowhere\.invalid/);
});

test('a refusal is 22 with its status and first line', async (t) => {
  const body = 'Forbidden: no such key\nsecond line\n';
  const server = await answering(t, 'HTTP/1.1 403 Forbidden\r\n'
    + `Content-Length: ${body.length}\r\n\r\n${body}`);
  for (const url of [server.url, server.sioUrl]) {
    const { stderr } = await run(t, 22, url);
    assert.match(oneLine(stderr), /403.*Forbidden: no such key/);
    assert.doesNotMatch(stderr, /second line/);
  }
});

test('a refusal\'s text cannot write to the terminal', async (t) => {
  const body = '\x1b[31mred\x07\x9b\r\n';
  const server = await answering(t, 'HTTP/1.1 401 Unauth\x1b[2Jorized\r\n'
    + `Content-Length: ${body.length}\r\n\r\n${body}`);
  const { stderr } = await run(t, 22, server.url);
  assert.doesNotMatch(oneLine(stderr).trimEnd(), /[\x00-\x1f\x7f\x80-\x9f]/);
  assert.match(stderr, /401/);
});

test('an answer of 200 is 22', async (t) => {
  const server = await answering(t,
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
  const { stderr } = await run(t, 22, server.url);
  assert.match(oneLine(stderr), /200/);
});

test('a redirect is 22', async (t) => {
  const server = await answering(t, 'HTTP/1.1 302 Found\r\n'
    + 'Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n');
  const { stderr } = await run(t, 22, server.url);
  assert.match(oneLine(stderr), /302/);
});

test('a real server\'s refusal is 22', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { transports: ['polling'] } });
  const { stderr } = await run(t, 22, '--transport', 'websocket', server.url);
  assert.match(stderr, /^sockfeed: .*400/m);
});

test('a wrong path is 22', async (t) => {
  const server = await webSocket(t, { options: { path: '/right' } });
  const { stderr } = await run(t, 22, `${server.url}/wrong`);
  assert.match(oneLine(stderr), /400/);
});

test('a wrong Sec-WebSocket-Accept is 8', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.request();
    peer.send(switching('Sec-WebSocket-Key: another'));
  });
  const { stderr } = await run(t, 8, server.url);
  assert.match(oneLine(stderr), /accept/i);
});

test('what is no HTTP is 8', async (t) => {
  const server = await answering(t, 'SSH-2.0-OpenSSH_9.2p1\r\n\r\n');
  oneLine((await run(t, 8, server.url)).stderr);
});

test('an answer head without end is 8', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.request();
    peer.send('HTTP/1.1 101 Switching Protocols\r\n',
      'X-Filler: '.padEnd(1 << 20, 'x'));
  });
  oneLine((await run(t, 8, server.url)).stderr);
});

test('a peer that hangs up before it answers is 56', async (t) => {
  const server = await answering(t, '');
  oneLine((await run(t, 56, server.url)).stderr);
});

test('a peer that never answers is 28', async (t) => {
  const server = await wire(t);
  const { stderr } = await run(t, 28, '--connect-timeout', '0.2', server.url);
  assert.match(oneLine(stderr), /time ran out/);
});

test('a server that never opens Engine.IO is 28', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade());
  const { stderr } = await run(t, 28, '--connect-timeout', '0.2',
    server.sioUrl);
  oneLine(stderr);
});

test('a server that never joins the namespace is 28', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade(openFour()));
  const { stderr } = await run(t, 28, '--connect-timeout', '0.2',
    server.sioUrl);
  oneLine(stderr);
});

test('a server that is not Socket.IO is said so, and what to try',
  async (t) => {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send('{"hello":1}'));
    for (const protocol of ['sio', 'eio']) {
      const { stderr } = await run(t, 8, '--protocol', protocol,
        `http://127.0.0.1:${server.port}`);
      assert.match(oneLine(stderr), /Engine\.IO.*ws:\/\//);
    }
  });

for (const name of generations) {
  test(`${name}: asked for a plain WebSocket it is said so`, async (t) => {
    const server = await socketIo(t, name);
    /* Its other paths are nobody's: it hangs up. */
    const hung = await run(t, 56, `ws://127.0.0.1:${server.port}`);
    assert.match(oneLine(hung.stderr), /; is it .*Socket\.IO: http:\/\//);
    const eio = /^socket\.io [12]/.test(name) ? 3 : 4;
    const { stdout, stderr } = await run(t, 0, '-n', '1', '--protocol', 'ws',
      `ws://127.0.0.1:${server.port}/socket.io/?EIO=${eio}`
      + '&transport=websocket');
    assert.match(stdout, /^0\{"sid":/);
    assert.match(stderr,
      /^sockfeed: [^\n]*speaks Engine\.IO: with http:\/\/ .*understood$/m);
  });
}

test('a WebSocket that is one is not taken for Engine.IO', async (t) => {
  const server = await wire(t, (peer) => peer.upgrade(text('0{"sid":1}'),
    text('0{"sid":"x"}')));
  const { stderr } = await run(t, 0, '-n', '2', server.url);
  assert.doesNotMatch(stderr, /Engine/);
});

test('a close frame\'s code and reason are shown, and 56', async (t) => {
  for (const [code, reason] of [[1001, ''], [1008, 'no plan'], [1012, 'x'],
    [4001, 'quota used up']]) {
    const server = await wire(t, (peer) => peer.upgrade(close(code, reason)));
    const { stderr } = await run(t, 56, '--reconnect', 'never', server.url);
    assert.match(stderr, new RegExp(`${code}.*${reason}`));
    /* The answer is the same code. */
    assert.equal(await (await server.peer()).closeCode(), code);
  }
});

test('an end of the stream without close frame is 56', async (t) => {
  const server = await wire(t, async (peer) => {
    await peer.upgrade();
    peer.last('');
  });
  await run(t, 56, '--reconnect', 'never', server.url);
});

test('a message of exactly --max-message is accepted', async (t) => {
  const server = await wire(t,
    (peer) => peer.upgrade(text('x'.repeat(1024))));
  const { stdout } = await run(t, 0, '-q', '-n', '1', '--max-message', '1K',
    server.url);
  assert.equal(stdout.length, 1025);
});

test('one byte more is 63 and closed with 1009', async (t) => {
  const server = await wire(t,
    (peer) => peer.upgrade(text('x'.repeat(1025))));
  const { stderr, stdout } = await run(t, 63, '--reconnect', 'never',
    '--max-message', '1K', server.url);
  assert.equal(stdout, '');
  assert.match(stderr, /1024|1K/);
  assert.equal(await (await server.peer()).closeCode(), 1009);
});

test('a first packet that is too large is no other kind of server',
  async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(openFour()));
    const { stderr } = await run(t, 63, '--reconnect', 'never',
      '--max-message', '20', server.sioUrl);
    assert.match(oneLine(stderr), /--max-message/);
    assert.doesNotMatch(stderr, /Engine\.IO/);
  });

test('the limit holds for fragments together, before they came',
  async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(
      frame(TEXT, 'x'.repeat(1000), { final: false }),
      /* Only the header of a fragment that is too much. */
      frame(0, 'x'.repeat(100)).subarray(0, 2)));
    await run(t, 63, '--reconnect', 'never', '--max-message', '1K',
      server.url);
    assert.equal(await (await server.peer()).closeCode(), 1009);
  });

test('a loss by a large message is brought back', async (t) => {
  const server = await wire(t, async (peer, count) => {
    await peer.upgrade(text('fits'));
    peer.send(text('x'.repeat(count === 1 ? 1025 : 1024)));
  });
  const { stdout } = await run(t, 0, '-q', '-n', '3', '--delays', '0.05',
    '--max-message', '1K', server.url);
  assert.equal(stdout, `fits\nfits\n${'x'.repeat(1024)}\n`);
});

test('several failures do not hide the last one\'s status', async (t) => {
  const port = await closedPort();
  const program = start(t, '--reconnect', 'always', '--retries', '2',
    '--delays', '0.05', `http://127.0.0.1:${port}`);
  const { stderr } = await program.exits(7);
  assert.ok(stderr.split('\n').length >= 3);
});

test('an answer that comes byte by byte is the same answer', async (t) => {
  const server = await wire(t, async (peer) => {
    peer.socket.setNoDelay(true);
    const head = await peer.request();
    const bytes = Buffer.concat([
      Buffer.from(switching(head)), openFour(), connected,
      text('42["whole",1]'),
    ]);
    for (const byte of bytes) {
      await new Promise((sent) => {
        peer.socket.write(Buffer.from([byte]), () => setImmediate(sent));
      });
    }
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', server.sioUrl);
  assert.equal(stdout, '["whole",1]\n');
});
