// SPDX-License-Identifier: MIT
// Writes the JSON vectors of this folder as lines that the C tests read:
//     node tests/vectors/lines.mjs
// Fields are separated by tabs, bytes are hexadecimal, "-" is an empty field.
//
// engineio.txt: revision, form, client (accept or reject; of an encoder: binary
//     or text), wire, packets (type:t or b:data, separated by spaces), name
// socketio.txt: decode or encode, client (accept, reject, or wait for more),
//     wire messages (t or b:data), packets delivered, type, namespace, id,
//     payload as it stands on the wire, data with the attachments in place, name
import { readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const hex = (bytes) => Buffer.from(bytes).toString('hex') || '-';
const types = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];

function enginePacket({ type, data, data_base64: base64 }) {
  const kind = base64 === undefined ? 't' : 'b';
  const bytes = kind === 'b' ? Buffer.from(base64, 'base64')
    : Buffer.from(data?.$utf8_base64 ?? data ?? '', data?.$utf8_base64 ? 'base64' : 'utf8');
  return `${types.indexOf(type)}:${kind}:${hex(bytes)}`;
}

function engineLines(revision, { decode, encode }) {
  const line = (vector, verdict, packets) => [revision, vector.form, verdict,
    hex(Buffer.from(vector.wire_base64, 'base64')),
    packets.map(enginePacket).join(' ') || '-', vector.name].join('\t');
  return [
    ...decode.map((vector) => line(vector, vector.client,
      vector.client === 'accept' ? vector.decoded : [])),
    ...encode.map((vector) => line(vector,
      vector.supports_binary === false ? 'text' : 'binary', vector.packets)),
  ];
}

// The part of a packet's text that is its JSON.
function payloadOf(text) {
  for (let at = 1; at < text.length; at++) {
    if (!'[{"'.includes(text[at])) continue;
    try {
      JSON.parse(text.slice(at));
      return text.slice(at);
    } catch { /* It begins later. */ }
  }
  return '';
}

function socketLine(direction, vector, packet) {
  const wire = vector.wire.map(({ kind, base64 }) =>
    `${kind[0]}:${hex(Buffer.from(base64, 'base64'))}`);
  const verdict = vector.incomplete ? 'wait' : vector.client ?? 'accept';
  const delivered = direction === 'decode' && verdict !== 'reject' ? vector.decoded.length : 0;
  const shown = verdict === 'accept' ? packet : undefined;
  const first = vector.wire[0];
  const payload = shown && first.text !== undefined ? payloadOf(first.text) : '';
  const data = shown?.data === undefined ? '' : JSON.stringify(shown.data);
  return [direction, verdict, wire.join(' '), delivered, shown?.type ?? '-',
    hex(shown?.nsp ?? ''), shown?.id ?? '-', hex(payload), hex(data), vector.name].join('\t');
}

const socket = read('socketio.json');
writeFileSync(new URL('engineio.txt', folder),
  [...engineLines(3, read('engineio3.json')), ...engineLines(4, read('engineio4.json'))]
    .join('\n') + '\n');
writeFileSync(new URL('socketio.txt', folder), [
  ...socket.decode.map((vector) => socketLine('decode', vector, vector.decoded[0])),
  ...socket.encode.map((vector) => socketLine('encode', vector, vector.packet)),
].join('\n') + '\n');
