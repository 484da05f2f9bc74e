/* SPDX-License-Identifier: MIT */
/* Acknowledgements: what is asked, and what is answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenTime } from './support/patience.mjs';
import { closedPort, majors, socketIo } from './support/servers.mjs';
import { run, start } from './support/program.mjs';
import { BINARY, PING, PONG, TEXT, connected, frame, openFour, text, wire }
  from './support/wire.mjs';

for (const name of Object.keys(majors)) {
  test(`${name}: calls are answered, also with attachments`, async (t) => {
    const server = await socketIo(t, name, { namespaces: ['/admin'] });
    server.io.on('connection', (socket) => {
      socket.on('sum', (a, b, answer) => answer(a + b));
      socket.on('bytes', (bytes, answer) => {
        answer({ same: bytes }, Buffer.from([255]));
      });
      socket.on('nothing', (answer) => answer());
    });
    server.io.of('/admin').on('connection', (socket) => {
      socket.on('who', (answer) => answer('admin'));
    });
    const { stdout } = await run(t, 0, '-q', '-c', 'sum 1 2',
      '-c', 'bytes {"$base64":"AQI="}', '-c', 'nothing',
      '-c', '/admin,who', server.url);
    assert.equal(stdout, '3\n[{"same":{"$base64":"AQI="}},'
      + '{"$base64":"/w=="}]\nnull\n"admin"\n');
  });

  test(`${name}: --ack answers what the server asks`, async (t) => {
    const server = await socketIo(t, name);
    server.io.on('connection', (socket) => {
      socket.on('sub', () => {
        socket.emit('ask', 1, (...args) => socket.emit('got', args));
      });
    });
    const { stdout } = await run(t, 0, '-q', '-n', '2', '-s', 'sub',
      '--ack', '[{"ok":true},{"$base64":"AQI="}]', server.url);
    assert.equal(stdout,
      '["ask",1]\n["got",[{"ok":true},{"$base64":"AQI="}]]\n');
  });
}

for (const transport of ['polling', 'upgrade']) {
  for (const name of ['socket.io 1.7.4', 'socket.io 2.5.1',
    'socket.io 4.8.4']) {
    test(`${name}: acknowledgements over ${transport}`, async (t) => {
      const server = await socketIo(t, name);
      server.io.on('connection', (socket) => {
        socket.on('same', (bytes, answer) => {
          socket.emit('ask', (...args) => answer(bytes, ...args));
        });
      });
      const { stdout } = await run(t, 0, '-q', '--transport', transport,
        '-c', 'same {"$base64":"AQI="}', '--ack', '["é€😀",{"$base64":"AA=="}]',
        server.url);
      assert.equal(stdout,
        '[{"$base64":"AQI="},"é€😀",{"$base64":"AA=="}]\n');
    });
  }
}

test('without --ack nothing is answered, and the envelope says who asks',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.on('connection', (socket) => {
      socket.on('sub', () => {
        socket.timeout(50).emit('ask', 1, (error) => {
          socket.emit('told', error === null);
        });
      });
    });
    const { stdout } = await run(t, 0, '-q', '-n', '2', '-s', 'sub',
      '-o', 'envelope', server.url);
    const [ask, told] = stdout.trimEnd().split('\n').map(JSON.parse);
    assert.deepEqual([ask.event, ask.args, ask.id], ['ask', [1], 0]);
    assert.deepEqual([told.event, told.args, told.id],
      ['told', [false], undefined]);
  });

test('subscriptions and emits go out before calls, events are not printed',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.on('connection', (socket) => {
      socket.onAny((event, ...args) => {
        socket.emit('tick');
        args.at(-1)?.(event);
      });
    });
    const { stdout } = await run(t, 0, '-q', '-c', 'one', '-e', 'emit',
      '-c', 'two', '-s', 'sub', server.url);
    assert.equal(stdout, '"one"\n"two"\n');
    assert.deepEqual(server.received.entries.map(([, event]) => event),
      ['sub', 'emit', 'one', 'two']);
  });

test('an answer has every form that an event of the call\'s name has',
  async (t) => {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.on('connection', (socket) => {
      socket.on('price', (s, answer) => answer({ s, p: '1.50' }));
    });
    const args = ['-q', '-c', 'price "BTC"', server.url];
    for (const [more, line] of [
      [['-o', 'json'], '["price",{"s":"BTC","p":"1.50"}]\n'],
      [['--select', '/s,/p'], 'BTC\t1.50\n'],
      [['-f', '%e %{/p}\\n'], 'price 1.50\n'],
      [['--where', '/p > 2'], ''],
    ]) {
      assert.equal((await run(t, 0, ...more, ...args)).stdout, line);
    }
  });

test('filters choose among answers, and all of them count', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    for (const name of ['price', 'size']) {
      socket.on(name, (done) => done({ of: name, n: 1.5 }));
    }
  });
  const price = '{"of":"price","n":1.5}\n';
  for (const [stdout, ...filter] of [[price, '-E', 'p*'],
    [price, '--reject', 'size'], [price, '--where', '/of ~ ^p'],
    ['', '--where', '/n > 2']]) {
    const end = await run(t, 0, '-q', '-c', 'price', '-c', 'size', ...filter,
      server.url);
    assert.equal(end.stdout, stdout, filter.join(' '));
  }
});

test('a call that is not answered in time leaves the others', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  server.io.on('connection', (socket) => {
    socket.on('yes', (answer) => answer('yes'));
  });
  const { stdout, stderr } = await givenTime(0.2, (seconds) => run(t, 28, '-q',
    '--ack-timeout', seconds, '-c', 'never "x"', '-c', 'yes', server.url),
  (end) => end.stdout !== '');
  assert.equal(stdout, '"yes"\n');
  assert.match(stderr, /^sockfeed: .*--call 'never "x"': time ran out$/m);
});

test('-o raw has no room for answers', async (t) => {
  const { stderr } = await run(t, 2, '-o', 'raw', '-c', 'x', 'http://h');
  assert.match(stderr, /-o raw.*-c/);
});

test('acknowledgements are Socket.IO\'s', async (t) => {
  for (const args of [['-c', 'x'], ['--ack', '[]'],
    ['-e', 'x', '--retry-emits', '1']]) {
    const { stderr } = await run(t, 2, ...args, 'ws://h');
    assert.match(stderr, new RegExp(`ws://h.*--.*Socket\\.IO`));
  }
});

test('--max-time before an answer is 28', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  await run(t, 28, '-q', '-m', '0.3', '-c', 'never', server.url);
});

test('a connection that cannot be made has its own status', async (t) => {
  await run(t, 7, '-c', 'x', `http://127.0.0.1:${await closedPort()}`);
});

test('a call in a refused namespace is 67', async (t) => {
  const server = await socketIo(t, 'socket.io 4.8.4');
  await run(t, 67, '-q', '-c', '/nowhere,x', `${server.url}/`);
});

test('each URL answers for itself', async (t) => {
  const servers = [];
  for (const [, answer] of [[0, 'a'], [1, 'b']]) {
    const server = await socketIo(t, 'socket.io 4.8.4');
    server.io.on('connection', (socket) => {
      socket.on('who', (reply) => reply(answer));
    });
    servers.push(server.url);
  }
  const { stdout } = await run(t, 0, '-q', '-c', 'who', ...servers);
  assert.deepEqual(stdout.trimEnd().split('\n').sort(), ['"a"', '"b"']);
});

/* A server of bytes that has been asked `calls` things. */
async function asked(t, calls, ...args) {
  const server = await wire(t);
  const program = start(t, '-q', ...calls.flatMap((c) => ['-c', c]), ...args,
    server.sioUrl);
  const peer = await server.peer();
  await peer.upgrade(openFour(), connected);
  await peer.frame(TEXT, new RegExp(`^42${calls.length - 1}\\[`));
  return { server, program, peer };
}

test('answers in another order are printed in the order of the calls',
  async (t) => {
    const { program, peer } = await asked(t, ['a', 'b', 'c']);
    peer.send(text('432["c"]'), text('430["a"]'), text('431["b"]'));
    assert.equal((await program.exits(0)).stdout, '"a"\n"b"\n"c"\n');
  });

test('an answer that nobody waits for is ignored', async (t) => {
  const { program, peer } = await asked(t, ['a', 'b']);
  peer.send(text('437["unknown"]'), text('43["no id"]'), text('430["a"]'),
    text('430["twice"]'), text('43/admin,1["elsewhere"]'), text('431["b"]'));
  const { stdout } = await program.exits(0);
  assert.equal(stdout, '"a"\n"b"\n');
});

test('an answer without payload has no arguments', async (t) => {
  const { program, peer } = await asked(t, ['a']);
  peer.send(text('430'));
  assert.equal((await program.exits(0)).stdout, 'null\n');
});

test('heartbeats may come between an answer and its attachments',
  async (t) => {
    const { program, peer } = await asked(t, ['a']);
    peer.send(text('461-0[{"_placeholder":true,"num":0}]'), text('2'),
      frame(BINARY, Buffer.from([1])));
    assert.equal((await program.exits(0)).stdout, '{"$base64":"AQ=="}\n');
    await peer.frame(TEXT, /^3$/);
  });

for (const [what, end] of [
  ['a lost connection', (peer) => peer.socket.destroy()],
  ['a DISCONNECT', (peer) => peer.send(text('41'))],
]) {
  test(`${what} while a call waits is 56`, async (t) => {
    const { server, program, peer } = await asked(t, ['a', 'b'],
      '--delays', '0');
    peer.send(text('431["b"]'));
    end(peer);
    assert.equal((await program.exits(56)).stdout, '"b"\n');
    assert.equal(server.peers.length, 1);
  });
}

test('a namespace that was left is not answered', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '-N', '/admin', '--ack', '[1]',
    '--reconnect', 'never', server.sioUrl);
  const peer = await server.peer();
  await peer.upgrade(openFour(), connected, text('40/admin,{"sid":"x"}'));
  await peer.frame(TEXT, /^40\/admin,/);
  peer.send(text('42/admin,0["q"]'), text('41/admin,'),
    text('42/admin,1["q"]'), text('425["q"]'));
  await peer.frame(TEXT, /^435\[1\]$/);
  const sent = peer.frames.entries.map((f) => f.payload.toString());
  assert.deepEqual(sent.filter((p) => /^43/.test(p)),
    ['43/admin,0[1]', '435[1]']);
  peer.last();
  assert.equal((await program.exits(56)).stdout, '["q"]\n["q"]\n');
});

test('a call to a namespace that is left meanwhile is 56', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '-c', '/admin,a', server.sioUrl);
  const peer = await server.peer();
  await peer.upgrade(openFour(), connected, text('40/admin,{"sid":"x"}'));
  await peer.frame(TEXT, /^42\/admin,0\["a"\]/);
  peer.send(text('41/admin,'), text('43/admin,0["late"]'));
  assert.equal((await program.exits(56)).stdout, '');
});

test('a call on a connection that is replaced is answered or 56', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '--max-age', '0.2', '-c', 'a', '-c', 'b',
    server.sioUrl);
  const old = await server.peer();
  await old.upgrade(openFour(), connected);
  await old.frame(TEXT, /^421\["b"\]$/);
  const fresh = await server.peer(2);
  await fresh.upgrade(openFour());
  await fresh.frame(TEXT, /^40/);
  old.send(text('430["a"]'), frame(PING));
  await old.frame(PONG);
  fresh.send(connected);
  const { stdout, stderr } = await program.exits(56);
  assert.equal(stdout, '"a"\n');
  assert.match(stderr, /--call 'b': the connection was lost/);
});

/* ---- --retry-emits ------------------------------------------------------- */

/* What a server of bytes gets of a program with these options, and how that
 * ends. It leaves the first `silent` tries without an answer, acknowledges
 * each later one and all before it, and says tick. */
async function acknowledged(t, silent, ...args) {
  const sent = [];
  const server = await wire(t, (peer) => {
    peer.frames.add = ({ payload }) => {
      if (/^42\d/.test(payload)) {
        sent.push(payload.toString());
      }
      if (sent.length > silent) {
        peer.send(...sent.map((_, id) => text(`43${id}["bye"]`)),
          text('42["tick"]'));
      }
    };
    return peer.upgrade(openFour(), connected);
  });
  const end = await start(t, '-q', ...args, server.sioUrl).end();
  return { ...end, sent };
}

test('--retry-emits sends one after the other, each until acknowledged',
  async (t) => {
    const { code, stdout, sent } = await givenTime(0.3, (seconds) =>
      acknowledged(t, 1, '--retry-emits', '2', '--ack-timeout', seconds,
        '-e', 'first 1', '-e', 'second 2', '-c', 'done'),
    (result) => result.sent.length === 4);
    assert.deepEqual(sent, ['420["first",1]', '421["first",1]',
      '422["second",2]', '423["done"]']);
    assert.equal(code, 0);
    assert.equal(stdout, '"bye"\n');
  });

test('an emit that is never acknowledged lets the next have its turn',
  async (t) => {
    const { code, stdout, stderr, sent } = await givenTime(0.1, (seconds) =>
      acknowledged(t, 3, '--retry-emits', '2', '--ack-timeout', seconds,
        '-e', 'first 1', '-e', 'second 2', '-n', '1'),
    (result) => result.sent.length === 4);
    assert.deepEqual(sent, ['420["first",1]', '421["first",1]',
      '422["first",1]', '423["second",2]']);
    assert.equal(code, 28);
    assert.equal(stdout, '["tick"]\n');
    assert.match(stderr, /--emit 'first 1': time ran out/);
  });

test('an emit is sent again on the next connection, at once', async (t) => {
  const server = await wire(t);
  const program = start(t, '-q', '--retry-emits', '1', '-e', 'x', '-i',
    '--exit-on-eof', '--delays', '0', server.sioUrl);
  const first = await server.peer();
  await first.upgrade(openFour(), connected);
  await first.frame(TEXT, /^420\["x"\]$/);
  first.socket.destroy();
  const second = await server.peer(2);
  await second.upgrade(openFour(), connected);
  await second.frame(TEXT, /^421\["x"\]$/);
  second.send(text('431[]'));
  await program.exits(0);
});

for (const name of ['socket.io 2.5.1', 'socket.io 4.8.4']) {
  test(`${name}: --retry-emits is acknowledged by real servers`, async (t) => {
    const received = await givenTime(0.2, async (seconds) => {
      const server = await socketIo(t, name);
      let tries = 0;
      server.io.on('connection', (socket) => {
        socket.on('order', (what, done) => {
          tries += 1;
          if (tries > 1) {
            done();
          }
        });
      });
      await start(t, '-q', '--retry-emits', '3', '--ack-timeout', seconds,
        '-e', 'order "a"', '-e', 'order "b"', '-i', '--exit-on-eof',
        server.url).exits(0);
      return server.received.entries.map(([, , what]) => what);
    }, ({ length }) => length === 3);
    assert.deepEqual(received, ['a', 'a', 'b']);
  });
}
