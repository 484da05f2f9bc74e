// SPDX-License-Identifier: MIT
//
// What was measured as the tables of README.md.
//
//   node table.mjs NAME <TEXT     puts TEXT between the marks of NAME there
import fs from 'node:fs';
import path from 'node:path';
import { groups, targets } from './clients.mjs';

const README = path.join(import.meta.dirname, 'README.md');

export function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;

    return sorted.length % 2 === 1 ? sorted[half]
        : (sorted[half - 1] + sorted[half]) / 2;
}

// Three digits that mean something.
function round(value) {
    const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1
        : Math.abs(value) >= 0.1 ? 2 : 4;

    return value.toFixed(digits);
}

function spread(values) {
    return [Math.min(...values), median(values), Math.max(...values)]
        .map((value, at) => at === 1 ? `**${round(value)}**` : round(value))
        .join(' / ');
}

function row(...cells) {
    return `| ${cells.join(' | ')} |\n`;
}

function clientTable(figures) {
    let text = row('feed', 'client', 'ns', 'times the limit') +
        row('---', '---', '---:', '---:');

    for (const group of groups) {
        const measured = figures.groups[group.id];

        for (const client of group.clients) {
            const at = measured[client.id];

            text += at === undefined
                ? row(group.feed, client.name, client.missing, '')
                : row(group.feed, client.name, spread(at.ns), spread(
                    at.ns.map((ns, n) => ns / measured.limit.ns[n])));
        }
    }
    return text;
}

function verdict(values, most) {
    return median(values) <= most ? 'met' : '**missed**';
}

function targetRow(figures, [id, name, target, otherName]) {
    const group = groups.find((one) => one.id === id);
    const client = (key) => group.clients.find((one) => one.id === key);
    const mine = figures.groups[id][name];
    const other = figures.groups[id][otherName];
    const plus = target.plus !== undefined;
    const what = [group.feed, client(name).name,
        plus ? `${client(otherName).name} + ${target.plus} ns`
            : `${target.times} of ${client(otherName).name}`];

    if (other === undefined) {
        return row(...what, client(otherName).missing, '');
    }
    const values = mine.ns.map((ns, n) =>
        plus ? ns - other.ns[n] : ns / other.ns[n]);

    return row(...what, spread(values) + (plus ? ' ns more' : ''),
               verdict(values, plus ? target.plus : target.times));
}

function targetTable(figures) {
    return row('feed', 'client', 'target', 'measured', '') +
        row('---', '---', '---', '---:', '---') +
        targets.map((target) => targetRow(figures, target)).join('');
}

// A row for each, what is compared being `key`, with the row that it is held
// against.
function comparedTable(rows, head, keys, key) {
    let text = row('client', ...head, 'target', 'measured', '') +
        row('---', ...keys.map(() => '---:'), '---', '---:', '---');

    for (const one of rows) {
        let cells = ['', '', ''];

        if (one.target !== undefined) {
            const other = rows[one.of];
            const { times, plus } = one.target;
            const values = one[key].map((value, n) => plus === undefined
                ? value / other[key][n] : value - other[key][n]);

            cells = [plus === undefined ? `${times} of ${other.name}`
                : `${other.name} + ${plus}`, spread(values),
                verdict(values, times ?? plus)];
        }
        text += row(one.name, ...keys.map((name) => spread(one[name])),
                    ...cells);
    }
    return text;
}

export function tables(figures) {
    return `${figures.machine};\nload ${figures.load} before it began. ` +
        `${figures.rounds} rounds of runs of about ${figures.seconds} s each, ` +
        `here as\nsmallest / **median** / largest; ${figures.starts} runs ` +
        'where one message is read.\n' +
        `\n${clientTable(figures)}` +
        `\n### Targets\n\n${targetTable(figures)}` +
        `\n### Start to exit after one message\n\n${
            comparedTable(figures.start,
                ['wall, ms', 'CPU, ms', 'peak memory, KiB'],
                ['wall', 'cpu', 'rss'], 'wall')}` +
        `\n### Age of a message, at 1,000 a second\n\n${
            comparedTable(figures.latency,
                ['median, µs', '99 of 100, µs'],
                ['median', 'p99'], 'median')}` +
        `\n### 1,000 connections, 8,600 messages a second in all\n\n${
            comparedTable(figures.many,
                ['CPU for a message, µs', 'peak memory, KiB'],
                ['us', 'rss'], 'us')}`;
}

export function write(name, text) {
    const begin = `<!-- ${name} -->\n`;
    const end = `<!-- /${name} -->`;
    const readme = fs.readFileSync(README, 'utf8');
    const from = readme.indexOf(begin);
    const to = readme.indexOf(end);

    if (from < 0 || to < from) {
        throw new Error(`${README}: no marks of ${name}`);
    }
    fs.writeFileSync(README, readme.slice(0, from + begin.length) + '\n' +
                     text + '\n' + readme.slice(to));
}

if (process.argv[1] === import.meta.filename) {
    write(process.argv[2], fs.readFileSync(0, 'utf8'));
}
