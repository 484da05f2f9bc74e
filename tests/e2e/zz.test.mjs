import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { connected, open, polling } from './support/polling.mjs';
import { start } from './support/program.mjs';
const rss = (p) => { try { return /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${p.child.pid}/status`))[1]; } catch { return 'gone'; } };
const cpu = (p) => { try { return readFileSync(`/proc/${p.child.pid}/stat`, 'utf8').split(' ').slice(13, 15).join('+'); } catch { return 'gone'; } };
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
test('ping flood body', async (t) => {
  const server = await polling(t);
  const p = start(t, '--transport', 'polling', '--reconnect', 'never', server.url);
  await server.greet();
  await p.said(/connected/);
  const g = await server.get(3);
  const t0 = Date.now();
  g.answer('2\x1e'.repeat(4e6) + '42["after"]');
  await Promise.race([p.printed(1), p.end()]);
  console.log('pings', Date.now() - t0, 'ms', rss(p), cpu(p), p.err.text);
  await sleep(300);
  console.log('posts', server.requests.entries.filter((r) => r.method === 'POST').map((r) => r.body.length));
  await sleep(1000);
  console.log(p.err.text, cpu(p));
});
test('instant noops', async (t) => {
  const server = await polling(t);
  const p = start(t, '--transport', 'polling', '--reconnect', 'never', server.url);
  await server.greet();
  await p.said(/connected/);
  let n = 3; let over = false; setTimeout(() => { over = true; }, 2000);
  while (!over) { const g = await Promise.race([server.get(n), sleep(500)]); if (g) { n++; g.answer('6'); } }
  console.log('gets', n, cpu(p), p.err.text);
});
test('instant acks and events without end', async (t) => {
  const server = await polling(t);
  const p = start(t, '--transport', 'polling', '--ack', '[1]', '--reconnect', 'never', server.url);
  await server.greet();
  await p.said(/connected/);
  let n = 3; let over = false; setTimeout(() => { over = true; }, 2000);
  while (!over) { const g = await Promise.race([server.get(n), sleep(500)]); if (g) { n++; g.answer(Array.from({ length: 3000 }, (_, i) => `42${i}["q",${i}]`).join('\x1e')); } }
  console.log('gets', n, cpu(p), rss(p), p.err.text, server.requests.entries.filter((r) => r.method === 'POST').length);
});
