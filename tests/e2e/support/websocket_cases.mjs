/* SPDX-License-Identifier: MIT */
/*
 * How a strict WebSocket peer behaves, as a table: the groups are those of the
 * Autobahn test suite (1 framing, 2 pings and pongs, 3 reserved bits, 4
 * opcodes, 5 fragments, 6 UTF-8, 7 closing, 9 sizes, 10 fragments that a
 * sender chose), the cases and their data are our own.
 *
 * A case is
 *   what      its name
 *   chops     what the server writes, one write each
 *   messages  what must come out: strings are texts, Buffers binary
 *   pongs     payloads of the pongs that must be sent, in their order
 *   code      how the client must close, 0: it answers the server's close
 *             frame, which comes last
 *   echo      the close code of that answer, 1005: none
 */
import { BINARY, CLOSE, PING, PONG, TEXT, close, frame, text }
  from './wire.mjs';

const PROTOCOL = 1002;
const INVALID = 1007;

const repeat = (size) => 'sockfeed '.repeat(Math.ceil(size / 9)).slice(0, size);
const bytes = (size) => Buffer.alloc(size).map((_, i) => i * 7 & 0xff);
const binary = (payload) => frame(BINARY, payload);
const hex = (digits) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/* Ends as it should: a close frame with 1000, answered by the same. */
const good = (what, chops, messages = [], rest = {}) =>
  ({ what, chops: [...chops, close(1000)], messages, code: 0, echo: 1000,
    ...rest });
const bad = (what, chops, code = PROTOCOL, rest = {}) =>
  ({ what, chops, messages: [], code, ...rest });

/* A frame, or several, a byte at a time. */
const octets = (...frames) =>
  [...Buffer.concat(frames)].map((byte) => Buffer.of(byte));

/* A message in fragments of so many bytes, the last of which is final. */
function fragments(opcode, payload, size) {
  const data = Buffer.from(payload);
  const frames = [];
  for (let at = 0; at === 0 || at < data.length; at += size) {
    frames.push(frame(at === 0 ? opcode : 0, data.subarray(at, at + size),
      { final: at + size >= data.length }));
  }
  return frames;
}

function chopped(buffer, size) {
  const chops = [];
  for (let at = 0; at < buffer.length; at += size) {
    chops.push(buffer.subarray(at, at + size));
  }
  return chops;
}

const one = (chops) => [Buffer.concat(chops)];

/* ---- 1: framing ------------------------------------------------------------- */

const edges = [0, 125, 126, 127, 128, 65535, 65536];
const framing = [
  ...edges.map((size) => good(`1.1 a text of ${size} bytes`,
    [text(repeat(size))], [repeat(size)])),
  good('1.1 a text of 65536 bytes in chops of 997',
    chopped(text(repeat(65536)), 997), [repeat(65536)]),
  ...edges.map((size) => good(`1.2 ${size} bytes`, [binary(bytes(size))],
    [bytes(size)])),
  good('1.2 65536 bytes in chops of 997',
    chopped(binary(bytes(65536)), 997), [bytes(65536)]),
];

/* ---- 2: pings and pongs ----------------------------------------------------- */

const ping = (payload = '') => frame(PING, payload);
const pong = (payload = '') => frame(PONG, payload);
const ten = Array.from({ length: 10 }, (_, i) => `ping ${i}`);

const pings = [
  good('2.1 a ping without payload', [ping()], [], { pongs: [''] }),
  good('2.2 a ping with text', [ping('hello')], [], { pongs: ['hello'] }),
  good('2.3 a ping with bytes', [ping(hex('00 ff fe fd fc fb 00 ff'))], [],
    { pongs: [hex('00 ff fe fd fc fb 00 ff')] }),
  good('2.4 a ping of 125 bytes', [ping(bytes(125))], [],
    { pongs: [bytes(125)] }),
  bad('2.5 a ping of 126 bytes', [ping(bytes(126))]),
  good('2.6 a ping of 125 bytes, byte by byte', octets(ping(bytes(125))), [],
    { pongs: [bytes(125)] }),
  good('2.7 a pong that was not asked for', [pong()]),
  good('2.8 the same with payload', [pong('unasked')]),
  good('2.9 the same, then a ping', [pong('unasked'), ping('asked')], [],
    { pongs: ['asked'] }),
  good('2.10 ten pings', one(ten.map(ping)), [], { pongs: ten }),
  good('2.11 ten pings, byte by byte', octets(...ten.map(ping)), [],
    { pongs: ten }),
];

/* ---- 3: reserved bits ------------------------------------------------------- */

const flagged = (opcode, bits, payload = 'x') => frame(opcode, payload, { bits });
const hello = text('hello');

const reserved = [
  bad('3.1 bit 3 on a text', [flagged(TEXT, 1)]),
  bad('3.2 bit 2 on a text behind a good one, before a ping',
    one([hello, flagged(TEXT, 2), ping()]), PROTOCOL, { messages: ['hello'] }),
  bad('3.3 bits 2 and 3, a frame at a time',
    [hello, flagged(TEXT, 3), ping()], PROTOCOL, { messages: ['hello'] }),
  bad('3.4 bit 1, byte by byte', octets(hello, flagged(TEXT, 4)), PROTOCOL,
    { messages: ['hello'] }),
  bad('3.5 bits 1 and 3 on bytes', [flagged(BINARY, 5)]),
  bad('3.6 bits 1 and 2 on a ping', [flagged(PING, 6)]),
  bad('3.7 all bits on a close frame', [flagged(CLOSE, 7, hex('03e8'))]),
];

/* ---- 4: opcodes ------------------------------------------------------------- */

const opcodes = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
  bad(`4 opcode ${opcode}`, [frame(opcode)]),
  bad(`4 opcode ${opcode} with payload, behind a text`,
    one([hello, frame(opcode, 'reserved'), ping()]), PROTOCOL,
    { messages: ['hello'] }),
]);

/* ---- 5: fragments ----------------------------------------------------------- */

const part = (payload) => frame(TEXT, payload, { final: false });
const more = (payload) => frame(0, payload, { final: false });
const last = (payload) => frame(0, payload);
const ways = [
  ['in one write', one], ['a frame at a time', (frames) => frames],
  ['byte by byte', (frames) => octets(...frames)],
];

const fragmented = [
  bad('5.1 a ping in two fragments',
    [frame(PING, 'a', { final: false }), last('b')]),
  bad('5.2 a pong in two fragments',
    [frame(PONG, 'a', { final: false }), last('b')]),
  ...ways.flatMap(([how, cut]) => [
    good(`5.3 a text in two fragments, ${how}`,
      cut([part('frag'), last('ment')]), ['fragment']),
    good(`5.6 a ping between two fragments, ${how}`,
      cut([part('frag'), ping('in between'), last('ment')]), ['fragment'],
      { pongs: ['in between'] }),
    bad(`5.9 a last fragment of nothing, then a text, ${how}`,
      cut([last('x'), hello])),
    bad(`5.12 a fragment of nothing, then a text, ${how}`,
      cut([more('x'), hello])),
    good(`5.19 five fragments with pings, ${how}`, cut([part('a'), more('b'),
      ping('1'), more('c'), more('d'), ping('2'), last('e')]), ['abcde'],
    { pongs: ['1', '2'] }),
  ]),
  bad('5.15 a fragment behind the last one', one([part('a'), last('b'),
    more('c'), hello]), PROTOCOL, { messages: ['ab'] }),
  bad('5.16 fragments of nothing, twice', one([more('a'), hello, more('b'),
    hello])),
  bad('5.17 last fragments of nothing, twice', one([last('a'), hello, last('b'),
    hello])),
  bad('5.18 a text inside a text', [part('a'), text('b')]),
  bad('5.18 bytes inside a text', [part('a'), binary('b')]),
  good('5.20 an empty first and last fragment',
    [part(''), more('a'), last('')], ['a']),
];

/* ---- 6: UTF-8 --------------------------------------------------------------- */

const greek = Buffer.from('Hello-µ@ßöäüàá-UTF-8!! κόσμε');
const split = greek.indexOf(Buffer.from('µ')) + 1;

/* The sequences of each kind that a decoder must know, by their bytes. */
const valid = {
  'one byte': 'first 7f', 'two bytes': 'c280 dfbf',
  'three bytes': 'e0a080 e18080 ecbfbf efbfbf', 'four bytes': 'f0908080 f48fbfbf',
  'beside the surrogates': 'ed9fbf ee8080', 'the replacement': 'efbfbd',
  'no characters': 'efb790 efbfbe f09fbfbe f09fbfbf f0afbfbe f48fbfbe',
  'a byte order mark': 'efbbbf', 'the last of a plane': 'f3bfbfbf',
};
valid['one byte'] = '01 7f';
const invalid = {
  'five and six bytes': 'f888808080 fc8480808080',
  'the last of five and six bytes': 'fbbfbfbfbf fdbfbfbfbfbf',
  'above the last': 'f4908080 f7bfbfbf',
  'a continuation by itself': '80 bf 80bf 80bf80 80bf80bf80bf',
  'a first byte by itself': 'c0 c2 df e0 ef f0 f4 f7 f8 fc',
  'first bytes and spaces': 'c220c320 e020e120 f020f120',
  'a last byte missing': 'c2 e0a0 efbf f09080 f48fbf',
  'what is not complete, in a row': 'c2c2 e0a0e0a0 f09080f09080',
  'bytes that cannot be': 'fe ff fefeffff',
  'a slash in too many bytes': 'c0af e080af f08080af f8808080af fc80808080af',
  'the most in too many bytes': 'c1bf e09fbf f08fbfbf f887bfbfbf',
  'zero in too many bytes': 'c080 e08080 f0808080 f880808080',
  'surrogates': 'eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf',
  'pairs of surrogates': 'eda080edb080 edadbfedb080 edafbfedbfbf',
  'a text with one wrong byte': 'cebae1bdb9cf83cebceda080656469746564',
};

const around = (sequence) =>
  Buffer.concat([Buffer.from('<'), sequence, Buffer.from('>')]);
const each = (table) => Object.entries(table).flatMap(([what, list]) =>
  list.split(' ').map((digits) => [`${what}: ${digits}`, hex(digits)]));

const utf8 = [
  good('6.1 an empty text', [text('')], ['']),
  good('6.1 three empty fragments', [part(''), more(''), last('')], ['']),
  good('6.1 three fragments, two empty', [part(''), more('x'), last('')],
    ['x']),
  good('6.2 in one frame', [text(greek)], [greek.toString()]),
  good('6.2 in two fragments, between characters',
    [part(greek.subarray(0, split - 1)), last(greek.subarray(split - 1))],
    [greek.toString()]),
  good('6.2 in two fragments, inside a character',
    [part(greek.subarray(0, split)), last(greek.subarray(split))],
    [greek.toString()]),
  good('6.2 in fragments of a byte', fragments(TEXT, greek, 1),
    [greek.toString()]),
  ...each(valid).flatMap(([what, sequence]) => [
    good(`6 ${what}`, [text(around(sequence))], [around(sequence).toString()]),
    good(`6 ${what}, in fragments of a byte`,
      one(fragments(TEXT, around(sequence), 1)),
      [around(sequence).toString()]),
  ]),
  ...each(invalid).flatMap(([what, sequence]) => [
    bad(`6 ${what}`, [text(around(sequence))], INVALID),
    bad(`6 ${what}, at the end`, [text(sequence)], INVALID),
    bad(`6 ${what}, in fragments of a byte`,
      one(fragments(TEXT, around(sequence), 1)), INVALID),
  ]),
  ...Array.from({ length: greek.length - 1 }, (_, i) => greek.subarray(0, i + 1))
    .map((beginning) => (beginning.toString().endsWith('\ufffd')
      ? bad(`6.6 cut after ${beginning.length} bytes`, [text(beginning)],
        INVALID)
      : good(`6.6 cut after ${beginning.length} bytes`, [text(beginning)],
        [beginning.toString()]))),
  /* What cannot become UTF-8 any more is not waited for: the rest does not
   * come before the client has closed. */
  bad('6.4 a wrong byte in the second of three fragments',
    [part('κόσ'), more(hex('f4908080'))], INVALID),
  bad('6.4 the first byte of a wrong sequence',
    [part('κόσ'), more(hex('f490'))], INVALID),
  bad('6.4 a wrong byte in the second chop of one frame',
    [text(repeat(4000)).subarray(0, 2000), hex('f4908080')], INVALID),
  bad('6.4 a wrong byte in the first chop of one frame',
    [Buffer.concat([text(repeat(60000)).subarray(0, 5000), hex('ff')])],
    INVALID),
  bad('6.4 a wrong byte in a chop of a last fragment',
    [part(hex('ceba e1')), frame(0, repeat(300)).subarray(0, 4), hex('bd ff')],
    INVALID),
];

/* ---- 7: closing ------------------------------------------------------------- */

const closing = (what, chops, messages, echo, rest = {}) =>
  ({ what, chops, messages, code: 0, echo, ...rest });
const rawClose = (...payload) => frame(CLOSE, Buffer.concat(payload));
const code = (number) => Buffer.of(number >> 8, number & 0xff);

const closes = [
  closing('7.1 a text, then a close frame', [hello, close(1000)], ['hello'],
    1000),
  closing('7.1 two close frames', one([close(1000), close(1001)]), [], 1000),
  closing('7.1 a ping behind the close frame', one([close(1000), ping()]), [],
    1000, { pongs: [] }),
  closing('7.1 a text behind the close frame', one([close(1000), hello]), [],
    1000),
  closing('7.1 a close frame between two fragments',
    one([part('a'), close(1000), last('b')]), [], 1000),
  closing('7.1 256 KiB, a close frame, a ping',
    one([text(repeat(262144)), close(1000), ping()]), [repeat(262144)], 1000,
    { pongs: [] }),
  closing('7.3 without payload', [rawClose()], [], 1005),
  bad('7.3 a payload of one byte', [rawClose(Buffer.of(3))]),
  closing('7.3 a code alone', [rawClose(code(1000))], [], 1000),
  closing('7.3 a reason', [close(1000, 'done')], [], 1000),
  closing('7.3 the longest reason', [close(1000, repeat(123))], [], 1000),
  bad('7.3 a reason too long', [close(1000, repeat(124))]),
  bad('7.5 a reason that is no UTF-8', [rawClose(code(1000),
    hex('cebae1bdb9cf83cebceda080'))], INVALID),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
    3000, 3999, 4000, 4999].map((number) =>
    closing(`7.7 code ${number}`, [close(number)], [], number)),
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535]
    .map((number) => bad(`7.9 code ${number}`, [rawClose(code(number))])),
];

/* ---- 9 and 10: sizes -------------------------------------------------------- */

const K = 1024;
const M = K * K;
const sizes = [
  ...[64 * K, 256 * K, M, 4 * M, 8 * M, 16 * M].flatMap((size) => [
    good(`9.1 a text of ${size / K} KiB`, [text(repeat(size))],
      [repeat(size)]),
    good(`9.2 ${size / K} KiB`, [binary(bytes(size))], [bytes(size)]),
  ]),
  ...[64, 256, K, 4 * K, 16 * K, 64 * K, 256 * K, M, 4 * M].flatMap((size) => [
    good(`9.3 4 MiB of text in fragments of ${size} bytes`,
      one(fragments(TEXT, repeat(4 * M), size)), [repeat(4 * M)]),
    good(`9.4 4 MiB in fragments of ${size} bytes`,
      one(fragments(BINARY, bytes(4 * M), size)), [bytes(4 * M)]),
  ]),
  ...[64, 128, 256, 512, K, 2 * K].flatMap((size) => [
    good(`9.5 1 MiB of text in chops of ${size} bytes`,
      chopped(text(repeat(M)), size), [repeat(M)]),
    good(`9.6 1 MiB in chops of ${size} bytes`,
      chopped(binary(bytes(M)), size), [bytes(M)]),
  ]),
  ...[0, 16, 64, 256, K, 4 * K].flatMap((size) => [
    good(`9.7 a thousand texts of ${size} bytes`,
      Array.from({ length: 1000 }, () => text(repeat(size))),
      Array.from({ length: 1000 }, () => repeat(size))),
    good(`9.8 a thousand times ${size} bytes`,
      Array.from({ length: 1000 }, () => binary(bytes(size))),
      Array.from({ length: 1000 }, () => bytes(size))),
  ]),
  good('10.1 65536 bytes of text in fragments of 1300',
    fragments(TEXT, repeat(65536), 1300), [repeat(65536)]),
];

/* ---- What Autobahn does not ask ---------------------------------------------- */

const announced = (size) => {
  const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(size), 2);
  return header;
};

const beyond = [
  bad('a masked frame', [frame(TEXT, 'x', { masked: true })]),
  bad('a masked ping', [frame(PING, '', { masked: true })]),
  bad('a length of 16 bits that fits 7', [frame(TEXT, repeat(125),
    { width: 2 })]),
  bad('a length of 64 bits that fits 16', [frame(TEXT, repeat(65535),
    { width: 8 })]),
  bad('a length of 64 bits that fits 7', [frame(PING, '', { width: 8 })]),
  bad('a length of 2^63', [announced(0x8000000000000000n)]),
  bad('a GiB announced', [announced(M * K)], 1009),
  bad('one byte more than is accepted', [announced(16 * M + 1)], 1009),
  good('65536 fragments', one([part(''),
    ...Array.from({ length: 65534 }, () => more('')), last('x')]), ['x']),
  bad('65537 fragments', one([part(''),
    ...Array.from({ length: 65536 }, () => more(''))]), 1009),
  bad('fragments that come to too much', one([
    ...fragments(BINARY, bytes(16 * M), M).map((f, i, all) =>
      (i < all.length - 1 ? f : frame(0, bytes(M), { final: false }))),
    more('x')]), 1009),
];

export const cases = [...framing, ...pings, ...reserved, ...opcodes,
  ...fragmented, ...utf8, ...closes, ...sizes, ...beyond];
