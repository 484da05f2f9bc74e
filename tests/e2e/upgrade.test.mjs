/* SPDX-License-Identifier: MIT */
/* From long-polling to a WebSocket: nothing lost, nothing doubled, in order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killable } from './support/killable.mjs';
import { Log, givenTime, patience } from './support/patience.mjs';
import { connected, open, polling } from './support/polling.mjs';
import { assertLines, run, start } from './support/program.mjs';
import { majors, socketIo } from './support/servers.mjs';
import { close, text } from './support/wire.mjs';

const UPGRADE = ['--transport', 'upgrade'];
const TEXT = 'é€😀';
const numbers = Array.from({ length: 500 }, (_, i) => i);

/* Calls back with the Engine.IO session once it has moved. */
function moved(socket, callback) {
  if (socket.conn.transport.name === 'websocket') {
    callback();
  } else {
    socket.conn.once('upgrade', callback);
  }
}

for (const [name] of Object.entries(majors)) {
  test(`${name}: 500 events each way while it moves`, async (t) => {
    const server = await socketIo(t, name);
    const packets = new Log();
    server.io.on('connection', (socket) => {
      let next = 0;
      let upgraded = false;
      moved(socket, () => {
        upgraded = true;
      });
      socket.conn.on('packet', ({ type }) => packets.add(type));
      /* Some before, some in the middle, some after: a few in each turn. */
      const emit = () => {
        for (let i = 0; i < 5 && next < 500
          && (next < 400 || upgraded); i += 1) {
          socket.emit('tick', next, TEXT);
          next += 1;
        }
        if (next < 500) {
          setImmediate(emit);
        }
      };
      emit();
    });
    const program = start(t, ...UPGRADE, '-i', server.url, { stdin: 'pipe' });
    await program.said(/connected/);
    let typed = 0;
    const type = () => {
      for (let i = 0; i < 5 && typed < 500; i += 1) {
        program.type(`n ${typed} "${TEXT}"`);
        typed += 1;
      }
      if (typed < 500) {
        setImmediate(type);
      }
    };
    type();
    assert.deepEqual(await program.printed(500),
      numbers.map((i) => `["tick",${i},"${TEXT}"]`));
    await server.received.reaches(500);
    assert.deepEqual(server.received.entries,
      numbers.map((i) => ['/', 'n', i, TEXT]));
    await program.said(/upgraded .* to a WebSocket/);
    program.signal('SIGTERM');
    await program.diesOf('SIGTERM');
    assert.equal(program.out.lines.length, 500);
    assert.equal(server.received.length, 500);
  });

  test(`${name}: text, bytes and namespaces after the move`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/a', '/no'] });
    server.io.of('/no').use((_, next) => next(new Error('not for you')));
    server.io.of('/a').on('connection', (socket) => {
      socket.on('echo', (...args) => socket.emit('back', ...args));
    });
    const program = start(t, ...UPGRADE, '-i', '-n', '1', '-N', '/no',
      `${server.url}/a`, { stdin: 'pipe' });
    await program.said(/\/no.*not for you/);
    await program.said(/upgraded/);
    program.type(`echo "${TEXT}" {"$base64":"AAEC"}`);
    const { stdout } = await program.exits(0);
    assert.equal(stdout, `["back","${TEXT}",{"$base64":"AAEC"}]\n`);
  });

  test(`${name}: heartbeats go on after the move`, async (t) => {
    const server = await socketIo(t, name,
      { options: { pingInterval: 100, pingTimeout: patience } });
    server.io.on('connection', (socket) => moved(socket, () => {
      let beats = 0;
      socket.conn.on('packet', ({ type }) => {
        beats += type === 'ping' || type === 'pong' ? 1 : 0;
        if (beats === 8) {
          socket.emit('alive');
        }
      });
    }));
    const { stdout, stderr } = await run(t, 0, ...UPGRADE, '-n', '1',
      server.url);
    assert.equal(stdout, '["alive"]\n');
    assert.doesNotMatch(stderr, /lost/);
  });

  test(`${name}: killed after the move, it comes back and moves again`,
    async (t) => {
      const server = await killable(t, name);
      const program = start(t, ...UPGRADE, '--status', 'json', '-s', 'sub 1',
        '--delays', '0.1', server.url);
      await server.received.reaches(1);
      assert.equal((await program.record('upgraded')).transport, 'websocket');
      server.write('2["before"]');
      await program.printed(1);
      await server.kill();
      await program.record('lost');
      await server.start();
      await server.received.reaches(2);
      server.write('2["after"]');
      assert.deepEqual(await program.printed(2), ['["before"]', '["after"]']);
    });
}

/* ---- At the level of bytes ---------------------------------------------- */

const offering = { upgrades: ['websocket'] };

/* A server with a session whose third GET waits, and whose probe has been
 * asked for. */
async function probed(t, ...args) {
  const server = await polling(t);
  const program = start(t, ...UPGRADE, ...args, server.url,
    args.includes('-i') ? { stdin: 'pipe' } : {});
  await server.greet(offering);
  const waiting = await server.get(3);
  return { server, program, waiting, probe: await server.probe() };
}

/* The same where a probe has little time, and what `act` makes of it; so much
 * time as the machine needs to come so far. */
async function probedSoon(t, act) {
  return givenTime(0.3, async (seconds) => {
    const server = await polling(t);
    const program = start(t, ...UPGRADE, '--connect-timeout', seconds,
      server.url);
    const late = Promise.race([program.end(), program.said(/time ran out/)])
      .then(() => undefined, () => undefined);
    const scene = (async () => {
      await server.greet(offering);
      const waiting = await server.get(3);
      const made = { server, program, waiting, probe: await server.probe() };
      return { ...made, acted: await act(made.probe) };
    })();
    return Promise.race([scene, late]);
  }, (scene) => scene !== undefined);
}

/* Polling goes on as if nothing had been. */
async function goesOn({ server, program, waiting }) {
  await program.said(/no upgrade to a WebSocket, long-polling goes on/);
  waiting.answer('42["still"]');
  await program.printed(1);
  (await server.get(4)).answer('42["here"]');
  await program.printed(2);
  assert.deepEqual(program.out.lines, ['["still"]', '["here"]']);
  assert.equal(server.requests.entries.filter((r) => r.upgrade).length, 1,
    'one try in a session');
}

test('5 is not sent before the GET that waits is answered', async (t) => {
  const { server, program, waiting, probe } = await probed(t, '-i');
  assert.equal(probe.query.get('sid'), 'wire');
  assert.equal(probe.query.get('transport'), 'websocket');
  const peer = probe.accept();
  await peer.frame(1, /^2probe$/);
  program.type('early');
  const post = await server.post(2);
  assert.equal(post.body.toString(), '42["early"]');
  peer.send(text('3probe'));
  /* By the time an answer has come for this ping, the probe was read. */
  peer.send(Buffer.from([0x89, 1, 0x61]));
  await peer.frame(10, /^a$/);
  program.type('late');
  post.answer('ok');
  /* Again: what follows the answer to the POST has been done by then. */
  peer.send(Buffer.from([0x89, 1, 0x62]));
  await peer.frame(10, /^b$/);
  assert.equal(peer.frames.entries.some((f) => f.opcode === 1
    && f.payload.toString() === '5'), false);
  waiting.answer('42["last by polling"]\x1e6');
  await peer.frame(1, /^5$/);
  const texts = () => peer.frames.entries.filter((f) => f.opcode === 1)
    .map((f) => f.payload.toString());
  await peer.frame(1, /late/);
  assert.deepEqual(texts(), ['2probe', '5', '42["late"]']);
  peer.send(text('42["first by WebSocket"]'));
  assert.deepEqual(await program.printed(2),
    ['["last by polling"]', '["first by WebSocket"]']);
  assert.equal(server.requests.entries.filter((r) => !r.answered).length, 0,
    'nothing is polled any more');
});

test('a close packet that frees the GET ends the session', async (t) => {
  const { program, waiting, probe } = await probed(t, '--reconnect', 'never');
  const peer = probe.accept();
  await peer.frame(1, /^2probe$/);
  peer.send(text('3probe'));
  waiting.answer('42["last"]\x1e1');
  const { stdout, stderr } = await program.exits(56);
  assert.equal(stdout, '["last"]\n');
  assert.match(stderr, /the server closed the session/);
  assert.equal(peer.frames.entries.some((f) => f.opcode === 1
    && f.payload.toString() === '5'), false);
});

test('what the old transport says after 5 is not heard', async (t) => {
  const { server, program, waiting, probe } = await probed(t);
  const peer = probe.accept();
  await peer.frame(1, /^2probe$/);
  peer.send(text('3probe'));
  waiting.answer('6');
  await peer.frame(1, /^5$/);
  for (const { socket } of server.connections.entries) {
    if (socket !== peer.socket && !socket.destroyed) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1');
      socket.destroy();
    }
  }
  peer.send(text('42["tick"]'));
  await program.printed(1);
});

for (const [what, answer] of [
  ['refused', (probe) => probe.error(3, 'Bad request')],
  ['cut', (probe) => probe.hangUp()],
  ['answered with a redirect', (probe) => probe.answer('',
    { status: '302 Found', headers: { Location: 'http://127.0.0.1:1/' } })],
  ['closed after the 101', (probe) => probe.accept(close(1000))],
  ['lost after the 101', (probe) => probe.accept().last('')],
  ['answered wrongly', (probe) => probe.accept(text('3prob'))],
  ['answered with a message', (probe) => probe.accept(text('42["x"]'))],
  ['answered with bytes',
    (probe) => probe.accept(Buffer.from([0x82, 1, 0x33]))],
  ['answered with what is no frame',
    (probe) => probe.accept('HTTP/1.1 400 Bad Request\r\n\r\n')],
]) {
  test(`a probe that is ${what} leaves polling as it was`, async (t) => {
    const scene = await probed(t);
    answer(scene.probe);
    await goesOn(scene);
  });
}

for (const [what, accept] of [
  ['never answered', () => {}],
  ['never answered after the 101', (probe) => probe.accept()],
]) {
  test(`a probe that is ${what} leaves polling as it was`, async (t) => {
    const scene = await probedSoon(t, accept);
    await goesOn(scene);
    assert.match(scene.program.err.text, /goes on: .*time ran out/);
  });
}

test('a probe that is answered late is not heard any more', async (t) => {
  const scene = await probedSoon(t, async (probe) => {
    const accepted = probe.accept();
    await accepted.frame(1, /^2probe$/);
    return accepted;
  });
  const peer = scene.acted;
  await scene.program.said(/time ran out/);
  peer.send(text('3probe'));
  await goesOn(scene);
  await peer.gone();
  assert.equal(peer.frames.entries.some((f) => f.opcode === 1
    && f.payload.toString() === '5'), false);
});

test('a probe lost after its answer leaves polling as it was', async (t) => {
  const scene = await probed(t, '-i');
  const peer = scene.probe.accept(text('3probe'));
  await peer.frame(1, /^2probe$/);
  peer.send(Buffer.from([0x89, 1, 0x61]));
  await peer.frame(10, /^a$/);
  scene.program.type('kept');
  peer.socket.destroy();
  await scene.program.said(/long-polling goes on/);
  const post = await scene.server.post(2);
  assert.equal(post.body.toString(), '42["kept"]');
  post.answer('ok');
  await goesOn(scene);
});

test('a message before its time leaves polling as it was', async (t) => {
  const scene = await probed(t);
  scene.probe.accept(text('3probe'), text('42["too soon"]'));
  await goesOn(scene);
});

test('a server that offers no upgrade is polled', async (t) => {
  const server = await polling(t);
  const program = start(t, ...UPGRADE, server.url);
  await server.greet();
  await program.said(/offers no upgrade/);
  (await server.get(3)).answer('42["tick"]');
  await program.printed(1);
  assert.equal(server.requests.entries.some((r) => r.upgrade), false);
});

test('where polling is not known a WebSocket is taken', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4',
    { options: { transports: ['websocket'] } });
  server.io.on('connection', (socket) => socket.emit('hi'));
  const { stdout, stderr } = await run(t, 0, ...UPGRADE, '-n', '1',
    server.url);
  assert.equal(stdout, '["hi"]\n');
  assert.match(stderr, /a WebSocket in place of long-polling: .*Transport/);
});

test('a goodbye while it moves is said by polling', async (t) => {
  const { server, program, waiting, probe } = await probed(t);
  const peer = probe.accept(text('3probe'));
  await peer.frame(1, /^2probe$/);
  program.signal('SIGINT');
  const leave = await server.post(2);
  assert.equal(leave.body.toString(), '41');
  leave.answer('ok');
  const goodbye = await server.post(3);
  assert.equal(goodbye.body.toString(), '1');
  goodbye.answer('ok');
  waiting.answer('6');
  await program.diesOf('SIGINT');
});

test('a reader that does not read while it moves loses nothing', async (t) => {
  for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
    const server = await socketIo(t, name);
    const line = (i) => `["tick",${i},"${'x'.repeat(300)}"]`;
    const probes = new Log();
    server.http.on('upgrade', (request) => probes.add(request.url));
    server.io.on('connection', (socket) => {
      for (let i = 0; i < 20_000; i += 1) {
        socket.emit('tick', i, 'x'.repeat(300));
      }
    });
    const program = start(t, ...UPGRADE, '--buffer', '64K', '-n', '20000',
      server.url, { unread: true });
    await probes.reaches(1);
    program.read();
    const { stdout } = await program.exits(0);
    assertLines(stdout, Array.from({ length: 20_000 }, (_, i) => line(i)));
  }
});

test('raw shows the probe too', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => moved(socket,
    () => socket.emit('moved')));
  const { stdout } = await run(t, 0, ...UPGRADE, '-o', 'raw', '--until',
    'moved', server.url);
  assert.match(stdout, /^3probe$/m);
  assert.match(stdout, /^42\["moved"\]$/m);
});

test('an open packet cannot send the upgrade elsewhere', async (t) => {
  const server = await polling(t);
  start(t, ...UPGRADE, '--query', 'k=v', server.url);
  (await server.get(1)).answer(open({
    upgrades: ['http://evil/', 'webtransport', 'websocket'],
    sid: 'a/../b?c&d', path: '/evil',
  }));
  const probe = await server.probe();
  assert.match(probe.target,
    /^\/socket\.io\/\?EIO=4&transport=websocket&sid=a%2F\.\.%2Fb%3Fc%26d&k=v$/);
});

test('the CONNECT of the root may cross the upgrade', async (t) => {
  const server = await polling(t);
  const program = start(t, ...UPGRADE, server.url);
  (await server.get(1)).answer(open(offering));
  const post = await server.post(1);
  const waiting = await server.get(2);
  const peer = (await server.probe()).accept(text('3probe'));
  await peer.frame(1, /^2probe$/);
  post.answer('ok');
  waiting.answer('6');
  await peer.frame(1, /^5$/);
  peer.send(text(connected), text('42["tick"]'));
  assert.deepEqual(await program.printed(1), ['["tick"]']);
});
