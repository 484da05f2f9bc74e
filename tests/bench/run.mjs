// SPDX-License-Identifier: MIT
//
// `make bench`: runs every client of clients.mjs in turn, round after round,
// so that a busy neighbour is everybody's, and writes the tables of README.md
// and figures.svg. What was measured is kept in results/figures.json.
//
//   BENCH_ROUNDS     how many rounds (5)
//   BENCH_SECONDS    how much CPU time one run is about to take (1)
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { groups, limit, nodeWs, sockfeed, tool } from './clients.mjs';
import { draw } from './figure.mjs';
import { median, tables, write } from './table.mjs';

const HERE = import.meta.dirname;
const RESULTS = path.join(HERE, 'results');
const ACCOUNT = path.join(RESULTS, 'account.json');
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 1);

const FIRST = 20000; // messages of the run that counts lines
const ENOUGH = 0.15; // seconds of CPU from which a run tells the speed
const STARTS = 20;
const TIMED = 2000; // messages at RATE in each round of latencies
const RATE = 1000;

// sockfeed's status when a server ends a stream that is not reconnected.
const ENDED = [0, 56];

function withSource(kind, size, count, rate, use) {
    return withServer('source', [kind, size, count, rate], use);
}

async function withServer(name, args, use) {
    const source = spawn(tool(name), args.map(String),
                         { stdio: ['ignore', 'pipe', 'inherit'] });

    try {
        return await new Promise((resolve, reject) => {
            source.on('error', reject);
            source.stdout.once('data', (port) => {
                try {
                    resolve(use(String(port).trim()));
                } catch (error) {
                    reject(error);
                }
            });
        });
    } finally {
        source.kill();
    }
}

// Runs it under `measure`, its output into what the shell says; the account,
// with what that printed. Standard input stays open: wscat leaves at its end.
function run(command, to) {
    const shell = spawnSync('sh', ['-c', `"$@" 0<>"$QUIET" ${to}`, 'sh',
        tool('measure'), ACCOUNT, ...command],
        { encoding: 'utf8', maxBuffer: 1 << 26 });
    const account = JSON.parse(fs.readFileSync(ACCOUNT, 'utf8'));

    if (!ENDED.includes(account.status)) {
        throw new Error(`${command.join(' ')}: ${account.status}\n` +
                        shell.stderr);
    }
    return { ...account, cpu: account.user + account.system,
             output: shell.stdout };
}

function runFeed(group, client, count, to) {
    return withSource(client.kind ?? group.kind, group.size, count, 0,
                      (port) => run(client.command(port), to));
}

// What the process costs with one message, and how many messages take SECONDS;
// before that, that each makes its line (raw prints the two packets of joining
// as well).
async function calibrate(group, client) {
    const starts = [];

    for (let n = 0; n < 3; n++) {
        starts.push((await runFeed(group, client, 1, '>/dev/null')).cpu);
    }

    const start = median(starts);
    const first = await runFeed(group, client, FIRST, '| wc -l');
    const lines = Number(first.output);
    let count = FIRST;
    let cpu = first.cpu - start;

    if (client.lines !== false && (lines < FIRST || lines > FIRST + 2)) {
        throw new Error(`${group.feed}, ${client.name}: ${lines} lines of ` +
                        `${FIRST} messages`);
    }
    while (cpu < ENOUGH) {
        count *= Math.min(10, Math.ceil(2 * ENOUGH / Math.max(cpu, 0.001)));
        cpu = (await runFeed(group, client, count, '>/dev/null')).cpu - start;
    }
    return { start, count: Math.max(FIRST, Math.round(count / cpu * SECONDS)),
             ns: [] };
}

async function measureGroup(group) {
    const clients = group.clients.filter((client) => !client.missing);
    const figures = {};

    for (const client of clients) {
        figures[client.id] = await calibrate(group, client);
    }
    for (let round = 1; round <= ROUNDS; round++) {
        process.stderr.write(`${group.feed}: round ${round}\n`);
        for (const client of clients) {
            const { start, count, ns } = figures[client.id];
            const { cpu } = await runFeed(group, client, count,
                client.pipe ? '| cat >/dev/null' : '>/dev/null');

            ns.push((cpu - start) / (count - 1) * 1e9);
        }
    }
    return figures;
}

// A certificate for 127.0.0.1, and a hashed directory in which it stands among
// those that the system trusts.
function makeCertificate() {
    const system = '/etc/ssl/certs';
    const ca = path.join(RESULTS, 'ca');

    process.env.CERT = path.join(RESULTS, 'cert.pem');
    process.env.KEY = path.join(RESULTS, 'key.pem');
    spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes',
        '-days', '30', '-subj', '/CN=bench', '-addext',
        'subjectAltName=IP:127.0.0.1', '-keyout', process.env.KEY, '-out',
        process.env.CERT]);
    fs.rmSync(ca, { recursive: true, force: true });
    fs.mkdirSync(ca);
    for (const name of fs.readdirSync(system)) {
        fs.symlinkSync(path.join(system, name), path.join(ca, name));
    }
    fs.copyFileSync(process.env.CERT, path.join(ca, 'bench.pem'));
    spawnSync('openssl', ['rehash', ca]);
    return ca;
}

const started = [
    { name: '`limit first`', kind: 'ws', command: limit('first') },
    { name: '`sockfeed -n 1`', kind: 'ws', of: 0, target: { times: 1.5 },
      command: sockfeed('-o', 'raw', '-n', '1') },
    { name: '`sockfeed -n 1`, TLS, hashed directory of CAs', kind: 'wss',
      of: 1, target: { plus: 15 },
      command: (port) => [...sockfeed('-o', 'raw', '-n', '1')(port).slice(0, -1),
          '--capath', CA, `wss://127.0.0.1:${port}`] },
    { name: '`ws` (Node.js)', kind: 'ws',
      command: (port) => nodeWs(port, '1') },
];

async function measureStart() {
    const runs = started.map(() => []);

    for (let round = 0; round < STARTS; round++) {
        for (const [at, { kind, command }] of started.entries()) {
            runs[at].push(await withSource(kind, 200, 1, 0,
                (port) => run(command(port), '>/dev/null')));
        }
    }
    return runs.map((list, at) => ({
        name: started[at].name,
        of: started[at].of,
        target: started[at].target,
        wall: list.map(({ wall }) => wall * 1e3),
        cpu: list.map(({ cpu }) => cpu * 1e3),
        rss: list.map(({ rss }) => rss),
    }));
}

const timed = [
    { name: '`limit latency`', command: limit('latency'), to: '| cat' },
    { name: '`limit write`, read from a pipe', command: limit('write'),
      to: '| "$AGE"' },
    { name: '`sockfeed -o raw`, read from a pipe', of: 1,
      target: { times: 1.2 }, command: sockfeed('-o', 'raw'), to: '| "$AGE"' },
];

function percentile(sorted, share) {
    return sorted[Math.min(sorted.length - 1,
                           Math.floor(sorted.length * share))];
}

async function measureLatency() {
    const rows = timed.map(({ name, of, target }) => (
        { name, of, target, median: [], p99: [] }));

    process.env.AGE = tool('age');
    for (let round = 1; round <= ROUNDS; round++) {
        process.stderr.write(`latency: round ${round}\n`);
        for (const [at, { command, to }] of timed.entries()) {
            const { output } = await withSource('ws', 200, TIMED, RATE,
                (port) => run(command(port), to));
            const ages = output.trim().split('\n').map(Number)
                .sort((a, b) => a - b);

            if (ages.length !== TIMED) {
                throw new Error(`${rows[at].name}: ${ages.length} ages`);
            }
            rows[at].median.push(median(ages) / 1e3);
            rows[at].p99.push(percentile(ages, 0.99) / 1e3);
        }
    }
    return rows;
}

const CONNECTIONS = 1000;
const TOGETHER = 8600; // messages a second, over all of them
const many = [
    { name: '`many_limit epoll`',
      command: (port) => [tool('many_limit'), port, CONNECTIONS, 'epoll'] },
    { name: '`many_limit poll`',
      command: (port) => [tool('many_limit'), port, CONNECTIONS, 'poll'] },
    { name: '`sockfeed -o raw`', of: 0, target: { times: 1.3 },
      command: (port) => [...sockfeed('-o', 'raw')(port),
          ...Array(CONNECTIONS - 1).fill(`ws://127.0.0.1:${port}`)] },
];

// One message for each connection is what the connections cost; the rest is
// the messages'.
async function measureMany() {
    const rows = many.map(({ name, of, target }) => (
        { name, of, target, us: [], rss: [] }));
    const count = CONNECTIONS + Math.ceil(TOGETHER * SECONDS * 2);

    for (let round = 1; round <= ROUNDS; round++) {
        process.stderr.write(`many connections: round ${round}\n`);
        for (const [at, { command }] of many.entries()) {
            const once = (messages) => withServer('many_source',
                [CONNECTIONS, messages, TOGETHER],
                (port) => run(command(port).map(String), '>/dev/null'));
            const start = await once(CONNECTIONS);
            const whole = await once(count);

            rows[at].us.push((whole.cpu - start.cpu) /
                             (count - CONNECTIONS) * 1e6);
            rows[at].rss.push(whole.rss);
        }
    }
    return rows;
}

fs.mkdirSync(RESULTS, { recursive: true });

const CA = makeCertificate();

process.env.QUIET = path.join(RESULTS, 'quiet');
fs.rmSync(process.env.QUIET, { force: true });
spawnSync('mkfifo', [process.env.QUIET]);

const figures = {
    machine: `${os.cpus()[0].model}, ${os.cpus().length} cores, ` +
        `${os.type()} ${os.release()}, Node.js ${process.version}`,
    load: os.loadavg()[0].toFixed(1), // of the neighbours, before all
    rounds: ROUNDS,
    seconds: SECONDS,
    starts: STARTS,
    groups: {},
};

for (const group of groups) {
    figures.groups[group.id] = await measureGroup(group);
}
figures.start = await measureStart();
figures.latency = await measureLatency();
figures.many = await measureMany();
fs.writeFileSync(path.join(RESULTS, 'figures.json'),
                 JSON.stringify(figures, null, 1));

const text = tables(figures);

write('bench', text);
fs.writeFileSync(path.join(HERE, 'figures.svg'), draw(figures));
process.stdout.write(text);
