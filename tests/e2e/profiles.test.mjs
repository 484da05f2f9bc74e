/* SPDX-License-Identifier: MIT */
/*
 * The profiles that come with the program, each against a stand-in that
 * behaves as the venue does: it answers what it understands, wants to be
 * pinged or answered, and then has trades to tell.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { file, folder, root, run, sockfeed, start }
  from './support/program.mjs';
import { closedPort, socketIo, webSocket } from './support/servers.mjs';

const shipped = join(root, 'cli/profiles');
const now = Date.now();
const ago = now - 5000;
const date = new Date(ago).toISOString();

/* The environment in which @NAME is found: as it is shipped, and with its
 * keep-alive sped up, so that a test can wait for it. */
function environment(t) {
  const shared = join(folder(t), 'sockfeed');
  const own = join(folder(t), 'sockfeed');
  mkdirSync(shared);
  mkdirSync(own);
  symlinkSync(shipped, join(shared, 'profiles'));
  for (const name of readdirSync(shipped)) {
    const text = readFileSync(join(shipped, name), 'utf8');
    const faster = text.replace(/^(heartbeat(?:-idle)?) = \d+=/gm, '$1 = 0.1=');
    if (faster !== text) {
      writeFileSync(join(own, name), faster);
    }
  }
  return {
    XDG_CONFIG_HOME: join(own, '..'), XDG_DATA_DIRS: join(shared, '..'),
  };
}

/* What each venue does. `hear` gets every message of a client, as JSON where
 * it is, and answers by `say`; `trade` is what it has to tell of a symbol.
 * `after` holds trades back until the client has said this. */
const venues = {
  binance: {
    symbols: ['btcusdt', 'ethusdt'],
    hear: ({ method, params, id }, say) => {
      assert.equal(method, 'SUBSCRIBE');
      say({ result: null, id });
      return params[0].replace(/@trade$/, '');
    },
    trade: (s) => ({
      e: 'trade', E: ago, s: s.toUpperCase(), t: 1, p: '0.10', q: '2.50',
      T: ago, m: true, M: true,
    }),
  },
  coinbase: {
    symbols: ['BTC-USD', 'ETH-USD'],
    hear: (asked, say) => {
      assert.equal(asked.type, 'subscribe');
      say({ type: 'subscriptions', channels: asked.channels });
      assert.deepEqual(asked.channels, ['matches']);
      return asked.product_ids[0];
    },
    trade: (s) => ({
      type: 'match', trade_id: 1, side: 'sell', size: '0.04', price: '14.7775',
      product_id: s, sequence: 7, time: date.replace('Z', '123Z'),
    }),
  },
  kraken: {
    symbols: ['BTC/USD', 'ETH/USD'],
    greeting: { channel: 'status', type: 'update', data: [{ system: 'online' }] },
    after: 'ping',
    hear: ({ method, params }, say) => {
      say({ channel: 'heartbeat' });
      if (method === 'ping') {
        say({ method: 'pong', time_in: date, time_out: date });
        return undefined;
      }
      const [symbol] = params.symbol;
      say({
        method: 'subscribe', result: { channel: 'trade', symbol },
        success: true, time_in: date, time_out: date,
      });
      return symbol;
    },
    trade: (symbol) => ({
      channel: 'trade', type: 'update', data: [{
        symbol, side: 'sell', price: 68250.1, qty: 0.5, ord_type: 'market',
        trade_id: 1, timestamp: date.replace('Z', '041Z'),
      }],
    }),
  },
  bitstamp: {
    symbols: ['btcusd', 'etheur'],
    after: 'bts:heartbeat',
    hear: ({ event, data }, say) => {
      if (event === 'bts:heartbeat') {
        say({ event, channel: '', data: { status: 'success' } });
        return undefined;
      }
      assert.equal(event, 'bts:subscribe');
      say({
        event: 'bts:subscription_succeeded', channel: data.channel, data: {},
      });
      say({ event: 'bts:request_reconnect', channel: '', data: '' });
      return data.channel.replace(/^live_trades_/, '');
    },
    trade: (s) => ({
      data: {
        id: 1, timestamp: String(Math.floor(ago / 1000)), amount: 0.02,
        price: 65000, type: 0, microtimestamp: `${ago}123`,
      },
      channel: `live_trades_${s}`,
      event: 'trade',
    }),
  },
  okx: {
    symbols: ['BTC-USDT', 'ETH-USDT'],
    after: 'ping',
    hear: (asked, say) => {
      if (asked === 'ping') {
        say('pong');
        return undefined;
      }
      assert.equal(asked.op, 'subscribe');
      say({ event: 'subscribe', arg: asked.args[0], connId: 'a4d3ae55' });
      return asked.args[0].instId;
    },
    trade: (instId) => ({
      arg: { channel: 'trades', instId },
      data: [{
        instId, tradeId: '1', px: '30218.8', sz: '1', side: 'buy',
        ts: String(ago),
      }],
    }),
  },
  bybit: {
    symbols: ['BTCUSDT', 'ETHUSDT'],
    after: 'ping',
    hear: ({ op, args }, say) => {
      say({ success: true, ret_msg: op === 'ping' ? 'pong' : '', op });
      return args?.[0].replace(/^publicTrade\./, '');
    },
    trade: (s) => ({
      topic: `publicTrade.${s}`, type: 'snapshot', ts: ago,
      data: [{
        T: ago, s, S: 'Buy', v: '0.001', p: '16578.50', L: 'PlusTick', i: 'x',
      }],
    }),
  },
  htx: {
    symbols: ['btcusdt', 'ethusdt'],
    packed: true,
    greeting: { ping: ago },
    after: `"pong":${ago}`,
    hear: ({ sub, id, pong }, say) => {
      if (pong !== undefined) {
        return undefined;
      }
      say({ id, status: 'ok', subbed: sub, ts: now });
      return sub.split('.')[1];
    },
    trade: (s) => ({
      ch: `market.${s}.trade.detail`, ts: ago, tick: {
        id: 1, ts: ago, data: [{ ts: ago, amount: 20.5, price: 9.2, direction: 'buy' }],
      },
    }),
  },
  deribit: {
    symbols: ['BTC-PERPETUAL', 'ETH-PERPETUAL'],
    after: 'public/test',
    hear: ({ jsonrpc, id, method, params }, say) => {
      assert.equal(jsonrpc, '2.0');
      if (method === 'public/set_heartbeat') {
        say({ jsonrpc, id, result: 'ok', usIn: 1, usOut: 2 });
        say({ jsonrpc, method: 'heartbeat', params: { type: 'heartbeat' } });
        say({ jsonrpc, method: 'heartbeat', params: { type: 'test_request' } });
        return undefined;
      }
      if (method === 'public/test') {
        say({ jsonrpc, id, result: { version: '1.2.26' }, usIn: 1, usOut: 2 });
        return undefined;
      }
      say({ jsonrpc, id, result: params.channels, usIn: 1, usOut: 2 });
      return params.channels[0].split('.')[1];
    },
    trade: (s) => ({
      jsonrpc: '2.0', method: 'subscription', params: {
        channel: `trades.${s}.100ms`,
        data: [{ trade_seq: 1, timestamp: ago, price: 8950, amount: 10 }],
      },
    }),
  },
  cryptocompare: {
    symbols: ['5~CCCAGG~BTC~USD', '5~CCCAGG~ETH~USD'],
    greeting: { TYPE: '20', MESSAGE: 'STREAMERWELCOME', SERVER_NAME: 's' },
    hear: ({ action, subs }, say) => {
      assert.equal(action, 'SubAdd');
      say({ TYPE: '16', MESSAGE: 'SUBSCRIBECOMPLETE', SUB: subs[0] });
      say({ TYPE: '3', MESSAGE: 'LOADCOMPLETE', INFO: 'All loaded.' });
      say({ TYPE: '999', MESSAGE: 'HEARTBEAT', TIMEMS: now });
      return subs[0];
    },
    trade: (s) => ({
      TYPE: '5', MARKET: 'CCCAGG', FROMSYMBOL: s.split('~')[2],
      TOSYMBOL: 'USD', FLAGS: 1, PRICE: 32500.12,
      LASTUPDATE: Math.floor(ago / 1000),
    }),
  },
};

const text = (value) => (typeof value === 'string' ? value
  : JSON.stringify(value));

function parsed(message) {
  try {
    return JSON.parse(message);
  } catch {
    return message;
  }
}

/* A stand-in for a venue: trades of a symbol follow once it was subscribed to
 * and the keep-alive was seen. */
async function standIn(t, venue) {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    const say = (value) => socket.send(venue.packed
      ? gzipSync(text(value)) : text(value));
    const wanted = [];
    let held = venue.after !== undefined;
    if (venue.greeting !== undefined) {
      say(venue.greeting);
    }
    socket.on('message', (data) => {
      const message = data.toString();
      const symbol = venue.hear(parsed(message), say);
      held &&= !message.includes(venue.after);
      if (symbol !== undefined) {
        wanted.push(symbol);
      }
      while (!held && wanted.length > 0) {
        say(venue.trade(wanted.shift()));
      }
    });
  });
  return server;
}

/* The trades, and nothing else, are printed; each has a time. */
function assertTrades({ stdout, stderr }, trades) {
  assert.deepEqual(stdout.trimEnd().split('\n').sort(), trades.sort());
  const { latency_seconds: latency } = JSON.parse(stderr.trim());
  assert.equal(latency.count, trades.length);
  assert.ok(latency.p50 >= 4 && latency.p50 < 120, `p50 ${latency.p50}`);
}

for (const [name, venue] of Object.entries(venues)) {
  test(`@${name} subscribes to symbols, keeps the connection alive, prints `
    + 'trades', async (t) => {
    const { url } = await standIn(t, venue);
    const end = await run(t, 0, '-q', `@${name}`, ...venue.symbols, url, '-n',
      '2', '--stats=json', { env: environment(t) });
    assertTrades(end, venue.symbols.map((s) => text(venue.trade(s))));
  });
}

const socketIoVenues = {
  bitflyer: {
    generation: 'socket.io 2.5.1',
    symbols: ['BTC_JPY', 'FX_BTC_JPY'],
    hear: (socket) => socket.on('subscribe', (channel) => {
      socket.emit(channel, [{
        id: 1, side: 'BUY', price: 5860832.5, size: 0.01,
        exec_date: date.replace('Z', '7063Z'),
      }]);
    }),
    trade: () => [{
      id: 1, side: 'BUY', price: 5860832.5, size: 0.01,
      exec_date: date.replace('Z', '7063Z'),
    }],
  },
  bitbank: {
    generation: 'socket.io 4.8.4',
    symbols: ['btc_jpy', 'xrp_jpy'],
    hear: (socket, trade) => socket.on('join-room', (room) => {
      socket.emit('other', room);
      socket.emit('message', trade(room.replace('transactions_', '')));
    }),
    trade: (s) => ({
      room_name: `transactions_${s}`, message: {
        pid: 1, data: {
          transactions: [{
            transaction_id: 1, side: 'sell', price: '26.930', amount: '4703.5',
            executed_at: ago,
          }],
        },
      },
    }),
  },
  coindcx: {
    generation: 'socket.io 4.8.4',
    symbols: ['B-BTC_USDT', 'I-BTC_INR'],
    hear: (socket, trade) => socket.on('join', ({ channelName }) => {
      const { event, data } = trade(channelName.replace('@trades', ''));
      socket.emit('new-trade', { event, data: JSON.stringify(data) });
    }),
    trade: (s) => ({
      event: 'new-trade',
      data: { T: ago, p: '86857.7', q: '0.245', m: 1, s, pr: 's' },
    }),
  },
};

for (const [name, venue] of Object.entries(socketIoVenues)) {
  test(`@${name} joins what is asked for and prints trades`, async (t) => {
    const server = await socketIo(t, venue.generation);
    server.io.on('connection', (socket) => venue.hear(socket, venue.trade));
    const end = await run(t, 0, '-q', `@${name}`, ...venue.symbols, server.url,
      '-o', 'data', '-n', '2', '--stats=json', { env: environment(t) });
    assertTrades(end, venue.symbols.map((s) => text(venue.trade(s))));
  });
}

test('every profile has a stand-in', () => {
  assert.deepEqual(readdirSync(shipped).sort(),
    [...Object.keys(venues), ...Object.keys(socketIoVenues)].sort());
});

test('@deribit keeps each of its connections alive', async (t) => {
  const server = await standIn(t, venues.deribit);
  const program = start(t, '-q', '@deribit', ...venues.deribit.symbols,
    '--per-connection', '1', server.url, { env: environment(t) });
  await program.printed(2);
  const asked = server.received.entries.map((said) => JSON.parse(said).method);
  for (const method of ['public/set_heartbeat', 'public/test',
    'public/subscribe']) {
    assert.equal(asked.filter((one) => one === method).length, 2, method);
  }
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
});

test('@cryptocompare stays away for five seconds', () => {
  const profile = readFileSync(join(shipped, 'cryptocompare'), 'utf8');
  const delays = /^delays = (.*)$/m.exec(profile)[1].split(',').map(Number);
  assert.ok(delays.every((delay) => delay * 0.8 >= 5), delays.join());
});

test('symbols come from a file as well', async (t) => {
  const venue = venues.binance;
  const { url } = await standIn(t, venue);
  const { stdout } = await run(t, 0, '-q', '@binance', '--each',
    file(t, 'btcusdt\nethusdt\n'), url, '-n', '2', '--select', '/s,/p',
    { env: environment(t) });
  assert.equal(stdout, 'BTCUSDT\t0.10\nETHUSDT\t0.10\n');
});

test('a message of the user\'s own takes the place of the profile\'s',
  async (t) => {
    const server = await standIn(t, venues.binance);
    const own = '{"method":"SUBSCRIBE","params":["own@trade"],"id":9}';
    const program = start(t, '-q', '@binance', '-s', own, server.url,
      { env: environment(t) });
    await program.printed(1);
    assert.deepEqual(server.received.entries, [own]);
  });

test('without symbols or a message there is nothing to ask for', async (t) => {
  const port = await closedPort();
  const { stderr } = await run(t, 2, '@binance', `ws://127.0.0.1:${port}`,
    { env: environment(t) });
  assert.match(stderr, /^sockfeed: [^\n]*symbol[^\n]*\n$/);
});

test('a word is no symbol where no profile asks for one', async (t) => {
  const { stderr } = await run(t, 2, 'btcusdt', 'ws://127.0.0.1:9');
  assert.match(stderr, /'btcusdt' is no URL/);
});

/* The commands in the comments of a profile, as a shell has them. */
function examples(name) {
  return readFileSync(join(shipped, name), 'utf8').split('\n')
    .filter((line) => line.startsWith('#   sockfeed '))
    .map((line) => line.slice(4));
}

for (const name of readdirSync(shipped)) {
  test(`the examples in @${name} can be typed`, async (t) => {
    const cwd = folder(t);
    for (const list of ['symbols', 'products', 'pairs', 'instruments',
      'subscriptions']) {
      writeFileSync(join(cwd, `${list}.txt`), 'one\ntwo\n');
    }
    writeFileSync(join(cwd, 'key'), 'Authorization: Apikey k\n');
    const url = `ws://127.0.0.1:${await closedPort()}`;
    assert.ok(examples(name).length >= 2);
    for (const command of examples(name)) {
      const own = command.replace(/'?(wss|https):\/\/\S+/, '');
      const target = /@bit(flyer|bank)|@coindcx|--decode/.test(own)
        ? url.replace('ws', 'http') : url;
      const { status, stderr } = spawnSync('sh', ['-c',
        `"$SOCKFEED" ${own.slice('sockfeed '.length)} --reconnect never ${target}`], {
        cwd, encoding: 'utf8', timeout: 60_000,
        env: { ...process.env, ...environment(t), SOCKFEED: sockfeed },
      });
      assert.equal(status, 7, `${command}\n${stderr}`);
    }
  });
}
