/* SPDX-License-Identifier: MIT */
/* The built-in feed works without a network, for ours and others' clients. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Log } from './support/patience.mjs';
import { run, start } from './support/program.mjs';

const require = createRequire(import.meta.url);

test('the demo streams decoded ticks of BTC and ETH', async (t) => {
  const { stdout, stderr } = await run(t, 0, 'demo', '-n', '20');
  const ticks = stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.equal(ticks.length, 20);
  const symbols = new Set(ticks.map((tick) => tick.FROMSYMBOL));
  assert.ok(symbols.has('BTC') && symbols.has('ETH'), stdout);
  assert.ok(ticks.every((tick) => ['BTC', 'ETH', undefined]
    .includes(tick.FROMSYMBOL)));
  assert.match(stderr, /^sockfeed: connected to http:\/\/127\.0\.0\.1:\d+/m);
});

test('any option of the client may follow', async (t) => {
  const { stdout, stderr } = await run(t, 0, 'demo', '-q', '-n', '3',
    '--where', '/PRICE > 0', '--select', '/FROMSYMBOL,/PRICE');
  assert.match(stdout, /^((BTC|ETH)\t[0-9.]+\n){3}$/);
  assert.equal(stderr, '');
});

for (const [transport, said] of [['websocket', 'websocket'],
  ['polling', 'polling'], ['upgrade', 'polling']]) {
  for (const eio of ['3', '4', 'auto']) {
    test(`the demo streams by --transport ${transport} --eio ${eio}`,
      async (t) => {
        const program = start(t, 'demo', '--transport', transport, '--eio',
          eio, '--select', '/FROMSYMBOL,/PRICE', '--where', '/PRICE > 0');
        assert.match(await program.said(/connected to/),
          new RegExp(`, ${said}\\)$`));
        if (transport === 'upgrade') {
          await program.said(/upgraded/);
        }
        const ticks = await program.printed(20);
        assert.ok(ticks.every((tick) => /^(BTC|ETH)\t[0-9.]+$/.test(tick)));
        program.signal('SIGTERM');
        await program.diesOf('SIGTERM');
      });
  }
}

test('the same seed gives the same ticks', async (t) => {
  const ticks = async (seed) => {
    const { stdout } = await run(t, 0, 'demo', '-q', '-n', '12', '--seed',
      seed, '--select', '/FROMSYMBOL,/PRICE');
    return stdout;
  };
  const first = await ticks('7');
  assert.equal(await ticks('7'), first);
  assert.notEqual(await ticks('8'), first);
});

for (const version of ['client2', 'client4']) {
  test(`a real socket.io-client (${version}) can subscribe`, async (t) => {
    const program = start(t, 'demo');
    const line = await program.said(/connected to http/);
    const [, url] = /connected to (http:\S+)/.exec(line);
    const client = require(version)(url, { transports: ['websocket'] });
    t.after(() => client.close());
    const messages = new Log();
    client.on('m', (message) => messages.add(message));
    client.on('connect', () => {
      client.emit('SubAdd', { subs: ['5~CCCAGG~BTC~USD'] });
    });
    await messages.reaches(5, 'five messages of the feed');
    for (const message of messages.entries) {
      assert.match(message, /^(5~CCCAGG~BTC~USD~\d+~.*~[0-9a-f]+|3~.*)$/);
    }
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
  });
}

test('no proxy of the environment is in the way of the demo', async (t) => {
  await run(t, 0, 'demo', '-q', '-n', '1',
    { env: { all_proxy: 'http://127.0.0.1:1' } });
});

test('the demo ends with its reader', async (t) => {
  const program = start(t, 'demo', '-q');
  await program.printed(1);
  program.child.stdout.destroy();
  await program.exits(0);
});
