/* SPDX-License-Identifier: MIT */
/*
 * Two hundred subscriptions over four connections that are killed again and
 * again, in every way: none is lost, none doubled, and no hole is silent.
 * SOCKFEED_SEED and SOCKFEED_KILLS choose another run.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { file, sanitized, start } from './support/program.mjs';
import { Venue, seeded } from './support/venue.mjs';

const seed = Number(process.env.SOCKFEED_SEED ?? 1);
const most = Number(process.env.SOCKFEED_KILLS ?? 500);
const SYMBOLS = 200;
const CONNECTIONS = 4;

/* Kibibytes of memory and open descriptors. */
function footprint({ pid }) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    rss: Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/* Goes through what was printed, records among the messages: every step of
 * every sequence is one, or a record has just told of the hole. */
function judge(lines) {
  const last = new Map();
  const seen = { ticks: 0, holes: 0, lost: 0, gaps: 0 };
  let told;
  for (const line of lines) {
    const entry = JSON.parse(line);
    if (entry.status === 'gap' && entry.reason === 'sequence') {
      assert.equal(told, undefined, 'each hole is told once');
      told = entry;
      seen.holes += 1;
    } else if (entry.status !== undefined) {
      seen.lost += entry.status === 'lost';
      seen.gaps += entry.status === 'gap';
    } else {
      const { s, n } = entry.data;
      const before = last.get(s);
      if (before !== undefined) {
        assert.ok(n > before, `${s}: ${n} after ${before}`);
      }
      if (before !== undefined && n !== before + 1) {
        assert.deepEqual([told?.key, told?.expected, told?.got],
          [s, before + 1, n], `${s}: a hole from ${before} to ${n}`);
        told = undefined;
      }
      assert.equal(told, undefined, 'a hole is told of where there is none');
      last.set(s, n);
      seen.ticks += 1;
    }
  }
  return seen;
}

test(`${most} kills, seed ${seed}`, async (t) => {
  const venue = new Venue({ random: seeded(seed), most });
  await venue.open(t);
  const symbols = Array.from({ length: SYMBOLS }, (_, i) => `S${i}`);
  const program = start(t, '-o', 'envelope', '--status', 'inline',
    '--reconnect', 'always', '--delays', '0.02', '--idle-timeout', '0.5',
    '-s', '{"sub":"{}"}', '--each', file(t, symbols.join('\n')),
    '--per-connection', String(SYMBOLS / CONNECTIONS),
    '--sequence', '/n,/s', venue.url);
  const whole = () => {
    const count = venue.subscribed();
    return count.size === SYMBOLS && [...count.values()].every((n) => n === 1);
  };

  await program.printed(SYMBOLS);
  const before = footprint(program.child);
  while (!venue.over) {
    const target = Math.min(venue.killed + 25, most);
    await venue.until(() => venue.killed >= target, `${target} kills`,
      () => program.err.text);
  }
  await venue.until(whole, 'every subscription exactly once',
    () => JSON.stringify([...venue.subscribed()].filter(([, n]) => n !== 1)));
  /* And so it stays, for a while in which all of them tick; where the machine
   * stands still for so long that it is a silence, it becomes so again. */
  const printed = program.out.lines.length;
  await program.printed(printed + 20 * SYMBOLS);
  await venue.until(() => whole() && venue.live.size === CONNECTIONS,
    'every subscription on as many connections as before');
  assert.deepEqual(venue.wrong, []);
  const after = footprint(program.child);
  program.signal('SIGTERM');
  await program.diesOf('SIGTERM');

  const seen = judge(program.out.lines);
  assert.ok(seen.holes > 0 && seen.gaps > 0);
  assert.deepEqual(Object.keys(venue.kills).sort(), ['fin', 'midFrame',
    'midFrameReset', 'midHandshake', 'reset', 'silence']);
  t.diagnostic(JSON.stringify({ kills: venue.kills, ...seen, before, after }));
  assert.ok(after.descriptors <= before.descriptors + CONNECTIONS);
  if (!sanitized) {
    assert.ok(after.rss <= before.rss + 2048, `${before.rss} ${after.rss}`);
  }
});
