/* SPDX-License-Identifier: MIT */
/*
 * A strict reader of Prometheus' text format, version 0.0.4: every metric has
 * its HELP and TYPE before its first sample, its samples stand together, names
 * and labels are legal, and a name says what its type promises.
 */
import assert from 'node:assert/strict';

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? `
  + '(NaN|[+-]Inf|-?\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)$');

/* The metric that a sample of this name belongs to. */
function family(name, families) {
  const base = name.replace(/_(sum|count)$/, '');
  return base !== name && families.get(base)?.type === 'summary' ? base : name;
}

function readSample(line, families, current) {
  const [, name, labels, value] = SAMPLE.exec(line)
    ?? assert.fail(`no sample: ${line}`);
  const metric = families.get(family(name, families));
  assert.ok(metric?.type !== undefined, `${name} has no TYPE before it`);
  assert.equal(metric, current, `${name} stands apart`);
  const key = labels === undefined ? name : `${name}{${labels}}`;
  assert.ok(!metric.samples.has(key), `${key} twice`);
  metric.samples.set(key, Number(value.replace('Inf', 'Infinity')));
}

function checkFamily(name, { type, samples }) {
  assert.ok(samples.size > 0, `${name} has no sample`);
  assert.equal(name.endsWith('_total'), type === 'counter',
    `${name} is a ${type}`);
  for (const [key, value] of samples) {
    if (type === 'counter') {
      assert.ok(Number.isSafeInteger(value) && value >= 0, `${key} ${value}`);
    }
  }
  if (type === 'summary') {
    assert.ok(samples.has(`${name}_sum`) && samples.has(`${name}_count`));
  }
}

/* All samples by name and labels. */
export function readMetrics(text) {
  const families = new Map();
  let current;
  assert.ok(text.endsWith('\n'), 'the last line ends');
  for (const line of text.slice(0, -1).split('\n')) {
    const [, what, name, rest] = new RegExp(
      `^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (what === 'HELP') {
      assert.ok(!families.has(name), `HELP of ${name} twice`);
      current = { samples: new Map() };
      families.set(name, current);
    } else if (what === 'TYPE') {
      assert.equal(families.get(name), current, `TYPE of ${name} apart`);
      assert.match(rest, /^(counter|gauge|summary|histogram|untyped)$/);
      current.type = rest;
    } else {
      readSample(line, families, current);
    }
  }
  for (const [name, metric] of families) {
    checkFamily(name, metric);
  }
  return new Map([...families.values()].flatMap((m) => [...m.samples]));
}
