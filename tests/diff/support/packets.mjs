// SPDX-License-Identifier: MIT
//
// Packets out of a generator, well-formed, and what damages their pieces.
const MESSAGE = 4;

export function maker({ random, pick, times }) {
  const character = () => pick([
    ..."abcXYZ019:,-/[]{}\"\\b. \u001e", "\u0000", "\n", "é", "€", "\uffff",
    "😀", "\u007f", "\u2028",
  ]);
  const word = (limit) => times(limit, character).join("");
  const bytes = (limit) => Buffer.from(times(limit, () => random(256)));
  const base64 = () => ({ $base64: bytes(12).toString("base64") });

  const number = () => pick([
    () => random(300) - 150,
    () => (random(2 ** 31) - 2 ** 30) / 2 ** random(40),
    () => random(2 ** 31) * 2 ** random(40),
    () => Number(`${random(100000)}e${random(600) - 300}`),
    () => 2 ** (random(2098) - 1074),
  ])();

  const scalar = (binary) => pick([
    number, () => word(8), () => true, () => false, () => null,
    () => pick(["connect", "e", "_placeholder", "$base64", "num", "__proto__"]),
    () => (binary ? base64() : word(40)),
  ])();

  function value(depth, binary) {
    if (depth > 4 || random(3) > 0) {
      return scalar(binary);
    }
    return random(2) === 0
      ? times(4, () => value(depth + 1, binary))
      : Object.fromEntries(times(4, () => [
        pick(["a", "num", "_placeholder", word(4)]), value(depth + 1, binary),
      ]));
  }

  function engine({ separator = true } = {}) {
    const type = random(3) === 0 ? random(7) : MESSAGE;
    if (type === MESSAGE && random(3) === 0) {
      return { type, data: base64() };
    }
    const text = word(10);
    return { type, data: separator ? text : text.replaceAll("\u001e", "") };
  }

  const name = () => random(10) === 0 ? random(50) : pick([
    "e", "trade", "é", "", "message", "connect", "disconnect", word(5),
  ]);

  function socket() {
    const type = pick([0, 1, 2, 2, 2, 2, 3, 3, 4]);
    const nsp = pick(["/", "/", "/a", "/admin", "/12", "/é😀", "/a?b=c"]);
    const id = pick([0, 7, 12, 300, 9007199254740991]);
    switch (type) {
    case 0:
      return random(2) ? { type, nsp } : { type, nsp, data: { sid: word(4) } };
    case 1:
      return { type, nsp };
    case 4:
      return { type, nsp, data: pick(["no", word(5), { message: word(5) }]) };
    case 3:
      return { type, nsp, id, data: times(4, () => value(0, true)) };
    default:
      return {
        type, nsp, ...(random(3) === 0 ? { id } : {}),
        data: [name(), ...times(4, () => value(0, true))],
      };
    }
  }

  // One change to a text, by characters, or to bytes.
  const INSERTED = [..."0123456789:-,/[]{}\"b4e+. x", "\u001e", "é", "😀"];
  function damageText(text) {
    const all = [...text];
    const at = random(all.length + 1);
    const changes = [
      () => all.splice(at, 0, pick(INSERTED)),
      () => all.splice(at, 1),
      () => all.splice(at, 1, pick(INSERTED)),
      () => all.splice(at),
      () => all.splice(at, 0, ...all.slice(at, at + 3)),
      () => all.splice(0, random(2), pick(INSERTED)),
    ];
    pick(changes)();
    return all.join("");
  }

  function damageBytes(buffer) {
    const at = random(buffer.length + 1);
    const before = buffer.subarray(0, at);
    const after = buffer.subarray(at);
    const one = Buffer.of(random(3) === 0 ? pick([0, 1, 4, 9, 255]) : random(256));
    return Buffer.concat(pick([
      [before, one, after], [before, one, after.subarray(1)],
      [before, after.subarray(1)], [before], [after],
    ]));
  }

  function damagePiece(piece) {
    return typeof piece === "string" ? damageText(piece) : damageBytes(piece);
  }

  // Pieces with a few changes: to one of them, or to their sequence.
  function damage(pieces, { sequence = false } = {}) {
    const made = [...pieces];
    for (let i = random(3); i >= 0; i--) {
      const at = random(made.length);
      if (sequence && random(4) === 0) {
        pick([
          () => made.splice(at, 1),
          () => made.push(made[at] ?? ""),
          () => made.push(bytes(4)),
        ])();
      } else if (made.length > 0) {
        made[at] = damagePiece(made[at]);
      }
    }
    return made.length === 0 ? pieces : made;
  }

  return { bytes, damage, engine, random, socket, times, value };
}
