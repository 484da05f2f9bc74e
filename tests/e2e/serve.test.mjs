/* SPDX-License-Identifier: MIT */
/* A capture is replayed to our client, to others', in both protocols. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { Authority } from './support/certificates.mjs';
import { Log, Watched, givenTime } from './support/patience.mjs';
import { file, run, start } from './support/program.mjs';

const require = createRequire(import.meta.url);

/* Entries of a capture, so many milliseconds apart. */
function capture(t, apart, ...frames) {
  const lines = frames.map(([op, data, dir = 'in'], i) => JSON.stringify({
    t: 0, conn: 1, dir, op, data,
  }).replace('"t":0',
    `"t":${1_700_000_000_000_000_000n + BigInt(i * apart) * 1_000_000n}`));
  return file(t, `${lines.join('\n')}\n`, 'capture.ndjson');
}

const session = [
  ['text', '0{"sid":"s","upgrades":[],"pingInterval":25000,'
    + '"pingTimeout":20000}'],
  ['text', '40'],
  ['text', '42["SubAdd",{"subs":["BTC"]}]', 'out'],
  ['text', '42["trade",{"p":0.10}]'],
  ['text', '2'],
  ['text', '42["trade",{"p":9007199254740993}]'],
  ['text', '42["end"]'],
];
const events = ['["trade",{"p":0.10}]', '["trade",{"p":9007199254740993}]',
  '["end"]'];

/* Starts a server of this capture; gives program and URL. */
async function serving(t, path, ...options) {
  const program = start(t, 'serve', '--listen', '127.0.0.1:0', ...options,
    path);
  const line = await program.said(/^sockfeed: serving on https?:\/\/127/);
  return { program, url: line.split(' ').at(-1) };
}

for (const eio of ['3', '4', 'auto']) {
  test(`our client gets its events with --eio ${eio}`, async (t) => {
    const { url } = await serving(t, capture(t, 0, ...session), '--speed',
      'max');
    const { stdout } = await run(t, 0, '-q', '--eio', eio, '-n', '3', url);
    assert.equal(stdout, `${events.join('\n')}\n`);
  });
}

const ways = {
  websocket: { transports: ['websocket'] },
  polling: { transports: ['polling'] },
  'polling in base64': { transports: ['polling'], forceBase64: true },
  upgrade: { transports: ['polling', 'websocket'] },
};

for (const version of ['client2', 'client4']) {
  for (const [way, options] of Object.entries(ways)) {
    test(`a real socket.io-client (${version}) gets them by ${way}`,
      async (t) => {
        const { url } = await serving(t, capture(t, 10, ...session));
        const client = require(version)(url, options);
        t.after(() => client.close());
        const received = new Log();
        client.on('trade', (data) => received.add(data.p));
        client.on('end', () => received.add('end'));
        assert.deepEqual(await received.reaches(3), [0.1, 9007199254740992,
          'end']);
      });
  }
}

/* Nothing lost, nothing doubled, order kept, also while the transport
 * changes: the events come faster than it does. */
for (const version of ['client2', 'client4']) {
  for (const [way, options] of Object.entries(ways)) {
    test(`${version} by ${way} gets 500 events in their order`, async (t) => {
      const numbers = Array.from({ length: 500 }, (_, i) => i);
      const { url } = await serving(t, capture(t, 1, ...session.slice(0, 2),
        ...numbers.map((i) => ['text', `42["n",${i},"${'é€😀'.repeat(9)}"]`]),
        ['text', '42["done"]']));
      const client = require(version)(url, options);
      t.after(() => client.close());
      const received = new Log();
      const done = new Log();
      client.on('n', (i) => received.add(i));
      client.on('done', () => done.add(true));
      await done.reaches(1);
      assert.deepEqual(received.entries, numbers);
    });
  }
}

/* Engine.IO's client opens a namespace by hand. */
for (const [version, join] of [['engine3', ''], ['engine6', '0']]) {
  for (const [way, options] of Object.entries(ways)) {
    test(`a real engine.io-client (${version}) gets packets by ${way}`,
      async (t) => {
        const { url } = await serving(t, capture(t, 100, ...session));
        const { Socket } = require(version);
        const client = new Socket(url, {
          path: '/socket.io/', ...options,
        });
        t.after(() => client.close());
        const received = new Log();
        const upgraded = new Log();
        client.on('upgrade', (transport) => upgraded.add(transport.name));
        client.on('message', (data) => received.add(data));
        client.on('open', () => join && client.send(join));
        const packets = await received.reaches(4);
        assert.match(packets[0], /^0/);
        assert.deepEqual(packets.slice(1), events.map((e) => `2${e}`));
        if (way === 'upgrade') {
          assert.deepEqual(await upgraded.reaches(1), ['websocket']);
        }
      });
  }
}

test('plain WebSocket clients get messages', async (t) => {
  const { url } = await serving(t, capture(t, 0, ['text', '{"p":0.10}'],
    ['binary', 'AQID'], ['ping', ''], ['text', 'last']), '--speed', 'max');
  const { stdout } = await run(t, 0, '-q', '-n', '3',
    `${url.replace('http', 'ws')}/`);
  assert.equal(stdout, '{"p":0.10}\nAQID\nlast\n');
});

test('a subprotocol that a client wants is the server\'s too', async (t) => {
  const { url } = await serving(t, capture(t, 0, ['text', 'x']));
  const { WebSocket } = require('ws');
  for (const [offered, chosen] of [[['b', 'a'], 'b'], [[], '']]) {
    const socket = new WebSocket(url.replace('http', 'ws'), offered);
    t.after(() => socket.terminate());
    const received = new Log();
    socket.on('message', (data) => received.add(data.toString()));
    assert.deepEqual(await received.reaches(1), ['x']);
    assert.equal(socket.protocol, chosen);
  }
});

test('the pauses between frames are those of the recording', async (t) => {
  /* Its share of the pause that was asked for; a client that is held up sees
   * less of it. */
  const share = await givenTime(0.2, async (seconds) => {
    const { url } = await serving(t, capture(t, 2000 * seconds, ['text', '1'],
      ['text', '2']), '--speed', '2');
    const { stdout } = await run(t, 0, '-q', '-n', '2', '-f', '%s %t\\n',
      `${url.replace('http', 'ws')}/`);
    const [first, second] = stdout.split('\n').map(parseFloat);
    return (second - first) / seconds;
  }, (seen) => seen > 0.75);
  assert.ok(share > 0.75, `${share}`);
});

test('--once ends when the first client has had everything', async (t) => {
  const { program, url } = await serving(t, capture(t, 0, ...session),
    '--speed', 'max', '--once');
  const { stdout } = await run(t, 0, '-q', '-n', '3', url);
  assert.equal(stdout, `${events.join('\n')}\n`);
  await program.exits(0);
});

test('--loop begins again', async (t) => {
  const { url } = await serving(t, capture(t, 10, ...session), '--speed',
    'max', '--loop');
  const { stdout } = await run(t, 0, '-q', '-n', '7', url);
  assert.equal(stdout,
    `${[...events, ...events, events[0]].join('\n')}\n`);
});

test('with --live all clients share one clock', async (t) => {
  /* The late one has the time that the capture lasts to come at all. */
  const { early, late } = await givenTime(0.9, async (seconds) => {
    const { url } = await serving(t, capture(t, Math.round(seconds * 1000 / 3),
      ['text', 'first'], ['text', 'second'], ['text', 'third'],
      ['text', 'last']), '--live');
    const follow = (...args) => start(t, '-q', ...args, '-f', '%t\\n',
      `${url.replace('http', 'ws')}/`);
    const programs = { early: follow('-n', '4') };
    await programs.early.printed(1);
    programs.late = follow('--until', 'last');
    await programs.early.exits(0);
    return programs;
  }, (programs) => programs.late.out.lines.length > 0);
  await late.exits(0);
  const texts = (program) => program.out.lines;
  assert.deepEqual(texts(early), ['first', 'second', 'third', 'last']);
  assert.deepEqual(texts(late), texts(early).slice(-late.out.lines.length));
  assert.ok(!texts(late).includes('first'));
});

const asked = ['text', '42["SubAdd",{"subs":["BTC"], "n":1.0}]', 'out'];
const strict = [...session.slice(0, 2), asked, ...session.slice(3)];

test('--strict takes what says the same', async (t) => {
  const { program, url } = await serving(t, capture(t, 0, ...strict),
    '--strict', '--once');
  const { stdout } = await run(t, 0, '-q', '-n', '3', '-s',
    'SubAdd {"n":1,"subs":["\\u0042TC"]}', url);
  assert.equal(stdout, `${events.join('\n')}\n`);
  await program.exits(0);
});

for (const [what, messages, reason] of [
  ['something else', ['SubAdd {"subs":["ETH"],"n":1}'],
    /:3: expected \["SubAdd",.*\], received \["SubAdd",\{"subs":\["ETH"\]/],
  ['more', ['SubAdd {"subs":["BTC"],"n":1}', 'more'],
    /nothing more was sent then, received \["more"\]/],
]) {
  test(`--strict closes a client that sends ${what}`, async (t) => {
    const path = capture(t, 0, ...strict);
    const { program, url } = await serving(t, path, '--strict', '--once');
    const { stderr } = await run(t, 56, '--reconnect', 'never',
      ...messages.flatMap((message) => ['-s', message]), url);
    assert.match(stderr, /closed the connection: 1008/);
    const end = await program.exits(1);
    assert.match(end.stderr, reason);
    assert.match(end.stderr, /^sockfeed: serve: client 1: /m);
  });
}

test('--strict waits for a client that sends nothing, not for ever',
  async (t) => {
    const { program, url } = await serving(t, capture(t, 0, ...strict),
      '--strict', '--once');
    const client = start(t, '--reconnect', 'never', url);
    await program.said(/expected \["SubAdd",.*, nothing came/);
    await client.exits(56);
    await program.exits(1);
  });

for (const transport of ['websocket', 'polling', 'upgrade']) {
  test(`--once leaves when all was fetched by ${transport}`, async (t) => {
    const { program, url } = await serving(t, capture(t, 0, ...session),
      '--speed', 'max', '--once');
    const { stdout } = await run(t, 56, '-q', '--reconnect', 'never',
      '--transport', transport, url);
    assert.equal(stdout, `${events.join('\n')}\n`);
    await program.exits(0);
  });
}

test('a last line that was cut off is left out, and told', async (t) => {
  const path = file(t,
    '{"t":1,"conn":1,"dir":"in","op":"text","data":"x"}\n{"t":2,"conn"');
  const { program, url } = await serving(t, path, '--once');
  assert.match(program.err.text, /:2: the last line was cut off/);
  const { stdout } = await run(t, 0, '-q', '-n', '1',
    `${url.replace('http', 'ws')}/`);
  assert.equal(stdout, 'x\n');
});

test('a capture that holds nothing to serve says so', async (t) => {
  for (const text of ['', '{"t":1,"conn":1,"dir":"out","op":"text",'
    + '"data":"x"}\n']) {
    const { program } = await serving(t, file(t, text, 'nothing.ndjson'));
    assert.match(program.err.text,
      /nothing\.ndjson: there is nothing in it that a server said/);
  }
});

test('a frame that cannot be read is left out, and told', async (t) => {
  const { program, url } = await serving(t, capture(t, 0,
    ...session.slice(0, 3), ['text', '42{}'], ...session.slice(3)));
  assert.match(program.err.text, /:4: a frame is left out: /);
  const { stdout } = await run(t, 0, '-q', '-n', '3', url);
  assert.equal(stdout, `${events.join('\n')}\n`);
});

for (const [line, reason] of [
  ['{"t":1', 'column 7: '],
  ['{"t":"1","conn":1,"dir":"in","op":"text"}', 'column 6: "t" is no time'],
  ['{"t":1,"conn":1,"dir":"up","op":"text"}', 'column 23: "dir" is neither'],
  ['{"t":1,"conn":1,"dir":"in","op":"x"}', 'column 33: "op" is not known'],
  ['{"t":1,"conn":1,"dir":"in","op":"binary","data":"*"}',
    'column 49: "data" is no base64'],
]) {
  test(`a capture is refused that holds ${line}`, async (t) => {
    const good = '{"t":1,"conn":1,"dir":"in","op":"text","data":"x"}';
    const path = file(t, `${good}\n${line}\n${good}\n`);
    const { stderr } = await run(t, 2, 'serve', path);
    assert.ok(stderr.startsWith(`sockfeed: serve: ${path}:2: ${reason}`),
      stderr);
    assert.equal(stderr.split('\n').length, 2);
  });
}

test('with a certificate it serves over TLS', async (t) => {
  const authority = new Authority();
  t.after(() => authority.remove());
  const { key, cert } = authority.issue('IP:127.0.0.1');
  const [certFile, keyFile] = [file(t, cert), file(t, key)];
  const { url } = await serving(t, capture(t, 10, ...session), '--cert',
    certFile, '--key', keyFile);
  assert.match(url, /^https:/);
  for (const transport of ['websocket', 'polling']) {
    const { stdout } = await run(t, 0, '-q', '--cacert', authority.file, '-n',
      '3', '--transport', transport, url);
    assert.equal(stdout, `${events.join('\n')}\n`);
  }
  const client = require('client4')(url, { rejectUnauthorized: false });
  t.after(() => client.close());
  const received = new Log();
  const upgraded = new Log();
  client.on('connect', () => client.io.engine.on('upgrade',
    () => upgraded.add('upgrade')));
  client.onAny((name) => received.add(name));
  assert.deepEqual(await received.reaches(3), ['trade', 'trade', 'end']);
});

/* Answers of HTTP, one after the other: `next` gives the body of the next one,
 * `some` is when anything of it has come. */
function answers(socket) {
  const bytes = new Watched();
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (data) => {
    text += data;
    bytes.changed();
  });
  socket.on('close', () => {
    text += '\r\n\r\nclosed';
    bytes.changed();
  });
  const take = () => {
    const [, head, size] = /^(.*?content-length: (\d+).*?\r\n\r\n)/is.exec(text)
      ?? [];
    const end = head?.length + Number(size);
    if (!(text.length >= end)) {
      return undefined;
    }
    const body = text.slice(head.length, end);
    text = text.slice(end);
    return { body };
  };
  return {
    next: async () => (await bytes.until(take, 'an answer',
      () => text.slice(0, 200) + text.slice(-200))).body,
    some: () => bytes.until(() => text.length > 0, 'some of an answer'),
  };
}

for (const secure of [false, true]) {
  test(`a request that comes inside of a large answer${secure
    ? ' over TLS' : ''} waits`, async (t) => {
    const authority = new Authority();
    t.after(() => authority.remove());
    const { key, cert } = authority.issue('IP:127.0.0.1');
    const large = 'x'.repeat(8_000_000);
    const path = capture(t, 0, ...session.slice(0, 2),
      ['text', `42["large","${large}"]`], ['text', '42["end"]']);
    const { url } = await serving(t, path, '--speed', 'max', ...secure
      ? ['--cert', file(t, cert), '--key', file(t, key)] : []);
    const { port } = new URL(url);
    const socket = secure
      ? tls.connect({ port, host: '127.0.0.1', ca: readFileSync(authority.file) })
      : net.connect({ port, host: '127.0.0.1' });
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    const { next, some } = answers(socket);
    const ask = (method, sid = '', body = '') => socket.write(`${method} `
      + `/socket.io/?EIO=4&transport=polling${sid} HTTP/1.1\r\nHost: h\r\n`
      + `Content-Length: ${body.length}\r\n\r\n${body}`);
    ask('GET');
    const sid = `&sid=${JSON.parse((await next()).slice(1)).sid}`;
    ask('POST', sid, '40');
    assert.equal(await next(), 'ok');
    let body = '';
    ask('GET', sid);
    while (!body.includes(large)) {
      await some();
      ask('GET', sid);
      body = await next();
    }
    assert.match(await next(), /end/);
  });
}

test('a certificate that cannot be used is 58, with the reason', async (t) => {
  const path = capture(t, 0, ...session);
  const { stderr } = await run(t, 58, 'serve', '--cert', '/nonexistent', path);
  assert.equal(stderr, 'sockfeed: serve: certificate file /nonexistent: '
    + 'no such file or directory\n');
  await run(t, 58, 'serve', '--cert', path, path);
  const authority = new Authority();
  t.after(() => authority.remove());
  const alone = await run(t, 58, 'serve', '--cert', authority.file, path);
  assert.match(alone.stderr, /^sockfeed: serve: .*no private key .*; --key FILE/);
  await run(t, 2, 'serve', '--key', path, path);
});

test('a signal ends it', async (t) => {
  const { program } = await serving(t, capture(t, 0, ...session));
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('a file that is no capture is refused, with its line', async (t) => {
  const path = file(t, '{"t":1,"conn":1,"dir":"in","op":"text","data":"x"}\n'
    + 'no JSON\n');
  const { stderr } = await run(t, 2, 'serve', path);
  assert.match(stderr, /^sockfeed: [^\n]*2[^\n]*\n$/);
  await run(t, 2, 'serve', '/nonexistent/capture');
  await run(t, 2, 'serve');
  await run(t, 2, 'serve', '--listen', 'nowhere', path);
});
