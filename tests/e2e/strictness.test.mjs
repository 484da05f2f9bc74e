/* SPDX-License-Identifier: MIT */
/* What breaks a specification ends the connection with the right code. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './support/program.mjs';
import { BINARY, CLOSE, PING, TEXT, close, connected, frame, openFour, text,
  wire } from './support/wire.mjs';

/* [what, the bytes after the upgrade, the close code that answers] */
const frames = [
  ['a masked frame', frame(TEXT, 'x', { masked: true }), 1002],
  ['reserved bit 1', frame(TEXT, 'x', { bits: 4 }), 1002],
  ['reserved bit 2', frame(TEXT, 'x', { bits: 2 }), 1002],
  ['reserved bit 3', frame(TEXT, 'x', { bits: 1 }), 1002],
  ['reserved opcode 3', frame(3, 'x'), 1002],
  ['reserved opcode 11', frame(11, 'x'), 1002],
  ['a length of 16 bits that fits 7',
    frame(TEXT, 'x'.repeat(125), { width: 2 }), 1002],
  ['a length of 64 bits that fits 16',
    frame(TEXT, 'x'.repeat(126), { width: 8 }), 1002],
  ['a length with its highest bit set',
    Buffer.from('817fffffffffffffffff', 'hex'), 1002],
  ['a ping in fragments', frame(PING, 'x', { final: false }), 1002],
  ['a ping of 126 bytes', frame(PING, 'x'.repeat(126)), 1002],
  ['a continuation of nothing', frame(0, 'x'), 1002],
  ['a new message inside of one', Buffer.concat([
    frame(TEXT, 'x', { final: false }), text('y')]), 1002],
  ['a close frame of one byte', frame(CLOSE, 'x'), 1002],
  ['close code 1005 on the wire', close(1005), 1002],
  ['close code 999', close(999), 1002],
  ['text that is no UTF-8', text(Buffer.from([0xc3, 0x28])), 1007],
  ['UTF-8 of a surrogate', text(Buffer.from([0xed, 0xa0, 0x80])), 1007],
  ['a text that ends inside a character', Buffer.concat([
    frame(TEXT, Buffer.from([0xe2, 0x82]), { final: false }),
    frame(0, 'x')]), 1007],
];

for (const [what, bytes, code] of frames) {
  test(`${what} is exit 8 and closed with ${code}`, async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(bytes));
    const { stdout, stderr } = await run(t, 8, '--reconnect', 'never',
      server.url);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockfeed: [^\n]+\n$/m);
    assert.equal(await (await server.peer()).closeCode(), code);
  });
}

/* What comes after the open packet and the CONNECT. */
const packets = [
  ['an unknown Engine.IO type', text('7')],
  ['an empty Engine.IO packet', text('')],
  ['an unknown Socket.IO type', text('47["x"]')],
  ['an event without payload', text('42')],
  ['an event that is an object', text('42{}')],
  ['an event that is empty', text('42[]')],
  ['JSON that is cut off', text('42["foo"')],
  ['text after the JSON', text('42["foo"]x')],
  ['a number with a leading zero', text('42["a",01]')],
  ['a raw control character', text('42["a\tb"]')],
  ['a trailing comma', text('42["a",]')],
  ['a reserved event name', text('42["connect"]')],
  ['an acknowledgement id past 2^53', text('4299999999999999999999["x"]')],
  ['more attachments than allowed', text('4511-["e"]')],
  ['an attachment out of the blue', frame(BINARY, 'x')],
  ['text where an attachment is due', Buffer.concat([
    text('451-["e",{"_placeholder":true,"num":0}]'), text('42["x"]')])],
  ['a placeholder out of range', Buffer.concat([
    text('451-["e",{"_placeholder":true,"num":1}]'), frame(BINARY, 'x')])],
  ['JSON too deep', text(`42["a",${'['.repeat(10000)}${']'.repeat(10000)}]`)],
];

for (const [what, bytes] of packets) {
  test(`${what} is exit 8 and closed with 1002`, async (t) => {
    const server = await wire(t,
      (peer) => peer.upgrade(openFour(), connected, bytes));
    const { stdout, stderr } = await run(t, 8, '--reconnect', 'never',
      server.sioUrl);
    assert.equal(stdout, '');
    assert.match(stderr, /^sockfeed: [^\n]+\n$/m);
    assert.equal(await (await server.peer()).closeCode(), 1002);
  });
}

/* What the specification lets pass. */
const harmless = [
  ['a noop', text('6')],
  ['a surplus open packet', openFour()],
  ['an acknowledgement nobody waits for', text('4317[1]')],
  ['an event of a namespace never joined', text('42/other,["x"]')],
  ['a repeated CONNECT', connected],
  ['an unasked pong frame', frame(10, 'x')],
  ['a ping with data', text('2hello')],
  ['a request for an acknowledgement', null],
];

for (const [what, bytes] of harmless) {
  test(`${what} is no reason to leave`, async (t) => {
    const server = await wire(t, (peer) => peer.upgrade(openFour(),
      connected, bytes ?? text('4212["stay",1]'),
      ...(bytes === null ? [] : [text('42["stay",1]')])));
    const { stdout } = await run(t, 0, '-q', '-n', '1', '--reconnect',
      'never', server.sioUrl);
    assert.equal(stdout, '["stay",1]\n');
  });
}

/* What an open packet must hold. */
const opens = [
  ['no sid', { sid: undefined }],
  ['a sid that is a number', { sid: 5 }],
  ['no pingInterval', { pingInterval: undefined }],
  ['a pingInterval of zero', { pingInterval: 0 }],
  ['a pingTimeout that is text', { pingTimeout: '100' }],
];

for (const [what, fields] of opens) {
  test(`an open packet with ${what} is exit 8`, async (t) => {
    const server = await wire(t,
      (peer) => peer.upgrade(openFour(fields), connected));
    const { stderr } = await run(t, 8, server.sioUrl);
    assert.match(stderr, /^sockfeed: [^\n]+\n$/);
  });
}
