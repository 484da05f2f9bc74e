/* SPDX-License-Identifier: MIT */
/* Bytes in events travel as attachments and are shown as base64. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/program.mjs';
import { majors, socketIo } from './support/servers.mjs';

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
