// SPDX-License-Identifier: MIT
//
// What packets_pipe.c makes of packets: see there.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { endianness } from "node:os";

const little = endianness() === "LE";
const BINARY = 0x80000000;

export const KINDS = {
  textBody3: 0,
  binaryBody3: 1,
  body4: 2,
  frame3: 3,
  frame4: 4,
  socket: 5,
  msgpack: 6,
};

function word(value) {
  const bytes = Buffer.alloc(4);
  little ? bytes.writeUInt32LE(value) : bytes.writeUInt32BE(value);
  return bytes;
}

function piece(data) {
  const binary = typeof data !== "string";
  const bytes = Buffer.from(data);
  return [word((bytes.length | (binary ? BINARY : 0)) >>> 0), bytes];
}

// `inputs` are lists of pieces: strings and Buffers.
export function decode(kind, inputs) {
  const ran = spawnSync(`${process.env.DIFF}/packets_pipe`, {
    input: Buffer.concat(inputs.flatMap((pieces) => [
      word(KINDS[kind]), word(pieces.length), ...pieces.flatMap(piece),
    ])),
    maxBuffer: 1 << 29,
  });
  assert.equal(ran.status, 0, String(ran.error ?? ran.stderr));
  const lines = ran.stdout.toString().split("\n");
  assert.equal(lines.pop(), "");
  assert.equal(lines.length, inputs.length);
  return lines.map((line) => JSON.parse(line));
}
