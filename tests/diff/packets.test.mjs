// SPDX-License-Identifier: MIT
//
// Our decoders and encoders of Engine.IO and Socket.IO packets against the
// reference parsers: generated packets, half of them damaged. The verdict must
// be the same, and the packets; and what we write of them the reference must
// read as the same packets. Where the two differ, a row of the tables below
// says why.
//
// DIFF_COUNT inputs (100000) of each kind from DIFF_SEED (1); DIFF is the
// folder of the program built from packets_pipe.c.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode } from "./support/packets_pipe.mjs";
import { maker } from "./support/packets.mjs";
import { generator } from "./support/random.mjs";
import { engine3, engine4, msgpack, socket } from "./support/references.mjs";

const count = Number(process.env.DIFF_COUNT ?? 100000);
const seed = Number(process.env.DIFF_SEED ?? 1);
const BATCH = 5000;

// ---- Where they differ ----------------------------------------------------

// [our verdict, why]: the reference reads on where ours stops.
const BASE64 = [/base64$/, "Buffer.from skips what is no base64"];
const UNKNOWN = [/^(base64|binary packet) that is no message$/,
  "the reference gives a packet without a type, or of bytes where only a"
  + " message has a meaning"];
const STRICTER = {
  textBody3: [BASE64, UNKNOWN,
    [/^bad length$/, "lengths with a sign, zeros, spaces, or as 0x and 1e:"
      + " compared loosely; no server sends them"],
    [/^length inside a character$/, "half of a surrogate pair is no UTF-8"],
  ],
  binaryBody3: [BASE64, UNKNOWN,
    [/^no kind of packet$/, "an empty body, which would be asked for again and"
      + " again; any first byte but 0 is taken for bytes"],
    [/^bad length$/, "digits above 9, or none"],
    [/^(packet cut short|length without an end)$/, "takes what there is"],
    [/UTF-8/, "surrogates in UTF-8"],
  ],
  frame3: [BASE64, UNKNOWN],
  body4: [BASE64],
  frame4: [BASE64],
  socket: [
    [/^unknown packet type$/, "an empty packet, and a space for 0"],
    [/^white space before the payload$/, "a space is read as the id 0"],
    [/^event without payload$/, "decoded without data, on which its client"
      + " throws"],
    [/^acknowledgement id too large$/, "the reference loses its last digits"],
    [/number of attachments/, "counts such as 01, 1e0 and +1"],
    [/^a placeholder without an attachment$/, "a number with a fraction finds"
      + " nothing"],
  ],
  revision4: [
    [/^reserved event name$/, "which its client takes for its own events"],
    [/^payload of the wrong kind$/, "CONNECT with an array or null"],
  ],
  msgpack: [
    [/^(reserved event name|event without a name)$/,
      "this parser does not look at names"],
    [/UTF-8$/, "replaced by U+FFFD"],
    [/^a namespace that cannot be$/, "without its slash, or with a comma:"
      + " nobody can have joined it"],
    [/^acknowledgement id too large$|^an id that is no whole number$/,
      "negative ones, and those that lose digits"],
    [/^a key that is no text$/, "an array or bytes as a key"],
  ],
};

// The reverse: ours goes on. [whether this is the case, why]
const refusal = ({ packets }) => packets.some(({ type }) => type === 4);
const LAXER = {
  binaryBody3: [
    [() => true, "the reference looks at all lengths before it delivers"],
  ],
  socket: [
    [(ours) => refusal(ours), "the reason of a refusal may be any JSON"],
  ],
  msgpack: [
    [(ours) => refusal(ours), "the reason of a refusal may be any JSON"],
    [(ours, pieces) => pieces[0].includes("\x05") || pieces[0].includes("\x06"),
      "the parser's version for Socket.IO 2 has types 5 and 6"],
  ],
};

const rows = (table, kind) => [kind.kind, kind.also]
  .flatMap((name) => table[name] ?? []);

// ---- What is compared -------------------------------------------------------

const some = (body) => (make) => make.times(6, () => make.engine(body))
  .concat(make.engine(body));
const one = (make) => [make.engine()];
const packet = (make) => [make.socket()];

const kinds = [
  { name: "Engine.IO 3, text bodies", kind: "textBody3",
    reference: engine3.textBody, packets: some() },
  { name: "Engine.IO 3, binary bodies", kind: "binaryBody3",
    reference: engine3.binaryBody, packets: some() },
  { name: "Engine.IO 3, WebSocket messages", kind: "frame3",
    reference: engine3.frame, packets: one },
  { name: "Engine.IO 4, bodies", kind: "body4",
    reference: engine4.body, packets: some({ separator: false }) },
  { name: "Engine.IO 4, WebSocket messages", kind: "frame4",
    reference: engine4.frame, packets: one },
  { name: "Socket.IO revision 4", kind: "socket", also: "revision4",
    reference: socket.revision4, packets: packet },
  { name: "Socket.IO revision 5", kind: "socket",
    reference: socket.revision5, packets: packet },
  // The reference copies as many bytes as an extension of 32 bits says, there
  // or not.
  { name: "socket.io-msgpack-parser", kind: "msgpack", reference: msgpack,
    packets: packet, usable: ([bytes]) => !bytes.includes(0xc9) },
];

// Texts as they come over the wire: no half of a surrogate pair.
const sendable = (piece) =>
  typeof piece === "string" ? Buffer.from(piece).toString() : piece;

function makeInput(kind, make) {
  const pieces = kind.reference.write(kind.packets(make));
  const input = (make.random(2) === 0
    ? pieces
    : make.damage(pieces, { sequence: kind.kind === "socket" })).map(sendable);
  return kind.usable?.(input) === false ? makeInput(kind, make) : input;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Why the two differ, as far as they do. Up to there they have read the same.
function difference(kind, pieces, ours, theirs) {
  const ok = ours.verdict === "ok";
  const [fewer, more] = [ours.packets, theirs.packets]
    .sort((a, b) => a.length - b.length);

  if (ok === theirs.ok && fewer.length === more.length) {
    return same(fewer, more) ? "none" : undefined;
  }
  if (!same(fewer, more.slice(0, fewer.length))) {
    return undefined;
  }
  const stricter = !ok && ours.packets.length <= theirs.packets.length
    && rows(STRICTER, kind).find(([verdict]) => verdict.test(ours.verdict));
  const laxer = !theirs.ok && theirs.packets.length <= ours.packets.length
    && rows(LAXER, kind).find(([holds]) => holds(ours, pieces));
  return (stricter || laxer || [])[1];
}

// What the reference makes of what we have written.
function readsAgain(kind, ours) {
  const pieces = ours.again.map((piece) =>
    typeof piece === "string" ? piece : Buffer.from(piece.$base64, "base64"));
  const again = kind.reference.read(pieces);
  return again.ok && same(again.packets, ours.packets);
}

const shown = (pieces) => JSON.stringify(pieces.map((piece) =>
  typeof piece === "string" ? piece : { hex: piece.toString("hex") }));

function compare(kind, pieces, ours) {
  const theirs = kind.reference.read(pieces);
  const why = difference(kind, pieces, ours, theirs);

  assert.ok(why !== undefined,
    `they differ:\n${shown(pieces)}\nours:   ${JSON.stringify(ours)}`
    + `\ntheirs: ${JSON.stringify(theirs)}`);
  if (why === "none" && ours.verdict === "ok" && ours.packets.length > 0) {
    assert.ok(readsAgain(kind, ours),
      `not read again:\n${shown(pieces)}\n${JSON.stringify(ours)}`);
  }
  return why;
}

for (const kind of kinds) {
  test(`${kind.name}: ${count} inputs of seed ${seed}`, (t) => {
    const make = maker(generator(seed));
    const reasons = new Map();
    let accepted = 0;

    for (let done = 0; done < count; done += BATCH) {
      const inputs = Array.from({ length: Math.min(BATCH, count - done) },
        () => makeInput(kind, make));
      decode(kind.kind, inputs).forEach((ours, i) => {
        const why = compare(kind, inputs[i], ours);

        reasons.set(why, (reasons.get(why) ?? 0) + 1);
        accepted += ours.verdict === "ok" ? 1 : 0;
      });
    }
    for (const [why, times] of reasons) {
      t.diagnostic(`${times}: ${why === "none" ? "no difference" : why}`);
    }
    // Both verdicts were put to the test.
    assert.ok(accepted > count / 3 && accepted < count);
  });
}
