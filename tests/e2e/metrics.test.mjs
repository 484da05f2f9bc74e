/* SPDX-License-Identifier: MIT */
/* --metrics: the figures over HTTP. */
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { eventually } from './support/patience.mjs';
import { start, run } from './support/program.mjs';
import { readMetrics } from './support/prometheus.mjs';
import { closedPort, webSocket } from './support/servers.mjs';

async function get(url, options = {}) {
  return new Promise((done, reject) => {
    http.request(url, options, (answer) => {
      let body = '';
      answer.on('data', (data) => { body += data; });
      answer.on('end', () => done({
        status: answer.statusCode, type: answer.headers['content-type'], body,
        ...(options.method && { headers: answer.headers }),
      }));
    }).on('error', reject).end();
  });
}

/* Starts the program with metrics on a free port; gives their URL too. */
async function measured(t, ...args) {
  const program = start(t, '--metrics', '0', ...args);
  const line = await program.said(/^sockfeed: metrics on http:\/\/127\.0\.0/);
  return { program, metrics: line.split(' ').at(-1) };
}

/* A server that sends `count` messages with a time of ten seconds ago. */
async function timed(t, count) {
  const server = await webSocket(t);
  server.ws.on('connection', (socket) => {
    for (let i = 0; i < count; i += 1) {
      socket.send(JSON.stringify({ T: Date.now() - 10_000 }));
    }
  });
  return server;
}

test('/metrics has the figures as Prometheus reads them', async (t) => {
  const { url } = await timed(t, 3);
  const { program, metrics } = await measured(t, '--latency', '/T', url);
  await program.printed(3);
  const { status, type, body } = await get(metrics);
  assert.equal(status, 200);
  assert.equal(type, 'text/plain; version=0.0.4; charset=utf-8');
  const samples = readMetrics(body);
  const is = (name, value) => assert.equal(samples.get(`sockfeed_${name}`),
    value, name);
  is('up', 1);
  is('messages_received_total', 3);
  is('messages_printed_total', 3);
  is('messages_dropped_total', 0);
  is('connections_opened_total', 1);
  is('connections_lost_total', 0);
  is('gap_seconds_count', 2);
  is('latency_seconds_count', 3);
  is('latency_early_total', 0);
  const p50 = samples.get('sockfeed_latency_seconds{quantile="0.5"}');
  assert.ok(p50 >= 9.9 && p50 < 20, `p50 ${p50}`);
  assert.ok(samples.get('sockfeed_latency_max_seconds') >= 10);
  assert.ok(samples.get('sockfeed_wire_received_bytes_total')
    > samples.get('sockfeed_messages_received_bytes_total'));
});

test('quantiles of nothing are no numbers', async (t) => {
  const { url } = await timed(t, 0);
  const { program, metrics } = await measured(t, '--latency', '/T', url);
  await program.said(/connected/);
  const samples = readMetrics((await get(metrics)).body);
  assert.ok(Number.isNaN(
    samples.get('sockfeed_latency_seconds{quantile="0.99"}')));
  assert.equal(samples.get('sockfeed_latency_seconds_count'), 0);
});

test('/healthz says whether the feed is connected', async (t) => {
  const { url, joined } = await timed(t, 1);
  const { program, metrics } = await measured(t, '--reconnect', 'always',
    '--delays', '60', '--jitter', '0', url);
  await program.printed(1);
  const health = metrics.replace('/metrics', '/healthz');
  assert.deepEqual(await get(health), {
    status: 200, type: 'text/plain; charset=utf-8', body: 'connected\n',
  });
  joined.entries[0].terminate();
  await program.said(/lost/);
  assert.deepEqual(await get(health), {
    status: 503, type: 'text/plain; charset=utf-8', body: 'not connected\n',
  });
  const samples = readMetrics((await get(metrics)).body);
  assert.equal(samples.get('sockfeed_up'), 0);
  assert.equal(samples.get('sockfeed_connections_lost_total'), 1);
});

test('each of several connections counts', async (t) => {
  const { url, joined } = await timed(t, 1);
  const { program, metrics } = await measured(t, '--reconnect', 'always',
    '--delays', '60', '--jitter', '0', '-s', 'a', '-s', 'b', '-s', 'c',
    '--per-connection', '1', url);
  await program.printed(3);
  joined.entries[0].terminate();
  await program.said(/lost/);
  const samples = readMetrics((await get(metrics)).body);
  assert.equal(samples.get('sockfeed_connections_open'), 2);
  assert.equal(samples.get('sockfeed_connections_wanted'), 3);
  assert.equal(samples.get('sockfeed_up'), 1);
});

test('HEAD has the head of GET', async (t) => {
  const { url } = await timed(t, 1);
  const { program, metrics } = await measured(t, url);
  await program.printed(1);
  const health = metrics.replace('metrics', 'healthz');
  for (const path of [health, `${metrics}/x`]) {
    const all = await get(path, { method: 'GET' });
    const head = await get(path, { method: 'HEAD' });
    assert.ok(all.body.length > 0);
    assert.deepEqual({ ...head, body: all.body }, all);
    assert.equal(head.body, '');
  }
  const figures = await get(metrics, { method: 'HEAD' });
  assert.equal(figures.status, 200);
  assert.ok(Number(figures.headers['content-length']) > 1000);
});

test('who asks nothing does not hold up the feed',
  async (t) => {
    const server = await timed(t, 1);
    const { program, metrics } = await measured(t, server.url);
    await program.printed(1);
    const { port } = new URL(metrics);
    /* As many are let wait as there may be; one more is turned away. */
    const silent = Array.from({ length: 65 }, () => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('error', () => {}).on('close', () => { socket.gone = true; });
      return socket.resume();
    });
    t.after(() => silent.forEach((socket) => socket.destroy()));
    await eventually(() => silent.some(({ gone }) => gone), 'one turned away');
    server.joined.entries[0].send('meanwhile');
    await program.printed(2);
    silent.forEach((socket) => socket.destroy());
    /* Their places are free once the program has seen them go. */
    let status = 0;
    for (let tries = 0; status !== 200 && tries < 1000; tries += 1) {
      status = await get(metrics).then((answer) => answer.status, () => 0);
    }
    assert.equal(status, 200);
  });

test('anything else is not found, and only GET is answered', async (t) => {
  const { url } = await timed(t, 1);
  const { metrics } = await measured(t, url);
  assert.equal((await get(metrics.replace('metrics', ''))).status, 404);
  assert.equal((await get(`${metrics}/x`)).status, 404);
  assert.equal((await get(`${metrics}?x=1`)).status, 200);
  assert.equal((await get(metrics.replace('metrics', `${'x'.repeat(3000)}`)))
    .status, 404);
  const other = await get(metrics, { method: 'DELETE' });
  assert.equal(other.status, 405);
  assert.equal(other.headers.allow, 'GET, HEAD');
  const socket = await get(metrics, {
    headers: {
      Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': 13,
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    },
  });
  assert.equal(socket.status, 400);
});

test('the figures go with the program', async (t) => {
  const { url } = await timed(t, 1);
  const { program, metrics } = await measured(t, '-n', '2', url);
  await program.printed(1);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');
  await assert.rejects(get(metrics), /ECONNREFUSED/);
});

test('a port that is taken is said before it connects', async (t) => {
  const { url, joined, port } = await timed(t, 1);
  const { stderr } = await run(t, 1, '--metrics', `${port}`, url);
  assert.match(stderr, /^sockfeed: --metrics: [^\n]*in use\n$/);
  assert.equal(joined.length, 0);
});

test('an address may be given, also of IPv6', async (t) => {
  const { url } = await timed(t, 1);
  const port = await closedPort();
  const program = start(t, '--metrics', `[::1]:${port}`, url);
  await program.said(new RegExp(`http://\\[::1\\]:${port}/metrics$`));
  await program.printed(1);
  assert.equal((await get(`http://[::1]:${port}/metrics`)).status, 200);
});
