// SPDX-License-Identifier: MIT
//
// The reference parsers, each as { read, write }: `read` takes the pieces of an
// input and gives { packets, ok } in the form of packets_pipe.c, `write` the
// other way round.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../e2e/", import.meta.url));
const eio2 = require("eio-parser2");
const eio5 = require("eio-parser5");
const sio3 = require("sio-parser3");
const sio4 = require("sio-parser4");
const packed = require("msgpack3");
const hasBinary = require("has-binary2");

const TYPES = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const EVENT = 2;
const ACK = 3;
const BINARY_EVENT = 5;

const isBytes = (value) =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
const toBuffer = (value) =>
  Buffer.isBuffer(value) ? value : Buffer.from(value.buffer ?? value);

// A value as our JSON has it. It walks a copy: JSON.stringify would call
// Buffer's toJSON first.
function plain(value) {
  if (isBytes(value)) {
    return { $base64: toBuffer(value).toString("base64") };
  }
  if (value instanceof Date) {
    return value.toJSON();
  }
  if (Array.isArray(value)) {
    return value.map((item) => plain(item) ?? null);
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    return null;
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  return Object.fromEntries(Object.entries(value)
    .map(([key, item]) => [key, plain(item)])
    .filter(([, item]) => item !== undefined));
}

// The way back.
export function live(value) {
  if (Array.isArray(value)) {
    return value.map(live);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  if (Object.keys(value).length === 1 && typeof value.$base64 === "string") {
    return Buffer.from(value.$base64, "base64");
  }
  return Object.fromEntries(Object.entries(value)
    .map(([key, item]) => [key, live(item)]));
}

// ---- Engine.IO ------------------------------------------------------------

function engine(packet) {
  const data = packet.data ?? "";
  return {
    type: TYPES.indexOf(packet.type),
    data: typeof data === "string" ? data : plain(data),
  };
}

const isError = (packet) => packet.type === "error";

// Packets up to the first that is an error.
function engineResult(found) {
  const bad = found.findIndex(isError);
  return {
    packets: (bad < 0 ? found : found.slice(0, bad)).map(engine),
    ok: bad < 0,
  };
}

const named = ({ type, data }) => ({ type: TYPES[type], data: live(data) });

function collect(call) {
  const found = [];
  call((packet) => void found.push(packet));
  return found;
}

export const engine3 = {
  textBody: {
    read: ([body]) =>
      engineResult(collect((add) => eio2.decodePayload(body, add))),
    write: (packets) =>
      collect((add) => eio2.encodePayload(packets.map(named), false, add)),
  },
  binaryBody: {
    read: ([body]) =>
      engineResult(collect((add) => eio2.decodePayload(body, add))),
    write: (packets) =>
      collect((add) => eio2.encodePayloadAsBinary(packets.map(named), add)),
  },
  frame: {
    read: ([frame]) => engineResult([eio2.decodePacket(frame)]),
    write: ([packet]) =>
      collect((add) => eio2.encodePacket(named(packet), true, add)),
  },
};

export const engine4 = {
  body: {
    read: ([body]) => engineResult(eio5.decodePayload(body)),
    write: (packets) =>
      collect((add) => eio5.encodePayload(packets.map(named), add)),
  },
  frame: {
    read: ([frame]) => engineResult([eio5.decodePacket(frame)]),
    write: ([packet]) =>
      collect((add) => eio5.encodePacket(named(packet), true, add)),
  },
};

// ---- Socket.IO ------------------------------------------------------------

function socketPacket({ type, nsp, id, data }) {
  return {
    type: type >= BINARY_EVENT ? type - (BINARY_EVENT - EVENT) : type,
    nsp,
    ...(id === undefined ? {} : { id }),
    ...(data === undefined ? {} : { data: plain(data) }),
  };
}

function readSocket(decoder, pieces) {
  const packets = [];
  let ok = true;
  decoder.on("decoded", (packet) => {
    if (typeof packet.data === "string"
      && packet.data.startsWith("parser error")) {
      throw new Error(packet.data);
    }
    packets.push(socketPacket(packet));
  });
  try {
    pieces.forEach((piece) => decoder.add(piece));
  } catch {
    ok = false;
  }
  return { packets, ok };
}

const liveData = (packet) =>
  packet.data === undefined ? packet : { ...packet, data: live(packet.data) };

// Revision 4 leaves the choice of BINARY_EVENT to who encodes.
const binaryType = (packet) =>
  (packet.type === EVENT || packet.type === ACK) && hasBinary(packet.data)
    ? { ...packet, type: packet.type + BINARY_EVENT - EVENT }
    : packet;

export const socket = {
  revision4: {
    read: (pieces) => readSocket(new sio3.Decoder(), pieces),
    write: (packets) => packets.flatMap((packet) => {
      let pieces;
      new sio3.Encoder().encode(binaryType(liveData(packet)),
        (made) => (pieces = made));
      return pieces;
    }),
  },
  revision5: {
    read: (pieces) => readSocket(new sio4.Decoder(), pieces),
    write: (packets) =>
      packets.flatMap((packet) => new sio4.Encoder().encode(liveData(packet))),
  },
};

export const msgpack = {
  read: (pieces) => readSocket(new packed.Decoder(), pieces),
  write: (packets) =>
    packets.flatMap((packet) => new packed.Encoder().encode(liveData(packet))),
};
