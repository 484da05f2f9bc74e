/* SPDX-License-Identifier: MIT */
/*
 * A day in a minute: libfaketime lets the program's clocks run 1440 times as
 * fast. Connections grow old and are replaced, are cut, beat, and neither
 * memory nor descriptors grow.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { file, folder, start } from '../e2e/support/program.mjs';
import { webSocket } from '../e2e/support/servers.mjs';

const SPEED = 1440;
const DAY = 86400;
const SYMBOLS = 200;
const CONNECTIONS = 4;

/* Where Debian and others put it. */
function faketime() {
  for (const dir of ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64', '/usr/lib']) {
    try {
      readFileSync(`${dir}/faketime/libfaketime.so.1`);
      return `${dir}/faketime/libfaketime.so.1`;
    } catch {
      /* The next one. */
    }
  }
  throw new Error('libfaketime is missing: make deps-soak');
}

function footprint({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/* Ticks for whoever subscribed, and now and then a cut connection. */
function feed(t, server) {
  let number = 0;
  const beats = { count: 0 };
  server.ws.on('connection', (socket) => {
    socket.wants = new Set();
    socket.on('message', (data) => {
      if (data.toString() === 'beat') {
        beats.count += 1;
      } else {
        socket.wants.add(data.toString());
      }
    });
  });
  const ticks = setInterval(() => {
    number += 1;
    for (const socket of server.ws.clients) {
      for (const symbol of socket.wants) {
        socket.send(`{"s":"${symbol}","n":${number}}`);
      }
    }
  }, 50);
  const cuts = setInterval(() => {
    const [first] = server.ws.clients;
    first?.terminate();
  }, 3000);
  t.after(() => {
    clearInterval(ticks);
    clearInterval(cuts);
  });
  return beats;
}

test('memory and descriptors are flat over 24 hours', async (t) => {
  const server = await webSocket(t);
  const beats = feed(t, server);
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => `S${i}`);
  const dir = folder(t);
  const program = start(t, '--status', 'json', '--reconnect', 'always',
    '--idle-timeout', '900', '--max-age', '3600', '--heartbeat', '60=beat',
    '--ping-interval', '300', '--ping-timeout', '900', '-s', '{}', '--each',
    file(t, symbols.join('\n')), '--per-connection',
    String(SYMBOLS / CONNECTIONS), '--connect-timeout', '900', '--sequence',
    '/n,/s', '--stats=json', '--metrics', '0', '--write',
    join(dir, 'w-%F-%H.ndjson'), '--record', join(dir, 'r-%F-%H.zst'),
    server.url, {
      env: { LD_PRELOAD: faketime(), FAKETIME: `+0 x${SPEED}` },
    });
  await program.record('subscribed', CONNECTIONS);
  const began = Date.parse(program.records()[0].time);
  const hours = () => (Date.parse(program.records().at(-1).time) - began)
    / 3600000;
  const samples = [];
  let hour = 1;
  while (hours() < DAY / 3600) {
    await program.err.until(() => hours() >= hour, `hour ${hour}`);
    samples.push(footprint(program.child));
    hour = Math.floor(hours()) + 1;
  }
  const lived = hours();
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');

  const [first] = samples;
  const last = samples.at(-1);
  const records = (status) => program.records(status).length;
  const files = readdirSync(dir);
  t.diagnostic(JSON.stringify({
    hours: lived, rss: samples.map(({ rss }) => rss), first, last, messages: program.out.lines.length,
    files: files.length, beats: beats.count, opened: records('open'),
    lost: records('lost'),
    replaced: program.records('closed')
      .filter((r) => r.reason === 'replaced').length,
  }));
  /* A file an hour of each kind, all of them complete. */
  assert.ok(files.every((name) => /^[wr]-[-0-9]+\.(ndjson|zst)$/.test(name)),
    files.join());
  assert.equal(files.filter((name) => name.startsWith('w')).flatMap((name) =>
    readFileSync(join(dir, name), 'utf8').trimEnd().split('\n')).length,
  program.out.lines.length);
  assert.ok(last.rss <= first.rss + 1024, JSON.stringify(samples));
  /* One more for each connection that is just being replaced. */
  assert.ok(last.descriptors <= first.descriptors + 2 * CONNECTIONS);
});
