/* SPDX-License-Identifier: MIT */
/*
 * Whatever comes, in whatever pieces, however slowly it is read and with
 * whatever options: what is printed is what the slow and obvious description
 * below says. PROPERTY_ROUNDS sets of messages and options are made, from
 * PROPERTY_SEED on.
 */
import { test } from 'node:test';
import { assertLines, start } from './support/program.mjs';
import { BINARY, PING, connected, frame, openFour, wire } from
  './support/wire.mjs';

const ROUNDS = Number(process.env.PROPERTY_ROUNDS ?? 60);
const SEED = Number(process.env.PROPERTY_SEED ?? 1);
const MESSAGES = 250;

/* Mulberry32: small, and the same everywhere. */
function random(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (n) => Math.floor(next() * n),
    chance: (share) => next() < share,
    pick: (list) => list[Math.floor(next() * list.length)],
  };
}

/* ---- Messages: a text, and what is known of it because we made it --------- */

const SYMBOLS = ['BTC', 'ETH', 'é€😀', 'x'.repeat(300), ''];

/* White space between tokens: what is sent, and what of it is printed. */
function space(rng, wild) {
  if (!wild || rng.chance(0.7)) {
    return ['', ''];
  }
  const sent = rng.pick([' ', '\t', '\n', '\r\n', ' \n ']);
  return [sent, sent.replace(/[\r\n]/g, '')];
}

/* An object {"p":12.30,"s":"BTC",...}; `p` is its price in hundredths. */
function object(rng, wild) {
  const p = rng.below(2000);
  const s = rng.pick(SYMBOLS);
  const price = `${Math.floor(p / 100)}.${String(p % 100).padStart(2, '0')}`;
  const tokens = ['{', '"p"', ':', price, ',', '"s"', ':', JSON.stringify(s)];
  if (rng.chance(0.5)) {
    tokens.push(',', '"n"', ':', rng.pick(['9007199254740993', '1e400', '-0.0',
      'null', '[1,[],{}]', '"\\u00e9\\n\\"\\\\"', '{"p":"other"}']));
  }
  tokens.push('}');
  let sent = '';
  let printed = '';
  for (const token of tokens) {
    const [more, kept] = space(rng, wild);
    sent += token + more;
    printed += token + kept;
  }
  return { sent, printed, p, s, price };
}

function webSocketMessage(rng) {
  if (rng.chance(0.1)) {
    const plain = rng.pick(['hello BTC', 'no ETH, no JSON', '{"p":1', 'é']);
    return {
      sent: plain, json: JSON.stringify(plain), data: JSON.stringify(plain),
      text: plain, seen: plain,
    };
  }
  if (rng.chance(0.05)) {
    const bytes = Buffer.from([1, 2, rng.below(256), 0xff]);
    const json = `{"$base64":"${bytes.toString('base64')}"}`;
    return {
      bytes, json, data: json, text: bytes.toString('base64'), seen: json,
      type: 'binary',
    };
  }
  const made = object(rng, rng.chance(0.3));
  return {
    ...made, json: made.printed, data: made.printed, text: made.sent,
    seen: made.sent, columns: made,
  };
}

function socketIoMessage(rng) {
  const name = rng.pick(['trade', 'tick', 'é']);
  const kinds = rng.pick([['object'], ['object'], [], ['string'],
    ['object', 'number']]);
  const wild = rng.chance(0.3);
  let columns;
  const args = kinds.map((kind) => {
    if (kind === 'object') {
      const made = object(rng, wild);
      columns = made;
      return made;
    }
    const token = kind === 'string' ? '"a\\tBTC\\u00e9"' : '0.10';
    return { sent: token, printed: token };
  });
  const list = (part) => args.map((arg) => arg[part]).join(',');
  const array = (part) =>
    `[${[JSON.stringify(name), ...args.map((arg) => arg[part])].join(',')}]`;
  const data = args.length === 0 ? 'null'
    : args.length === 1 ? list('printed').trim() : `[${list('printed')}]`;
  return {
    name, sent: `42${array('sent')}`, json: array('printed'), data,
    text: kinds[0] === 'string' ? 'a\tBTCé' : data, seen: array('printed'),
    columns: args.length === 1 ? columns : undefined,
    args: args.length === 1 ? data : list('printed'),
  };
}

/* ---- Options, and what they come to --------------------------------------- */

function choose(rng, socketIo) {
  const options = [];
  const keeps = [];
  let line;
  let end = '\n';
  const form = rng.pick(socketIo ? ['json', 'data', 'text']
    : ['json', 'data', 'text', 'raw']);

  if (rng.chance(0.25)) {
    options.push('--select', '/p,/s');
    line = ({ columns }) => columns === undefined ? '\t'
      : `${columns.price}\t${columns.s}`;
  } else if (rng.chance(0.2)) {
    options.push('-f', '%{/p} <%d>\\n');
    line = ({ columns, data }) => `${columns?.price ?? ''} <${data}>`;
  } else if (rng.chance(0.2)) {
    options.push('-o', 'envelope');
    line = (m) => socketIo
      ? `,"namespace":"/","event":${JSON.stringify(m.name)},"args":[${m.args}]}`
      : `,"type":"${m.type ?? 'text'}","data":${m.data}}`;
  } else {
    options.push('-o', form);
    line = (m) => m[form === 'raw' ? 'text' : form];
  }
  if (rng.chance(0.3)) {
    options.push('--match', 'BTC');
    keeps.push(({ seen }) => seen.includes('BTC'));
  }
  if (rng.chance(0.2)) {
    options.push('--reject', 'ETH|hello');
    keeps.push(({ seen }) => !/ETH|hello/.test(seen));
  }
  if (rng.chance(0.3)) {
    const least = rng.below(2000);
    options.push('--where', `/p >= ${least / 100}`);
    keeps.push(({ columns }) => columns !== undefined && columns.p >= least);
  }
  if (socketIo && rng.chance(0.3)) {
    options.push('-E', 'tr*');
    keeps.push(({ name }) => name === 'trade');
  }
  if (rng.chance(0.3) && !options.includes('-f')) {
    options.push('-0');
    end = '\0';
  }
  if (rng.chance(0.3)) {
    options.push('--buffer', rng.pick(['1', '2K', '300K']));
  }
  return { options, line, end, keeps: (m) => keeps.every((keep) => keep(m)) };
}

/* ---- The wire --------------------------------------------------------------- */

/* A message as one frame or as some, with pings between. */
function frames(rng, { sent, bytes }) {
  const payload = bytes ?? Buffer.from(sent);
  const opcode = bytes === undefined ? 1 : BINARY;
  if (rng.chance(0.85)) {
    return [frame(opcode, payload)];
  }
  const cut = rng.below(payload.length + 1);
  return [frame(opcode, payload.subarray(0, cut), { final: false }),
    ...rng.chance(0.5) ? [frame(PING, 'p')] : [],
    frame(0, payload.subarray(cut))];
}

/* Writes in pieces of any size, some of them by themselves. */
async function write(rng, socket, bytes) {
  const largest = rng.pick([3, 100, 5000, bytes.length]);
  for (let at = 0; at < bytes.length;) {
    const size = 1 + rng.below(largest);
    socket.write(bytes.subarray(at, at + size));
    at += size;
    if (rng.chance(0.1)) {
      await new Promise(setImmediate);
    }
  }
}

/* Reads by fits and starts. */
function read(rng, stream) {
  const pieces = [];
  stream.on('data', (piece) => {
    pieces.push(piece);
    if (rng.chance(0.5)) {
      let turns = rng.below(40);
      const wait = () => {
        turns -= 1;
        if (turns < 0) {
          stream.resume();
        } else {
          setImmediate(wait);
        }
      };
      stream.pause();
      wait();
    }
  });
  return pieces;
}

for (let seed = SEED; seed < SEED + ROUNDS; seed += 1) {
  const rng = random(seed);
  const socketIo = seed % 2 === 0;
  const choice = choose(rng, socketIo);

  test(`seed ${seed}: ${socketIo ? 'Socket.IO' : 'WebSocket'} `
       + choice.options.join(' '), async (t) => {
    const messages = Array.from({ length: MESSAGES },
      () => socketIo ? socketIoMessage(rng) : webSocketMessage(rng));
    const server = await wire(t, async (peer) => {
      await peer.upgrade(...socketIo ? [openFour(), connected] : []);
      await write(rng, peer.socket, Buffer.concat(
        messages.flatMap((message) => frames(rng, message))));
      await peer.socket.end(frame(8, Buffer.from([3, 0xe8])));
    });
    const program = start(t, '-q', '--reconnect', 'never', ...choice.options,
      ...socketIo ? ['--eio', '4', server.sioUrl] : [server.url],
      { unread: true });
    const pieces = read(rng, program.child.stdout);

    await program.exits(56);
    const printed = Buffer.concat(pieces).toString()
      .replace(/^\{"time":"[^"]*","url":"[^"]*"/gm, '')
      .replace(/\0\{"time":"[^"]*","url":"[^"]*"/g, '\0');
    const expected = messages.filter(choice.keeps)
      .map((message) => choice.line(message) + choice.end);
    assertLines(`${printed}\n`, `${expected.join('')}\n`.split('\n').slice(0, -1));
  });
}
