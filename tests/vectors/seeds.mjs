// SPDX-License-Identifier: MIT
// Writes the vectors as seeds of the fuzz targets, one file for each:
//     node tests/vectors/seeds.mjs
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('.', import.meta.url);
const corpus = new URL('../fuzz/corpus/', folder);
const rows = (name) => readFileSync(new URL(name, folder), 'utf8').trim()
  .split('\n').map((line) => line.split('\t'));
const bytes = (hex) => Buffer.from(hex === '-' ? '' : hex, 'hex');

function write(target, name, content) {
  const to = new URL(`${target}/`, corpus);
  mkdirSync(to, { recursive: true });
  writeFileSync(new URL(name.replace(/[^A-Za-z0-9]+/g, '-'), to), content);
}

for (const [revision, form, , wire, , name] of rows('engineio.txt')) {
  if (form.startsWith('payload')) {
    const kind = revision === '4' ? 2 : Number(form === 'payload-binary');
    write('eio_payload', `${revision} ${name}`, Buffer.concat([Buffer.from([kind]), bytes(wire)]));
  }
  if (!form.startsWith('frame')) continue;
  const choice = (revision === '3' ? 1 : 0) | (form === 'frame-binary' ? 2 : 0);
  write('eio_packet', `${revision} ${name}`, Buffer.concat([Buffer.from([choice]), bytes(wire)]));
}
for (const [direction, , wires, , , , , , , name] of rows('socketio.txt')) {
  const [kind, hex] = wires.split(' ')[0].split(':');
  if (direction === 'decode' && kind === 't' && hex.length < 2000) {
    write('sio_packet', name, bytes(hex));
  }
}

// Packets with attachments on a session that has joined the root, step by
// step as sio_session_fuzz.c reads them.
const step = (kind, argument, frame) => Buffer.concat([
  Buffer.from([kind << 4 | argument, frame.length]), frame]);
for (const [direction, , wires, , , , , , , name] of rows('socketio.txt')) {
  const frames = wires.split(' ').map((wire) => wire.split(':'));
  if (direction !== 'decode' || frames.length === 1) continue;
  write('sio_session', name, Buffer.concat([
    Buffer.from([8]), step(0, 9, Buffer.alloc(0)), step(0, 11, Buffer.alloc(0)),
    ...frames.map(([kind, hex]) => (kind === 't'
      ? step(0, 0, Buffer.concat([Buffer.from('4'), bytes(hex)])) : step(1, 0, bytes(hex)))),
    Buffer.from([2 << 4, 2 << 4, 7 << 4]),
  ]));
}
