// SPDX-License-Identifier: MIT
//
// The JSON scanner against JSON.parse: generated texts, half of them damaged.
// Where the two differ, one of these is why:
//   - nesting beyond LIMIT_JSON_DEPTH, which JSON.parse takes;
//   - bytes that are not UTF-8, which JSON.parse is never given.
//
// DIFF_COUNT texts (100000) from DIFF_SEED (1); DIFF is the folder of
// the program built from json_scan_pipe.c.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { endianness } from "node:os";
import { test } from "node:test";
import { generator } from "./support/random.mjs";

const count = Number(process.env.DIFF_COUNT ?? 100000);
const seed = Number(process.env.DIFF_SEED ?? 1);
const program = `${process.env.DIFF}/json_scan_pipe`;

const LIMIT_JSON_DEPTH = 512;
const BATCH = 5000;
const RECORD_SIZE = 36;
const KINDS = ["null", "false", "true", "number", "string", "array", "object"];
const little = endianness() === "LE";

const { random, pick } = generator(seed);
const repeat = (limit, make) =>
  Array.from({ length: random(limit) }, make).join("");
const digits = (limit) => repeat(limit, () => random(10));

const space = () =>
  random(8) === 0 ? repeat(4, () => pick([" ", "\t", "\n", "\r", " "])) : "";

function number() {
  const sign = random(4) === 0 ? "-" : "";
  const integer = random(4) === 0 ? "0" : `${1 + random(9)}${digits(18)}`;
  const fraction = random(2) === 0 ? `.${random(10)}${digits(20)}` : "";
  const exponent =
    random(6) === 0
      ? `${pick(["e", "E"])}${pick(["", "+", "-"])}${random(10)}${digits(2)}`
      : "";
  return sign + integer + fraction + exponent;
}

const STRING_PARTS = [
  () => repeat(70, () => pick([..."abcXYZ059~.:,[]{} -"])),
  () => repeat(6, () => pick([..."abcXYZ059~.:,[]{} -"])),
  () => pick(['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"]),
  () => "\\\\".repeat(random(40)),
  () => `\\u${random(65536).toString(16).padStart(4, "0")}`,
  () => `\\uD8${(random(256) | 256).toString(16).slice(1)}`,
  () => "\\ud83d\\ude80",
  () => pick(["é", "€", "ж", "🚀", "\u007f", "\u0080", "\u2028", "\uffff"]),
];

const string = () => `"${repeat(5, () => pick(STRING_PARTS)())}"`;

function list(open, close, depth, make) {
  const parts = Array.from({ length: random(7) }, () => make(depth + 1));
  const last = parts.length === 0 ? space() : "";
  return open + last + parts.join(",") + close;
}

function value(depth) {
  const kind = random(depth > 6 ? 8 : 12);
  const token =
    kind < 3
      ? string()
      : kind < 6
        ? number()
        : kind < 8
          ? pick(["null", "true", "false"])
          : kind < 10
            ? list("[", "]", depth, value)
            : list("{", "}", depth, member);
  return space() + token + space();
}

const member = (depth) => `${space()}${string()}${space()}:${value(depth)}`;

function deep() {
  const depth = pick([31, 32, 33, 63, 64, 65, 511, 512, 513, 600]);
  return random(2) === 0
    ? "[".repeat(depth) + "]".repeat(depth)
    : '{"":'.repeat(depth) + "1" + "}".repeat(depth);
}

function text() {
  if (random(200) === 0) {
    return deep();
  }
  return random(3) === 0 ? value(0) : list("[", "]", 0, value);
}

const BYTES = Buffer.from('""\\\\[]{},:0159.-+eE \n\t\r\0\x0b\x1f\x7fabfnrtu/');

function damage(bytes) {
  const at = random(bytes.length + 1);
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  const one = Buffer.of(random(8) === 0 ? random(256) : pick(BYTES));
  switch (random(5)) {
    case 0:
      return Buffer.concat([before, one, after]);
    case 1:
      return Buffer.concat([before, one, after.subarray(1)]);
    case 2:
      return Buffer.concat([before, after.subarray(1 + random(3))]);
    case 3:
      return random(4) === 0 ? before : Buffer.concat([before, one]);
    default:
      return Buffer.concat([after, before]);
  }
}

function makeBytes() {
  let bytes = Buffer.from(text());
  if (random(2) === 0) {
    for (let i = random(3); i >= 0; i--) {
      bytes = damage(bytes);
    }
  }
  return bytes;
}

function scanAll(texts) {
  const sizes = texts.map((bytes) => {
    const size = Buffer.alloc(4);
    little ? size.writeUInt32LE(bytes.length) : size.writeUInt32BE(bytes.length);
    return size;
  });
  const ran = spawnSync(program, {
    input: Buffer.concat(texts.flatMap((bytes, i) => [sizes[i], bytes])),
    maxBuffer: 2 * BATCH * RECORD_SIZE,
  });
  assert.equal(ran.status, 0, String(ran.error ?? ran.stderr));
  assert.equal(ran.stdout.length, texts.length * RECORD_SIZE);
  return texts.map((_, i) => readRecord(ran.stdout, i * RECORD_SIZE));
}

function readRecord(buffer, at) {
  const word = (i) =>
    little ? buffer.readUInt32LE(at + 4 * i) : buffer.readUInt32BE(at + 4 * i);
  return {
    accepted: word(0) === 1,
    kind: KINDS[word(1)],
    count: word(2),
    value: [word(3), word(4)],
    first: [word(5), word(6)],
    rest: [word(7), word(8)],
  };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// undefined where JSON.parse refuses, or the bytes are not UTF-8.
function parse(bytes) {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    return undefined;
  }
}

// Brackets outside strings; the text is valid.
function depthOf(bytes) {
  let depth = 0;
  let deepest = 0;
  const outside = bytes.toString("latin1").replace(/"(?:[^"\\]|\\.)*"/gs, "");
  for (const c of outside) {
    depth += c === "[" || c === "{" ? 1 : c === "]" || c === "}" ? -1 : 0;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function kindOf(parsed) {
  if (typeof parsed === "boolean" || parsed === null) {
    return String(parsed);
  }
  return Array.isArray(parsed) ? "array" : typeof parsed;
}

function comparePart(bytes, [begin, end], wanted) {
  const part = decoder.decode(bytes.subarray(begin, end));
  assert.equal(part, part.trim());
  assert.equal(JSON.stringify(JSON.parse(`[${part}]`)), JSON.stringify(wanted));
}

function compare(bytes, record) {
  const parsed = parse(bytes);
  const accepted =
    parsed !== undefined && depthOf(bytes) <= LIMIT_JSON_DEPTH;

  assert.equal(record.accepted, accepted);
  if (!accepted) {
    return;
  }
  assert.equal(record.kind, kindOf(parsed));
  comparePart(bytes, record.value, [parsed]);
  assert.equal(record.count, Array.isArray(parsed) ? parsed.length : 0);
  if (record.count > 0) {
    comparePart(bytes, record.first, parsed.slice(0, 1));
    comparePart(bytes, record.rest, parsed.slice(1));
  }
}

test(`json_scan and JSON.parse agree on ${count} texts of seed ${seed}`, () => {
  let accepted = 0;

  for (let done = 0; done < count; done += BATCH) {
    const texts = Array.from({ length: Math.min(BATCH, count - done) }, makeBytes);
    const records = scanAll(texts);

    texts.forEach((bytes, i) => {
      try {
        compare(bytes, records[i]);
      } catch (error) {
        error.message += `\ntext ${done + i}: ${JSON.stringify(bytes.toString("latin1"))}`;
        throw error;
      }
      accepted += records[i].accepted ? 1 : 0;
    });
  }
  // Both verdicts were put to the test.
  assert.ok(accepted > count / 3 && accepted < count);
});
