/* SPDX-License-Identifier: MIT */
/* Every case of support/websocket_cases.mjs: what is printed, which pongs and
 * which close frame are sent, how the program ends. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sanitized, start } from './support/program.mjs';
import { cases } from './support/websocket_cases.mjs';
import { CLOSE, PING, PONG, frame, wire } from './support/wire.mjs';

const STATUS = { 0: 56, 1002: 8, 1007: 8, 1009: 63 };

/* Standard output as bytes: some of it is large. */
async function printed(program) {
  const chunks = [];
  for await (const chunk of program.child.stdout) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const line = (message) => (typeof message === 'string'
  ? `${message}\n`
  : `${message.toString('base64')}\n`);

/* One write each, and the loop's turn between them. */
async function write(peer, chops) {
  peer.socket.setNoDelay(true);
  for (const chop of chops) {
    if (!peer.socket.write(chop)) {
      await new Promise((drained) => {
        peer.socket.once('drain', drained);
        peer.socket.once('close', drained);
      });
    }
    await new Promise(setImmediate);
  }
}

function assertOutput(got, messages) {
  const wanted = Buffer.from(messages.map(line).join(''));
  if (!got.equals(wanted)) {
    assert.equal(got.length, wanted.length, 'bytes printed');
    assert.equal(got.subarray(-200).toString(),
      wanted.subarray(-200).toString());
    assert.fail('the same size, but not the same bytes');
  }
}

for (const { what, chops, messages, pongs, code, echo } of cases) {
  test(what, async (t) => {
    const server = await wire(t, async (peer) => {
      await peer.upgrade();
      await write(peer, chops);
    });
    const program = start(t, '-q', '--reconnect', 'never', server.url,
      { unread: true });
    const output = printed(program);
    await program.exits(STATUS[code]);
    assertOutput(await output, messages);
    const peer = await server.peer();
    assert.equal(await peer.closeCode(), code === 0 ? echo : code);
    const sent = peer.frames.entries;
    assert.equal(sent.filter((f) => f.opcode === CLOSE).length, 1);
    assert.equal(sent.at(-1).opcode, CLOSE, 'nothing follows a close frame');
    if (pongs !== undefined || code === 0) {
      assert.deepEqual(
        sent.filter((f) => f.opcode === PONG).map((f) => f.payload),
        (pongs ?? []).map((payload) => Buffer.from(payload)));
    }
  });
}

test('a GiB that is accepted takes no memory before it comes', async (t) => {
  const header = Buffer.from('827f0000000040000000', 'hex');
  const server = await wire(t,
    (peer) => peer.upgrade(frame(PING, 'x'), header, 'beginning'));
  const program = start(t, '-q', '--max-message', '2G', server.url);
  await (await server.peer()).frame(PONG);
  const status = readFileSync(`/proc/${program.child.pid}/status`, 'utf8');
  const resident = Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]);
  assert.ok(sanitized || resident < 64 * 1024, `${resident} KiB`);
});
