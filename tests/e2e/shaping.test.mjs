/* SPDX-License-Identifier: MIT */
/* Values are taken out of messages without being changed on the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { file, run, start } from './support/program.mjs';
import { socketIo, webSocket, write } from './support/servers.mjs';

/* What these packets print, up to and without the event `end`. */
async function shaped(t, packets, ...options) {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    for (const packet of packets) {
      write(socket, packet);
    }
    socket.disconnect();
  });
  const { stdout, stderr } = await run(t, 56, '-q', ...options, server.url);
  return { stdout, stderr };
}

const trades = [
  '2["trade",{"s":"BTC","p":0.10,"n":9007199254740993,"o":{"x":[1.50]}}]',
  '2["trade",{"s":"ETH","p":"12.0","n":null}]',
  '2["trade",{"s":"a\\tb\\n\\"c\\"","p":1e400}]',
  '2["book","text",[2.0]]',
];

/* [options, expected lines] over the trades. */
const shapes = [
  [['--select', '/s,/p,/n,/o'],
    ['BTC\t0.10\t9007199254740993\t{"x":[1.50]}', 'ETH\t12.0\t\t',
      'a\\tb\\n"c"\t1e400\t\t', '\t\t\t']],
  [['--select', '/s,/p', '--csv', '-E', 'trade'],
    ['s,p', 'BTC,0.10', 'ETH,12.0', '"a\tb', '""c""",1e400']],
  [['--select', '/s,/o/x', '-o', 'json', '-E', 'trade'],
    ['{"s":"BTC","x":[1.50]}', '{"s":"ETH"}', '{"s":"a\\tb\\n\\"c\\""}']],
  [['--select', '/1/0', '-E', 'book'], ['2.0']],
  [['-f', '%e %{/s} %{/p}\\n', '-E', 'trade', '--where', '/p < 1'],
    ['trade BTC 0.10']],
  [['-f', '%c:%b:%d%%\\t|\\n', '-E', 'book'], ['1:21:["text",[2.0]]%\t|']],
  [['--where', '/p >= 0.1', '-o', 'data', '-E', 'trade', '--where',
    '/s != BTC'],
  ['{"s":"ETH","p":"12.0","n":null}',
    '{"s":"a\\tb\\n\\"c\\"","p":1e400}']],
  [['--where', '/n = 9007199254740993', '--select', '/s'], ['BTC']],
  [['--where', '/n = 9007199254740992', '--select', '/s'], []],
  [['--where', '/s ~ ^[BE]T', '--select', '/s'], ['BTC', 'ETH']],
  [['--match', '"s":"(BTC|ETH)"', '--reject', 'null', '--select', '/s'],
    ['BTC']],
  [['--extract', '"p":"?([0-9.]+)'], ['0.10', '12.0', '1']],
];

for (const [options, expected] of shapes) {
  test(options.join(' '), async (t) => {
    const { stdout } = await shaped(t, trades, ...options);
    assert.deepEqual(stdout.split('\n').slice(0, -1), expected);
  });
}

test('--unwrap puts JSON text inside of a string in its place', async (t) => {
  const { stdout } = await shaped(t,
    ['2["m",{"d":"{\\"p\\":0.10}"}]', '2["m",{"d":"no JSON"}]'],
    '--unwrap', '/d', '-o', 'data');
  assert.equal(stdout, '{"d":{"p":0.10}}\n{"d":"no JSON"}\n');
});

test('--latest prints the newest for each value', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    for (let i = 1; i <= 10; i += 1) {
      write(socket, `2["t",{"s":"BTC","n":${i}}]`);
      write(socket, `2["t",{"s":"ETH","n":${i}}]`);
    }
  });
  const program = start(t, '-q', '-o', 'data', '--latest', '/s', '--every',
    '0.5', server.url);
  assert.deepEqual(await program.printed(2),
    ['{"s":"BTC","n":10}', '{"s":"ETH","n":10}']);
  server.io.emit('t', { s: 'ETH', n: 11 });
  assert.equal((await program.printed(3))[2], '{"s":"ETH","n":11}');
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('--decode cryptocompare names the fields of a tick', async (t) => {
  const { stdout } = await shaped(t,
    ['2["m","3~LOADCOMPLETE"]',
      '2["m","5~CCCAGG~BTC~USD~1~2500.50~1500000000~9"]'],
    '--decode', 'cryptocompare');
  const [complete, tick] = stdout.trimEnd().split('\n');
  assert.equal(complete, '{"TYPE":"3","MESSAGE":"LOADCOMPLETE"}');
  assert.ok(tick.includes('"PRICE":2500.50'), tick);
  const { TYPE, MARKET, FROMSYMBOL, LASTUPDATE, MASK } = JSON.parse(tick);
  assert.deepEqual([TYPE, MARKET, FROMSYMBOL, LASTUPDATE, MASK],
    ['5', 'CCCAGG', 'BTC', 1500000000, undefined]);
});

test('compressed binary messages become text', async (t) => {
  const server = await webSocket(t);
  const text = '{"p":0.10}';
  server.ws.on('connection', (socket) => {
    for (const pack of [gzipSync, deflateSync, deflateRawSync]) {
      socket.send(pack(text));
    }
    socket.send(text);
    socket.send(Buffer.from([0xff, 0xfe]));
  });
  const { stdout, stderr } = await run(t, 0, '-q', '-n', '5', '--inflate',
    '-o', 'json', server.url);
  assert.equal(stdout, `${`${text}\n`.repeat(4)}{"$base64":"//4="}\n`);
  assert.match(stderr, /^sockfeed: [^\n]+\n$/);
});

test('--binary says how binary messages are printed', async (t) => {
  const bytes = Buffer.from([0, 1, 0xfe, 0xff]);
  for (const [how, expected] of [['base64', 'AAH+/w==\n'],
    ['hex', '0001feff\n']]) {
    const server = await webSocket(t);
    server.ws.on('connection', (socket) => socket.send(bytes));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--binary', how,
      server.url);
    assert.equal(stdout, expected);
  }
});

test('attachments stand where their placeholders were', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    socket.emit('bin', { a: Buffer.from([1, 2, 3]), b: [Buffer.alloc(0)] });
  });
  const { stdout } = await run(t, 0, '-q', '-n', '1', server.url);
  assert.equal(stdout,
    '["bin",{"a":{"$base64":"AQID"},"b":[{"$base64":""}]}]\n');
});

test('options come from files and profiles as well', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => socket.emit('tick', 'a b'));
  const path = file(t, '# the ticks\n\n--count = 1\noutput text\nquiet\n',
    'sockfeed-options');
  const { stdout } = await run(t, 0, '-K', path, server.url);
  assert.equal(stdout, 'a b\n');
});

test('a file of subscriptions is sent line by line', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  const path = file(t, '# first\n\nSubAdd {"subs":["BTC"]}\n["b",1]\n');
  const program = start(t, '-q', '-S', path, server.url);
  await server.received.reaches(2);
  assert.deepEqual(server.received.entries,
    [['/', 'SubAdd', { subs: ['BTC'] }], ['/', 'b', 1]]);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});
