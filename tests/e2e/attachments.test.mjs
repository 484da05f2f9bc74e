/* SPDX-License-Identifier: MIT */
/* Bytes in events travel as attachments and are shown as base64. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, start } from './support/program.mjs';
import { majors, socketIo } from './support/servers.mjs';
import { BINARY, connected, frame, openFour, text, wire }
  from './support/wire.mjs';

for (const name of Object.keys(majors)) {
  test(`${name}: attachments go both ways`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      socket.on('up', (first, { deep }) => {
        socket.emit('down', Buffer.from([1, 2, 3]),
          { text: first.toString(), deep: [deep, Buffer.alloc(0)] });
      });
    });
    const { stdout } = await run(t, 0, '-q', '-n', '1', '-s',
      'up {"$base64":"aGk="} {"deep":{"$base64":"//8="}}', server.url);
    assert.equal(stdout, '["down",{"$base64":"AQID"},'
      + '{"text":"hi","deep":[{"$base64":"//8="},{"$base64":""}]}]\n');
  });
}

const eleven = [text('4511-["e",{"_placeholder":true,"num":10}]'),
  ...Array.from({ length: 11 }, (_, i) => frame(BINARY, Buffer.from([i])))];

test('more than ten attachments are malformed', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '--reconnect', 'never', server.sioUrl);
  const peer = await server.peer();
  await peer.upgrade(openFour(), connected, ...eleven);
  const { stdout, stderr } = await program.exits(8);
  assert.equal(stdout, '');
  assert.match(stderr, /attachments/);
});

test('--max-attachments allows more, or fewer', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '-n', '1', '--max-attachments', '11',
    server.sioUrl);
  const peer = await server.peer();
  await peer.upgrade(openFour(), connected, ...eleven);
  assert.equal((await program.exits(0)).stdout, '["e",{"$base64":"Cg=="}]\n');

  const strict = start(t, '-q', '--max-attachments', '1', '--reconnect',
    'never', server.sioUrl);
  const other = await server.peer(2);
  await other.upgrade(openFour(), connected, text('452-["e"]'));
  await strict.exits(8);
});
